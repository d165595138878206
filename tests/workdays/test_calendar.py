"""The calendar of working days: the state's swaps, and a tree's own days over them."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workdays.rules import (
    LAST_ANNOUNCED_YEAR,
    SWAPPED_WEEKEND,
    SpecialDay,
    WorkCalendar,
    announced_days,
    works_by_weekday,
)
from tests.support.properties import examples

STATE = WorkCalendar()
days = st.dates(date(2015, 12, 25), date(2020, 1, 7))
own_days = st.dictionaries(days, st.booleans(), max_size=30)
ALL_OFF = {date(2018, 6, number): False for number in range(1, 31)}


def calendar_of(own: Mapping[date, bool]) -> WorkCalendar:
    return WorkCalendar({day: SpecialDay(day, works, "自定") for day, works in own.items()})


@pytest.mark.parametrize(
    ("day", "works", "name"),
    [
        (date(2018, 2, 11), True, SWAPPED_WEEKEND),
        (date(2018, 2, 15), False, "休息日（由 2018-02-11 调休）"),
        (date(2018, 2, 16), False, "春节"),
        (date(2018, 9, 24), False, "中秋节"),
        (date(2018, 12, 29), True, SWAPPED_WEEKEND),
        (date(2018, 12, 31), False, "休息日（由 2018-12-29 调休）"),
        (date(2025, 10, 6), False, "中秋节"),
        (date(2020, 10, 1), False, "中秋节、国庆节"),
    ],
)
def test_the_states_days(day: date, works: bool, name: str) -> None:
    assert announced_days(day.year)[day] == SpecialDay(day, works, name)
    assert STATE.is_working_day(day) is works


def test_a_swap_with_the_following_year_belongs_to_the_december_before() -> None:
    assert STATE.is_working_day(date(2011, 12, 31))
    assert date(2011, 12, 31) not in announced_days(2012)


def test_the_reference_year_had_250_working_days() -> None:
    first = date(2018, 1, 1)
    assert sum(STATE.is_working_day(first + timedelta(days=n)) for n in range(365)) == 250


@pytest.mark.parametrize("year", [1921, 1950, 2000, 2018, 2027, 2100, 2199])
def test_only_days_that_depart_from_the_week_are_named(year: int) -> None:
    found = announced_days(year)
    assert list(found) == sorted(found)
    for day, special in found.items():
        assert day.year == year
        assert special.day == day
        assert special.works is not works_by_weekday(day)
        assert special.name


@pytest.mark.parametrize(
    ("month", "n", "expected"),
    [
        ((2018, 2), 1, date(2018, 2, 1)),
        ((2018, 2), 8, date(2018, 2, 11)),
        ((2018, 2), 17, date(2018, 2, 28)),
        ((2018, 2), 18, date(2018, 2, 28)),
        ((2018, 10), 1, date(2018, 10, 8)),
        ((2018, 9), 20, date(2018, 9, 29)),
    ],
)
def test_the_nth_working_day(month: tuple[int, int], n: int, expected: date) -> None:
    assert STATE.nth_working_day(*month, n) == expected


def test_a_month_without_work_ends_on_its_last_day() -> None:
    calendar = calendar_of(ALL_OFF)
    assert calendar.nth_working_day(2018, 6, 1) == date(2018, 6, 30)
    with pytest.raises(ValueError, match="counted from 1"):
        calendar.nth_working_day(2018, 6, 0)


@examples(60)
@given(own_days, days)
def test_what_the_tree_says_goes_before_the_state(own: dict[date, bool], day: date) -> None:
    calendar = calendar_of(own)
    assert calendar.is_working_day(day) is own.get(day, STATE.is_working_day(day))
    named = [special.day for special in calendar.special_days(day.year)]
    assert named == sorted(set(named))
    assert {inside for inside in own if inside.year == day.year} <= set(named)


@examples(60)
@given(own_days, days, st.integers(1, 31))
def test_working_days_are_counted_one_by_one(own: dict[date, bool], day: date, n: int) -> None:
    calendar = calendar_of(own)
    found = calendar.nth_working_day(day.year, day.month, n)
    assert (found.year, found.month) == (day.year, day.month)
    first = date(day.year, day.month, 1)
    until = [first + timedelta(days=m) for m in range((found - first).days + 1)]
    counted = sum(calendar.is_working_day(each) for each in until)
    assert counted <= n
    if counted < n:
        after = (found + timedelta(days=m) for m in range(1, 32))
        assert not any(calendar.is_working_day(each) for each in after if each.month == day.month)


def test_a_year_is_published_when_the_program_or_the_tree_knows_it() -> None:
    assert LAST_ANNOUNCED_YEAR >= 2026
    following = LAST_ANNOUNCED_YEAR + 1
    assert STATE.is_published(2018)
    assert STATE.is_published(LAST_ANNOUNCED_YEAR)
    assert not STATE.is_published(following)
    said = WorkCalendar(published={2018: False, following: True})
    assert not said.is_published(2018)
    assert said.is_published(following)
