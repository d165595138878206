"""Kinds of organisation and their terms, posts and kinds of membership. Pure."""

import calendar
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.core.labels import LabelledEnum


class OrganizationKind(LabelledEnum):
    """Kinds of party organisation (党组织)."""

    PARTY_COMMITTEE = "party_committee", "党委"
    WORK_COMMITTEE = "work_committee", "党工委"
    GENERAL_BRANCH = "general_branch", "党总支"
    PARTY_BRANCH = "party_branch", "党支部"
    PARTY_GROUP = "party_group", "党小组"


# Nothing may stand below a party group, and only groups below a branch.
ALLOWED_CHILDREN: Mapping[OrganizationKind, frozenset[OrganizationKind]] = {
    OrganizationKind.PARTY_COMMITTEE: frozenset(OrganizationKind) - {OrganizationKind.PARTY_GROUP},
    OrganizationKind.WORK_COMMITTEE: frozenset(OrganizationKind) - {OrganizationKind.PARTY_GROUP},
    OrganizationKind.GENERAL_BRANCH: frozenset({OrganizationKind.PARTY_BRANCH}),
    OrganizationKind.PARTY_BRANCH: frozenset({OrganizationKind.PARTY_GROUP}),
    OrganizationKind.PARTY_GROUP: frozenset(),
}

# Years between elections (任期): 党委 5; 总支 and 支部 3. Groups and work committees have none.
TERM_YEARS: Mapping[OrganizationKind, int] = {
    OrganizationKind.PARTY_COMMITTEE: 5,
    OrganizationKind.GENERAL_BRANCH: 3,
    OrganizationKind.PARTY_BRANCH: 3,
}


class Post(StrEnum):
    """Posts inside an organisation."""

    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    ORGANIZATION_COMMISSIONER = "organization_commissioner"
    PUBLICITY_COMMISSIONER = "publicity_commissioner"
    DISCIPLINE_COMMISSIONER = "discipline_commissioner"
    GROUP_LEADER = "group_leader"
    MEMBER = "member"


class Membership(StrEnum):
    """Kinds of membership: a probationary member has no vote."""

    FULL_MEMBER = "full_member"
    PROBATIONARY_MEMBER = "probationary_member"


def term_election_due(
    kind: OrganizationKind, founded_on: date | None, last_election_on: date | None
) -> date | None:
    """Return the day by which 换届 is due: the last election (or founding) plus the kind's term.

    29 February becomes 28 February in a common year; None without a term or a date.
    """
    start, years = last_election_on or founded_on, TERM_YEARS.get(kind)
    if start is None or years is None:
        return None
    year = start.year + years
    last_day = calendar.monthrange(year, start.month)[1]
    return date(year, start.month, min(start.day, last_day))
