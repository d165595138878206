"""What falls due from the lines of published lists: one row for each thing owed, made once.

Making them again changes nothing. What lies in the past, is waived or has a record linked to it is
never touched, whatever becomes of the line.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, cast, delete, select

from app.checklist.due import due_on
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.periods import Period, clipped, periods
from app.checklist.queries import groups_of
from app.core.bulk import BATCH, insert_rows
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.rulesets.schemas import Obligation
from app.workdays.queries import work_calendar
from app.workdays.work_calendar import WorkCalendar

Key = tuple[UUID, UUID, date, int]
_OCCURRENCES: Any = Occurrence.__table__
_DUTIES: Any = Duty.__table__


class Row(NamedTuple):
    """Something to be owed, with the names of its columns."""

    id: UUID
    duty_id: UUID
    organization_id: UUID
    owed_by_id: UUID
    year: int
    period: str
    first_on: date
    last_on: date
    number: int
    due_on: date | None
    version: int

    @property
    def key(self) -> Key:
        """What there is one of."""
        return self.duty_id, self.owed_by_id, self.first_on, self.number


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owes: an organisation or one of its groups, for as long as it exists."""

    id: UUID
    founded_on: date | None
    dissolved_on: date | None


class Line(NamedTuple):
    """A line of a list: what it says, and from when until (not on) when."""

    id: UUID
    content: str
    effective_from: date
    effective_until: date


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


def owed(line: Line, plan: Schedule, holder: Holder) -> Iterator[tuple[Period, date | None]]:
    """In which periods one holder owes a line, with the deadlines. Pure.

    A period belongs to the line that holds on the period's last day.
    """
    every = plan.obligation.frequency.every
    founded, dissolved = holder.founded_on, holder.dissolved_on
    for period, due in plan.periods:
        if line.effective_from <= period.last < line.effective_until and clipped(
            period, founded, dissolved, every=every, due_on=due
        ):
            yield period, due


class _Schedules:
    """Schedules made once for each content: most lists of a tree have the same lines."""

    def __init__(self, unit: Unit, roots: Iterable[UUID]) -> None:
        self._calendars = {root: work_calendar(unit.session, root) for root in roots}
        self._known: dict[tuple[UUID, int, str], Schedule] = {}

    def of(self, root: UUID, year: int, line: Line) -> Schedule:
        """The schedule of a line."""
        key = root, year, line.content
        if key not in self._known:
            content = json.loads(line.content)
            obligation = Obligation.model_validate(
                {name: content[name] for name in Obligation.model_fields}
            )
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
    wanted = [row for rows in _wanted(unit, lists, places, told) for row in rows]
    known = _known(unit, lists)
    if known:
        today = max(unit.today(zone) for zone in {place.time_zone for place in places.values()})
        still = {row.key for row in wanted}
        _take_away(unit, [known[key] for key in known.keys() - still], today)
        wanted = [row for row in wanted if row.key not in known]
    insert_rows(unit.connection, _OCCURRENCES, Row._fields, wanted)
    return len(wanted)


def _wanted(
    unit: Unit,
    lists: Sequence[DutyList],
    places: Mapping[UUID, Organization],
    told: Callable[[int], None] | None,
) -> Iterator[list[Row]]:
    groups = _groups(unit, places)
    schedules = _Schedules(unit, {place.root_id for place in places.values()})
    lines = _lines(unit, lists)
    for done, one in enumerate(lists, start=1):
        place = places[one.organization_id]
        own = [_holder(place)]
        rows: list[Row] = []
        for line in lines[one.id]:
            plan = schedules.of(place.root_id, one.year, line)
            for holder in groups[place.id] if plan.obligation.for_each_group else own:
                rows += _rows(place.id, one.year, line, plan, holder)
        yield rows
        if told:
            told(done)


def _rows(place: UUID, year: int, line: Line, plan: Schedule, holder: Holder) -> Iterator[Row]:
    for period, due in owed(line, plan, holder):
        for number in range(1, plan.obligation.frequency.times + 1):
            yield Row(
                *(new_id(), line.id, place, holder.id, year, period.name),
                *(period.first, period.last, number, due, 1),
            )


def _lines(unit: Unit, lists: Sequence[DutyList]) -> Mapping[UUID, list[Line]]:
    columns = _DUTIES.c
    statement = (
        select(
            *(columns.list_id, columns.id, cast(columns.content, String)),
            *(columns.effective_from, columns.effective_until),
        )
        .where(columns.list_id.in_([one.id for one in lists]))
        .order_by(columns.list_id, columns.position, columns.effective_from, columns.id)
    )
    found: dict[UUID, list[Line]] = defaultdict(list)
    for list_id, *line in unit.connection.execute(statement):
        found[list_id].append(Line(*line))
    return found


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
