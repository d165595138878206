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
    """Select what was entered for an organisation's years."""
    return select(ReportInputs).where(
        ReportInputs.organization_id == organization_id, ReportInputs.year.in_(years)
    )


def read_inputs(uow: UnitOfWork, organization_id: UUID, year: int) -> ReportInputs:
    """Return what was entered for a year.

    Raises:
        NotFound, Forbidden: nothing was entered; or the actor may not read there.
    """
    require(uow, Permission.READ, organization_id)
    return uow.get_or_404(
        inputs_of(organization_id, year), "该年度还没有填写存在问题和下一步打算。"
    )


def write_inputs(
    uow: UnitOfWork,
    organization_id: UUID,
    year: int,
    payload: ReportInputsWrite,
    if_match: str | None = None,
) -> ReportInputs:
    """Enter a year's own words, or replace those of the version that was seen.

    Raises:
        NotFound, Forbidden: an entry has an id that there is not; or the actor may not write there.
        PreconditionRequired, VersionMismatch: there are some, and this is not their version.
    """
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
    row.salutation = payload.salutation
    row.shortcomings = _notes("shortcomings", payload.shortcomings, row.shortcomings)
    row.next_plans = _notes("next_plans", payload.next_plans, row.next_plans)
    row.updated_at = uow.now()
    uow.session.flush()
    _TRAIL.note(uow, "report_inputs.written", row, before)
    return row


def _notes(
    field: str, entries: list[NoteField], known: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the entries with ids; a given id must be one of those already there, once."""
    open_ids = {note["id"] for note in known}
    notes: list[dict[str, Any]] = []
    for position, entry in enumerate(entries):
        if entry.id is not None and str(entry.id) not in open_ids:
            message = "没有这个条目，请去掉 id 作为新条目提交。"
            raise NotFound.at(message, pointer=f"#/{field}/{position}/id")
        open_ids.discard(str(entry.id))
        notes.append({**entry.model_dump(mode="json"), "id": str(entry.id or new_id())})
    return notes
