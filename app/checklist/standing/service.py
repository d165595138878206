"""Where a part of the tree stands on a day: what is owed meets what was done. Nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from app.checklist.coverage import State, Tally, state_of
from app.checklist.due import after_event
from app.checklist.fulfilment import Duty, Evidence, Slot, fulfil
from app.checklist.scope import Asked, day_of
from app.checklist.standing.loading import Line, Loaded, load
from app.core.unit import Unit
from app.organizations.queries import get_visible
from app.rulesets.schemas import AfterEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing owed and how it stands on the day."""

    row: Any
    line: Line
    due_on: date | None
    state: State
    records: tuple[Evidence, ...]
    waived: bool

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
    titles: Mapping[UUID, tuple[str, str]]
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
    by_place: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in loaded.owed:
        by_place[row.organization_id].append(row)
    evidence = {record.id: record for record in loaded.evidence}
    done_at: defaultdict[UUID, list[Evidence]] = defaultdict(list)
    for record in loaded.evidence:
        done_at[record.organization_id].append(record)
    for rows in by_place.values():
        keys = _keys(loaded, rows)
        slots = [loaded.slot(row, keys[row.duty_id]) for row in rows]
        duties = [_duty(loaded.lines[line], key, keys, loaded) for line, key in keys.items()]
        given = _given(_Place(rows, slots, duties, done_at), loaded.links, evidence, day)
        events = _events(loaded, rows, given)
        for row, slot in zip(rows, slots, strict=True):
            line = loaded.lines[row.duty_id]
            yield _entry(row, line, _dated(slot, line, events), given.get(row.id, ()), day)


@dataclass(frozen=True, slots=True)
class _Place:
    """One list's things: what is owed, by which duties, and what was done where."""

    rows: Sequence[Any]
    slots: Sequence[Slot]
    duties: Sequence[Duty]
    done_at: Mapping[UUID, Sequence[Evidence]]


def _given(
    place: _Place,
    linked: Mapping[UUID, tuple[UUID, ...]],
    evidence: Mapping[UUID, Evidence],
    day: date,
) -> Mapping[UUID, tuple[Evidence, ...]]:
    """What fulfils the things owed on one list."""
    links = {row.id: linked[row.id] for row in place.rows if row.id in linked}
    doers = {row.owed_by_id for row in place.rows} | {row.organization_id for row in place.rows}
    records = {record.id: record for doer in doers for record in place.done_at.get(doer, ())}
    by_hand = (item for items in links.values() for item in items if item in evidence)
    records |= {item: evidence[item] for item in by_hand}
    waived = {row.id for row in place.rows if _is_waived(row, day)}
    found = fulfil(place.slots, place.duties, records.values(), links, waived=waived, as_of=day)
    return {slot: tuple(evidence[item] for item in items) for slot, items in found.by_slot.items()}


def _is_waived(row: Any, day: date) -> bool:  # noqa: ANN401 - a row
    return row.waived_on is not None and row.waived_on <= day


def _keys(loaded: Loaded, rows: Sequence[Any]) -> dict[UUID, str]:
    """A key for each line, in the list's order; an amended line has its code, but not its key."""
    lines = sorted({row.duty_id for row in rows}, key=lambda one: (loaded.lines[one].position, one))
    seen: set[str] = set()
    keys: dict[UUID, str] = {}
    for line in lines:
        code = loaded.lines[line].obligation.code
        keys[line] = code if code not in seen else f"{code}@{line}"
        seen.add(code)
    return keys


def _duty(line: Line, key: str, keys: Mapping[UUID, str], loaded: Loaded) -> Duty:
    shares = frozenset(line.obligation.shares_with)
    partners = (other for one, other in keys.items() if loaded.lines[one].obligation.code in shares)
    return Duty(key, line.obligation.counts, frozenset(partners))


def _events(
    loaded: Loaded, rows: Sequence[Any], given: Mapping[UUID, tuple[Evidence, ...]]
) -> Mapping[str, date]:
    """The day on which each duty was first fulfilled: what other deadlines are counted from."""
    first: dict[str, date] = {}
    for row in rows:
        records = given.get(row.id)
        if records and records[0].happened_on is not None:
            code = loaded.lines[row.duty_id].obligation.code
            first[code] = min(first.get(code, date.max), records[0].happened_on)
    return first


def _dated(slot: Slot, line: Line, events: Mapping[str, date]) -> Slot:
    """The slot with the deadline that follows from an event, once that has happened."""
    due = line.obligation.due
    if isinstance(due, AfterEvent) and due.event in events:
        return replace(slot, due_on=after_event(due, events[due.event]))
    return slot


def _entry(
    row: Any,  # noqa: ANN401 - a row
    line: Line,
    slot: Slot,
    records: tuple[Evidence, ...],
    day: date,
) -> Entry:
    waived = _is_waived(row, day)
    fulfilled_on = records[0].happened_on if records else None
    state = state_of(slot, fulfilled_on, waived=waived, as_of=day)
    return Entry(row, line, slot.due_on, state, records, waived)
