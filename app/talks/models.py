"""Talks' tables."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import StoredCount, count_checks, stored_count
from app.core.database import Base, one_of
from app.items.models import Item, PersonRow
from app.items.rules import ItemKind
from app.talks.rules import PairType


class TalkPerson(PersonRow, Base):
    """One person who was talked with."""

    __tablename__ = "talk_persons"
    __table_args__ = (Index("ix_talk_persons_member", "member_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("talks.item_id"), primary_key=True)
    post: Mapped[str | None] = mapped_column(String(100))


class Talk(Item):
    """A talk. Its content is what a person wrote, never made from a topic."""

    __tablename__ = "talks"
    __table_args__: Any = (one_of("pair_type", list(PairType)), *count_checks("person_times"))

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    talker: Mapped[str | None] = mapped_column(String(100))
    pair_type: Mapped[str | None] = mapped_column(String(32))
    place: Mapped[str | None] = mapped_column(String(100))
    person_times: Mapped[StoredCount | None] = stored_count("person_times")
    content: Mapped[str | None] = mapped_column(Text)
    opinions: Mapped[list[str]]

    persons: Mapped[list[TalkPerson]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=TalkPerson.position
    )

    __mapper_args__ = {"polymorphic_identity": ItemKind.TALK}
