"""Read and write what a tree says of days and years over the state's calendar."""

from datetime import date
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


def overrides_of(root_id: UUID) -> Select[WorkdayOverride]:
    """A tree's own days, in order."""
    statement = select(WorkdayOverride).where(WorkdayOverride.root_id == root_id)
    return statement.order_by(WorkdayOverride.day)


def years_of(root_id: UUID) -> Select[WorkdayYear]:
    """What a tree says of whole years, in order."""
    return select(WorkdayYear).where(WorkdayYear.root_id == root_id).order_by(WorkdayYear.year)


def work_calendar(session: Session, root_id: UUID) -> WorkCalendar:
    """A tree's calendar, of all years at once; two statements.

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
    """The root of the tree in which the actor sees this organisation, or NotFound."""
    return get_visible(uow.session, uow.actor, organization_id).root_id


def get_override(uow: UnitOfWork, root_id: UUID, day: date) -> WorkdayOverride:
    """What the tree says of a day, or NotFound."""
    statement = overrides_of(root_id).where(WorkdayOverride.day == day)
    return uow.get_or_404(statement, "这一天没有本单位自定的安排。")


def get_year(uow: UnitOfWork, root_id: UUID, year: int) -> WorkdayYear:
    """What the tree says of a year, or NotFound."""
    statement = years_of(root_id).where(WorkdayYear.year == year)
    return uow.get_or_404(statement, "本单位没有对这一年作标记。")


def year_of_work(uow: UnitOfWork, organization_id: UUID, year: int | None) -> WorkdaysRead:
    """A year's days off and swapped weekends, by the tree of an organisation in sight.

    Without a year it is the present one in the organisation's zone. Raises NotFound.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    year = year or uow.today(organization.time_zone).year
    inside = WorkdayOverride.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = uow.session.scalars(overrides_of(organization.root_id).where(inside))
    own = {row.day: row for row in rows}
    said = uow.session.scalars(
        years_of(organization.root_id).where(WorkdayYear.year == year)
    ).one_or_none()
    calendar = WorkCalendar(
        own={day: SpecialDay(day, row.works, row.name) for day, row in own.items()},
        published={said.year: said.published} if said else {},
    )
    return WorkdaysRead(
        year=year,
        published=calendar.is_published(year),
        provisional=not calendar.is_published(year),
        note=said.note if said else None,
        version=said.version if said else None,
        days=[_shown(special, own.get(special.day)) for special in calendar.special_days(year)],
    )


def _shown(special: SpecialDay, row: WorkdayOverride | None) -> SpecialDayRead:
    return SpecialDayRead(
        day=special.day,
        works=special.works,
        name=special.name,
        note=row.note if row else None,
        version=row.version if row else None,
    )


_OVERRIDE = Trail("workday_override", ("day", "works", "name", "note"), owner="root_id")
_YEAR = Trail("workday_year", ("year", "published", "note"), owner="root_id")


def write_override(
    uow: UnitOfWork,
    organization_id: UUID,
    day: date,
    wish: WorkdayOverrideWrite,
    if_match: str | None,
) -> WorkdayOverride:
    """Say of a day that it is worked or off; saying it anew takes the version that was seen."""
    root_id = _managed_root(uow, organization_id)
    of_day = overrides_of(root_id).where(WorkdayOverride.day == day)
    row = uow.session.scalars(of_day).one_or_none()
    if row is None:
        row = WorkdayOverride(id=new_id(), root_id=root_id, day=day, **wish.model_dump())
        uow.session.add(row)
        before = None
    else:
        expect_version(row.version, if_match)
        before = _OVERRIDE.state(row)
        write_fields(row, wish)
    uow.session.flush()
    _OVERRIDE.note(uow, "workday_override.written", row, before)
    return row


def remove_override(
    uow: UnitOfWork, organization_id: UUID, day: date, if_match: str | None
) -> None:
    """Let a day follow the state's calendar again."""
    root_id = _managed_root(uow, organization_id)
    row = get_override(uow, root_id, day)
    expect_version(row.version, if_match)
    uow.session.delete(row)
    uow.session.flush()
    _OVERRIDE.note_as(uow, "workday_override.removed", row, _OVERRIDE.state(row), None)


def write_year(
    uow: UnitOfWork, organization_id: UUID, year: int, wish: WorkdayYearWrite, if_match: str | None
) -> WorkdayYear:
    """Say of a year that its swaps are known, or are not; anew with the version that was seen."""
    root_id = _managed_root(uow, organization_id)
    of_year = years_of(root_id).where(WorkdayYear.year == year)
    row = uow.session.scalars(of_year).one_or_none()
    if row is None:
        row = WorkdayYear(id=new_id(), root_id=root_id, year=year, **wish.model_dump())
        uow.session.add(row)
        before = None
    else:
        expect_version(row.version, if_match)
        before = _YEAR.state(row)
        write_fields(row, wish)
    uow.session.flush()
    _YEAR.note(uow, "workday_year.written", row, before)
    return row


def remove_year(uow: UnitOfWork, organization_id: UUID, year: int, if_match: str | None) -> None:
    """Let the program's own knowledge of a year stand again."""
    root_id = _managed_root(uow, organization_id)
    row = get_year(uow, root_id, year)
    expect_version(row.version, if_match)
    uow.session.delete(row)
    uow.session.flush()
    _YEAR.note_as(uow, "workday_year.removed", row, _YEAR.state(row), None)


def _managed_root(uow: UnitOfWork, organization_id: UUID) -> UUID:
    root_id = visible_root(uow, organization_id)
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    return root_id
