"""Duties towards members: who was talked with, who has learned how much, whose term ends soon."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SelectBase, or_, select

from app.activities.models import Activity, Attendee
from app.checklist.queries import below, day_in_year, with_groups
from app.checklist.schemas import (
    HoursParameters,
    MemberHours,
    MemberTalks,
    PairRead,
    TalkCoverage,
    TermElection,
    TermElections,
    TermParameters,
    TrainingHours,
    YearParameters,
)
from app.core.audit import AuditEntry
from app.core.uow import UnitOfWork
from app.items.history import ITEMS, completed_by
from app.items.models import Item
from app.organizations.models import Member, Organization
from app.organizations.queries import get_visible
from app.organizations.rules import OrganizationKind, Post, term_election_due
from app.talks.models import Talk, TalkPerson
from app.talks.rules import PairType, TalkType

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
    """Count the talks that each member took part in, on either side.

    The talker is known by name alone and counts where one member of the talk's organisation bears
    that name.
    """
    named: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for person in roster:
        named[person.organization_id, person.name].append(person.id)
    times: Counter[UUID] = Counter()
    for talk in talks:
        participants = set(talk.members)
        bearers = named.get((talk.organization_id, talk.talker or ""), [])
        if len(bearers) == 1:
            participants.add(bearers[0])
        times.update(participants)
    return {person.id: times[person.id] for person in roster}


def hours_learned(
    roster: Sequence[Person], courses: Iterable[tuple[UUID, Decimal]]
) -> Mapping[UUID, Decimal]:
    """Sum the hours of training of each member, from (member, hours of a course) pairs."""
    hours: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for member, length in courses:
        hours[member] += length
    return {person.id: hours[person.id] for person in roster}


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def talk_coverage(
    uow: UnitOfWork, organization_id: UUID, parameters: YearParameters
) -> TalkCoverage:
    """Show 谈心谈话 by pair and by member.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    day = day_in_year(uow, get_visible(uow.session, uow.actor, organization_id), parameters)
    scope = with_groups(organization_id, include_descendants=parameters.include_descendants)
    roster, names = _roster(uow, scope, day)
    talks = _heart_talks(uow, scope, parameters.year, day)
    times = talks_of_members(roster, talks)
    pairs = Counter(talk.pair_type for talk in talks)
    shown: list[PairType | None] = [*PairType, *([None] if pairs[None] else [])]
    return TalkCoverage(
        year=parameters.year,
        as_of=day,
        pairs=[
            PairRead(pair_type=pair, label=pair.label if pair else "未注明", talks=pairs[pair])
            for pair in shown
        ],
        members=[
            MemberTalks(**_member(person, names), talks=times[person.id]) for person in roster
        ],
        without_talk=sum(not count for count in times.values()),
    )


def training_hours(
    uow: UnitOfWork, organization_id: UUID, parameters: HoursParameters
) -> TrainingHours:
    """Show 学时 by member, from the training courses whose lists name them.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    day = day_in_year(uow, get_visible(uow.session, uow.actor, organization_id), parameters)
    scope = with_groups(organization_id, include_descendants=parameters.include_descendants)
    roster, names = _roster(uow, scope, day)
    hours = hours_learned(roster, _courses(uow, scope, parameters.year, day))
    members = []
    for person in roster:
        leads = person.post in LEADERS
        required = parameters.required_of_leaders if leads else parameters.required
        missing = max(Decimal(0), required - hours[person.id])
        members.append(
            MemberHours(
                **_member(person, names), hours=hours[person.id], required=required, missing=missing
            )
        )
    short = sum(member.missing > 0 for member in members)
    return TrainingHours(year=parameters.year, as_of=day, members=members, short=short)


def term_elections(
    uow: UnitOfWork, organization_id: UUID, parameters: TermParameters
) -> TermElections:
    """Show the organisations below whose term has ended or ends within some months.

    An election that was held later is not known on that day.
    """
    asked = get_visible(uow.session, uow.actor, organization_id)
    day = parameters.as_of or uow.today(asked.time_zone)
    until = months_later(day, parameters.months)
    scope = below(organization_id, include_descendants=True)
    existing = or_(Organization.dissolved_on.is_(None), Organization.dissolved_on > day)
    statement = select(Organization).where(Organization.id.in_(scope), existing)
    organizations = uow.session.scalars(statement).all()
    elections = elections_by(uow, organizations, day)
    items = []
    for organization in organizations:
        kind, held_on = OrganizationKind(organization.kind), elections[organization.id]
        due_on = term_election_due(kind, organization.founded_on, held_on)
        if due_on is None or due_on > until:
            continue
        items.append(
            TermElection(
                organization_id=organization.id,
                organization_name=organization.name,
                kind=kind,
                last_election_on=held_on,
                earlier_unknown=held_on is None and organization.last_election_on is not None,
                due_on=due_on,
                days_left=(due_on - day).days,
            )
        )
    items.sort(key=lambda item: (item.due_on, item.organization_id))
    return TermElections(as_of=day, until=until, items=items)


def _roster(uow: UnitOfWork, scope: SelectBase, day: date) -> tuple[list[Person], dict[UUID, str]]:
    statement = (
        select(Member.id, Member.organization_id, Member.name, Member.post, Organization.name)
        .join(Organization, Organization.id == Member.organization_id)
        .where(
            Member.organization_id.in_(scope),
            Member.joined_on <= day,
            or_(Member.left_on.is_(None), Member.left_on > day),
        )
        .order_by(Member.organization_id, Member.id)
    )
    rows = uow.session.execute(statement).all()
    names = {row[1]: row[4] for row in rows}
    return [Person(*row[:4]) for row in rows], names


def _member(person: Person, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "member_id": person.id,
        "name": person.name,
        "post": person.post,
        "organization_id": person.organization_id,
        "organization_name": names[person.organization_id],
    }


def _held_in(year: int, day: date) -> tuple[ColumnElement[bool], ...]:
    """State that a record took place in the year, up to the day."""
    return (*completed_by(day), ITEMS.happened_on.between(date(year, 1, 1), date(year, 12, 31)))


def _heart_talks(uow: UnitOfWork, scope: SelectBase, year: int, day: date) -> Sequence[HeartTalk]:
    talks, people = Talk.__table__.c, TalkPerson.__table__.c
    source = Item.__table__.join(Talk.__table__, talks.item_id == ITEMS.id)
    statement = (
        select(ITEMS.id, ITEMS.organization_id, talks.pair_type, talks.talker, people.member_id)
        .select_from(source.outerjoin(TalkPerson.__table__, people.item_id == ITEMS.id))
        .where(
            ITEMS.organization_id.in_(scope),
            ITEMS.type == TalkType.HEART_TALK,
            *_held_in(year, day),
        )
    )
    row_of: dict[UUID, Any] = {}
    members: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in uow.session.execute(statement):
        row_of[row.id] = row
        if row.member_id is not None:
            members[row.id].append(row.member_id)
    return [
        HeartTalk(row.id, row.organization_id, row.pair_type, row.talker, tuple(members[row.id]))
        for row in row_of.values()
    ]


def _courses(
    uow: UnitOfWork, scope: SelectBase, year: int, day: date
) -> Sequence[tuple[UUID, Decimal]]:
    """Read (member, hours) of each course; members may have learned anywhere in the tree."""
    activities, people = Activity.__table__.c, Attendee.__table__.c
    roster = select(Member.id).where(Member.organization_id.in_(scope))
    source = Item.__table__.join(Activity.__table__, activities.item_id == ITEMS.id)
    statement = (
        select(people.member_id, activities.hours)
        .select_from(source.join(Attendee.__table__, people.item_id == ITEMS.id))
        .where(people.member_id.in_(roster), activities.hours.is_not(None), *_held_in(year, day))
    )
    return [(row.member_id, Decimal(str(row.hours))) for row in uow.session.execute(statement)]


def elections_by(
    uow: UnitOfWork, organizations: Collection[Organization], day: date
) -> Mapping[UUID, date | None]:
    """Find the last election that each organisation had held by a day; None if none is known.

    An organisation keeps the date of its last election alone; the trail knows what it was before.
    The newest of those dates that is no later than the day counts, so that one that was corrected
    does not come back.
    """
    elections: dict[UUID, date | None] = {}
    later = []
    for organization in organizations:
        known = organization.last_election_on is None or organization.last_election_on <= day
        elections[organization.id] = organization.last_election_on if known else None
        later += [] if known else [organization.id]
    if not later:
        return elections
    entries = AuditEntry.__table__.c
    statement = (
        select(entries.subject_id, entries.before)
        .where(entries.subject_id.in_(later), entries.before.is_not(None))
        .order_by(entries.sequence.desc())
    )
    for row in uow.session.execute(statement):
        stated = (row.before or {}).get("last_election_on")
        if stated and elections[row.subject_id] is None and date.fromisoformat(stated) <= day:
            elections[row.subject_id] = date.fromisoformat(stated)
    return elections
