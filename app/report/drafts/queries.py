"""Reading reports; every read starts from what the actor may see."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, select

from app.checklist.queries import below
from app.core.actor import Actor, Permission
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import inside, require
from app.report.composition.outline import form_of, note_of
from app.report.drafts.errors import ReportNotEditable
from app.report.drafts.frozen import Frozen, thaw
from app.report.drafts.models import Report, ReportBlock, ReportFactSet
from app.report.drafts.rows import read_of
from app.report.drafts.rules import ReportStatus
from app.report.drafts.schemas import ReportFilters, ReportRead, ReportSummary
from app.report.drafts.sources import Sources, sources_in


def visible_to(actor: Actor) -> Select[Report]:
    """The reports that the actor may read; restricted ones need their own permission."""
    supervised = actor.roots(Permission.SUPERVISION)
    unlocked = inside(Report.organization_id, supervised) if supervised else false()
    return select(Report).where(
        inside(Report.organization_id, actor.roots(Permission.READ)),
        Report.restricted.is_(False) | unlocked,
        Report.deleted_at.is_(None),
    )


def get_report(unit: Unit, report_id: UUID, *, lock: bool = False) -> Report:
    """A report in the actor's sight, or NotFound; locked for whoever is to change it."""
    statement = visible_to(unit.actor).where(Report.id == report_id)
    return unit.get_or_404(statement, "没有这份报告，或您无权查看。", lock=lock)


def get_draft(unit: Unit, report_id: UUID, *, lock: bool = True) -> Report:
    """A draft that the actor may change, locked until the end of the unit of work.

    ``lock`` is false for who only looks yet: a unit that reads locks nothing.

    Raises:
        NotFound, Forbidden: the actor does not see it, or does not write there.
        ReportNotEditable: it is submitted, approved or finalised.
    """
    report = get_report(unit, report_id, lock=lock)
    require(unit, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再改动；需要修改时请据此另拟新稿。")
    if report.status != ReportStatus.DRAFT:
        raise ReportNotEditable("报告已提交，请先撤回或由上级退回，再作修改。")
    return report


def blocks_of(report_id: UUID) -> Select[ReportBlock]:
    """A report's blocks in order, those taken out of the text among them."""
    statement = select(ReportBlock).where(ReportBlock.report_id == report_id)
    return statement.order_by(ReportBlock.position, ReportBlock.id)


def get_block(
    unit: Unit, report: Report, block_id: UUID, pointer: str | None = None
) -> ReportBlock:
    """A block of a report; ``pointer`` is where a body names it.

    Raises:
        NotFound: the report has none of this id.
    """
    statement = select(ReportBlock).where(
        ReportBlock.report_id == report.id, ReportBlock.id == block_id
    )
    return unit.get_or_404(statement, "报告中没有这一段落。", pointer=pointer)


def facts_of(unit: Unit, report: Report, number: int) -> Frozen:
    """One of a report's frozen fact sets, with how and in which words it was told."""
    statement = select(ReportFactSet.content).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number == number
    )
    return thaw(unit.session.scalars(statement).one())


def sources_of(unit: Unit, report: Report, rows: Iterable[ReportBlock]) -> Sources:
    """What a report's blocks stand on: its fact set in force and those that they tell; one read."""
    numbers = {row.fact_set_number for row in rows if row.fact_set_number is not None}
    numbers.add(report.fact_set_number)
    statement = select(ReportFactSet.content).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number.in_(numbers)
    )
    contents = unit.session.scalars(statement.order_by(ReportFactSet.number))
    frozen = [thaw(content) for content in contents]
    facts, options, book = frozen[-1]
    note = note_of(facts, book.outlines[form_of(options)])
    return sources_in([one.facts for one in frozen], note)


def filtered(unit: Unit, filters: ReportFilters) -> Select[Report]:
    """The reports that a filter asks for.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
    """
    statement = visible_to(unit.actor)
    place = filters.organization_id
    if place is not None:
        require(unit, Permission.READ, place, parameter="organization_id")
        scope = below(place, include_descendants=filters.include_descendants)
        statement = statement.where(Report.organization_id.in_(scope))
    for column, wanted in (
        (Report.year, filters.year),
        (Report.form, filters.form),
        (Report.status, filters.status),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return statement


def summaries(unit: Unit, reports: Iterable[Report]) -> list[ReportSummary]:
    """Reports as they are shown in lists; one statement for any number."""
    shown = list(reports)
    names: dict[UUID, str] = dict(
        unit.session.execute(
            select(Organization.id, Organization.name).where(
                Organization.id.in_({one.organization_id for one in shown})
            )
        ).all()
    )
    return [
        ReportSummary.model_validate(
            {**_columns(one), "organization_name": names[one.organization_id]}
        )
        for one in shown
    ]


def _columns(report: Report) -> dict[str, Any]:
    return {
        name: getattr(report, name)
        for name in ReportSummary.model_fields
        if name in Report.__table__.columns
    }


def whole(unit: Unit, report: Report) -> ReportRead:
    """A report with its blocks."""
    (summary,) = summaries(unit, [report])
    statement = blocks_of(report.id).execution_options(populate_existing=True)
    rows = unit.session.scalars(statement)
    return ReportRead(**summary.model_dump(), blocks=[read_of(row) for row in rows])
