"""The status of one list on a day: what is owed meets what was done. Pure."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from app.checklist.matching import CandidateRecord, DutyCriteria, Id, Matching
from app.checklist.periods import DutyPeriod, after_event, clipped, due_on
from app.checklist.rules import State, state_of
from app.checklist.schemas import DutyWrite
from app.rulesets.rules import Having
from app.rulesets.schemas import AfterEvent, Obligation, WorkingDay
from app.workdays.rules import SpecialDay, WorkCalendar

MAX_MATCHINGS = 64
OwnDays = tuple[SpecialDay, ...]
_IN_LIST_ORDER = attrgetter("position", "id")


@dataclass(frozen=True, slots=True)
class DutyContent:
    """What a line of a year's list says; equal when its stored text is."""

    text: str
    year: int
    obligation: DutyWrite = field(compare=False)


class DutyLine(NamedTuple):
    """A line of a list: what it says, and its place on the list."""

    id: Id
    position: int
    content: DutyContent

    @property
    def obligation(self) -> DutyWrite:
        """What is owed, on what grounds, and who answers for it."""
        return self.content.obligation


class DoneText(NamedTuple):
    """What an organisation did: the JSON of its records, as ``_evidence`` reads them."""

    organization_id: Id
    records: str


class Life(NamedTuple):
    """The first day of an organisation and the first day without it; None if not known."""

    founded_on: date | None
    dissolved_on: date | None

    def covers(self, year: int) -> bool:
        """Tell whether the organisation exists on all days of a year."""
        founded = self.founded_on is None or self.founded_on <= date(year, 1, 1)
        return founded and (self.dissolved_on is None or self.dissolved_on > date(year, 12, 31))


class ListQuestion(NamedTuple):
    """All that the status of a list follows from, beside its plan.

    What was waived by ``waived_by`` is waived, whichever day is asked for. ``linked`` are the
    records that people linked to what is owed, ``links`` their ids by the id of what they were
    linked to. ``lives`` are those of the holders who do not exist for all of the year; ``own_days``
    the tree's own days, if a deadline on the list counts working days.
    """

    day: date
    waived_by: date
    done: tuple[DoneText, ...]
    linked: tuple[DoneText, ...] = ()
    links: tuple[tuple[Id, tuple[Id, ...]], ...] = ()
    lives: tuple[tuple[Id, Life], ...] = ()
    own_days: OwnDays = ()


class OccurrenceRow(NamedTuple):
    """One thing owed, as it is stored; the columns in the order in which they are read."""

    id: Id
    line: DutyLine
    owed_by_id: Id
    first: date
    last: date
    due_on: date | None
    number: int
    period: str
    waived_on: date | None
    waived_reason: str | None
    version: int


class OccurrenceStatus(NamedTuple):
    """One thing owed, with its state on the day."""

    row: OccurrenceRow
    list_owner_id: Id
    state: State
    records: Sequence[CandidateRecord]
    waived: bool

    @property
    def id(self) -> UUID:
        """The id of the thing owed."""
        return UUID(self.row.id)

    @property
    def organization_id(self) -> UUID:
        """The organisation on whose list it stands."""
        return UUID(self.list_owner_id)

    @property
    def owed_by_id(self) -> UUID:
        """Who owes it: the organisation, or one of its groups."""
        return UUID(self.row.owed_by_id)

    @property
    def is_owed_by_group(self) -> bool:
        """Whether one of the organisation's groups owes it."""
        return bool(self.row.owed_by_id != self.list_owner_id)

    @property
    def line(self) -> DutyLine:
        """The line that asks for it."""
        return self.row.line

    @property
    def obligation(self) -> DutyWrite:
        """What is owed, on what grounds, and who answers for it."""
        return self.row.line.content.obligation

    @property
    def due_on(self) -> date | None:
        """The deadline; of what follows an event, once that has happened."""
        return self.row.due_on

    @property
    def fulfilled_on(self) -> date | None:
        """The day of the record that fulfilled it."""
        return self.records[0].happened_on if self.records else None


class StatusOfList:
    """The status of the things owed on one list, by deadline."""

    def __init__(self, organization_id: Id, entries: Iterable[OccurrenceStatus]) -> None:
        """Take the entries of the organisation's list."""
        self.owner_id = organization_id
        self.entries = tuple(entries)

    @property
    def organization_id(self) -> UUID:
        """The organisation whose list it is."""
        return UUID(self.owner_id)

    def owed_by(self, holder: UUID) -> "StatusOfList":
        """Select what one of the organisation's groups owes."""
        own = (entry for entry in self.entries if entry.owed_by_id == holder)
        return StatusOfList(self.owner_id, own)

    def within(self, first: date, last: date) -> "StatusOfList":
        """Select what is owed in periods that end between two days, both inclusive."""
        ending = (entry for entry in self.entries if first <= entry.row.last <= last)
        return StatusOfList(self.owner_id, ending)

    @cached_property
    def lines(self) -> Sequence[DutyLine]:
        """The lines of which something is owed, in the order of the entries."""
        return tuple({entry.row.line.id: entry.row.line for entry in self.entries}.values())

    @cached_property
    def matrix_cells(self) -> bytes:
        """The list's cells of the matrix as JSON: states by duty and month of the period's end."""
        cells: dict[tuple[Id, int], list[str]] = {}
        codes = {line.id: line.obligation.code for line in self.lines}
        for row, _, state, _, _ in self.entries:
            cells.setdefault((codes[row.line.id], row.last.month), []).append(state._value_)
        return to_json(
            [
                {"code": code, "month": month, "states": states}
                for (code, month), states in cells.items()
            ]
        )


class ListPlan:
    """The lines of a list and what is owed on it, by stored deadline; never changed.

    It remembers its answer to the last question: most pages ask the same again, and an equal
    question has an equal answer.
    """

    def __init__(self, organization_id: Id, lines: Iterable[DutyLine], owed: str) -> None:
        """Take the lines of a list, and the JSON of what is owed: ``OccurrenceRow``s by column."""
        self.organization_id = organization_id
        line_of = {line.id: line for line in lines}
        self.rows = _owed_rows(json.loads(owed), line_of)
        used = {row.line.id: row.line for row in self.rows}
        self.lines = sorted(used.values(), key=_IN_LIST_ORDER)
        self.doers = tuple(dict.fromkeys((organization_id, *(row.owed_by_id for row in self.rows))))
        self._matching, keys = _matching_for(tuple(line.content for line in self.lines))
        self._key_of = {line.id: key for line, key in zip(self.lines, keys, strict=True)}
        self._last: tuple[ListQuestion, StatusOfList] | None = None

    @property
    def counts_working_days(self) -> bool:
        """Whether a deadline of its lines follows the calendar of working days."""
        return any(isinstance(line.obligation.due, WorkingDay) for line in self.lines)

    def status(self, question: ListQuestion) -> StatusOfList:
        """Work out the status of the list on the day of a question."""
        last = self._last
        if last is None or last[0] != question:
            last = self._last = (question, self._status(question))
        return last[1]

    def _status(self, question: ListQuestion) -> StatusOfList:
        rows = self._rows_of_day(question)
        slots: dict[str, defaultdict[Id, list[OccurrenceRow]]]
        slots = {key: defaultdict(list) for key in self._key_of.values()}
        for row in rows:
            slots[self._key_of[row.line.id]][row.owed_by_id].append(row)
        waived = {row.id for row in rows if row.waived_on and row.waived_on <= question.waived_by}
        records_of = self._matching.match(
            slots, _evidence(question), dict(question.links), waived=waived, as_of=question.day
        )
        if any(isinstance(line.obligation.due, AfterEvent) for line in self.lines):
            rows = _with_event_deadlines(rows, records_of)
        entries = (
            _status_of(self.organization_id, row, records_of.get(row.id, ()), waived, question.day)
            for row in rows
        )
        return StatusOfList(self.organization_id, entries)

    def _rows_of_day(self, question: ListQuestion) -> Sequence[OccurrenceRow]:
        """List what is owed as the tree and its calendar are now.

        How long an organisation exists and which days are worked may be put right at any time, so
        neither is stored with what is owed.
        """
        rows = self.rows
        if self.counts_working_days:
            calendar = WorkCalendar(own={special.day: special for special in question.own_days})
            rows = [_on_working_day(row, calendar) for row in rows]
        lives = dict(question.lives)
        return [row for row in rows if _exists_for(row, lives)] if lives else rows


def _status_of(
    owner: Id,
    row: OccurrenceRow,
    records: Sequence[CandidateRecord],
    waived: Collection[Id],
    day: date,
) -> OccurrenceStatus:
    first = records[0].happened_on if records else None
    is_waived, by_hand = row.id in waived, not row.line.obligation.counts
    state = state_of(row.due_on, first, waived=is_waived, as_of=day, by_hand=by_hand)
    return OccurrenceStatus(row, owner, state, records, is_waived)


class _Days(dict[str, date]):
    """Days by their ISO text, each parsed once."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def _owed_rows(stored: list[list[Any]], line_of: Mapping[Id, DutyLine]) -> Sequence[OccurrenceRow]:
    """Make rows of stored ones, by deadline; what has none yet comes first."""
    stored.sort(key=lambda row: (row[5] or "", row[3], row[6], row[0]))
    days = _Days()
    return [
        OccurrenceRow(
            *(id_, line_of[line], holder, days[first], days[last]),
            *(days[due] if due else None, number, period),
            *(days[waived] if waived else None, reason, version),
        )
        for id_, line, holder, first, last, due, number, period, waived, reason, version in stored
    ]


def _on_working_day(row: OccurrenceRow, calendar: WorkCalendar) -> OccurrenceRow:
    due = row.line.obligation.due
    if not isinstance(due, WorkingDay):
        return row
    return row._replace(due_on=due_on(due, _period(row), calendar))


def _exists_for(row: OccurrenceRow, lives: Mapping[Id, Life]) -> bool:
    """Tell whether the holder exists long enough to owe the row."""
    life = lives.get(row.owed_by_id)
    if life is None:
        return True
    every = row.line.obligation.frequency.every
    return clipped(_period(row), *life, every=every, due_on=row.due_on) is not None


def _period(row: OccurrenceRow) -> DutyPeriod:
    return DutyPeriod(row.first, row.last, row.period)


_HAVING = {
    (False, False): frozenset[Having](),
    (True, False): frozenset({Having.APPRAISAL}),
    (False, True): frozenset({Having.SECRETARY}),
    (True, True): frozenset({Having.APPRAISAL, Having.SECRETARY}),
}


def _evidence(question: ListQuestion) -> Iterable[CandidateRecord]:
    """List what the holders did or is linked, each record once."""
    days, records = _Days(), {}
    for organization_id, text in chain(question.linked, question.done):
        for id_, kind, type_, topic, on, late, appraised, by_secretary, pair, title in json.loads(
            text
        ):
            having = _HAVING[bool(appraised), bool(by_secretary)]
            records[id_] = CandidateRecord(
                *(id_, kind, type_, topic, organization_id, days[on], True, bool(late)),
                *(having, pair, title),
            )
    return records.values()


def _with_event_deadlines(
    rows: Sequence[OccurrenceRow], records_of: Mapping[Id, Sequence[CandidateRecord]]
) -> list[OccurrenceRow]:
    """Set the deadlines that follow from events which have happened.

    An event is the day on which a duty was first fulfilled.
    """
    first: dict[str, date] = {}
    for row in rows:
        records = records_of.get(row.id)
        if records and records[0].happened_on is not None:
            code = row.line.obligation.code
            first[code] = min(first.get(code, date.max), records[0].happened_on)

    def dated(row: OccurrenceRow) -> OccurrenceRow:
        due = row.line.obligation.due
        if isinstance(due, AfterEvent) and due.event in first:
            return row._replace(due_on=after_event(due, first[due.event]))
        return row

    return [dated(row) for row in rows]


@lru_cache(maxsize=MAX_MATCHINGS)
def _matching_for(contents: tuple[DutyContent, ...]) -> tuple[Matching, tuple[str, ...]]:
    """Make what lines say ready for matching, with a key for each line.

    Most lists of a tree say the same, and what they say decides all of it.
    """
    duties: dict[str, Obligation] = {}
    for position, content in enumerate(contents):
        code = content.obligation.code
        # A line that was amended has the code of its successor, but not its key.
        duties[code if code not in duties else f"{code}@{position}"] = content.obligation
    return Matching([_duty(key, duties) for key in duties]), tuple(duties)


def _duty(key: str, duties: Mapping[str, Obligation]) -> DutyCriteria:
    shares = frozenset(duties[key].shares_with)
    partners = frozenset(other for other, duty in duties.items() if duty.code in shares)
    return DutyCriteria(key, duties[key].counts, partners)
