"""Read and write a tree's own days and years over the state's calendar."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.audit import Trail
from app.core.changes import expect_version, write_fields
from app.core.ids import new_id
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

_TRAILS = {
    WorkdayOverride: Trail("workday_override", ("day", "works", "name", "note"), owner="root_id"),
    WorkdayYear: Trail("workday_year", ("year", "published", "note"), owner="root_id"),
}
_MISSING = {
    WorkdayOverride: "这一天没有本单位自定的安排。",
    WorkdayYear: "本单位没有对这一年作标记。",
}
_KEYS: dict[type[Any], Any] = {WorkdayOverride: WorkdayOverride.day, WorkdayYear: WorkdayYear.year}
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


def get_own(uow: UnitOfWork, model: type[RowT], organization_id: UUID, key: date | int) -> RowT:
    """Return the entry of a day or a year in the tree of a visible organisation; or NotFound."""
    root_id = get_visible(uow.session, uow.actor, organization_id).root_id
    return uow.get_or_404(_select(model, root_id, key), _MISSING[model])


def _select(model: type[RowT], root_id: UUID, key: date | int) -> Select[RowT]:
    return select(model).where(model.root_id == root_id, _KEYS[model] == key)


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
    mark = uow.session.scalars(_select(WorkdayYear, organization.root_id, year)).one_or_none()
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


def write(
    uow: UnitOfWork,
    model: type[RowT],
    organization_id: UUID,
    key: date | int,
    payload: WorkdayOverrideWrite | WorkdayYearWrite,
    if_match: str | None,
) -> RowT:
    """Enter what a tree says of a day or a year; an entry that exists takes its version."""
    root_id, trail, before = _managed_root(uow, organization_id), _TRAILS[model], None
    row = uow.session.scalars(_select(model, root_id, key)).one_or_none()
    if row is None:
        row = model(id=new_id(), root_id=root_id, **{_KEYS[model].key: key})
        uow.session.add(row)
    else:
        expect_version(row.version, if_match)
        before = trail.state(row)
    write_fields(row, payload)
    uow.session.flush()
    trail.note(uow, f"{trail.kind}.written", row, before)
    return row


def remove(
    uow: UnitOfWork, model: type[RowT], organization_id: UUID, key: date | int, if_match: str | None
) -> None:
    """Remove an entry, so that the state's calendar or what the program knows holds again."""
    _managed_root(uow, organization_id)
    row, trail = get_own(uow, model, organization_id, key), _TRAILS[model]
    expect_version(row.version, if_match)
    uow.session.delete(row)
    uow.session.flush()
    trail.note_as(uow, f"{trail.kind}.removed", row, trail.state(row), None)


def _managed_root(uow: UnitOfWork, organization_id: UUID) -> UUID:
    root_id = get_visible(uow.session, uow.actor, organization_id).root_id
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    return root_id
