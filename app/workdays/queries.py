"""Reading what trees say of their days."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.unit import Unit
from app.organizations.queries import get_visible
from app.workdays.models import WorkdayOverride, WorkdayYear
from app.workdays.rules import SpecialDay
from app.workdays.schemas import SpecialDayRead, WorkdaysRead
from app.workdays.work_calendar import WorkCalendar


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


def visible_root(unit: Unit, organization_id: UUID) -> UUID:
    """The root of the tree in which the actor sees this organisation, or NotFound."""
    return get_visible(unit.session, unit.actor, organization_id).root_id


def get_override(unit: Unit, root_id: UUID, day: date) -> WorkdayOverride:
    """What the tree says of a day, or NotFound."""
    statement = overrides_of(root_id).where(WorkdayOverride.day == day)
    return unit.get_or_404(statement, "这一天没有本单位自定的安排。")


def get_year(unit: Unit, root_id: UUID, year: int) -> WorkdayYear:
    """What the tree says of a year, or NotFound."""
    statement = years_of(root_id).where(WorkdayYear.year == year)
    return unit.get_or_404(statement, "本单位没有对这一年作标记。")


def year_of_work(unit: Unit, organization_id: UUID, year: int | None) -> WorkdaysRead:
    """A year's days off and swapped weekends, by the tree of an organisation in sight.

    Without a year it is the present one in the organisation's zone. Raises NotFound.
    """
    organization = get_visible(unit.session, unit.actor, organization_id)
    year = year or unit.today(organization.time_zone).year
    inside = WorkdayOverride.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = unit.session.scalars(overrides_of(organization.root_id).where(inside))
    own = {row.day: row for row in rows}
    said = unit.session.scalars(
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
