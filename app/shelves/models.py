"""The columns of kept documents: whose and in what state they are, and each revision for ever."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core.database import Base, one_of
from app.shelves.rules import ShelfStatus

_IN_FORCE = text("status = 'in_force'")


class Kept(Base):
    """What the table of a kind of kept documents has; one of an organisation's is in force."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    based_on: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy calls it with the class
        return (
            UniqueConstraint("root_id", "code"),
            one_of("status", list(ShelfStatus)),
            Index(f"ix_{cls.__tablename__}_organization", "organization_id"),
            Index(
                f"ix_{cls.__tablename__}_in_force",
                "organization_id",
                unique=True,
                sqlite_where=_IN_FORCE,
                postgresql_where=_IN_FORCE,
            ),
        )


class Revision(Base):
    """What a table of revisions has besides the id of what was revised; never changed."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(String(100))
