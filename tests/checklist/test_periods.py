"""Periods tile the year; who owes a period that it did not wholly live; deadlines exist."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklist.periods import OWED_BY_HALVES, DutyPeriod, after_event, clipped, due_on, periods
from app.rulesets.rules import DueRule, Every, MonthOfPeriod
from app.rulesets.schemas import AfterEvent, DayOfMonth, Due, FixedDate, Frequency, WorkingDay
from app.workdays.rules import WorkCalendar
from tests.checklist.frequencies import YEARS, dues, frequencies, tiles
from tests.support.properties import examples

CALENDAR = WorkCalendar()
SEPTEMBER = DutyPeriod(date(2018, 9, 1), date(2018, 9, 30), "2018-09")
THIRD_QUARTER = DutyPeriod(date(2018, 7, 1), date(2018, 9, 30), "2018-Q3")
YEAR = DutyPeriod(date(2018, 1, 1), date(2018, 12, 31), "2018")
ONE_DAY = timedelta(days=1)
days = st.none() | st.dates(date(2017, 6, 1), date(2019, 6, 30))


@given(tiles, YEARS)
def test_months_quarters_halves_and_the_year_tile_the_year(frequency: Frequency, year: int) -> None:
    found = periods(frequency, year)
    assert found[0].first == date(year, 1, 1)
    assert found[-1].last == date(year, 12, 31)
    assert all(before.last + ONE_DAY == after.first for before, after in pairwise(found))
    assert len({period.name for period in found}) == len(found)


@given(frequencies, YEARS)
def test_nothing_overlaps_also_across_new_year(frequency: Frequency, year: int) -> None:
    found = (*periods(frequency, year), *periods(frequency, year + 1))
    assert all(period.first <= period.last for period in found)
    assert all(period.first.year == period.last.year for period in found)
    assert all(before.last < after.first for before, after in pairwise(found))
    keys = [(period.name, number) for period in found for number in range(1, frequency.times + 1)]
    assert len(keys) == len(set(keys)), "each occurrence has a name of its own"


@examples(120)
@given(frequencies, YEARS, dues)
def test_every_period_has_a_deadline_in_its_year(frequency: Frequency, year: int, due: Due) -> None:
    for period in periods(frequency, year):
        deadline = due_on(due, period, CALENDAR)
        assert deadline is not None
        assert deadline.year == year


@pytest.mark.parametrize(
    ("every", "names"),
    [
        (Every.MONTH, [f"2018-{month:02d}" for month in range(1, 13)]),
        (Every.QUARTER, ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]),
        (Every.HALF_YEAR, ["2018-H1", "2018-H2"]),
        (Every.YEAR, ["2018"]),
    ],
)
def test_periods_are_named(every: Every, names: list[str]) -> None:
    assert [period.name for period in periods(Frequency(every=every), 2018)] == names


def test_a_single_date_ends_its_period() -> None:
    frequency = Frequency(every=Every.ONCE, on=date(2018, 7, 1))
    expected = DutyPeriod(date(2018, 1, 1), date(2018, 7, 1), "2018-07-01")
    assert periods(frequency, 2018) == (expected,)
    assert periods(frequency, 2019) == ()


def test_each_date_of_a_rule_ends_a_period() -> None:
    rule = "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1"
    assert periods(Frequency(every=Every.RRULE, rrule=rule), 2018) == (
        DutyPeriod(date(2018, 1, 1), date(2018, 3, 1), "2018-03-01"),
        DutyPeriod(date(2018, 3, 2), date(2018, 9, 1), "2018-09-01"),
    )


def day_of(day: int, month: MonthOfPeriod = MonthOfPeriod.LAST) -> DayOfMonth:
    return DayOfMonth(rule=DueRule.DAY, day=day, month=month)


def fixed(month: int, day: int) -> FixedDate:
    return FixedDate(rule=DueRule.FIXED_DATE, month=month, day=day)


@pytest.mark.parametrize(
    ("due", "period", "expected"),
    [
        (day_of(31), SEPTEMBER, date(2018, 9, 30)),
        (day_of(5, MonthOfPeriod.FIRST), THIRD_QUARTER, date(2018, 7, 5)),
        (day_of(25), THIRD_QUARTER, date(2018, 9, 25)),
        (fixed(2, 29), YEAR, date(2018, 2, 28)),
        (fixed(12, 31), YEAR, date(2018, 12, 31)),
        (fixed(6, 31), YEAR, date(2018, 6, 30)),
        (
            WorkingDay(rule=DueRule.WORKING_DAY, number=3, month=MonthOfPeriod.FIRST),
            periods(Frequency(every=Every.QUARTER), 2018)[3],
            date(2018, 10, 10),
        ),
    ],
)
def test_deadlines_by_example(due: Due, period: DutyPeriod, expected: date) -> None:
    assert due_on(due, period, CALENDAR) == expected


def test_a_leap_year_has_its_29_february() -> None:
    leap = DutyPeriod(date(2020, 1, 1), date(2020, 12, 31), "2020")
    assert due_on(fixed(2, 29), leap, CALENDAR) == date(2020, 2, 29)


def test_what_follows_an_event_is_due_after_it() -> None:
    due = AfterEvent(rule=DueRule.AFTER_EVENT, event="democratic_life_meeting", days=15)
    assert due_on(due, YEAR, CALENDAR) is None
    assert after_event(due, date(2018, 12, 20)) == date(2019, 1, 4)


@pytest.mark.parametrize(
    ("founded", "dissolved", "owes"),
    [
        (None, None, True),
        (date(2018, 9, 1), None, True),
        (date(2018, 9, 16), None, True),
        (date(2018, 9, 17), None, False),
        (date(2018, 10, 1), None, False),
        (None, date(2018, 9, 30), False),
        (None, date(2018, 10, 1), True),
        (None, date(2018, 8, 1), False),
    ],
)
def test_a_month_is_owed_when_half_of_it_was_lived(
    founded: date | None, dissolved: date | None, owes: bool
) -> None:
    found = clipped(SEPTEMBER, founded, dissolved, every=Every.MONTH)
    assert (found is not None) is owes


def test_nobody_owes_what_was_due_before_it_was_founded() -> None:
    founded = date(2018, 9, 10)
    assert clipped(SEPTEMBER, founded, None, every=Every.MONTH)
    early = due_on(day_of(5), SEPTEMBER, CALENDAR)
    assert clipped(SEPTEMBER, founded, None, every=Every.MONTH, due_on=early) is None


@pytest.mark.parametrize(
    ("founded", "dissolved", "due", "owes"),
    [
        (date(2018, 11, 1), None, None, True),
        (date(2018, 11, 1), None, date(2018, 12, 20), True),
        (date(2018, 11, 1), None, date(2018, 6, 30), False),
        (None, date(2018, 12, 31), None, False),
        (None, date(2018, 12, 21), date(2018, 12, 20), True),
        (None, date(2018, 12, 20), date(2018, 12, 20), False),
    ],
)
def test_a_year_is_owed_by_who_is_there_on_the_day(
    founded: date | None, dissolved: date | None, due: date | None, owes: bool
) -> None:
    found = clipped(YEAR, founded, dissolved, every=Every.YEAR, due_on=due)
    assert (found is not None) is owes


@examples(120)
@given(frequencies, dues, days, days)
def test_what_is_owed_lies_in_the_period_and_in_the_life(
    frequency: Frequency, due: Due, founded: date | None, dissolved: date | None
) -> None:
    for period in periods(frequency, 2018):
        deadline = due_on(due, period, CALENDAR)
        found = clipped(period, founded, dissolved, every=frequency.every, due_on=deadline)
        whole = clipped(period, None, None, every=frequency.every, due_on=deadline)
        assert whole == period
        if found is None:
            assert founded or dissolved
            continue
        assert period.first <= found.first <= found.last <= period.last
        assert found.name == period.name
        assert founded is None or founded <= found.first
        assert dissolved is None or found.last < dissolved
        if frequency.every in OWED_BY_HALVES:
            assert found.last == period.last
            assert found.days * 2 >= period.days
