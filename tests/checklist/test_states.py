"""What became of an occurrence by a day, and sums that hold."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklist.matching import CandidateRecord
from app.checklist.rules import State, Tally, state_of
from tests.checklist.cases import DUTIES, SLOTS, Slot, days, fulfil, records
from tests.support.properties import examples

DUE = date(2018, 6, 30)
NEXT = DUE + timedelta(days=1)
states = st.lists(st.sampled_from(State), max_size=30)


@pytest.mark.parametrize(
    ("due_on", "fulfilled_on", "waived", "as_of", "expected"),
    [
        (DUE, DUE, False, NEXT, State.DONE),
        (DUE, NEXT, False, NEXT, State.DONE_LATE),
        (DUE, NEXT, False, DUE, State.NOT_YET_DUE),
        (DUE, None, False, DUE, State.NOT_YET_DUE),
        (DUE, None, False, NEXT, State.MISSING),
        (DUE, NEXT + timedelta(days=1), False, NEXT, State.MISSING),
        (DUE, None, True, NEXT, State.WAIVED),
        (DUE, None, True, DUE, State.WAIVED),
        (DUE, DUE, True, NEXT, State.DONE),
        (None, None, False, NEXT, State.NOT_YET_DUE),
        (None, NEXT, False, NEXT, State.DONE),
    ],
)
def test_states(
    due_on: date | None, fulfilled_on: date | None, waived: bool, as_of: date, expected: State
) -> None:
    assert state_of(due_on, fulfilled_on, waived=waived, as_of=as_of) == expected


def test_what_people_alone_confirm_is_never_missing() -> None:
    for waived, as_of, expected in (
        (False, DUE, State.NOT_YET_DUE),
        (False, NEXT, State.TO_CONFIRM),
        (True, NEXT, State.WAIVED),
    ):
        assert state_of(DUE, None, waived=waived, as_of=as_of, by_hand=True) == expected
    assert state_of(DUE, DUE, waived=False, as_of=NEXT, by_hand=True) == State.DONE


@given(states, states)
def test_parts_sum_to_the_whole(left: list[State], right: list[State]) -> None:
    whole = Tally.of([*left, *right])
    assert Tally.of(left) + Tally.of(right) == whole
    assert sum((Tally.of([state]) for state in left + right), Tally()) == whole
    assert whole.total == len(left) + len(right)
    assert whole.owed + whole.not_yet_due + whole.waived + whole.to_confirm == whole.total


def judged(made: list[CandidateRecord], as_of: date) -> dict[Slot, State]:
    by_slot = fulfil(SLOTS, DUTIES, made, as_of=as_of).by_slot
    of = {record.id: record.happened_on for record in made}
    return {
        one: state_of(
            one.due_on,
            of[by_slot[one.id][0]] if one.id in by_slot else None,
            waived=False,
            as_of=as_of,
        )
        for one in SLOTS
    }


@examples(40)
@given(records, days)
def test_by_duty_or_by_place_the_sums_are_the_same(
    made: list[CandidateRecord], as_of: date
) -> None:
    states = judged(made, as_of)
    for part in ("duty_code", "place"):
        parts: dict[object, list[State]] = defaultdict(list)
        for one, state in states.items():
            parts[getattr(one, part)].append(state)
        assert sum(map(Tally.of, parts.values()), Tally()) == Tally.of(states.values())


@examples(40)
@given(records, days, records)
def test_a_past_day_stays_as_it_was(
    made: list[CandidateRecord], as_of: date, more: list[CandidateRecord]
) -> None:
    known = {record.id for record in made}
    later = [r for r in more if r.happened_on and r.happened_on > as_of and r.id not in known]
    assert judged([*made, *later], as_of) == judged(made, as_of)
