"""Meetings' tables."""

from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base
from app.items.models import Item, PersonRow
from app.items.rules import ItemKind


class Attendance(PersonRow, Base):
    """One person's attendance at a meeting."""

    __tablename__ = "meeting_attendances"
    __table_args__ = (Index("ix_meeting_attendances_member", "member_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"), primary_key=True)
    present: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(300))


class Resolution(Base):
    """Something that a meeting resolved, with who does it by when."""

    __tablename__ = "meeting_resolutions"
    __table_args__ = (Index("ix_meeting_resolutions_item", "item_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    responsible_person: Mapped[str | None] = mapped_column(String(100))
    due_on: Mapped[date | None]
    # The record that was made of it.
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"))


class Meeting(Item):
    """A meeting. Agenda, votes and matters are values read and written whole, hence JSON."""

    __tablename__ = "meetings"
    __table_args__: Any = (
        CheckConstraint(
            "present IS NULL OR expected IS NULL OR present <= expected", name="present_le_expected"
        ),
        CheckConstraint(
            "present_eligible IS NULL OR vote_eligible IS NULL"
            " OR present_eligible <= vote_eligible",
            name="present_eligible_le_eligible",
        ),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    place: Mapped[str | None] = mapped_column(String(100))
    chair: Mapped[str | None] = mapped_column(String(100))
    recorder: Mapped[str | None] = mapped_column(String(100))
    lecturer: Mapped[str | None] = mapped_column(String(100))
    expected: Mapped[int | None]
    present: Mapped[int | None]
    vote_eligible: Mapped[int | None]
    present_eligible: Mapped[int | None]
    observers: Mapped[list[str]]
    agenda: Mapped[list[str]]
    discussion: Mapped[str | None] = mapped_column(Text)
    votes: Mapped[list[dict[str, Any]]]
    matters: Mapped[list[dict[str, Any]]]
    appraisal: Mapped[dict[str, Any] | None]
    opinions_collected: Mapped[int | None]
    problems_found: Mapped[list[str]]
    criticisms: Mapped[int | None]

    attendance: Mapped[list[Attendance]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Attendance.position
    )
    resolutions: Mapped[list[Resolution]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Resolution.position
    )

    __mapper_args__ = {"polymorphic_identity": ItemKind.MEETING}
