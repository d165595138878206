"""Tables of report books: what they are called and whose they are, and each revision for ever."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, one_of

_IN_FORCE = text("status = 'in_force'")


class BookStatus(StrEnum):
    """Whether reports are written with a book, it waits, or it is out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class ReportBook(Base):
    """A report book of an organisation, for it and all below it; one of them at most in force."""

    __tablename__ = "report_books"
    __table_args__ = (
        UniqueConstraint("root_id", "code"),
        one_of("status", list(BookStatus)),
        Index("ix_report_books_organization", "organization_id"),
        Index(
            "ix_report_books_in_force",
            "organization_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    based_on: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute


class ReportBookRevision(Base):
    """What a report book said from one saving to the next; never changed."""

    __tablename__ = "report_book_revisions"
    __table_args__ = (UniqueConstraint("report_book_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_book_id: Mapped[UUID] = mapped_column(ForeignKey("report_books.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(String(100))
