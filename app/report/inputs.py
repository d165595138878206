"""What people enter for a year's report: shortcomings, plans, what became of last year's."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.organizations.queries import require
from app.report.models import ReportInputs
from app.report.schemas import NoteField, ReportInputsRead, ReportInputsWrite

_TRAIL = Trail("report_inputs", tuple(ReportInputsRead.model_fields))


def inputs_of(organization_id: UUID, *years: int) -> Select[ReportInputs]:
    """What was entered for an organisation's years."""
    return select(ReportInputs).where(
        ReportInputs.organization_id == organization_id, ReportInputs.year.in_(years)
    )


def read_inputs(uow: UnitOfWork, organization_id: UUID, year: int) -> ReportInputs:
    """What was entered for a year, or NotFound."""
    require(uow, Permission.READ, organization_id)
    return uow.get_or_404(
        inputs_of(organization_id, year), "该年度还没有填写存在问题和下一步打算。"
    )


def write_inputs(
    uow: UnitOfWork,
    organization_id: UUID,
    year: int,
    wish: ReportInputsWrite,
    if_match: str | None = None,
) -> ReportInputs:
    """Enter or replace a year's own words; replacing takes the version that was seen."""
    require(uow, Permission.WRITE, organization_id)
    row = uow.session.scalars(inputs_of(organization_id, year)).one_or_none()
    before = None
    if row is None:
        row = ReportInputs(
            id=new_id(), organization_id=organization_id, year=year, shortcomings=[], next_plans=[]
        )
        uow.session.add(row)
    else:
        expect_version(row.version, if_match)
        before = _TRAIL.state(row)
    row.salutation = wish.salutation
    row.shortcomings = _notes("shortcomings", wish.shortcomings, row.shortcomings)
    row.next_plans = _notes("next_plans", wish.next_plans, row.next_plans)
    row.updated_at = uow.now()
    uow.session.flush()
    _TRAIL.note(uow, "report_inputs.written", row, before)
    return row


def _notes(
    field: str, wished: list[NoteField], known: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The entries with ids; a given id must be one of those already there, once."""
    open_ids = {note["id"] for note in known}
    notes: list[dict[str, Any]] = []
    for position, note in enumerate(wished):
        if note.id is not None and str(note.id) not in open_ids:
            words = "没有这个条目，请去掉 id 作为新条目提交。"
            raise NotFound.at(words, pointer=f"#/{field}/{position}/id")
        open_ids.discard(str(note.id))
        notes.append({**note.model_dump(mode="json"), "id": str(note.id or new_id())})
    return notes
