"""Properties of the arithmetic: exact sums, bounds, boundaries, vetoes."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.measures import (
    AssessedOccurrence,
    AssessedRectification,
    Facts,
    LateEntry,
    Learner,
    UnexplainedFinding,
    scored,
)
from app.assessment.rules import (
    Grade,
    Quarter,
    Scoring,
    Thresholds,
    grade_of,
    item_points,
    quarter_days,
    total_points,
    why_ungraded,
)
from app.assessment.sheets import CHARGEABLE, shipped_sheets
from app.items.rules import Status, StepTaken
from tests.support.properties import examples

DEFAULT = Thresholds(advanced=90, good=75, average=60)
QUARTER = Quarter.on(2018, 3, date(2018, 10, 8))
CODES = ["member_assembly", "party_lecture", "special_meeting:ideology", "heart_talk"]
halves = st.integers(0, 220).map(lambda number: number / 2)
ids = st.integers(1, 2**32).map(lambda number: UUID(int=number))
days = st.dates(date(2018, 7, 1), date(2018, 9, 30))
FEW = examples(60)


@st.composite
def owed(draw: st.DrawFn) -> AssessedOccurrence:
    state = draw(st.sampled_from(["done", "late", "missing"]))
    return AssessedOccurrence(
        id=draw(ids),
        code=draw(st.sampled_from(CODES)),
        name="事项",
        period="2018-Q3",
        due_on=draw(days),
        fulfilled_on=None if state == "missing" else draw(days),
        missing=state == "missing",
        late=state == "late",
    )


@st.composite
def rectifications(draw: st.DrawFn) -> AssessedRectification:
    opened_on, due_on = sorted((draw(days), draw(days)))
    submitted_on = max(opened_on, draw(days))
    submitted = StepTaken("submitted", submitted_on, Status.SUBMITTED, due_on)
    status = draw(st.sampled_from([Status.OPEN, Status.SUBMITTED, Status.CLOSED]))
    return AssessedRectification(
        draw(ids),
        "问题",
        status,
        due_on,
        submitted_on if status == Status.CLOSED else None,
        None if status == Status.OPEN else submitted,
    )


hours = st.integers(0, 60).map(Decimal)
facts = st.builds(
    Facts,
    has_list=st.booleans(),
    occurrences=st.lists(owed(), max_size=15),
    rectifications=st.lists(rectifications(), max_size=6),
    late_entries=st.lists(st.builds(LateEntry, ids, st.just("记录"), days), max_size=30),
    learners=st.lists(st.builds(Learner, ids, st.just("张明"), st.booleans(), hours), max_size=12),
    findings=st.lists(
        st.builds(
            UnexplainedFinding, st.just("0" * 32), st.sampled_from(CHARGEABLE), st.just("情况")
        ),
        max_size=12,
    ),
)


@FEW
@given(facts, st.sampled_from(sorted(shipped_sheets())))
def test_what_is_shown_is_what_is_taken_off(known: Facts, code: str) -> None:
    sheet = shipped_sheets()[code]
    items = scored(sheet, known, QUARTER, {})
    assert [one.code for one in items] == [one.code for one in sheet.items]
    for one in items:
        if one.scoring == Scoring.MANUAL:
            assert one.points is None
            continue
        assert one.points is not None
        assert 0 <= one.points <= one.max_points
        assert one.points == max(0, one.max_points - sum(d.deducted for d in one.deductions))
        for taken in one.deductions:
            assert taken.count == len(taken.causes)
            assert taken.deducted == min(taken.count * taken.points_each, taken.at_most)
            raw = f"{taken.count} × {taken.points_each:g} = {taken.count * taken.points_each:g} 分"
            assert taken.arithmetic.startswith(raw)
            assert taken.examined is None or taken.count <= taken.examined


@FEW
@given(facts)
def test_the_same_facts_give_the_same_items(known: Facts) -> None:
    sheet = shipped_sheets()["quarterly"]
    first = scored(sheet, known, QUARTER, {})
    kept = {one.code: one for one in first}
    assert scored(sheet, known, QUARTER, kept) == first


@given(st.lists(st.none() | halves, max_size=50), halves)
def test_the_total_is_the_exact_sum_in_any_order(points: list[float | None], bonus: float) -> None:
    exact = sum(Decimal(str(one)) for one in points if one is not None) + Decimal(str(bonus))
    assert Decimal(str(total_points(points, bonus))) == exact
    assert total_points(reversed(points), bonus) == total_points(points, bonus)


@given(halves, st.lists(halves, max_size=20))
def test_an_item_stays_between_nothing_and_its_limit(limit: float, taken: list[float]) -> None:
    assert 0 <= item_points(limit, taken) <= limit


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (110, Grade.ADVANCED),
        (90, Grade.ADVANCED),
        (89.5, Grade.GOOD),
        (75, Grade.GOOD),
        (74.5, Grade.AVERAGE),
        (60, Grade.AVERAGE),
        (59.5, Grade.LAGGING),
        (0, Grade.LAGGING),
    ],
)
def test_the_boundaries_of_grades(points: float, grade: Grade) -> None:
    assert grade_of(points, DEFAULT, vetoed=False) == grade


@given(halves)
def test_a_veto_wins_over_any_points(points: float) -> None:
    assert grade_of(points, DEFAULT, vetoed=True) == Grade.LAGGING


@given(halves, halves)
def test_more_points_never_give_a_lower_grade(one: float, other: float) -> None:
    order = list(Grade)
    low, high = sorted((one, other))
    worse, better = (grade_of(points, DEFAULT, vetoed=False) for points in (low, high))
    assert order.index(better) <= order.index(worse)


@given(st.integers(1950, 2199))
def test_quarters_tile_the_year(year: int) -> None:
    spans = [quarter_days(year, number) for number in range(1, 5)]
    assert (spans[0][0], spans[-1][1]) == (date(year, 1, 1), date(year, 12, 31))
    for (_, last), (first, _) in pairwise(spans):
        assert first - last == timedelta(days=1)


@pytest.mark.parametrize(
    ("founded_on", "graded"),
    [
        (None, True),
        (date(2017, 9, 30), True),
        (date(2017, 10, 1), False),
        (date(2018, 9, 1), False),
    ],
)
def test_a_year_is_counted_to_the_day(founded_on: date | None, *, graded: bool) -> None:
    assert (why_ungraded(founded_on, date(2018, 9, 30)) is None) == graded


def test_who_was_founded_on_a_leap_day_is_graded_a_year_later() -> None:
    assert why_ungraded(date(2016, 2, 29), date(2017, 2, 28)) is None
    assert why_ungraded(date(2016, 2, 29), date(2017, 2, 27)) is not None
