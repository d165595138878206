"""Days, lead times and scores: arithmetic that holds for every day and every sheet."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import civil_day
from app.meeting_steps.rules import (
    DEFAULT_LEAD_DAYS,
    DEFAULT_SHEET,
    FULL_MARKS,
    FilingState,
    FilingStatus,
    PublicationState,
    ReviewGrade,
    file_by,
    filed_in_time,
    filing_status,
    grade_of,
    last_day_shown,
    publication_state,
    score_errors,
    unscored,
)
from app.meetings.rules import MeetingType
from tests.support.properties import examples

FEW = examples(60)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
LEADS = st.integers(0, 60)
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Asia/Urumqi", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/London"]
)


@FEW
@given(planned=DAYS, lead=LEADS, zone=ZONES)
def test_the_last_minute_of_the_last_day_is_in_time(planned: date, lead: int, zone: str) -> None:
    """In every zone, over ends of months and changes of the clock, to the second."""
    by = file_by(planned, lead)
    end = datetime(by.year, by.month, by.day, 23, 59, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert filed_in_time(civil_day(end, zone), planned, lead)
    after = end + timedelta(seconds=1)
    assert civil_day(after, zone) == by + timedelta(days=1)
    assert not filed_in_time(civil_day(after, zone), planned, lead)


@FEW
@given(planned=DAYS, filed=DAYS, lead=LEADS)
def test_in_time_means_the_lead_time_ahead(planned: date, filed: date, lead: int) -> None:
    timely = filed_in_time(filed, planned, lead)
    assert timely == (filed + timedelta(days=lead) <= planned)
    assert timely or not filed_in_time(filed, planned, lead + 1), "more lead is never easier"
    expected = FilingStatus.IN_TIME if timely else FilingStatus.LATE
    for state in (FilingState.FILED, FilingState.ACKNOWLEDGED):
        assert filing_status(state, filed, planned, lead) == expected
    for state in (FilingState.RETURNED, FilingState.WITHDRAWN):
        assert filing_status(state, filed, planned, lead) == FilingStatus(state)


def test_ends_of_months_and_leap_days() -> None:
    assert file_by(date(2024, 3, 3), 3) == date(2024, 2, 29)
    assert file_by(date(2023, 3, 3), 3) == date(2023, 2, 28)
    assert file_by(date(2019, 1, 5), 7) == date(2018, 12, 29)
    assert last_day_shown(date(2024, 2, 27), 7) == date(2024, 3, 4)
    assert last_day_shown(date(2018, 12, 31), 1) == date(2018, 12, 31)


@FEW
@given(starts_on=DAYS, days=st.integers(1, 60), offset=st.integers(-70, 70))
def test_a_publication_is_on_show_for_exactly_its_days(
    starts_on: date, days: int, offset: int
) -> None:
    ends_on = last_day_shown(starts_on, days)
    around = [starts_on + timedelta(days=n) for n in range(-2, days + 2)]
    states = [publication_state(starts_on, ends_on, None, day) for day in around]
    assert states == [
        *[PublicationState.SCHEDULED] * 2,
        *[PublicationState.ON_SHOW] * days,
        *[PublicationState.ENDED] * 2,
    ]
    taken_down = starts_on + timedelta(days=offset)
    for day, state in zip(around, states, strict=True):
        expected = PublicationState.WITHDRAWN if day >= taken_down else state
        assert publication_state(starts_on, ends_on, taken_down, day) == expected


SHEETS = st.dictionaries(
    st.text("abcdefgh_", min_size=1, max_size=6), st.integers(1, 60), min_size=1, max_size=8
)


@FEW
@given(limits=SHEETS, data=st.data())
def test_whole_scores_within_the_sheet_are_flawless(
    limits: dict[str, int], data: st.DataObject
) -> None:
    points = {code: data.draw(st.integers(0, most)) for code, most in limits.items()}
    scores = [(c, p, None if p == limits[c] else "理由") for c, p in points.items()]
    assert score_errors(limits, scores) == []
    assert unscored(limits, points) == []
    assert sum(points.values()) <= sum(limits.values())
    deducted = [code for code, given in points.items() if given < limits[code]]
    silent = score_errors(limits, [(code, given, None) for code, given in points.items()])
    assert [list(limits)[flaw.position] for flaw in silent] == deducted
    assert {error.code for error in silent} <= {"reason_missing"}
    over = [(code, most + 1, None) for code, most in limits.items()]
    assert {error.code for error in score_errors(limits, over)} == {"points_above_limit"}
    first = next(iter(limits))
    twice = [(first, limits[first], None)] * 2
    assert [error.code for error in score_errors(limits, twice)] == ["criterion_repeated"]
    assert unscored(limits, [first]) == [code for code in limits if code != first]
    assert [error.code for error in score_errors(limits, [("?", 1, None)])] == ["criterion_unknown"]


@FEW
@given(total=st.integers(0, 99))
def test_more_points_never_make_a_worse_grade(total: int) -> None:
    order = list(ReviewGrade)
    assert order.index(grade_of(total + 1)) <= order.index(grade_of(total))


def test_grades_begin_where_they_say() -> None:
    found = {total: grade_of(total) for total in (0, 59, 60, 74, 75, 89, 90, 100)}
    assert list(found.values()) == [
        "needs_improvement", "needs_improvement", "fair", "fair",
        "good", "good", "excellent", "excellent",
    ]  # fmt: skip
    assert all(state.label for state in FilingState)


def test_the_defaults_are_whole() -> None:
    assert sum(criterion.max_points for criterion in DEFAULT_SHEET) == FULL_MARKS
    assert len({criterion.code for criterion in DEFAULT_SHEET}) == len(DEFAULT_SHEET)
    assert set(DEFAULT_LEAD_DAYS) == set(MeetingType)
    special = {kind: days for kind, days in DEFAULT_LEAD_DAYS.items() if days != 3}
    assert special == {MeetingType.ORGANIZATIONAL_LIFE_MEETING: 7}
