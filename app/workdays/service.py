"""Read and write a tree's own days and years over the state's calendar."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.audit import Trail
from app.core.changes import expect_version, write_fields
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Permission, UnitOfWork
from app.organizations.queries import get_visible, require
from app.workdays.models import WorkdayOverride, WorkdayYear
from app.workdays.rules import SpecialDay, WorkCalendar
from app.workdays.schemas import (
    SpecialDayRead,
    WorkdayOverrideWrite,
    WorkdaysRead,
    WorkdayYearWrite,
)

_OVERRIDE = Trail("workday_override", ("day", "works", "name", "note"), owner="root_id")
_YEAR = Trail("workday_year", ("year", "published", "note"), owner="root_id")
RowT = TypeVar("RowT", WorkdayOverride, WorkdayYear)


def work_calendar(session: Session, root_id: UUID) -> WorkCalendar:
    """Return a tree's calendar of all years; two statements.

    The caller has found the root through an organisation that the actor may see.
    """
    days, years = WorkdayOverride.__table__.c, WorkdayYear.__table__.c
    own = session.execute(select(days.day, days.works, days.name).where(days.root_id == root_id))
    published = session.execute(select(years.year, years.published).where(years.root_id == root_id))
    return WorkCalendar(
        own={day: SpecialDay(day, works, name) for day, works, name in own},
        published={row.year: row.published for row in published},
    )


def visible_root(uow: UnitOfWork, organization_id: UUID) -> UUID:
    """Return the root of a visible organisation's tree, or raise NotFound."""
    return get_visible(uow.session, uow.actor, organization_id).root_id


def get_override(uow: UnitOfWork, root_id: UUID, day: date) -> WorkdayOverride:
    """Return the tree's own entry for a day, or raise NotFound."""
    return uow.get_or_404(_select_override(root_id, day), "这一天没有本单位自定的安排。")


def _select_override(root_id: UUID, day: date) -> Select[WorkdayOverride]:
    return select(WorkdayOverride).where(
        WorkdayOverride.root_id == root_id, WorkdayOverride.day == day
    )


def get_year(uow: UnitOfWork, root_id: UUID, year: int) -> WorkdayYear:
    """Return the tree's own mark of a year, or raise NotFound."""
    return uow.get_or_404(_select_year(root_id, year), "本单位没有对这一年作标记。")


def _select_year(root_id: UUID, year: int) -> Select[WorkdayYear]:
    return select(WorkdayYear).where(WorkdayYear.root_id == root_id, WorkdayYear.year == year)


def read_workdays(uow: UnitOfWork, organization_id: UUID, year: int | None) -> WorkdaysRead:
    """Return a year's days off and swapped weekends in the tree of a visible organisation.

    Without a year it is the present one in the organisation's zone. Raises NotFound.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    year = year or uow.today(organization.time_zone).year
    overrides = select(WorkdayOverride).where(
        WorkdayOverride.root_id == organization.root_id,
        WorkdayOverride.day.between(date(year, 1, 1), date(year, 12, 31)),
    )
    rows = {row.day: row for row in uow.session.scalars(overrides)}
    mark = uow.session.scalars(_select_year(organization.root_id, year)).one_or_none()
    calendar = WorkCalendar(
        own={day: SpecialDay(day, row.works, row.name) for day, row in rows.items()},
        published={year: mark.published} if mark else {},
    )
    return WorkdaysRead(
        year=year,
        published=calendar.is_published(year),
        provisional=not calendar.is_published(year),
        note=mark.note if mark else None,
        version=mark.version if mark else None,
        days=[_as_read(day, rows.get(day.day)) for day in calendar.special_days(year)],
    )


def _as_read(special: SpecialDay, row: WorkdayOverride | None) -> SpecialDayRead:
    return SpecialDayRead(
        day=special.day,
        works=special.works,
        name=special.name,
        note=row.note if row else None,
        version=row.version if row else None,
    )


def write_override(
    uow: UnitOfWork,
    organization_id: UUID,
    day: date,
    payload: WorkdayOverrideWrite,
    if_match: str | None,
) -> WorkdayOverride:
    """Enter that a day is worked or off in a tree; an entry that exists takes its version."""
    root_id = _managed_root(uow, organization_id)
    row = uow.session.scalars(_select_override(root_id, day)).one_or_none()
    row = row or WorkdayOverride(id=new_id(), root_id=root_id, day=day)
    return _write(uow, _OVERRIDE, row, payload, if_match)


def write_year(
    uow: UnitOfWork,
    organization_id: UUID,
    year: int,
    payload: WorkdayYearWrite,
    if_match: str | None,
) -> WorkdayYear:
    """Mark a year's swaps as announced or not in a tree; a mark that exists takes its version."""
    root_id = _managed_root(uow, organization_id)
    row = uow.session.scalars(_select_year(root_id, year)).one_or_none()
    row = row or WorkdayYear(id=new_id(), root_id=root_id, year=year)
    return _write(uow, _YEAR, row, payload, if_match)


def _write(uow: UnitOfWork, trail: Trail, row: RowT, payload: Model, if_match: str | None) -> RowT:
    before = None
    if row in uow.session:  # it was there before
        expect_version(row.version, if_match)
        before = trail.state(row)
    write_fields(row, payload)
    uow.session.add(row)
    uow.session.flush()
    trail.note(uow, f"{trail.kind}.written", row, before)
    return row


def remove_override(
    uow: UnitOfWork, organization_id: UUID, day: date, if_match: str | None
) -> None:
    """Remove a tree's own day, so that it follows the state's calendar again."""
    row = get_override(uow, _managed_root(uow, organization_id), day)
    _remove(uow, _OVERRIDE, row, if_match)


def remove_year(uow: UnitOfWork, organization_id: UUID, year: int, if_match: str | None) -> None:
    """Remove a tree's mark of a year, so that what the program knows holds again."""
    _remove(uow, _YEAR, get_year(uow, _managed_root(uow, organization_id), year), if_match)


def _remove(
    uow: UnitOfWork, trail: Trail, row: WorkdayOverride | WorkdayYear, if_match: str | None
) -> None:
    expect_version(row.version, if_match)
    uow.session.delete(row)
    uow.session.flush()
    trail.note_as(uow, f"{trail.kind}.removed", row, trail.state(row), None)


def _managed_root(uow: UnitOfWork, organization_id: UUID) -> UUID:
    root_id = visible_root(uow, organization_id)
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    return root_id
