"""One predicate for overdue: spans, states and dates give the same answer on every day."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.items.rules import (
    OWING,
    Ending,
    Moment,
    Status,
    days_overdue,
    is_late_entry,
    is_overdue,
    opening_day,
    ordinary_timeline,
    person_key,
    spans,
    state_on,
)
from tests.items.timelines import DAYS, FIRST, days, every_day, taken_back, timelines


def overdue_by_state(timeline: list[Moment], day: date) -> bool:
    moment = state_on(timeline, day)
    return moment is not None and is_overdue(moment.status, moment.due_on, day)


def overdue_by_spans(timeline: list[Moment], day: date) -> bool:
    return any(
        span.active_from <= day
        and (span.active_until is None or day < span.active_until)
        and span.due_on < day
        for span in spans(timeline)
    )


@given(timelines())
def test_spans_and_states_agree_on_every_day(timeline: list[Moment]) -> None:
    for day in every_day():
        assert overdue_by_spans(timeline, day) == overdue_by_state(timeline, day), day


@given(timelines())
def test_spans_are_few_and_apart(timeline: list[Moment]) -> None:
    found = spans(timeline)
    assert len(found) <= len(timeline)
    for span in found:
        assert span.active_until is None or span.active_from < span.active_until
    for earlier, later in pairwise(found):
        assert earlier.active_until is not None
        assert earlier.active_until <= later.active_from
        assert earlier.active_until < later.active_from or earlier.due_on != later.due_on
    for day in every_day():
        holding = [
            span
            for span in found
            if span.active_from <= day and (span.active_until is None or day < span.active_until)
        ]
        moment = state_on(timeline, day)
        owes = moment and moment.status in OWING and moment.due_on
        assert [span.due_on for span in holding] == ([moment.due_on] if moment and owes else [])


@given(timelines(), st.integers(1, 30), st.sampled_from(list(Status)), st.none() | days())
def test_later_steps_do_not_change_earlier_answers(
    timeline: list[Moment], wait: int, status: Status, due_on: date | None
) -> None:
    step = Moment(timeline[-1].on + timedelta(days=wait), status, due_on)
    for day in every_day():
        if day < step.on:
            assert overdue_by_spans([*timeline, step], day) == overdue_by_spans(timeline, day)


@given(st.sampled_from(list(Status)), st.none() | days(), days())
def test_overdue_is_one_day_after_the_deadline(
    status: Status, due_on: date | None, day: date
) -> None:
    late = is_overdue(status, due_on, day)
    assert late == (due_on is not None and status in OWING and day > due_on)
    if due_on and late:
        assert days_overdue(due_on, day) >= 1


@given(
    days(),
    st.none() | days(),
    st.lists(st.tuples(days(), days()), max_size=3),
    st.none() | days(),
    st.none() | days(),
    taken_back(),
)
def test_an_ordinary_record_owes_until_it_happened(
    opened_on: date,
    due_on: date | None,
    extensions: list[tuple[date, date]],
    happened_on: date | None,
    cancelled_on: date | None,
    withdrawn: list[Ending],
) -> None:
    extensions = sorted(extensions) if due_on else []
    dates = (happened_on, cancelled_on)
    timeline = ordinary_timeline(opened_on, due_on, extensions, *dates, withdrawn)
    assert [moment.on for moment in timeline] == sorted(moment.on for moment in timeline)
    ended = min((day for day in (happened_on, cancelled_on) if day), default=None)
    for day in every_day():
        in_force = due_on
        for decided_on, new in extensions:
            if decided_on <= day and (ended is None or decided_on < ended):
                in_force = new
        running = opened_on <= day and (ended is None or day < ended)
        held = any(one.active_from <= day < one.active_until for one in withdrawn)
        running = running and not held
        expected = running and in_force is not None and in_force < day
        assert overdue_by_spans(timeline, day) == expected, day


@given(opened_on=days(), withdrawn=taken_back(), ended_on=days(), happened=st.booleans())
def test_taking_an_ending_back_changes_no_earlier_day(
    opened_on: date, withdrawn: list[Ending], ended_on: date, *, happened: bool
) -> None:
    happened_on, cancelled_on = (ended_on, None) if happened else (None, ended_on)
    opened_on = min(opened_on, ended_on)
    status = Status.COMPLETED if happened else Status.CANCELLED
    today = FIRST + timedelta(days=DAYS + 1)
    before = ordinary_timeline(opened_on, FIRST, (), happened_on, cancelled_on, withdrawn)
    kept = [*withdrawn, Ending(status, ended_on, today)]
    after = ordinary_timeline(opened_on, FIRST, (), None, None, kept)
    for day in every_day():
        if day < today:
            assert state_on(after, day) == replace_day(state_on(before, day), state_on(after, day))
    assert state_on(after, today) == Moment(max(today, opened_on), Status.PLANNED, FIRST)


def replace_day(moment: Moment | None, other: Moment | None) -> Moment | None:
    """The moment, as if it had begun on the day of the other one: what held is compared."""
    return replace(moment, on=other.on) if moment and other else moment


@given(days(), st.none() | days(), st.none() | days(), st.none() | days())
def test_a_record_is_owed_from_its_first_day(
    today: date, planned_on: date | None, due_on: date | None, happened_on: date | None
) -> None:
    named = [day for day in (today, planned_on, due_on, happened_on) if day]
    assert opening_day(today, planned_on, due_on, happened_on) == min(named)


@given(days(), st.integers(-10, 20))
def test_late_entry_counts_three_weekdays(happened_on: date, wait: int) -> None:
    entered_on = happened_on + timedelta(days=wait)
    passed = sum(
        (happened_on + timedelta(days=offset)).weekday() < 5 for offset in range(1, wait + 1)
    )
    late = is_late_entry(happened_on, entered_on)
    assert late == (passed > 3 or (passed == 3 and entered_on.weekday() >= 5 and wait > 0))
    assert not is_late_entry(None, entered_on)


@pytest.mark.parametrize(
    ("happened_on", "entered_on", "late"),
    [
        (date(2018, 12, 3), date(2018, 12, 6), False),
        (date(2018, 12, 3), date(2018, 12, 7), True),
        (date(2018, 12, 7), date(2018, 12, 12), False),
        (date(2018, 12, 7), date(2018, 12, 13), True),
        (date(2018, 12, 3), date(2018, 12, 3), False),
    ],
)
def test_late_entry_by_example(happened_on: date, entered_on: date, *, late: bool) -> None:
    assert is_late_entry(happened_on, entered_on) is late


def test_people_are_told_apart_by_the_roster_or_by_name() -> None:
    member = UUID(int=7)
    assert person_key(member, "张明") == person_key(member, "张 明")
    assert person_key(None, "张明") != person_key(member, "张明")
