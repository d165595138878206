"""A made-up tree: one committee, general branches below it, party branches below them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.access.models import RoleGrant, User
from app.access.passwords import NO_PASSWORD
from app.access.rules import Role
from app.access.schemas import RoleGrantWrite
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.unit import Change
from app.demo import words
from app.demo.administrators import OPERATOR
from app.demo.batch import Batch
from app.organizations.models import (
    Member,
    Organization,
    OrganizationAncestor,
    OrganizationPeriod,
)
from app.organizations.rules import Membership, OrganizationKind, Post
from app.organizations.schemas import MemberRead, OrganizationWrite

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
class Place:
    """An organisation with what its records need: who is above, who enters, who takes part."""

    id: UUID
    name: str
    kind: OrganizationKind
    above: tuple[UUID, ...]
    clerk: Actor
    secretary: Actor
    people: tuple[Person, ...]
    weight: float

    def name_of(self, member_id: UUID) -> str:
        """The name of somebody on the roster."""
        return next(person.name for person in self.people if person.id == member_id)


@dataclass(slots=True)
class Planting:
    """A tree in the making; everything it makes up comes from one seeded source."""

    random: Random
    now: datetime
    time_zone: str
    tag: str
    hired: int = 0

    def grow(self, batch: Batch, root: Organization, organizations: int) -> Iterator[Place]:
        """Everything below a root that stands already, as many organisations as asked in all."""
        below = organizations - 1
        middles = min(below, max(1, round(math.sqrt(below)))) if below else 0
        top = self._place(batch, root.id, root.name, OrganizationKind(root.kind), (root.id,))
        yield top
        leaves = below - middles
        for number in range(middles):
            name = f"第{number + 1}工程公司党总支"
            middle = self._found(batch, top, root.id, name, OrganizationKind.GENERAL_BRANCH)
            yield middle
            share = leaves // middles + (number < leaves % middles)
            for position in range(share):
                site = self.random.choice(words.SITES)
                yield self._found(
                    batch,
                    middle,
                    root.id,
                    f"第{position + 1}项目部（{site}）党支部",
                    OrganizationKind.PARTY_BRANCH,
                )

    def _found(
        self, batch: Batch, parent: Place, root_id: UUID, name: str, kind: OrganizationKind
    ) -> Place:
        founded = self._day()
        wish = OrganizationWrite(
            name=name,
            kind=kind,
            founded_on=founded,
            last_election_on=founded + timedelta(days=TERM_YEARS * DAYS_A_YEAR),
        )
        identifier = new_id()
        above = (identifier, *parent.above)
        batch.add(
            Organization.__table__,
            {
                **wish.model_dump(exclude={"time_zone"}),
                "id": identifier,
                "parent_id": parent.id,
                "root_id": root_id,
                "time_zone": self.time_zone,
                "created_at": self.now,
                "version": 1,
            },
        )
        for distance, ancestor in enumerate(above):
            link = {"descendant_id": identifier, "ancestor_id": ancestor, "distance": distance}
            batch.add(OrganizationAncestor.__table__, link)
        period = {"id": new_id(), "organization_id": identifier, "name": name}
        period |= {"parent_id": parent.id, "valid_from": self.now, "valid_until": None}
        batch.add(OrganizationPeriod.__table__, period)
        after = {**wish.model_dump(mode="json"), "parent_id": str(parent.id)}
        self._note(batch, "organization.founded", "organization", identifier, identifier, after)
        if kind == OrganizationKind.PARTY_BRANCH:
            staff = (parent.clerk, parent.secretary)
            return self._place(batch, identifier, name, kind, above, staff)
        return self._place(batch, identifier, name, kind, above)

    def _place(
        self,
        batch: Batch,
        identifier: UUID,
        name: str,
        kind: OrganizationKind,
        above: tuple[UUID, ...],
        staff: tuple[Actor, Actor] | None = None,
    ) -> Place:
        people = tuple(self._enrol(batch, identifier))
        if staff is None:  # a branch is looked after by the staff of the organisation above it
            clerk = self._hire(batch, identifier, "clerk", (Role.CLERK,))
            secretary = self._hire(
                batch, identifier, "secretary", (Role.SECRETARY, Role.SUPERVISION)
            )
            staff = (clerk, secretary)
        busy = self.random.randrange(BUSY_EVERY) == 0
        weight = BUSY_WEIGHT if busy else self.random.uniform(0.5, 1.5)
        return Place(identifier, name, kind, above, *staff, people, weight)

    def _enrol(self, batch: Batch, organization_id: UUID) -> Iterator[Person]:
        names = self._names(self.random.randint(SMALLEST, LARGEST))
        for position, name in enumerate(names):
            post = POSTS[position] if position < len(POSTS) else Post.MEMBER
            full = post != Post.MEMBER or self.random.random() > PROBATION_SHARE
            row: dict[str, Any] = {
                "id": new_id(),
                "organization_id": organization_id,
                "name": name,
                "membership": Membership.FULL_MEMBER if full else Membership.PROBATIONARY_MEMBER,
                "post": post,
                "votes": full,
                "joined_on": self._day(),
                "left_on": None,
                "created_at": self.now,
                "version": 1,
            }
            batch.add(Member.__table__, row)
            after = MemberRead.model_validate(row).model_dump(mode="json", exclude={"version"})
            self._note(batch, "member.enrolled", "member", row["id"], organization_id, after)
            yield Person(row["id"], name)

    def _names(self, count: int) -> list[str]:
        """Different names: two people of one name in one list would be taken for one."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[self.random.choice(words.SURNAMES) + self.random.choice(words.GIVEN)] = None
        return list(names)

    def _hire(
        self, batch: Batch, organization_id: UUID, part: str, roles: tuple[Role, ...]
    ) -> Actor:
        (name,) = self._names(1)
        identifier = new_id()
        self.hired += 1
        username = f"{self.tag}.{part}{self.hired}"
        user = {"id": identifier, "username": username, "display_name": name}
        user |= {"password_hash": NO_PASSWORD, "home_organization_id": organization_id}
        batch.add(
            User.__table__, {**user, "disabled_at": None, "created_at": self.now, "version": 1}
        )
        after = {"username": username, "name": name}
        self._note(batch, "user.created", "user", identifier, organization_id, after)
        for role in roles:
            grant = RoleGrantWrite(organization_id=organization_id, role=role)
            row = {"id": new_id(), "user_id": identifier, **grant.model_dump()}
            batch.add(RoleGrant.__table__, {**row, "granted_at": self.now, "granted_by": None})
            after = grant.model_dump(mode="json")
            self._note(batch, "role.granted", "user", identifier, organization_id, after)
        return Actor(identifier, name)

    def _day(self) -> date:
        age = self.random.randrange(YOUNGEST_YEARS * DAYS_A_YEAR, OLDEST_YEARS * DAYS_A_YEAR)
        return self.now.date() - timedelta(days=age)

    def _note(
        self,
        batch: Batch,
        action: str,
        kind: str,
        identifier: UUID,
        organization_id: UUID,
        after: dict[str, Any],
    ) -> None:
        change = Change(action, kind, identifier, organization_id, None, after)
        batch.note(change, self.now, OPERATOR)
