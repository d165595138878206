"""A made-up tree: one committee, general branches below it, party branches below them."""

import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from app.access.passwords import NO_PASSWORD
from app.access.queries import actor_of
from app.access.rules import Role
from app.access.schemas import UserWrite
from app.access.service import add_administrator
from app.core.uow import Actor, UnitOfWork
from app.organizations.models import Organization
from app.organizations.rules import Membership, OrganizationKind, Post
from app.organizations.schemas import MemberWrite, OrganizationWrite
from app.organizations.service import add_member, add_organization
from tools.demo import corpus

OLDEST_YEARS, YOUNGEST_YEARS, TERM_YEARS = 9, 4, 3
DAYS_A_YEAR = 365
PROBATION_SHARE = 0.08
POSTS = (
    *(Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.ORGANIZATION_COMMISSIONER),
    *(Post.PUBLICITY_COMMISSIONER, Post.DISCIPLINE_COMMISSIONER),
)
SMALLEST, LARGEST = 6, 20
BUSY_EVERY, BUSY_WEIGHT = 25, 6.0


@dataclass(frozen=True, slots=True)
class Person:
    """A member on a roster."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Staff:
    """The user who enters an organisation's records, and the one who reviews them."""

    clerk: Actor
    secretary: Actor


@dataclass(frozen=True, slots=True)
class DemoOrganization:
    """An organisation with its users and members; ``weight`` is its share of the records."""

    id: UUID
    name: str
    staff: Staff
    people: tuple[Person, ...]
    weight: float


@dataclass(slots=True)
class TreeMaker:
    """Makes a tree; everything random in it comes from one seeded source."""

    uow: UnitOfWork
    random: Random
    tag: str
    users: int = field(default=0, init=False)

    def make(self, root: Organization, organizations: int) -> Iterator[DemoOrganization]:
        """Make the tree below a root, ``organizations`` with it; yield each of them."""
        below = organizations - 1
        middles = min(below, max(1, round(math.sqrt(below)))) if below else 0
        leaves = below - middles
        yield self._fill(root, self._add_staff(root.id))
        for number in range(middles):
            name = f"第{number + 1}工程公司党总支"
            middle = self._add(root, name, OrganizationKind.GENERAL_BRANCH)
            staff = self._add_staff(middle.id)
            yield self._fill(middle, staff)
            for position in range(leaves // middles + (number < leaves % middles)):
                site = self.random.choice(corpus.SITES)
                name = f"第{position + 1}项目部（{site}）党支部"
                branch = self._add(middle, name, OrganizationKind.PARTY_BRANCH)
                # The users of the organisation above enter a branch's records.
                yield self._fill(branch, staff)

    def _add(self, parent: Organization, name: str, kind: OrganizationKind) -> Organization:
        founded = self._day()
        election = founded + timedelta(days=TERM_YEARS * DAYS_A_YEAR)
        payload = OrganizationWrite(
            name=name, kind=kind, founded_on=founded, last_election_on=election
        )
        return add_organization(self.uow, payload, parent, time_zone=parent.time_zone)

    def _fill(self, organization: Organization, staff: Staff) -> DemoOrganization:
        people = tuple(self._add_members(organization.id))
        busy = self.random.randrange(BUSY_EVERY) == 0
        weight = BUSY_WEIGHT if busy else self.random.uniform(0.5, 1.5)
        return DemoOrganization(organization.id, organization.name, staff, people, weight)

    def _add_members(self, organization_id: UUID) -> Iterator[Person]:
        names = self._names(self.random.randint(SMALLEST, LARGEST))
        for position, name in enumerate(names):
            post = POSTS[position] if position < len(POSTS) else Post.MEMBER
            full = post != Post.MEMBER or self.random.random() > PROBATION_SHARE
            membership = Membership.FULL_MEMBER if full else Membership.PROBATIONARY_MEMBER
            payload = MemberWrite(
                name=name, membership=membership, post=post, joined_on=self._day()
            )
            yield Person(add_member(self.uow, organization_id, payload).id, name)

    def _names(self, count: int) -> list[str]:
        """Choose different names: namesakes in one list would be taken for one person."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[self.random.choice(corpus.SURNAMES) + self.random.choice(corpus.GIVEN)] = None
        return list(names)

    def _add_staff(self, organization_id: UUID) -> Staff:
        clerk = self._add_user(organization_id, "clerk", (Role.CLERK,))
        roles = (Role.SECRETARY, Role.SUPERVISION)
        return Staff(clerk, self._add_user(organization_id, "secretary", roles))

    def _add_user(self, organization_id: UUID, part: str, roles: tuple[Role, ...]) -> Actor:
        (name,) = self._names(1)
        self.users += 1
        payload = UserWrite(
            username=f"{self.tag}.{part}{self.users}",
            display_name=name,
            password=secrets.token_urlsafe(32),  # not kept: they never sign in
            home_organization_id=organization_id,
        )
        user = add_administrator(self.uow, payload, roles, NO_PASSWORD)
        return actor_of(self.uow.session, user)

    def _day(self) -> date:
        age = self.random.randrange(YOUNGEST_YEARS * DAYS_A_YEAR, OLDEST_YEARS * DAYS_A_YEAR)
        return self.uow.now().date() - timedelta(days=age)
