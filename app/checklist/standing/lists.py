"""One list on a day: what is owed on it meets what was done. Pure, so it is worked out once.

The plan and the cells of what was done say all that a list's standing follows from. As long as they
stay the same, the standing that was worked out from them is kept; any change is another question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple
from uuid import UUID

from pydantic_core import to_json

from app.checklist.coverage import State, state_of
from app.checklist.due import Id, after_event
from app.checklist.fulfilment import Evidence
from app.checklist.standing.plans import Cells, Line, Plan
from app.checklist.standing.rows import Owed, row_of
from app.checklist.standing.shapes import shape_of
from app.checklist.standing.times import Life, OwnDays, owed_now
from app.core.columns import day_of, uuid_of
from app.rulesets.rules import Having
from app.rulesets.schemas import AfterEvent, Obligation

# Some ten megabytes at most; a question about more lists than that works each of them out.
KEPT = 512
_STATES = {state: str(state) for state in State}


class Entry(NamedTuple):
    """One thing owed and how it stands on the day; ids of its parts are the driver's."""

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


class ListStanding:
    """How the things owed on one list stand, by deadline."""

    def __init__(self, organization_id: UUID, entries: Iterable[Entry]) -> None:
        """The entries are those of the organisation."""
        self.organization_id = organization_id
        self.entries = tuple(entries)

    def of(self, holder: UUID) -> "ListStanding":
        """What one of its party groups owes of it."""
        own = (entry for entry in self.entries if entry.owed_by_id == holder)
        return ListStanding(self.organization_id, own)

    def within(self, first: date, last: date) -> "ListStanding":
        """What of it is owed in periods that end between two days."""
        ending = (entry for entry in self.entries if first <= entry.row.last <= last)
        return ListStanding(self.organization_id, ending)

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The lines of which something is owed, as they are met."""
        return tuple({entry.row.duty_id: entry.line for entry in self.entries}.values())

    @cached_property
    def cells(self) -> bytes:
        """Its cells of the matrix as JSON, by duty and by the month in which a period ends."""
        cells: dict[tuple[str, int], list[str]] = {}
        for entry in self.entries:
            key = entry.line.content.code, entry.row.last.month
            cells.setdefault(key, []).append(_STATES[entry.state])
        return to_json(
            [
                {"code": code, "month": month, "states": states}
                for (code, month), states in cells.items()
            ]
        )


@lru_cache(maxsize=KEPT)
def list_standing(
    plan: Plan,
    done: tuple[Cells, ...],
    links: tuple[tuple[Id, tuple[Id, ...]], ...],
    day: date,
    waived_by: date,
    lives: tuple[tuple[Id, Life], ...] = (),
    own_days: OwnDays = (),
) -> ListStanding:
    """How a list stands: what is owed on it, what was done there or is linked, the links.

    What was waived by ``waived_by`` is waived, whichever day is asked for. ``lives`` and
    ``own_days`` are as ``times.owed_now`` takes them.
    """
    line_of = {line.id: line for line in plan.lines}
    rows = owed_now(map(row_of, plan.owed), line_of, dict(lives), own_days)
    shape, key_of = shape_of(plan.lines)
    wanted: dict[str, defaultdict[Id, list[Owed]]] = {key: defaultdict(list) for key in shape.keys}
    for row in rows:
        wanted[key_of[row.duty_id]][row.owed_by_id].append(row)
    waived = {row.id for row in rows if row.waived_on is not None and row.waived_on <= waived_by}
    given = shape.matching.match(
        wanted, map(_record, done), dict(links), waived=waived, as_of=day
    ).records
    if shape.awaits_events:
        rows = _dated(rows, line_of, given)
    entries = []
    for row in rows:
        records = given.get(row.id, ())
        first = records[0].happened_on if records else None
        by_hand = not line_of[row.duty_id].content.obligation.counts
        state = state_of(row, first, waived=row.id in waived, as_of=day, by_hand=by_hand)
        entries.append(Entry(row, line_of[row.duty_id], state, records, row.id in waived))
    return ListStanding(uuid_of(plan.organization_id), entries)


_HAVING = {
    (False, False): frozenset[Having](),
    (True, False): frozenset({Having.APPRAISAL}),
    (False, True): frozenset({Having.SECRETARY}),
    (True, True): frozenset({Having.APPRAISAL, Having.SECRETARY}),
}


def _record(cells: Cells) -> Evidence:
    identity, kind, type_, topic, place, happened_on, late_entry, *more = cells
    appraised, secretarys, pair = more
    return Evidence(
        id=identity,
        kind=kind,
        type=type_,
        topic=topic,
        organization_id=place,
        happened_on=day_of(happened_on),
        completed=True,
        late_entry=bool(late_entry),
        having=_HAVING[bool(appraised), bool(secretarys)],
        pair=pair,
    )


def _dated(
    rows: Sequence[Owed], lines: Mapping[Id, Line], given: Mapping[Id, Sequence[Evidence]]
) -> list[Owed]:
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
