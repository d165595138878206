"""Frequencies and deadlines for property tests."""

from datetime import date

from hypothesis import strategies as st

from app.rulesets.rules import DueRule, Every, MonthOfPeriod
from app.rulesets.schemas import DayOfMonth, Due, EndOfPeriod, FixedDate, Frequency, WorkingDay

YEARS = st.integers(2016, 2032)
TILES = (Every.MONTH, Every.QUARTER, Every.HALF_YEAR, Every.YEAR)
RRULES = (
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,31",
    "FREQ=YEARLY;BYDAY=53MO",
)
tiles = st.builds(Frequency, every=st.sampled_from(TILES), times=st.integers(1, 4))
once = st.dates(date(2016, 1, 1), date(2032, 12, 31)).map(
    lambda day: Frequency(every=Every.ONCE, on=day)
)
frequencies = (
    tiles
    | once
    | st.sampled_from(RRULES).map(lambda rule: Frequency(every=Every.RRULE, rrule=rule))
)
months_of_period = st.sampled_from(MonthOfPeriod)
dues: st.SearchStrategy[Due] = st.one_of(
    st.just(EndOfPeriod()),
    st.builds(
        DayOfMonth, rule=st.just(DueRule.DAY), day=st.integers(1, 31), month=months_of_period
    ),
    st.builds(
        WorkingDay,
        rule=st.just(DueRule.WORKING_DAY),
        number=st.integers(1, 18),
        month=months_of_period,
    ),
    st.builds(
        FixedDate,
        rule=st.just(DueRule.FIXED_DATE),
        month=st.integers(1, 12),
        day=st.integers(1, 31),
    ),
)
