"""The spine's tables: items, their deadline spans, events and extension requests, and focuses."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base, one_of
from app.items.rules import ActorKind, ItemKind, Status
from app.organizations.models import Organization


def _where(condition: str) -> dict[str, Any]:
    """Make an index partial, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Focus(Base):
    """A category of responsibility (责任类别) of one tree; seven by default, editable."""

    __tablename__ = "focuses"
    __table_args__ = (UniqueConstraint("root_id", "code"), UniqueConstraint("root_id", "name"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    retired: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Item(Base):
    """A record of any kind; each kind adds a joined table of its own."""

    __tablename__ = "items"
    __table_args__: Any = (
        one_of("kind", list(ItemKind)),
        one_of("status", list(Status)),
        one_of("actor_kind", list(ActorKind)),
        CheckConstraint(
            "status <> 'completed' OR happened_on IS NOT NULL", name="completed_has_happened"
        ),
        CheckConstraint(
            "(due_on IS NULL) = (original_due_on IS NULL)", name="original_deadline_kept"
        ),
        Index("ix_items_place", "organization_id", "day", "id"),
        # Totals of a tree are counted in this index alone. It stands beside the one that orders
        # the lists, which SQLite leaves for the kind's index when it is wider (decision 17).
        Index(
            "ix_items_tally",
            *("organization_id", "day", "kind", "type", "topic", "restricted"),
            *("status", "completed_on", "deleted_at", "id"),
        ),
        Index("ix_items_kind", "kind", "day", "id"),
        Index("ix_items_day", "day", "id"),
        Index("ix_items_origin", "origin_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    focus_id: Mapped[UUID | None] = mapped_column(ForeignKey("focuses.id"))
    status: Mapped[str] = mapped_column(String(32))
    restricted: Mapped[bool]
    responsible_person: Mapped[str | None] = mapped_column(String(100))
    responsible_member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    responsible_post: Mapped[str | None] = mapped_column(String(100))
    responsible_department: Mapped[str | None] = mapped_column(String(100))
    co_responsible: Mapped[list[str]]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str | None] = mapped_column(String(100))
    actor_post: Mapped[str | None] = mapped_column(String(32))
    planned_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    happened_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    opened_on: Mapped[date]
    day: Mapped[date]
    outcome: Mapped[str | None] = mapped_column(Text)
    late_entry: Mapped[bool]
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    # The civil day of the removal: until it, history answers as if nothing had been removed.
    removed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    focus_row: Mapped[Focus | None] = relationship(lazy="raise")
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"polymorphic_on": kind, "version_id_col": version}

    @classmethod
    def values(cls) -> list[str]:
        """The names of its columns, and of the pairs of columns that are one value."""
        return [*cls.__mapper__.column_attrs.keys(), *cls.__mapper__.composites.keys()]


class PersonRow:
    """What the rows of a record's list of people have: the roster's id or a name alone."""

    item_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(String(100))


class DeadlineSpan(Base):
    """A span in which an item owes by a deadline, once for each ancestor of its organisation.

    Derived from the item and its events in the same transaction (``app.items.timeline``), so that
    "overdue in this subtree, by date" is one index range at every level of the tree.
    """

    __tablename__ = "deadline_spans"
    __table_args__ = (
        Index(
            "ix_deadline_spans_open_by_kind",
            *("ancestor_id", "kind", "due_on", "item_id"),
            **_where("active_until IS NULL"),
        ),
        Index(
            "ix_deadline_spans_open",
            *("ancestor_id", "due_on", "item_id"),
            **_where("active_until IS NULL"),
        ),
        Index("ix_deadline_spans_history", "ancestor_id", "kind", "due_on", "item_id"),
        Index("ix_deadline_spans_item", "item_id"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    active_from: Mapped[date] = mapped_column(primary_key=True)
    active_until: Mapped[date | None]
    due_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(32))
    restricted: Mapped[bool]


class ItemEvent(Base):
    """A step in a record's life: what it became, on which day, entered when and by whom."""

    __tablename__ = "item_events"
    __table_args__ = (
        UniqueConstraint("item_id", "sequence"),
        one_of("status", list(Status)),
        # The state on a day is the last step by then: one step down the index, no row read.
        Index(
            "ix_item_events_course",
            *("item_id", "effective_on", "sequence"),
            *("status", "due_on", "name"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    due_on: Mapped[date | None]
    effective_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any] | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]
    recorded_by_name: Mapped[str] = mapped_column(String(100))


class WithdrawnEnding(Base):
    """The days on which a record was completed or cancelled, until that was taken back."""

    __tablename__ = "withdrawn_endings"
    __table_args__ = (
        one_of("status", [Status.COMPLETED, Status.CANCELLED]),
        CheckConstraint("active_from < active_until", name="lasted"),
        Index("ix_withdrawn_endings_item", "item_id", "active_from", "active_until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    status: Mapped[str] = mapped_column(String(16))
    active_from: Mapped[date]
    active_until: Mapped[date]


class ExtensionRequest(Base):
    """A request for a later deadline (延期), decided by somebody else; the chain is kept."""

    __tablename__ = "extension_requests"
    __table_args__ = (
        one_of("state", ["pending", "approved", "denied", "withdrawn"]),
        CheckConstraint("requested_due_on > previous_due_on", name="later"),
        Index(
            "uq_extension_requests_pending", "item_id", unique=True, **_where("state = 'pending'")
        ),
        Index("ix_extension_requests_item", "item_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    previous_due_on: Mapped[date]
    requested_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None]
    requested_by_name: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    decision_note: Mapped[str | None] = mapped_column(Text)
