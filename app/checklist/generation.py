"""What falls due from the lines of published lists: one row for each thing owed, made once.

Making them again changes nothing. What lies in the past, is waived or has a record linked to it is
never touched, whatever becomes of the line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from app.checklist.due import due_on
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.periods import Period, clipped, periods
from app.checklist.queries import duties_of, groups_of
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.rulesets.schemas import Obligation
from app.workdays.queries import work_calendar
from app.workdays.work_calendar import WorkCalendar

Row = dict[str, Any]
Key = tuple[UUID, UUID, date, int]
BATCH = 5000
# The table, not the class: the ORM would look at each of the rows.
_OCCURRENCES: Any = Occurrence.__table__
_NEW: Row = {"waived_on": None, "waived_reason": None, "waived_by_name": None, "version": 1}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owes: an organisation or one of its groups, for as long as it exists."""

    id: UUID
    founded_on: date | None
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """An obligation's periods in a year, each with its deadline."""

    obligation: Obligation
    periods: tuple[tuple[Period, date | None], ...]


def schedule(obligation: Obligation, year: int, calendar: WorkCalendar) -> Schedule:
    """When an obligation is owed in a year. Pure."""
    found = periods(obligation.frequency, year)
    return Schedule(
        obligation, tuple((one, due_on(obligation.due, one, calendar)) for one in found)
    )


def owed(duty: Duty, plan: Schedule, holder: Holder, year: int) -> Iterator[Row]:
    """What one holder owes of a line in its year. Pure.

    A period belongs to the line that holds on the period's last day.
    """
    frequency = plan.obligation.frequency
    for period, due in plan.periods:
        if not duty.effective_from <= period.last < duty.effective_until:
            continue
        founded, dissolved = holder.founded_on, holder.dissolved_on
        if not clipped(period, founded, dissolved, every=frequency.every, due_on=due):
            continue
        for number in range(1, frequency.times + 1):
            yield {
                "duty_id": duty.id,
                "owed_by_id": holder.id,
                "year": year,
                "period": period.name,
                "first_on": period.first,
                "last_on": period.last,
                "number": number,
                "due_on": due,
            }


class _Schedules:
    """Schedules made once for each content: most lists of a tree have the same lines."""

    def __init__(self, unit: Unit, roots: Iterable[UUID]) -> None:
        self._calendars = {root: work_calendar(unit.session, root) for root in roots}
        self._known: dict[tuple[UUID, int, str], Schedule] = {}

    def of(self, root: UUID, year: int, duty: Duty) -> Schedule:
        """The schedule of a line."""
        content = {name: duty.content[name] for name in Obligation.model_fields}
        key = root, year, repr(content)
        if key not in self._known:
            obligation = Obligation.model_validate(content)
            self._known[key] = schedule(obligation, year, self._calendars[root])
        return self._known[key]


def generate(
    unit: Unit, lists: Sequence[DutyList], told: Callable[[int], None] | None = None
) -> int:
    """Make what is missing of the lists' occurrences, take away what is not owed any more.

    Returns how many were made. ``told`` hears how many lists are done. A constant number of
    statements, but for the batches of a large tree.
    """
    if not lists:
        return 0
    places = _places(unit, lists)
    wanted = _wanted(unit, lists, places, told)
    known = _known(unit, lists)
    today = max(unit.today(zone) for zone in {place.time_zone for place in places.values()})
    _take_away(unit, [known[key] for key in known.keys() - wanted.keys()], today)
    rows = [_NEW | row | {"id": new_id()} for key, row in wanted.items() if key not in known]
    for start in range(0, len(rows), BATCH):
        unit.connection.execute(insert(_OCCURRENCES), rows[start : start + BATCH])
    return len(rows)


def _wanted(
    unit: Unit,
    lists: Sequence[DutyList],
    places: Mapping[UUID, Organization],
    told: Callable[[int], None] | None,
) -> dict[Key, Row]:
    groups = _groups(unit, places)
    schedules = _Schedules(unit, {place.root_id for place in places.values()})
    duties: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in unit.session.scalars(duties_of([one.id for one in lists])):
        duties[duty.list_id].append(duty)
    wanted: dict[Key, Row] = {}
    for done, one in enumerate(lists, start=1):
        place = places[one.organization_id]
        for duty in duties[one.id]:
            plan = schedules.of(place.root_id, one.year, duty)
            for holder in groups[place.id] if plan.obligation.for_each_group else [_holder(place)]:
                for row in owed(duty, plan, holder, one.year):
                    row["organization_id"] = place.id
                    key = (row["duty_id"], row["owed_by_id"], row["first_on"], row["number"])
                    wanted[key] = row
        if told:
            told(done)
    return wanted


def _places(unit: Unit, lists: Sequence[DutyList]) -> Mapping[UUID, Organization]:
    wanted = select(Organization).where(Organization.id.in_({one.organization_id for one in lists}))
    return {place.id: place for place in unit.session.scalars(wanted)}


def _groups(unit: Unit, places: Mapping[UUID, Organization]) -> Mapping[UUID, list[Holder]]:
    found: dict[UUID, list[Holder]] = defaultdict(list)
    for group in unit.session.scalars(groups_of(places)):
        if group.parent_id is not None:
            found[group.parent_id].append(_holder(group))
    return found


def _holder(place: Organization) -> Holder:
    return Holder(place.id, place.founded_on, place.dissolved_on)


def _known(unit: Unit, lists: Sequence[DutyList]) -> dict[Key, UUID]:
    columns = Occurrence.__table__.c
    duties = select(Duty.id).where(Duty.list_id.in_([one.id for one in lists]))
    statement = select(
        columns.id, columns.duty_id, columns.owed_by_id, columns.first_on, columns.number
    ).where(columns.duty_id.in_(duties))
    return {
        (row.duty_id, row.owed_by_id, row.first_on, row.number): row.id
        for row in unit.session.execute(statement)
    }


def _take_away(unit: Unit, ids: Sequence[UUID], today: date) -> None:
    """Remove what is not owed any more, unless it is over, waived or linked."""
    for start in range(0, len(ids), BATCH):
        unit.session.execute(
            delete(Occurrence).where(
                Occurrence.id.in_(ids[start : start + BATCH]),
                Occurrence.last_on >= today,
                Occurrence.waived_on.is_(None),
                Occurrence.id.not_in(select(OccurrenceRecord.occurrence_id)),
            )
        )
