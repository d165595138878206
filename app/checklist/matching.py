"""Which records fulfil which occurrences. Pure, the same for any order of the records."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeAlias

from app.items.rules import ItemKind
from app.rulesets.rules import Having
from app.rulesets.schemas import Counts

# The name of a thing: a UUID, or its text as the database gives it. The ids of one question are of
# one type; they are compared, and no more.
Id: TypeAlias = Any


class Slot(Protocol):
    """What the matching asks of an occurrence whose duty and holder are known."""

    @property
    def id(self) -> Id:
        """Its id."""
        ...

    @property
    def first(self) -> date:
        """The first day of its period."""
        ...

    @property
    def last(self) -> date:
        """The last day of its period, inclusive."""
        ...

    @property
    def number(self) -> int:
        """Which of the period's occurrences it is, from 1."""
        ...


# Occurrences by the code of their duty and by the holder whose records fulfil them.
ByDuty = Mapping[str, Mapping[Id, Sequence[Slot]]]


class CandidateRecord(NamedTuple):
    """A record that may fulfil something; the day on which it happened decides its period.

    ``title`` is None if the reader may not know it; it decides nothing.
    """

    id: Id
    kind: ItemKind
    type: str
    topic: str | None
    organization_id: Id
    happened_on: date | None
    completed: bool
    late_entry: bool
    having: frozenset[Having] = frozenset()
    pair: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class DutyCriteria:
    """The part of a duty that matching asks for: which records count, and whom it shares with."""

    code: str
    counts: Sequence[Counts]
    shares_with: frozenset[str] = frozenset()


ANY = MAX_KNOWN = 1_000
_ORDER = attrgetter("happened_on", "id")
_IN_PERIODS = attrgetter("first", "number", "id")


@dataclass(slots=True)
class _Ledger:
    """The records that have been given so far: by slot, and the duties that use each."""

    duties: Mapping[str, DutyCriteria]
    users: dict[Id, list[str]] = field(default_factory=dict)
    given: dict[Id, list[CandidateRecord]] = field(default_factory=dict)

    def may_serve(self, record: Id, code: str) -> bool:
        """Tell whether a duty may use a record: it has no user yet, or all of them share it."""
        users = self.users.get(record)
        if users is None:
            return True
        shares = self.duties[code].shares_with
        return code not in users and all(
            user in shares and code in self.duties[user].shares_with for user in users
        )

    def give(self, record: CandidateRecord, slot: Slot, code: str) -> None:
        """Give a record to a slot of a duty."""
        self.users.setdefault(record.id, []).append(code)
        self.given.setdefault(slot.id, []).append(record)


class Matching:
    """The duties of a list, ready to be matched with the records of any list that has them.

    Which duties a record counts for follows from its kind, type, topic, pair and what it has; each
    such combination is looked at once.
    """

    def __init__(self, duties: Sequence[DutyCriteria]) -> None:
        self._duties = {duty.code: duty for duty in duties}
        self._narrow_first = [duty.code for duty in sorted(duties, key=_breadth)]
        self._known: dict[tuple[object, ...], tuple[str, ...]] = {}

    def match(
        self,
        owed: ByDuty,
        records: Iterable[CandidateRecord],
        links: Mapping[Id, Collection[Id]],
        *,
        waived: Collection[Id] = frozenset(),
        as_of: date | None = None,
    ) -> Mapping[Id, Sequence[CandidateRecord]]:
        """Give records to occurrences.

        Completed records alone count, and none that happened after ``as_of``. What people linked
        by hand (``links``: slot to records) is given first, whatever the period, the holder, the
        type or the sharing; a slot that has such a record takes no other. Then the duties, narrow
        before broad and otherwise in their order, take the earliest records that count for them in
        each period, one for each number; slots of a period that are ``waived`` come after its
        others. A record serves a duty once; it serves a second duty only if each of the two names
        the other in ``shares_with``. What a period has too many of fills no other period.

        Returns:
            The records of each fulfilled slot by its id, earliest first: the first one decides the
            date. Takes n log n time.
        """
        last = as_of or date.max
        done = (
            record
            for record in records
            if record.completed and record.happened_on and record.happened_on <= last
        )
        seen = sorted(done, key=_ORDER)
        ledger = _Ledger(self._duties)
        if links:
            for code in self._duties:
                _give_linked(ledger, code, owed.get(code, {}), seen, links, waived)
        offered = self._offered(owed, seen)
        for code in self._narrow_first:
            for holder, offered_records in offered[code].items():
                slots = _in_order(owed[code][holder], waived)
                _give_matching(ledger, code, slots, offered_records)
        return ledger.given

    def _offered(
        self, owed: ByDuty, seen: Iterable[CandidateRecord]
    ) -> Mapping[str, Mapping[Id, Sequence[CandidateRecord]]]:
        """Collect the records that count for each duty, by who owes it, in order."""
        offered: dict[str, dict[Id, list[CandidateRecord]]] = {code: {} for code in self._duties}
        for record in seen:
            holder = record.organization_id
            for code in self._takers(record):
                if code in owed and holder in owed[code]:
                    offered[code].setdefault(holder, []).append(record)
        return offered

    def _takers(self, record: CandidateRecord) -> tuple[str, ...]:
        """List the duties for which a record counts."""
        key = (record.kind, record.type, record.topic, record.pair, record.having)
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
        takers = self._known.get(key)
        if takers is None:
            takers = self._known[key] = tuple(
                duty.code
                for duty in self._duties.values()
                if any(_counts(counts, record) for counts in duty.counts)
            )
        return takers


def _in_order(slots: Iterable[Slot], waived: Collection[Id]) -> list[Slot]:
    """Sort occurrences by period, in each period the waived ones last, then by number."""
    in_order = sorted(slots, key=_IN_PERIODS)
    if waived:
        in_order.sort(key=lambda slot: (slot.first, slot.id in waived))
    return in_order


def _give_linked(
    ledger: _Ledger,
    code: str,
    slots_of: Mapping[Id, Sequence[Slot]],
    seen: Sequence[CandidateRecord],
    links: Mapping[Id, Collection[Id]],
    waived: Collection[Id],
) -> None:
    """Give what people linked; of two slots of one duty the earlier has the record."""
    slots = [slot for of_holder in slots_of.values() for slot in of_holder if slot.id in links]
    for slot in _in_order(slots, waived):
        linked = set(links[slot.id])
        for record in seen:
            if record.id in linked and code not in ledger.users.get(record.id, ()):
                ledger.give(record, slot, code)


def _breadth(duty: DutyCriteria) -> tuple[int, int, int, int]:
    """Measure how much a duty takes, by the broadest of what it counts."""
    return max(map(_breadth_of, duty.counts), default=(0, 0, 0, 0))


def _breadth_of(counts: Counts) -> tuple[int, int, int, int]:
    types, topics, pairs = counts.types, counts.topics, counts.pair_types
    return len(types) or ANY, len(topics) or ANY, len(pairs) or ANY, int(counts.having is None)


def _counts(counts: Counts, record: CandidateRecord) -> bool:
    """Tell whether a record is one of those that count."""
    return (
        counts.kind == record.kind
        and (not counts.types or record.type in counts.types)
        and (not counts.topics or record.topic in counts.topics)
        and (not counts.pair_types or record.pair in counts.pair_types)
        and (counts.having is None or counts.having in record.having)
    )


def _give_matching(
    ledger: _Ledger, code: str, slots: Iterable[Slot], offered: Sequence[CandidateRecord]
) -> None:
    """Fill a duty's open slots of one holder; slots and records come in order."""
    waiting = iter([slot for slot in slots if slot.id not in ledger.given])
    slot = next(waiting, None)
    for record in offered:
        day = record.happened_on
        assert day is not None, "only what is done is offered"
        while slot is not None and slot.last < day:
            slot = next(waiting, None)
        if slot is None:
            return
        if slot.first <= day and ledger.may_serve(record.id, code):
            ledger.give(record, slot, code)
            slot = next(waiting, None)
