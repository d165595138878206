"""Made-up duties, slots and records for tests of matching."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from app.checklist.matching import CandidateRecord, DutyCriteria, Matching
from app.checklist.periods import due_on, periods
from app.items.rules import ItemKind
from app.rulesets.rules import Every, Having
from app.rulesets.schemas import Counts, EndOfPeriod, Frequency
from app.talks.rules import PairType
from app.workdays.rules import WorkCalendar

BRANCH, OTHER, GROUP = (UUID(int=number) for number in (1, 2, 3))
START = date(2018, 1, 1)
ASSEMBLY, LECTURE, SPECIAL = "member_assembly", "party_lecture", "special_meeting"
CALENDAR = WorkCalendar()
_numbers = count(1000)


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
class Fulfilment:
    """The records of each fulfilled slot, and what would count for a duty and serves none."""

    by_slot: Mapping[UUID, tuple[UUID, ...]]
    surplus: Mapping[str, tuple[UUID, ...]]


def fulfil(
    slots: Iterable[Slot],
    duties: Sequence[DutyCriteria],
    records: Iterable[CandidateRecord],
    links: Mapping[UUID, Collection[UUID]] | None = None,
    *,
    waived: Collection[UUID] = frozenset(),
    as_of: date | None = None,
) -> Fulfilment:
    """Match slots, of which those of duties that are not given are left out, with records."""
    owed: defaultdict[str, defaultdict[UUID, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        owed[slot.duty_code][slot.place].append(slot)
    made = list(records)
    given = Matching(duties).match(owed, made, links or {}, waived=waived, as_of=as_of)
    used = {record.id for of_slot in given.values() for record in of_slot}
    spare = sorted(
        (record for record in made if record.id not in used and _is_seen(record, as_of)),
        key=lambda record: (record.happened_on, record.id),
    )
    return Fulfilment(
        {slot: tuple(record.id for record in of_slot) for slot, of_slot in given.items()},
        {
            duty.code: tuple(
                record.id
                for record in spare
                if any(_counts(counts, record) for counts in duty.counts)
                and _is_in_a_period(record, owed[duty.code][record.organization_id])
            )
            for duty in duties
        },
    )


def _is_seen(record: CandidateRecord, as_of: date | None) -> bool:
    on = record.happened_on
    return record.completed and on is not None and (as_of is None or on <= as_of)


def _is_in_a_period(record: CandidateRecord, slots: Iterable[Slot]) -> bool:
    return any(
        record.happened_on and slot.first <= record.happened_on <= slot.last for slot in slots
    )


def _counts(counts: Counts, record: CandidateRecord) -> bool:
    """Tell whether a record counts, in other words than the program's."""
    named: list[tuple[Collection[str], str | None]] = [
        ([counts.kind], record.kind),
        (counts.types, record.type),
        (counts.topics, record.topic),
        (counts.pair_types, record.pair),
    ]
    has = counts.having is None or counts.having in record.having
    return has and all(not allowed or value in allowed for allowed, value in named)


def meetings(*types: str, **more: Any) -> Counts:
    return Counts(kind=ItemKind.MEETING, types=list(types), **more)


def talks_between(*pairs: PairType) -> Counts:
    return Counts(kind=ItemKind.TALK, pair_types=list(pairs))


def duty(code: str, *counts: Counts, shares: Sequence[str] = ()) -> DutyCriteria:
    return DutyCriteria(code, counts, frozenset(shares))


def slots_of(
    code: str,
    every: Every = Every.QUARTER,
    times: int = 1,
    place: UUID = BRANCH,
    group: UUID | None = None,
) -> list[Slot]:
    return [
        Slot(
            UUID(int=next(_numbers)),
            code,
            place,
            group,
            period.first,
            period.last,
            due_on(EndOfPeriod(), period, CALENDAR),
            number,
        )
        for period in periods(Frequency(every=every, times=times), 2018)
        for number in range(1, times + 1)
    ]


def held(
    month: int, day: int, kind: str = ASSEMBLY, place: UUID = BRANCH, **more: Any
) -> CandidateRecord:
    values: dict[str, Any] = {"topic": None, "completed": True, "late_entry": False, **more}
    identifier = UUID(int=next(_numbers))
    happened_on = date(2018, month, day)
    return CandidateRecord(
        id=identifier,
        kind=ItemKind.MEETING,
        type=kind,
        organization_id=place,
        happened_on=happened_on,
        **values,
    )


DUTIES = (
    duty("assembly", meetings(ASSEMBLY), shares=("lecture",)),
    duty("lecture", meetings(LECTURE, ASSEMBLY), shares=("assembly", "any")),
    duty("secretary", meetings(LECTURE, having=Having.SECRETARY), shares=("lecture",)),
    duty("ideology", meetings(SPECIAL, topics=["ideology"])),
    duty("any", meetings()),
    duty("pair", talks_between(PairType.MEMBER_WITH_MEMBER)),
    duty("by_hand"),
)
SLOTS = (
    *slots_of("assembly"),
    *slots_of("lecture", Every.MONTH),
    *slots_of("secretary", Every.YEAR),
    *slots_of("ideology", Every.HALF_YEAR, times=2),
    *slots_of("any", Every.MONTH, times=2, group=GROUP),
    *slots_of("any", Every.MONTH, place=OTHER),
    *slots_of("pair", Every.YEAR),
    *slots_of("by_hand", Every.YEAR),
)

days = st.integers(-20, 400).map(lambda number: START + timedelta(days=number))
records = st.lists(
    st.builds(
        CandidateRecord,
        id=st.integers(1, 60).map(lambda number: UUID(int=number)),
        kind=st.sampled_from([ItemKind.MEETING, ItemKind.MEETING, ItemKind.TALK]),
        type=st.sampled_from([ASSEMBLY, LECTURE, SPECIAL]),
        topic=st.sampled_from([None, "ideology", "integrity"]),
        organization_id=st.sampled_from([BRANCH, BRANCH, OTHER, GROUP]),
        happened_on=days,
        completed=st.integers(0, 5).map(bool),
        late_entry=st.booleans(),
        having=st.sets(st.sampled_from(Having)).map(frozenset),
        pair=st.sampled_from([None, *PairType]),
    ),
    max_size=40,
    unique_by=lambda record: record.id,
)
links = st.dictionaries(
    st.sampled_from([slot.id for slot in SLOTS]),
    st.lists(st.integers(1, 60).map(lambda number: UUID(int=number)), max_size=3),
    max_size=6,
)
waived = st.sets(st.sampled_from([slot.id for slot in SLOTS]), max_size=8)
