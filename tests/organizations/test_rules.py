"""When elections are due: the term runs from the last election, or from the founding."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organizations.rules import TERM_YEARS, OrganizationKind, term_election_due

dates = st.dates(date(1921, 7, 1), date(2190, 12, 31))


@pytest.mark.parametrize(
    ("kind", "start", "due"),
    [
        (OrganizationKind.PARTY_COMMITTEE, date(2016, 3, 18), date(2021, 3, 18)),
        (OrganizationKind.GENERAL_BRANCH, date(2016, 3, 18), date(2019, 3, 18)),
        (OrganizationKind.PARTY_BRANCH, date(2016, 2, 29), date(2019, 2, 28)),
        (OrganizationKind.PARTY_GROUP, date(2016, 3, 18), None),
        (OrganizationKind.WORK_COMMITTEE, date(2016, 3, 18), None),
    ],
)
def test_terms_by_example(kind: OrganizationKind, start: date, due: date | None) -> None:
    assert term_election_due(kind, start, None) == due
    assert term_election_due(kind, None, start) == due


@given(st.sampled_from(sorted(TERM_YEARS)), dates, dates)
def test_an_election_counts_before_the_founding(
    kind: OrganizationKind, founded_on: date, elected_on: date
) -> None:
    due = term_election_due(kind, founded_on, elected_on)
    assert due == term_election_due(kind, None, elected_on)
    assert due is not None
    assert due.year == elected_on.year + TERM_YEARS[kind]
    assert (due.month, due.day) in {(elected_on.month, elected_on.day), (2, 28)}


@given(st.sampled_from(OrganizationKind))
def test_without_a_date_nothing_is_due(kind: OrganizationKind) -> None:
    assert term_election_due(kind, None, None) is None
