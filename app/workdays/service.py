"""The verbs of working days: say of a day or of a year what the state's calendar does not.

Whoever manages the organisation at the root of a tree does so for all of the tree.
"""

from datetime import date
from uuid import UUID

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.ids import new_id
from app.core.patching import write_fields
from app.core.unit import Unit
from app.core.versions import expect_version
from app.organizations.queries import require
from app.workdays import queries
from app.workdays.models import WorkdayOverride, WorkdayYear
from app.workdays.schemas import WorkdayOverrideWrite, WorkdayYearWrite

_OVERRIDE = Trail("workday_override", ("day", "works", "name", "note"), owner="root_id")
_YEAR = Trail("workday_year", ("year", "published", "note"), owner="root_id")


def write_override(
    unit: Unit, organization_id: UUID, day: date, wish: WorkdayOverrideWrite, if_match: str | None
) -> WorkdayOverride:
    """Say of a day that it is worked or off; saying it anew takes the version that was seen."""
    root_id = _managed_root(unit, organization_id)
    of_day = queries.overrides_of(root_id).where(WorkdayOverride.day == day)
    row = unit.session.scalars(of_day).one_or_none()
    if row is None:
        row = WorkdayOverride(id=new_id(), root_id=root_id, day=day, **wish.model_dump())
        unit.session.add(row)
        before = None
    else:
        expect_version(row.version, if_match)
        before = _OVERRIDE.state(row)
        write_fields(row, wish)
    unit.session.flush()
    _OVERRIDE.note(unit, "workday_override.written", row, before)
    return row


def remove_override(unit: Unit, organization_id: UUID, day: date, if_match: str | None) -> None:
    """Let a day follow the state's calendar again."""
    root_id = _managed_root(unit, organization_id)
    row = queries.get_override(unit, root_id, day)
    expect_version(row.version, if_match)
    unit.session.delete(row)
    unit.session.flush()
    _OVERRIDE.note_as(unit, "workday_override.removed", row, _OVERRIDE.state(row), None)


def write_year(
    unit: Unit, organization_id: UUID, year: int, wish: WorkdayYearWrite, if_match: str | None
) -> WorkdayYear:
    """Say of a year that its swaps are known, or are not; anew with the version that was seen."""
    root_id = _managed_root(unit, organization_id)
    of_year = queries.years_of(root_id).where(WorkdayYear.year == year)
    row = unit.session.scalars(of_year).one_or_none()
    if row is None:
        row = WorkdayYear(id=new_id(), root_id=root_id, year=year, **wish.model_dump())
        unit.session.add(row)
        before = None
    else:
        expect_version(row.version, if_match)
        before = _YEAR.state(row)
        write_fields(row, wish)
    unit.session.flush()
    _YEAR.note(unit, "workday_year.written", row, before)
    return row


def remove_year(unit: Unit, organization_id: UUID, year: int, if_match: str | None) -> None:
    """Let the program's own knowledge of a year stand again."""
    root_id = _managed_root(unit, organization_id)
    row = queries.get_year(unit, root_id, year)
    expect_version(row.version, if_match)
    unit.session.delete(row)
    unit.session.flush()
    _YEAR.note_as(unit, "workday_year.removed", row, _YEAR.state(row), None)


def _managed_root(unit: Unit, organization_id: UUID) -> UUID:
    root_id = queries.visible_root(unit, organization_id)
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    return root_id
