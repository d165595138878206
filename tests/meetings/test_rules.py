"""The arithmetic of quorum and votes, exactly as the rules word it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.rules import BallotKind, MeetingType, adopted, quorum_met, vote_quorum_met

people = st.integers(0, 3000)


@given(people, people)
def test_half_or_more_of_those_entitled_make_a_quorum(present: int, eligible: int) -> None:
    met = vote_quorum_met(present, eligible, BallotKind.RESOLUTION)
    assert met is None if eligible == 0 else met == (Fraction(present, eligible) >= Fraction(1, 2))


@given(people, people)
def test_an_election_takes_four_fifths(present: int, eligible: int) -> None:
    met = vote_quorum_met(present, eligible, BallotKind.ELECTION)
    assert met is None if eligible == 0 else met == (Fraction(present, eligible) >= Fraction(4, 5))
    if met:
        assert vote_quorum_met(present, eligible, BallotKind.RESOLUTION)


@given(people, st.integers(1, 3000))
def test_a_vote_carries_with_more_than_half_of_those_entitled(yes: int, eligible: int) -> None:
    assert adopted(yes, eligible) == (Fraction(yes, eligible) > Fraction(1, 2))
    if yes <= eligible:
        assert not (adopted(yes, eligible) and adopted(eligible - yes, eligible))


@given(people, people, people, people)
def test_each_type_of_meeting_has_its_own_quorum(
    expected: int, present: int, eligible: int, present_eligible: int
) -> None:
    numbers = {
        "expected": expected,
        "present": present,
        "eligible": eligible,
        "present_eligible": present_eligible,
    }
    assembly = quorum_met(MeetingType.MEMBER_ASSEMBLY, **numbers)
    assert assembly is None if eligible == 0 else assembly == (2 * present_eligible >= eligible)
    committee = quorum_met(MeetingType.COMMITTEE_MEETING, **numbers)
    assert committee is None if expected == 0 else committee == (2 * present >= expected)
    life = quorum_met(MeetingType.DEMOCRATIC_LIFE_MEETING, **numbers)
    assert life is None if expected == 0 else life == (3 * present >= 2 * expected)
    assert quorum_met(MeetingType.PARTY_LECTURE, **numbers) is None


@pytest.mark.parametrize("kind", list(MeetingType))
def test_unknown_numbers_give_no_answer(kind: MeetingType) -> None:
    nothing = {"expected": None, "present": None, "eligible": None, "present_eligible": None}
    assert quorum_met(kind, **nothing) is None


@pytest.mark.parametrize(
    ("yes", "eligible", "carries"), [(7, 14, False), (8, 14, True), (8, 15, True), (7, 15, False)]
)
def test_the_base_is_who_should_vote(yes: int, eligible: int, *, carries: bool) -> None:
    assert adopted(yes, eligible) is carries
