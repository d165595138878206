"""Calendar rules: the part of RFC 5545 that is taken, against another implementation of it."""

import re
from contextlib import suppress
from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from app.rulesets.recurrence import (
    MAX_DATES,
    SAMPLE_YEARS,
    WEEKDAYS,
    RruleRefused,
    dates_of,
    parse_rrule,
)
from tests.support.properties import examples

YEARS = range(2016, 2033)


def listed(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
    some = st.lists(numbers, min_size=1, max_size=4, unique=True)
    return some.map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency}
    if frequency != "YEARLY":
        parts["INTERVAL"] = str(draw(st.integers(1, 12)))
    most = {"WEEKLY": 0, "MONTHLY": 5, "YEARLY": 53}[frequency]
    # The other implementation takes "MO,1TU" for days that are both.
    plain = frequency == "WEEKLY" or draw(st.booleans())
    numbers = st.just("") if plain else st.integers(-most, most).filter(bool).map(str)
    weekday = st.tuples(numbers, st.sampled_from(WEEKDAYS)).map("".join)
    optional: dict[str, st.SearchStrategy[str]] = {
        "BYDAY": st.lists(weekday, min_size=1, max_size=3, unique=True).map(",".join),
        "BYMONTH": listed(st.integers(1, 12)),
    }
    if frequency != "WEEKLY":
        optional["BYMONTHDAY"] = listed(st.integers(-31, 31).filter(bool))
    for name in sorted(optional):
        if draw(st.booleans()):
            parts[name] = draw(optional[name])
    if len(parts) > 2 and draw(st.booleans()):
        parts["BYSETPOS"] = draw(listed(st.integers(-6, 6).filter(bool)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@examples(120)
@given(rules(), st.sampled_from(YEARS))
def test_dates_are_those_of_the_standard(rule: str, year: int) -> None:
    try:
        parse_rrule(rule)
    except RruleRefused as refused:
        # What names no day at all keeps the other implementation searching for seconds.
        assert re.search("任何一年|一年超过|序号超出", str(refused))  # noqa: PT017 - taken or not
        return
    first, last = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - days
    expected = rrulestr(rule, dtstart=first).between(first, last, inc=True)
    assert dates_of(rule, year) == tuple(day.date() for day in expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY", ["2018-01-01"]),
        ("FREQ=YEARLY;BYMONTH=7", ["2018-07-01"]),
        ("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", ["2018-06-30", "2018-12-31"]),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=15", ["2018-01-15", "2018-07-15"]),
        ("FREQ=MONTHLY;INTERVAL=4;BYDAY=-1FR", ["2018-01-26", "2018-05-25", "2018-09-28"]),
        ("FREQ=MONTHLY;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2018-03-30"]),
        ("FREQ=WEEKLY;INTERVAL=12;BYDAY=WE", ["01-03", "03-28", "06-20", "09-12", "12-05"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["2018-05-14"]),
        ("FREQ=MONTHLY;INTERVAL=8;BYDAY=1MO,-1FR", ["01-01", "01-26", "09-03", "09-28"]),
        ("FREQ=MONTHLY;INTERVAL=11;BYDAY=TH,1FR;BYMONTHDAY=1,2,5,7", ["01-05", "12-07"]),
    ],
)
def test_rules_by_example(rule: str, expected: list[str]) -> None:
    found = [day.isoformat() for day in dates_of(rule, 2018)]
    assert found == [day if day.startswith("2018") else f"2018-{day}" for day in expected]


def test_a_leap_day_comes_in_leap_years() -> None:
    assert dates_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 2018) == ()
    assert dates_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 2020) == (date(2020, 2, 29),)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "名称=取值"),
        ("FREQ=MONTHLY;", "名称=取值"),
        ("FREQ", "名称=取值"),
        ("BYDAY=MO", "FREQ 必须是"),
        ("FREQ=DAILY", "FREQ 必须是"),
        ("freq=MONTHLY", "只能使用"),
        ("FREQ=MONTHLY;COUNT=3", "只能使用"),
        ("FREQ=MONTHLY;UNTIL=20181231", "只能使用"),
        ("FREQ=MONTHLY;FREQ=MONTHLY", "只能写一次"),
        ("FREQ=MONTHLY;INTERVAL=0", "INTERVAL"),
        ("FREQ=MONTHLY;INTERVAL=13", "INTERVAL"),
        ("FREQ=MONTHLY;INTERVAL=²", "INTERVAL"),
        ("FREQ=YEARLY;INTERVAL=2", "每年重新起算"),
        ("FREQ=MONTHLY;BYDAY=XX", "BYDAY 应为"),
        ("FREQ=MONTHLY;BYDAY=6MO", "序号超出"),
        ("FREQ=WEEKLY;BYDAY=1MO", "序号超出"),
        ("FREQ=YEARLY;BYDAY=54MO", "序号超出"),
        ("FREQ=YEARLY;BYMONTH=8;BYDAY=6MO", "序号超出"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=-1", "BYMONTH"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "任何一年"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=1", "任何一年"),
        ("FREQ=WEEKLY;BYDAY=MO,TU", f"超过 {MAX_DATES}"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6", f"超过 {MAX_DATES}"),
    ],
)
def test_other_rules_are_refused_with_a_reason(rule: str, words: str) -> None:
    with pytest.raises(RruleRefused, match=words):
        parse_rrule(rule)
    assert issubclass(RruleRefused, ValueError)


def test_fourteen_years_stand_for_all() -> None:
    assert len(SAMPLE_YEARS) == 14
    for rule in ("FREQ=WEEKLY", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYDAY=-10SU,9TU"):
        shown = {
            tuple((day.month, day.day) for day in dates_of(rule, year))
            for year in range(1990, 2060)
        }
        assert len(shown) <= 14


@examples(120)
@given(st.text(alphabet="FREQ=MONTHLY;BYDAINVSPO123456789,-+ 零", max_size=60))
def test_anything_else_is_refused_and_nothing_breaks(text: str) -> None:
    with suppress(RruleRefused):
        assert len(dates_of(text, 2018)) <= MAX_DATES
