"""Activities' tables."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import StoredCount, count_checks, stored_count
from app.core.database import Base
from app.items.models import Item, PersonRow
from app.items.rules import ItemKind


class Attendee(PersonRow, Base):
    """One person who took part in an activity."""

    __tablename__ = "activity_attendees"
    __table_args__ = (Index("ix_activity_attendees_member", "member_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("activities.item_id"), primary_key=True)


class Activity(Item):
    """An activity of one day or of several."""

    __tablename__ = "activities"
    __table_args__: Any = (
        CheckConstraint("hours BETWEEN 0 AND 1000", name="hours_plausible"),
        *count_checks("participants"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    ends_on: Mapped[date | None]
    place: Mapped[str | None] = mapped_column(String(100))
    organizer: Mapped[str | None] = mapped_column(String(100))
    participants: Mapped[StoredCount | None] = stored_count("participants")
    hours: Mapped[float | None] = mapped_column(Numeric(5, 1, asdecimal=False))
    content: Mapped[str | None] = mapped_column(Text)

    attendees: Mapped[list[Attendee]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Attendee.position
    )

    __mapper_args__ = {"polymorphic_identity": ItemKind.ACTIVITY}
