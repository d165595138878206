"""Reports as the actor may see them; drafting, changing and removing them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, insert, select

from app.checklist.queries import below
from app.core.audit import AuditState, Trail
from app.core.changes import patched, write_fields
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Organization
from app.organizations.queries import get_visible, inside, require
from app.report.compose.outline import form_of, note_of
from app.report.drafts.block_rows import insert_blocks, read_of, values_of
from app.report.drafts.citations import Sources, sources_in
from app.report.drafts.composing import (
    FreshText,
    ReportSnapshot,
    compose_today,
    keep_facts,
    load_snapshot,
)
from app.report.drafts.models import Report, ReportBlock, ReportFactSet
from app.report.drafts.rules import ReportStatus
from app.report.drafts.schemas import (
    HeadWrite,
    ReportFilters,
    ReportRead,
    ReportSummary,
    ReportWrite,
)
from app.report.effective_book import effective_book
from app.report.errors import ReportNotEditable, ReportNotFinalised
from app.report.facts import period_days
from app.report.scope import in_body, resolve_request

_TRAIL = Trail(
    "report",
    (
        *HeadWrite.model_fields,
        *("year", "form", "voice", "period", "numerals", "small_counts", "include_descendants"),
        *("restricted", "status", "as_of"),
    ),
)
# What a succeeding draft takes over from a finalised report.
_INHERITED = (
    *("organization_id", "year", "form", "voice", "period", "small_counts"),
    *("numerals", "as_of", "include_descendants"),
    *("restricted", "title", "salutation", "byline", "signatory"),
)


def visible_to(actor: Actor) -> Select[Report]:
    """Select the reports that the actor may read; restricted ones need their own permission."""
    supervised = actor.roots(Permission.SUPERVISION)
    unlocked = inside(Report.organization_id, supervised) if supervised else false()
    return select(Report).where(
        inside(Report.organization_id, actor.roots(Permission.READ)),
        Report.restricted.is_(False) | unlocked,
        Report.deleted_at.is_(None),
    )


def visible_report(uow: UnitOfWork, report_id: UUID, *, lock: bool = False) -> Report:
    """Return a report in the actor's sight; locked for whoever is to change it.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    statement = visible_to(uow.actor).where(Report.id == report_id)
    return uow.get_or_404(statement, "没有这份报告，或您无权查看。", lock=lock)


def get_draft(uow: UnitOfWork, report_id: UUID, *, lock: bool = True) -> Report:
    """Return a draft that the actor may change, locked until the end of the unit of work.

    ``lock`` is false for whoever only reads yet: a unit that reads locks nothing.

    Raises:
        NotFound, Forbidden: the actor does not see it, or does not write there.
        ReportNotEditable: it is submitted, approved or finalised.
    """
    report = visible_report(uow, report_id, lock=lock)
    require(uow, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再改动；需要修改时请据此另拟新稿。")
    if report.status != ReportStatus.DRAFT:
        raise ReportNotEditable("报告已提交，请先撤回或由上级退回，再作修改。")
    return report


def blocks_of(report_id: UUID) -> Select[ReportBlock]:
    """Select a report's blocks in order, those taken out of the text among them."""
    statement = select(ReportBlock).where(ReportBlock.report_id == report_id)
    return statement.order_by(ReportBlock.position, ReportBlock.id)


def fresh_blocks_of(report_id: UUID) -> Select[ReportBlock]:
    """Select the blocks as the tables hold them now, whatever the session remembers."""
    return blocks_of(report_id).execution_options(populate_existing=True)


def get_block(
    uow: UnitOfWork, report: Report, block_id: UUID, pointer: str | None = None
) -> ReportBlock:
    """Return a block of a report; ``pointer`` is where a body names it.

    Raises:
        NotFound: the report has none of this id.
    """
    statement = select(ReportBlock).where(
        ReportBlock.report_id == report.id, ReportBlock.id == block_id
    )
    return uow.get_or_404(statement, "报告中没有这一段落。", pointer=pointer)


def facts_of(uow: UnitOfWork, report: Report, number: int) -> ReportSnapshot:
    """Read one of a report's fact sets, with how and in which words it is told."""
    statement = select(ReportFactSet.content).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number == number
    )
    return load_snapshot(uow.session.scalars(statement).one())


def sources_of(uow: UnitOfWork, report: Report, rows: Iterable[ReportBlock]) -> Sources:
    """Read what a report's blocks stand on: its fact set in force and those that they are of."""
    numbers = {row.fact_set_number for row in rows if row.fact_set_number is not None}
    numbers.add(report.fact_set_number)
    statement = select(ReportFactSet.content).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number.in_(numbers)
    )
    contents = uow.session.scalars(statement.order_by(ReportFactSet.number))
    snapshots = [load_snapshot(content) for content in contents]
    facts, options, book = snapshots[-1]
    note = note_of(facts, book.outlines[form_of(options)])
    return sources_in([snapshot.facts for snapshot in snapshots], note)


def matching_reports(uow: UnitOfWork, filters: ReportFilters) -> Select[Report]:
    """Select the reports that a filter asks for.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor)
    organization_id = filters.organization_id
    if organization_id is not None:
        require(uow, Permission.READ, organization_id, parameter="organization_id")
        scope = below(organization_id, include_descendants=filters.include_descendants)
        statement = statement.where(Report.organization_id.in_(scope))
    for column, value in (
        (Report.year, filters.year),
        (Report.form, filters.form),
        (Report.status, filters.status),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def summaries(uow: UnitOfWork, reports: Sequence[Report]) -> list[ReportSummary]:
    """Return reports as lists show them; one statement for any number."""
    ids = {report.organization_id for report in reports}
    statement = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    names: dict[UUID, str] = dict(uow.session.execute(statement).all())
    columns = [name for name in ReportSummary.model_fields if name in Report.__table__.columns]
    return [
        ReportSummary.model_validate(
            {name: getattr(report, name) for name in columns}
            | {"organization_name": names[report.organization_id]}
        )
        for report in reports
    ]


def read_report(uow: UnitOfWork, report: Report) -> ReportRead:
    """Return a report with its blocks."""
    (summary,) = summaries(uow, [report])
    rows = uow.session.scalars(fresh_blocks_of(report.id))
    return ReportRead(**summary.model_dump(), blocks=[read_of(row) for row in rows])


@dataclass(frozen=True, slots=True)
class ComposedReport:
    """A report as it would be drafted, and its text; nothing of it is stored yet."""

    report: Report
    fresh: FreshText


def compose_draft(uow: UnitOfWork, payload: ReportWrite) -> ComposedReport:
    """Compose a new report, for whoever may draft it.

    Raises:
        NotFound, Forbidden: the actor does not write there, or asks for supervision without right.
        ValidationFailed, ScopeTooLarge: as ``compose_report``.
    """
    _require_drafting(uow, payload.organization_id, supervision=payload.include_supervision)
    return compose_report(uow, payload)


def create_report(uow: UnitOfWork, draft: ComposedReport) -> Report:
    """Store a composed report as a draft, with a snapshot of what it was made from.

    Raises:
        NotFound, Forbidden: the actor has lost the right since it was composed.
    """
    report, fresh = draft.report, draft.fresh
    _require_drafting(uow, report.organization_id, supervision=report.restricted)
    uow.session.add(report)
    uow.session.flush()
    keep_facts(uow, report, fresh, number=1)
    rows = [
        {**values_of(block, 1), "position": position}
        for position, block in enumerate(fresh.blocks, start=1)
    ]
    insert_blocks(uow, report, rows)
    sha256 = fresh.packed.sha256
    _TRAIL.note(uow, "report.drafted", report, facts_sha256=sha256, blocks=len(rows))
    return report


def _require_drafting(uow: UnitOfWork, organization_id: UUID, *, supervision: bool) -> None:
    require(uow, Permission.WRITE, organization_id)
    if supervision:
        require(uow, Permission.SUPERVISION, organization_id)


def compose_report(uow: UnitOfWork, payload: ReportWrite) -> ComposedReport:
    """Compose a report from the period's records; nothing is stored.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: there is no such form, voice or period; the period has not begun, or the
            day lies before it.
        ScopeTooLarge: more than 50,000 records lie in scope.
    """
    organization = get_visible(uow.session, uow.actor, payload.organization_id)
    today = uow.today(organization.time_zone)
    book = effective_book(uow, organization)
    request = resolve_request(book, payload, payload.year, today, in_body)
    if today < period_days(request.period, payload.year)[0]:
        raise ValidationFailed.at("#/year", "period_not_begun", "这一期间尚未开始，没有可写的记录")
    report = _new_report(
        uow,
        organization_id=organization.id,
        year=payload.year,
        form=payload.form,
        voice=request.voice,
        period=request.period,
        small_counts=payload.small_counts,
        numerals=payload.numerals,
        as_of=request.as_of,
        include_descendants=payload.include_descendants,
        restricted=payload.include_supervision,
        byline=payload.byline,
        signatory=payload.signatory,
    )
    fresh = compose_today(uow, organization, report, report.as_of)
    report.title = payload.title or fresh.title
    report.salutation = payload.salutation or fresh.salutation
    return ComposedReport(report, fresh)


def _new_report(uow: UnitOfWork, **values: Any) -> Report:
    now = uow.now()
    return Report(
        id=new_id(),
        status=ReportStatus.DRAFT,
        created_at=now,
        created_by_name=uow.actor.name,
        updated_at=now,
        **{"fact_set_number": 1, **values},
    )


def change_head(uow: UnitOfWork, report: Report, patch: Model) -> None:
    """Change what stands above and below a draft's text.

    Raises:
        ValidationFailed: the head would not be whole.
    """
    before = _TRAIL.state(report)
    write_fields(report, patched(HeadWrite.model_validate(report), patch))
    uow.touch(report)
    _TRAIL.note(uow, "report.changed", report, before)


def remove_report(uow: UnitOfWork, report: Report) -> None:
    """Remove a draft from sight; its audit entries and its rows remain."""
    before = _TRAIL.state(report)
    report.deleted_at = uow.now()
    uow.touch(report)
    note_change(uow, "removed", report, before, None)


def create_successor(uow: UnitOfWork, report: Report) -> Report:
    """Begin a draft with a finalised report's head, blocks and fact sets.

    Raises:
        NotFound, Forbidden: the actor does not write there.
        ReportNotFinalised: it is not finalised.
    """
    require(uow, Permission.WRITE, report.organization_id)
    if report.status != ReportStatus.FINALISED:
        raise ReportNotFinalised("报告尚未定稿，可直接修改，不必另拟新稿。")
    values = {name: getattr(report, name) for name in (*_INHERITED, "fact_set_number")}
    draft = _new_report(uow, predecessor_id=report.id, **values)
    uow.session.add(draft)
    uow.session.flush()
    for model in (ReportFactSet, ReportBlock):
        _copy_rows(uow, model, report, draft)
    _TRAIL.note(uow, "report.succeeded", draft, predecessor_id=str(report.id))
    return draft


def _copy_rows(uow: UnitOfWork, model: type[Any], report: Report, draft: Report) -> None:
    table = model.__table__
    originals = uow.session.execute(select(table).where(table.c.report_id == report.id)).mappings()
    changed: dict[str, Any] = {"report_id": draft.id}
    if "version" in table.c:
        changed["version"] = 1
    rows = [{**row, **changed, "id": new_id()} for row in originals]
    if rows:
        uow.session.connection().execute(insert(table), rows)


def note_change(
    uow: UnitOfWork,
    action: str,
    report: Report,
    before: AuditState | None,
    after: AuditState | None,
) -> None:
    """Add a change of a report to the audit trail; a restricted report's is restricted too."""
    _TRAIL.note_as(uow, f"report.{action}", report, before, after)
