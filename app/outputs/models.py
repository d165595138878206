"""The outputs' table."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import StoredCount, count_checks, stored_count
from app.core.database import one_of
from app.items.models import Item
from app.items.rules import ItemKind
from app.outputs.rules import PolicyChange


class Output(Item):
    """Something that the work brought forth."""

    __tablename__ = "outputs"
    __table_args__: Any = (
        one_of("change", list(PolicyChange)),
        CheckConstraint("solved_difficulties >= 0", name="solved_not_negative"),
        *count_checks("copies"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    authors: Mapped[list[str]]
    change: Mapped[str | None] = mapped_column(String(16))
    document_number: Mapped[str | None] = mapped_column(String(100))
    issuer: Mapped[str | None] = mapped_column(String(100))
    publisher: Mapped[str | None] = mapped_column(String(100))
    award_level: Mapped[str | None] = mapped_column(String(100))
    solved_difficulties: Mapped[int | None]
    copies: Mapped[StoredCount | None] = stored_count("copies")

    __mapper_args__ = {"polymorphic_identity": ItemKind.OUTPUT}
