"""Made-up duties, slots and records for tests of matching."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from app.checklist.due import due_on
from app.checklist.fulfilment import Duty, Evidence, Slot
from app.checklist.periods import periods
from app.items.rules import ItemKind
from app.rulesets.rules import Every, Having
from app.rulesets.schemas import Counts, EndOfPeriod, Frequency
from app.talks.rules import PairType
from app.workdays.work_calendar import WorkCalendar

BRANCH, OTHER, GROUP = (UUID(int=number) for number in (1, 2, 3))
START = date(2018, 1, 1)
ASSEMBLY, LECTURE, SPECIAL = "member_assembly", "party_lecture", "special_meeting"
CALENDAR = WorkCalendar()
_numbers = count(1000)


def meetings(*types: str, **more: Any) -> Counts:
    return Counts(kind=ItemKind.MEETING, types=list(types), **more)


def talks_between(*pairs: PairType) -> Counts:
    return Counts(kind=ItemKind.TALK, pair_types=list(pairs))


def duty(code: str, *counts: Counts, shares: Sequence[str] = ()) -> Duty:
    return Duty(code, counts, frozenset(shares))


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
    month: int,
    day: int,
    kind: str = ASSEMBLY,
    place: UUID = BRANCH,
    **more: Any,
) -> Evidence:
    values: dict[str, Any] = {"topic": None, "completed": True, "late_entry": False, **more}
    identifier = UUID(int=next(_numbers))
    happened_on = date(2018, month, day)
    return Evidence(
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
        Evidence,
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
