"""Who was talked with, who has learned how much, whose term ends soon: pure."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.organizations.rules import Post

# 党员教育管理工作条例 第二十条 as practised: hours a year, for members and for leading members.
MEMBER_HOURS = 32
LEADER_HOURS = 56
LEADERS = frozenset(Post) - {Post.MEMBER, Post.GROUP_LEADER}


@dataclass(frozen=True, slots=True)
class Person:
    """A member on the roster."""

    id: UUID
    organization_id: UUID
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class HeartTalk:
    """A 谈心谈话: where, of which pair, who talked, with whom of the roster."""

    id: UUID
    organization_id: UUID
    pair_type: str | None
    talker: str | None
    members: tuple[UUID, ...]


def talks_of_members(roster: Sequence[Person], talks: Iterable[HeartTalk]) -> Mapping[UUID, int]:
    """How many talks each member took part in, on either side.

    The talker is known by name alone and counts where one member of the talk's organisation bears
    that name.
    """
    named: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for person in roster:
        named[person.organization_id, person.name].append(person.id)
    times: Counter[UUID] = Counter()
    for talk in talks:
        part = set(talk.members)
        bearers = named.get((talk.organization_id, talk.talker or ""), [])
        if len(bearers) == 1:
            part.add(bearers[0])
        times.update(part)
    return {person.id: times[person.id] for person in roster}


def hours_required(post: str, *, members: int, leaders: int) -> int:
    """The hours of training that a member owes in a year."""
    return leaders if post in LEADERS else members


def hours_learned(
    roster: Sequence[Person], courses: Iterable[tuple[UUID, Decimal]]
) -> Mapping[UUID, Decimal]:
    """The hours of training of each member, from (member, hours of a course) pairs."""
    hours: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for member, length in courses:
        hours[member] += length
    return {person.id: hours[person.id] for person in roster}


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
