"""Which records fulfil which occurrences: pure, the same for any order of the records."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.items.rules import ItemKind
from app.rulesets.rules import Having
from app.rulesets.schemas import Counts


@dataclass(frozen=True, slots=True)
class Slot:
    """One occurrence: number ``number`` (from 1) of a duty in a period of an organisation.

    With ``group_id`` it is owed for that party group. Periods of one duty and place are equal or
    do not overlap.
    """

    id: UUID
    duty_code: str
    organization_id: UUID
    group_id: UUID | None
    first: date
    last: date
    due_on: date | None
    number: int

    @property
    def place(self) -> UUID:
        """Whose records fulfil it."""
        return self.group_id or self.organization_id


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record, as far as fulfilling goes; the day on which it happened decides its period."""

    id: UUID
    kind: ItemKind
    type: str
    topic: str | None
    organization_id: UUID
    happened_on: date | None
    completed: bool
    late_entry: bool
    having: frozenset[Having] = frozenset()


@dataclass(frozen=True, slots=True)
class Duty:
    """What of a duty decides on fulfilling: which records count, and with whom it shares them."""

    code: str
    counts: Sequence[Counts]
    shares_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The records of each fulfilled slot, earliest first, and what each duty has beyond need.

    The first record decides the date. ``surplus`` holds, by duty, what would count in one of its
    periods and serves no duty at all, earliest first.
    """

    by_slot: Mapping[UUID, tuple[UUID, ...]]
    surplus: Mapping[str, tuple[UUID, ...]]


ANY = 1_000
Shelf = Mapping[tuple[UUID, ItemKind, str | None], Sequence[Evidence]]


@dataclass(slots=True)
class _Bucket:
    """A period of a duty in one place, and its slots that nothing fulfils yet."""

    first: date
    last: date
    waiting: deque[Slot] = field(default_factory=deque)


@dataclass(slots=True)
class _Ledger:
    """What has been given to what so far."""

    duties: Mapping[str, Duty]
    users: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_slot: dict[UUID, list[UUID]] = field(default_factory=dict)

    def may_serve(self, record: UUID, code: str) -> bool:
        """Whether a duty may use a record: nobody does, or each of its users agrees, and it too."""
        shares = self.duties[code].shares_with
        return code not in self.users[record] and all(
            user in shares and code in self.duties[user].shares_with for user in self.users[record]
        )

    def give(self, record: UUID, slot: Slot) -> None:
        """Let a record fulfil a slot."""
        self.users[record].add(slot.duty_code)
        self.by_slot.setdefault(slot.id, []).append(record)


def fulfil(
    slots: Iterable[Slot],
    duties: Sequence[Duty],
    records: Iterable[Evidence],
    links: Mapping[UUID, Collection[UUID]] | None = None,
    *,
    waived: Collection[UUID] = frozenset(),
    as_of: date | None = None,
) -> Fulfilment:
    """Give records to occurrences.

    Completed records alone count, and none that happened after ``as_of``. What people linked by
    hand (``links``: slot to records) is given first, whatever the period, the place, the type or
    the sharing; a slot that has such a record takes no other. Then the duties, narrow before broad
    and otherwise in their order, take the earliest records that count for them in each period, one
    for each number; slots of a period that are ``waived`` come after its others. A record serves a
    duty once; it serves a second duty only if each of the two names the other in ``shares_with``.
    What a period has too many of fills no other period.

    Slots of duties that are not given are left out. Takes n log n time.
    """
    seen = sorted((record for record in records if _is_done(record, as_of)), key=_order)
    ledger = _Ledger({duty.code: duty for duty in duties})
    of_duty: dict[str, list[Slot]] = {duty.code: [] for duty in duties}
    for slot in sorted(slots, key=lambda s: (s.first, s.id in waived, s.number, s.id)):
        if slot.duty_code in of_duty:
            of_duty[slot.duty_code].append(slot)
    positions = {record.id: position for position, record in enumerate(seen)}
    for owed in of_duty.values():
        _give_linked(ledger, owed, positions, links or {})
    shelf = _shelved(seen)
    found = {
        duty.code: _give_matching(ledger, duty, of_duty[duty.code], shelf)
        for duty in sorted(duties, key=_breadth)
    }
    return Fulfilment(
        {slot: tuple(given) for slot, given in ledger.by_slot.items()},
        {
            duty.code: tuple(one.id for one in found[duty.code] if not ledger.users[one.id])
            for duty in duties
        },
    )


def _is_done(record: Evidence, as_of: date | None) -> bool:
    if not record.completed or record.happened_on is None:
        return False
    return as_of is None or record.happened_on <= as_of


def _day(record: Evidence) -> date:
    assert record.happened_on is not None, "only what is done is looked at"
    return record.happened_on


def _order(record: Evidence) -> tuple[date, UUID]:
    return _day(record), record.id


def _give_linked(
    ledger: _Ledger,
    slots: Sequence[Slot],
    positions: Mapping[UUID, int],
    links: Mapping[UUID, Collection[UUID]],
) -> None:
    """Give what people linked; of two slots of one duty the earlier has the record."""
    for slot in slots:
        linked = positions.keys() & set(links.get(slot.id, ()))
        for record in sorted(linked, key=positions.__getitem__):
            if slot.duty_code not in ledger.users[record]:
                ledger.give(record, slot)


def _shelved(seen: Sequence[Evidence]) -> Shelf:
    """Records by place, kind and type, and by place and kind alone; each list in order."""
    shelf: dict[tuple[UUID, ItemKind, str | None], list[Evidence]] = defaultdict(list)
    for record in seen:
        shelf[record.organization_id, record.kind, record.type].append(record)
        shelf[record.organization_id, record.kind, None].append(record)
    return shelf


def _breadth(duty: Duty) -> tuple[int, int, int]:
    """How much a duty takes, by the broadest of what it counts; narrow duties are served first."""
    return max(map(_breadth_of, duty.counts), default=(0, 0, 0))


def _breadth_of(counts: Counts) -> tuple[int, int, int]:
    return len(counts.types) or ANY, len(counts.topics) or ANY, int(counts.having is None)


def _give_matching(
    ledger: _Ledger, duty: Duty, slots: Sequence[Slot], shelf: Shelf
) -> list[Evidence]:
    """Fill a duty's open slots; returns, in order, all records that count in its periods."""
    counting: list[Evidence] = []
    for place, buckets in _buckets(ledger, slots).items():
        starts = [bucket.first for bucket in buckets]
        for record in _matching(duty, place, shelf):
            position = bisect_right(starts, _day(record)) - 1
            if position < 0 or _day(record) > buckets[position].last:
                continue
            counting.append(record)
            waiting = buckets[position].waiting
            if waiting and ledger.may_serve(record.id, duty.code):
                ledger.give(record.id, waiting.popleft())
    return sorted(counting, key=_order)


def _buckets(ledger: _Ledger, slots: Sequence[Slot]) -> dict[UUID, list[_Bucket]]:
    """The periods of one duty by place, in order; the slots come in order."""
    buckets: dict[UUID, list[_Bucket]] = defaultdict(list)
    for slot in slots:
        known = buckets[slot.place]
        if not known or known[-1].first != slot.first:
            known.append(_Bucket(slot.first, slot.last))
        if slot.id not in ledger.by_slot:
            known[-1].waiting.append(slot)
    return buckets


def _matching(duty: Duty, place: UUID, shelf: Shelf) -> list[Evidence]:
    """The records of a place that count for a duty, each once, in order."""
    found: dict[UUID, Evidence] = {}
    for counts in duty.counts:
        types: Collection[str | None] = set(counts.types) or {None}
        for type_ in types:
            for record in shelf.get((place, counts.kind, type_), ()):
                if _has(counts, record):
                    found[record.id] = record
    return sorted(found.values(), key=_order)


def _has(counts: Counts, record: Evidence) -> bool:
    topical = not counts.topics or record.topic in counts.topics
    return topical and (counts.having is None or counts.having in record.having)
