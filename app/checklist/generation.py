"""What falls due from the lines of published lists: one row for each thing owed, made once.

There is one of each by code, holder, period and number: a line that replaces another under its
code takes over what the other owed, with all that people said of it. Making them again changes
nothing. What lies in the past, is waived or has a record linked to it is never taken away.

Rows are made for the whole of a year, as if whoever owes them had always been there: how long that
was is asked when they are read (``standing.times``), since it is corrected at any time.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, bindparam, cast, delete, or_, select, update

from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.periods import Period, due_on, periods
from app.checklist.queries import groups_of
from app.checklist.rules import ListStatus
from app.core.bulk import BATCH, insert_rows
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.rulesets.schemas import Obligation
from app.workdays.queries import work_calendar
from app.workdays.work_calendar import WorkCalendar

Key = tuple[str, UUID, str, int]
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


class Known(NamedTuple):
    """A row that is there: its list's organisation and year, and what making it anew may change."""

    id: UUID
    owed_by_id: UUID
    year: int
    duty_id: UUID
    organization_id: UUID
    first_on: date
    last_on: date
    due_on: date | None

    def differs(self, row: Row) -> bool:
        """Whether it would be made otherwise now."""
        return self[3:] != (
            *(row.duty_id, row.organization_id, row.first_on, row.last_on, row.due_on),
        )


class Line(NamedTuple):
    """A line of a list: what it says, and from when until (not on) when."""

    id: UUID
    code: str
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


def owed(line: Line, plan: Schedule) -> Iterator[tuple[Period, date | None]]:
    """In which periods a line is owed, with the deadlines. Pure.

    A period belongs to the line that holds on the period's last day.
    """
    for period, due in plan.periods:
        if line.effective_from <= period.last < line.effective_until:
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
    groups = _groups(unit, places)
    wanted = {key: row for rows in _wanted(unit, lists, places, groups, told) for key, row in rows}
    known = _known(unit, lists, groups)
    if known:
        today = max(unit.today(zone) for zone in {place.time_zone for place in places.values()})
        _take_away(unit, [row.id for key, row in known.items() if key not in wanted], today)
        _carry_over(unit, [(row, wanted[key]) for key, row in known.items() if key in wanted])
    new = [row for key, row in wanted.items() if key not in known]
    insert_rows(unit.connection, _OCCURRENCES, Row._fields, new)
    return len(new)


def _wanted(
    unit: Unit,
    lists: Sequence[DutyList],
    places: Mapping[UUID, Organization],
    groups: Mapping[UUID, Sequence[UUID]],
    told: Callable[[int], None] | None,
) -> Iterator[list[tuple[Key, Row]]]:
    schedules = _Schedules(unit, {place.root_id for place in places.values()})
    lines = _lines(unit, lists)
    for done, one in enumerate(lists, start=1):
        place = places[one.organization_id]
        rows: list[tuple[Key, Row]] = []
        for line in lines[one.id]:
            plan = schedules.of(place.root_id, one.year, line)
            for holder in groups[place.id] if plan.obligation.for_each_group else (place.id,):
                rows += _rows(place.id, one.year, line, plan, holder)
        yield rows
        if told:
            told(done)


def _rows(
    place: UUID, year: int, line: Line, plan: Schedule, holder: UUID
) -> Iterator[tuple[Key, Row]]:
    for period, due in owed(line, plan):
        for number in range(1, plan.obligation.frequency.times + 1):
            row = Row(
                *(new_id(), line.id, place, holder, year, period.name),
                *(period.first, period.last, number, due, 1),
            )
            yield (line.code, holder, period.name, number), row


def _lines(unit: Unit, lists: Sequence[DutyList]) -> Mapping[UUID, list[Line]]:
    columns = _DUTIES.c
    statement = (
        select(
            *(columns.list_id, columns.id, columns.code, cast(columns.content, String)),
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


def _groups(unit: Unit, places: Mapping[UUID, Organization]) -> defaultdict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for group in unit.session.scalars(groups_of(places)):
        if group.parent_id is not None:
            found[group.parent_id].append(group.id)
    return found


def _known(
    unit: Unit, lists: Sequence[DutyList], groups: Mapping[UUID, Sequence[UUID]]
) -> dict[Key, Known]:
    """What is there of the lists, and of their groups' on the lists of branches that they left."""
    columns, owed_on = _OCCURRENCES.c, {(one.organization_id, one.year) for one in lists}
    places = {one.organization_id for one in lists}
    branch = {group: place for place, found in groups.items() for group in found}
    statement = (
        select(
            *(columns.id, columns.owed_by_id, columns.year, columns.duty_id),
            *(columns.organization_id, columns.first_on, columns.last_on, columns.due_on),
            *(_DUTIES.c.code, columns.period, columns.number),
        )
        .join(_DUTIES, _DUTIES.c.id == columns.duty_id)
        .where(
            columns.year.in_({one.year for one in lists}),
            or_(
                columns.organization_id.in_(places),
                columns.owed_by_id.in_(groups_of(places).with_only_columns(Organization.id)),
            ),
        )
    )
    found: dict[Key, Known] = {}
    for *cells, code, period, number in unit.connection.execute(statement):
        row = Known(*cells)
        here = row.organization_id, row.year
        if here in owed_on or (branch.get(row.owed_by_id), row.year) in owed_on:
            found[code, row.owed_by_id, period, number] = row
    return found


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


def _carry_over(unit: Unit, pairs: Iterable[tuple[Known, Row]]) -> None:
    """Let rows that stay follow their line: the one that replaced another, or the group's move."""
    changed = [
        {
            "known": known.id,
            "duty_id": row.duty_id,
            "organization_id": row.organization_id,
            "first_on": row.first_on,
            "last_on": row.last_on,
            "due_on": row.due_on,
        }
        for known, row in pairs
        if known.differs(row)
    ]
    if changed:
        columns = _OCCURRENCES.c
        statement = update(_OCCURRENCES).where(columns.id == bindparam("known"))
        unit.connection.execute(statement.values(version=columns.version + 1), changed)


def follow_founding(unit: Unit, organization: Organization) -> None:
    """Let a new party group owe what published lists of its branch ask of each group.

    From the year of its founding on, or from the present one when that is not known.
    """
    founded = organization.founded_on or unit.today(organization.time_zone)
    _follow(unit, organization, founded.year)


def follow_move(unit: Unit, organization: Organization) -> None:
    """Let a party group take what it owes along to its new branch's list of the present year.

    Earlier years stay on the list of the branch that it belonged to.
    """
    _follow(unit, organization, unit.today(organization.time_zone).year)


def _follow(unit: Unit, organization: Organization, year: int) -> None:
    if organization.kind != OrganizationKind.PARTY_GROUP:
        return
    lists = select(DutyList).where(
        DutyList.organization_id == organization.parent_id,
        DutyList.year >= year,
        DutyList.status == ListStatus.PUBLISHED,
    )
    generate(unit, unit.session.scalars(lists.with_for_update()).all())
