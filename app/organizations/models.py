"""Tables of organisations, their ancestors, their former names and parents, and members."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, one_of
from app.organizations.rules import Membership, OrganizationKind, Post, term_election_due


class Organization(Base):
    """A party organisation (党组织)."""

    __tablename__ = "organizations"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        one_of("kind", list(OrganizationKind)),
        CheckConstraint(
            "dissolved_on IS NULL OR founded_on IS NULL OR dissolved_on >= founded_on",
            name="dissolved_after_founded",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    founded_on: Mapped[date | None]
    last_election_on: Mapped[date | None]
    dissolved_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def term_election_due_on(self) -> date | None:
        """Return the day by which the next 换届 is due, None when it has none."""
        kind = OrganizationKind(self.kind)
        return term_election_due(kind, self.founded_on, self.last_election_on)


class OrganizationAncestor(Base):
    """The tree's closure: every organisation with each of its ancestors and itself (distance 0)."""

    __tablename__ = "organization_ancestors"
    __table_args__ = (Index("ix_organization_ancestors_ancestor", "ancestor_id", "descendant_id"),)

    descendant_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    ancestor_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    distance: Mapped[int]


class OrganizationPeriod(Base):
    """The name and parent of an organisation between two instants; the current one has no end."""

    __tablename__ = "organization_periods"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]


class Member(Base):
    """A party member on an organisation's roster (花名册)."""

    __tablename__ = "members"
    __table_args__ = (
        one_of("membership", list(Membership)),
        one_of("post", list(Post)),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="left_after_joined"),
        CheckConstraint("NOT votes OR membership = 'full_member'", name="only_full_members_vote"),
        Index("ix_members_organization", "organization_id", "left_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str] = mapped_column(String(100))
    membership: Mapped[str] = mapped_column(String(32))
    post: Mapped[str] = mapped_column(String(32))
    votes: Mapped[bool]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
