"""The list's tables: lists, their lines, what falls due, explicit links, amendments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.checklist.rules import ListStatus
from app.core.database import Base, one_of


class DutyList(Base):
    """An organisation's list of one year (责任清单).

    The database gives it a new random ``stamp`` with every change of its lines or occurrences
    (triggers in migration 0015); the program only reads it.
    """

    __tablename__ = "duty_lists"
    __table_args__ = (
        UniqueConstraint("organization_id", "year"),
        one_of("status", list(ListStatus)),
        CheckConstraint(
            "(status IN ('published', 'closed')) = (published_at IS NOT NULL)",
            name="published_when",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    submitted_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    published_by_name: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    stamp: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Duty(Base):
    """A line of a list (责任项). ``content`` is the obligation, a value read and written whole.

    It holds from ``effective_from`` until (not on) ``effective_until``, within the list's year.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("list_id", "code", "effective_from"),
        CheckConstraint("effective_until > effective_from", name="effective_some_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("duty_lists.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(130))
    content: Mapped[dict[str, Any]]
    rule_set: Mapped[str | None] = mapped_column(String(64))
    rule_set_revision: Mapped[int | None]
    effective_from: Mapped[date]
    effective_until: Mapped[date]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Occurrence(Base):
    """One thing owed: a line, by whom (the organisation or one of its groups), in which period."""

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("duty_id", "owed_by_id", "first_on", "number"),
        CheckConstraint("last_on >= first_on", name="period_runs_forward"),
        CheckConstraint("(waived_on IS NULL) = (waived_reason IS NULL)", name="waived_why"),
        Index("ix_occurrences_place", "organization_id", "year"),
        Index("ix_occurrences_owed_by", "owed_by_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty_id: Mapped[UUID] = mapped_column(ForeignKey("duties.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    owed_by_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    period: Mapped[str] = mapped_column(String(16))
    first_on: Mapped[date]
    last_on: Mapped[date]
    number: Mapped[int]
    due_on: Mapped[date | None]
    waived_on: Mapped[date | None]
    waived_reason: Mapped[str | None] = mapped_column(Text)
    waived_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class OccurrenceRecord(Base):
    """A record that people say fulfils an occurrence; it wins over what the dates say."""

    __tablename__ = "occurrence_records"
    __table_args__ = (Index("ix_occurrence_records_item", "item_id"),)

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    linked_at: Mapped[datetime]
    linked_by_name: Mapped[str] = mapped_column(String(100))


class ListAmendment(Base):
    """A change of a published list, with its reason; nothing else changes one."""

    __tablename__ = "list_amendments"
    __table_args__ = (UniqueConstraint("list_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("duty_lists.id"))
    number: Mapped[int]
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(100))
