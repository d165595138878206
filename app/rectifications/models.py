"""The rectifications' table."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import one_of
from app.items.models import Item
from app.items.rules import ItemKind
from app.rectifications.rules import Source


class Rectification(Item):
    """A problem and what is done about it (整改台账的一行)."""

    __tablename__ = "rectifications"
    __table_args__ = (one_of("source", list(Source)),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    found_on: Mapped[date]
    corrective_measure: Mapped[str | None] = mapped_column(Text)
    lead_leader: Mapped[str | None] = mapped_column(String(100))

    __mapper_args__ = {"polymorphic_identity": ItemKind.RECTIFICATION}
