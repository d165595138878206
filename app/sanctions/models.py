"""The sanctions' table."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.items.models import Item
from app.items.rules import ItemKind


class Sanction(Item):
    """A sanction of party discipline against one person."""

    __tablename__ = "sanctions"
    __table_args__: Any = (Index("ix_sanctions_member", "person_member_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    person_member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    person_name: Mapped[str] = mapped_column(String(100))
    decision_number: Mapped[str | None] = mapped_column(String(100))
    decision_title: Mapped[str | None] = mapped_column(String(300))
    authority: Mapped[str | None] = mapped_column(String(100))
    expires_on: Mapped[date | None]

    __mapper_args__ = {"polymorphic_identity": ItemKind.SANCTION}
