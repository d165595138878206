"""Generated histories, for properties of deadlines."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from app.items.rules import Ending, Moment, Status

FIRST = date(2018, 1, 1)
DAYS = 60


def days(minimum: int = 0, maximum: int = DAYS) -> st.SearchStrategy[date]:
    return st.integers(minimum, maximum).map(lambda offset: FIRST + timedelta(days=offset))


@st.composite
def timelines(draw: st.DrawFn) -> list[Moment]:
    """Moments in order, several on one day among them, with or without a deadline."""
    on = sorted(draw(st.lists(days(), min_size=1, max_size=8)))
    due = st.none() | days()
    return [Moment(day, draw(st.sampled_from(list(Status))), draw(due)) for day in on]


@st.composite
def rising(draw: st.DrawFn, size: int) -> list[date]:
    """So many days, each later than the one before."""
    steps = draw(st.lists(st.integers(1, 12), min_size=size, max_size=size))
    found = [FIRST]
    for step in steps:
        found.append(found[-1] + timedelta(days=step))
    assert all(a < b for a, b in pairwise(found))
    return found[1:]


@st.composite
def taken_back(draw: st.DrawFn) -> list[Ending]:
    """Endings that were taken back, each on a later day than the one before."""
    found: list[Ending] = []
    for until in sorted(draw(st.sets(days(1), max_size=3))):
        status = draw(st.sampled_from([Status.COMPLETED, Status.CANCELLED]))
        wait = draw(st.integers(1, (until - FIRST).days))
        found.append(Ending(status, until - timedelta(days=wait), until))
    return found


def every_day(until: int = DAYS + 5) -> list[date]:
    return [FIRST + timedelta(days=offset) for offset in range(-2, until)]
