"""Where a part of the tree stands on a day: what is owed meets what was done. Nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Protocol
from uuid import UUID

from app.checklist.coverage import State, Tally, state_of
from app.checklist.due import after_event
from app.checklist.fulfilment import Evidence, Id
from app.checklist.scope import Asked, day_of
from app.checklist.standing.loading import Line, Loaded, Owed, load
from app.checklist.standing.shapes import Shapes
from app.core.columns import uuid_of
from app.core.unit import Unit
from app.organizations.queries import get_visible
from app.rulesets.schemas import AfterEvent, Obligation

_PLACE = attrgetter("organization_id")


class Entry(NamedTuple):
    """One thing owed and how it stands on the day; ids are handles where not told otherwise."""

    row: Owed
    line: Line
    state: State
    records: Sequence[Evidence]
    waived: bool

    @property
    def id(self) -> UUID:
        """The UUID of the thing owed."""
        return uuid_of(self.row.id)

    @property
    def organization_id(self) -> UUID:
        """The UUID of the organisation on whose list it stands."""
        return uuid_of(self.row.organization_id)

    @property
    def owed_by_id(self) -> UUID:
        """The UUID of who owes it: the organisation, or one of its groups."""
        return uuid_of(self.row.owed_by_id)

    @property
    def obligation(self) -> Obligation:
        """What is owed, and on what grounds."""
        return self.line.content.obligation

    @property
    def due_on(self) -> date | None:
        """The deadline; of what follows an event, once that has happened."""
        return self.row.due_on

    @property
    def fulfilled_on(self) -> date | None:
        """The day of the record that fulfilled it."""
        return self.records[0].happened_on if self.records else None


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """A question about one month (``2018-09``): its year, as of a day or the month's end."""

    month: str
    day: date | None
    include_descendants: bool = False

    @property
    def year(self) -> int:
        """The month's year."""
        return int(self.month[:4])

    @property
    def as_of(self) -> date | None:
        """The day asked for, if any."""
        return self.day


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of the tree on a day, in the order of organisations and deadlines."""

    organization_id: UUID
    year: int
    as_of: date
    names: Mapping[UUID, str]
    titles: Mapping[Id, str]
    entries: Sequence[Entry]

    def tally(self, entries: Iterable[Entry]) -> Tally:
        """How many of some entries stand how."""
        return Tally.of(entry.state for entry in entries)


class PartAsked(Asked, Protocol):
    """A question about a year of an organisation, or of it and all below."""

    @property
    def include_descendants(self) -> bool:
        """Whether all below is asked for too."""
        ...


def standing(unit: Unit, organization_id: UUID, asked: PartAsked) -> Standing:
    """How the year's lists of an organisation, or of it and all below, stand on the day asked for.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        CoverageTooLarge: the scope holds more than can be worked out at once.
    """
    place = get_visible(unit.session, unit.actor, organization_id)
    day = day_of(unit, place, asked)
    loaded = load(unit, place.id, asked.year, day, include_descendants=asked.include_descendants)
    entries = tuple(_entries(loaded, day))
    return Standing(place.id, asked.year, day, loaded.names, loaded.titles, entries)


def _entries(loaded: Loaded, day: date) -> Iterator[Entry]:
    shapes = Shapes(loaded.lines)
    done = _Done(loaded.evidence)
    for _, rows in groupby(loaded.owed, _PLACE):
        yield from _entries_of_list(tuple(rows), loaded, shapes, done, day)


class _Done:
    """What was done, by id and by place."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.of: dict[Id, Evidence] = {}
        self.at: defaultdict[Id, list[Evidence]] = defaultdict(list)
        for record in evidence:
            self.of[record.id] = record
            self.at[record.organization_id].append(record)

    def by(self, doers: Iterable[Id], links: Mapping[Id, Sequence[Id]]) -> Iterable[Evidence]:
        """What some organisations did, and what is linked to what they owe; each once."""
        found = {record.id: record for doer in doers for record in self.at.get(doer, ())}
        for items in links.values():
            found |= {item: self.of[item] for item in items if item in self.of}
        return found.values()


def _entries_of_list(
    rows: Sequence[Owed], loaded: Loaded, shapes: Shapes, done: _Done, day: date
) -> Iterator[Entry]:
    """One list: what is owed on it meets what was done by those who owe."""
    shape, key_of = shapes.of({row.duty_id for row in rows})
    owed: dict[str, defaultdict[Id, list[Owed]]] = {key: defaultdict(list) for key in shape.keys}
    for row in rows:
        owed[key_of[row.duty_id]][row.owed_by_id].append(row)
    links = {row.id: loaded.links[row.id] for row in rows if row.id in loaded.links}
    doers = {row.owed_by_id for row in rows} | {rows[0].organization_id}
    waived = {row.id for row in rows if row.waived_on is not None and row.waived_on <= day}
    records = done.by(doers, links)
    given = shape.matching.match(owed, records, links, waived=waived, as_of=day).records
    if shape.awaits_events:
        rows = _dated(rows, loaded.lines, given)
    for row in rows:
        fulfilled_by = given.get(row.id, ())
        first = fulfilled_by[0].happened_on if fulfilled_by else None
        spared = row.id in waived
        state = state_of(row, first, waived=spared, as_of=day)
        yield Entry(row, loaded.lines[row.duty_id], state, fulfilled_by, spared)


def _dated(
    rows: Sequence[Owed], lines: Mapping[Id, Line], given: Mapping[Id, Sequence[Evidence]]
) -> Sequence[Owed]:
    """The things owed, with the deadlines that follow from events, once those have happened.

    An event is the day on which a duty was first fulfilled.
    """
    first: dict[str, date] = {}
    for row in rows:
        records = given.get(row.id)
        if records and records[0].happened_on is not None:
            code = lines[row.duty_id].content.obligation.code
            first[code] = min(first.get(code, date.max), records[0].happened_on)

    def dated(row: Owed) -> Owed:
        due = lines[row.duty_id].content.obligation.due
        if isinstance(due, AfterEvent) and due.event in first:
            return row._replace(due_on=after_event(due, first[due.event]))
        return row

    return [dated(row) for row in rows]
