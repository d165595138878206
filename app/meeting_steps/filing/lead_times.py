"""How many days ahead each type of meeting is filed: defaults, and what a tree says otherwise."""

from uuid import UUID

from sqlalchemy import select

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.meeting_steps.filing.schemas import LeadTimeRead, LeadTimesRead, LeadTimesWrite
from app.meeting_steps.models import FilingLeadTimes
from app.meeting_steps.rules import DEFAULT_LEAD_DAYS
from app.meetings.rules import MeetingType
from app.organizations.queries import require

_TRAIL = Trail("filing_lead_times", owner="root_id")


def _row(unit: Unit, root_id: UUID) -> FilingLeadTimes | None:
    statement = select(FilingLeadTimes).where(FilingLeadTimes.root_id == root_id)
    return unit.session.scalars(statement).one_or_none()


def lead_days(unit: Unit, root_id: UUID, meeting_type: MeetingType) -> int:
    """The lead time of a type of meeting in a tree, in days."""
    row = _row(unit, root_id)
    own: int | None = row.days.get(meeting_type) if row else None
    return DEFAULT_LEAD_DAYS[meeting_type] if own is None else own


def read_lead_times(unit: Unit, root_id: UUID) -> LeadTimesRead:
    """The lead times of every type of meeting in a tree."""
    return _shown(_row(unit, root_id))


def _shown(row: FilingLeadTimes | None) -> LeadTimesRead:
    own = row.days if row else {}
    entries = [
        LeadTimeRead(type=kind, days=own.get(kind, days), default=kind not in own)
        for kind, days in DEFAULT_LEAD_DAYS.items()
    ]
    return LeadTimesRead(items=entries, version=row.version if row else 0)


def write_lead_times(
    unit: Unit, root_id: UUID, wish: LeadTimesWrite, if_match: str | None
) -> LeadTimesRead:
    """Replace a tree's own lead times; filings keep the lead time that they were judged by.

    Raises:
        VersionMismatch: somebody else changed them; version 0 stands for the defaults.
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    row = _row(unit, root_id)
    expect_version(row.version if row else 0, if_match)
    before = _shown(row).model_dump(mode="json")
    days = {str(entry.type): entry.days for entry in wish.items}
    if row is None:
        row = FilingLeadTimes(id=new_id(), root_id=root_id, days=days, updated_at=unit.now())
        unit.session.add(row)
    else:
        row.days, row.updated_at = days, unit.now()
    unit.session.flush()
    after = _shown(row)
    _TRAIL.note_as(unit, "filing_lead_times.written", row, before, after.model_dump(mode="json"))
    return after
