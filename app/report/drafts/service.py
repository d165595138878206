"""The life of drafts: begun from the year's records, headed, removed, succeeded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.core.actor import Permission
from app.core.audit import State, Trail
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.patching import patched, write_fields
from app.core.schemas import Model
from app.core.unit import Unit
from app.organizations.queries import get_visible, require
from app.report.asked import asked_of, in_body
from app.report.books.effective import effective_book
from app.report.drafts.composing import Fresh, compose_today, keep_facts
from app.report.drafts.errors import ReportNotFinalised
from app.report.drafts.models import Report, ReportBlock, ReportFactSet
from app.report.drafts.rows import insert_blocks, values_of
from app.report.drafts.rules import ReportStatus
from app.report.drafts.schemas import HeadWrite, ReportWrite
from app.report.facts import period_days

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


@dataclass(frozen=True, slots=True)
class Composed:
    """A report as it would be drafted, and its text; nothing of it is kept yet."""

    report: Report
    fresh: Fresh


def compose_draft(unit: Unit, wish: ReportWrite) -> Composed:
    """Compose a new report, for whoever may draft it.

    Raises:
        NotFound, Forbidden: the actor does not write there, or asks for supervision without right.
        ValidationFailed, ScopeTooLarge: as ``composed``.
    """
    _may_draft(unit, wish.organization_id, supervision=wish.include_supervision)
    return composed(unit, wish)


def create_report(unit: Unit, draft: Composed) -> Report:
    """Keep a composed report as a draft, and freeze what it was made from.

    Raises:
        NotFound, Forbidden: the actor has lost the right since it was composed.
    """
    report, fresh = draft.report, draft.fresh
    _may_draft(unit, report.organization_id, supervision=report.restricted)
    unit.session.add(report)
    unit.session.flush()
    keep_facts(unit, report, fresh, number=1)
    rows = [
        {**values_of(block, 1), "position": position}
        for position, block in enumerate(fresh.blocks, start=1)
    ]
    insert_blocks(unit, report, rows)
    frozen = fresh.packed.sha256
    _TRAIL.note(unit, "report.drafted", report, facts_sha256=frozen, blocks=len(rows))
    return report


def _may_draft(unit: Unit, organization_id: UUID, *, supervision: bool) -> None:
    require(unit, Permission.WRITE, organization_id)
    if supervision:
        require(unit, Permission.SUPERVISION, organization_id)


def composed(unit: Unit, wish: ReportWrite) -> Composed:
    """Compose a report from the period's records; nothing is kept.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: there is no such form, voice or period; the period has not begun, or the
            day lies before it.
        ScopeTooLarge: more than 50,000 records lie in scope.
    """
    place = get_visible(unit.session, unit.actor, wish.organization_id)
    today = unit.today(place.time_zone)
    asked = asked_of(effective_book(unit, place), wish, wish.year, today, in_body)
    if today < period_days(asked.period, wish.year)[0]:
        raise ValidationFailed.at("#/year", "period_not_begun", "这一期间尚未开始，没有可写的记录")
    report = _begun(
        unit,
        organization_id=place.id,
        year=wish.year,
        form=wish.form,
        voice=asked.voice,
        period=asked.period,
        small_counts=wish.small_counts,
        numerals=wish.numerals,
        as_of=asked.as_of,
        include_descendants=wish.include_descendants,
        restricted=wish.include_supervision,
        byline=wish.byline,
        signatory=wish.signatory,
    )
    fresh = compose_today(unit, place, report, report.as_of)
    report.title = wish.title or fresh.title
    report.salutation = wish.salutation or fresh.salutation
    return Composed(report, fresh)


def _begun(unit: Unit, **values: Any) -> Report:
    now = unit.now()
    return Report(
        id=new_id(),
        status=ReportStatus.DRAFT,
        fact_set_number=1,
        created_at=now,
        created_by_name=unit.actor.name,
        updated_at=now,
        **values,
    )


def change_head(unit: Unit, report: Report, patch: Model) -> None:
    """Change what stands above and below a draft's text.

    Raises:
        ValidationFailed: the head would not be whole.
    """
    before = _TRAIL.state(report)
    write_fields(report, patched(HeadWrite.model_validate(report), patch))
    unit.touch(report)
    _TRAIL.note(unit, "report.changed", report, before)


def remove_report(unit: Unit, report: Report) -> None:
    """Take a draft away; its trace and its rows remain."""
    before = _TRAIL.state(report)
    report.deleted_at = unit.now()
    unit.touch(report)
    note(unit, "removed", report, before, None)


def succeed(unit: Unit, report: Report) -> Report:
    """Begin a draft that goes on from a finalised report: its head, its blocks, its facts.

    Raises:
        NotFound, Forbidden: the actor does not write there.
        ReportNotFinalised: it is not finalised.
    """
    require(unit, Permission.WRITE, report.organization_id)
    if report.status != ReportStatus.FINALISED:
        raise ReportNotFinalised("报告尚未定稿，可直接修改，不必另拟新稿。")
    values = {name: getattr(report, name) for name in _INHERITED}
    draft = _begun(unit, predecessor_id=report.id, **values)
    draft.fact_set_number = report.fact_set_number
    unit.session.add(draft)
    unit.session.flush()
    for model in (ReportFactSet, ReportBlock):
        _copy_rows(unit, model, report, draft)
    _TRAIL.note(unit, "report.succeeded", draft, predecessor_id=str(report.id))
    return draft


def _copy_rows(unit: Unit, model: type[Any], report: Report, draft: Report) -> None:
    table = model.__table__
    found = unit.session.execute(select(table).where(table.c.report_id == report.id)).mappings()
    fresh: dict[str, Any] = {"report_id": draft.id} | (
        {"version": 1} if "version" in table.c else {}
    )
    rows = [{**row, **fresh, "id": new_id()} for row in found]
    if rows:
        unit.session.connection().execute(insert(table), rows)


def note(
    unit: Unit, action: str, report: Report, before: State | None, after: State | None
) -> None:
    """Keep a change of a report for the trail; a restricted report's is restricted too."""
    _TRAIL.note_as(unit, f"report.{action}", report, before, after)
