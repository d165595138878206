"""Tables of reports: yearly inputs, report books, style templates."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.evidence.formats import MAX_FILENAME
from app.org_documents.kinds import OrgDocument, Revision


class ReportInputs(Base):
    """An organisation's own words for a year: shortcomings, plans, and what became of them."""

    __tablename__ = "report_inputs"
    __table_args__ = (UniqueConstraint("organization_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    salutation: Mapped[str | None] = mapped_column(String(100))
    shortcomings: Mapped[list[dict[str, Any]]]
    next_plans: Mapped[list[dict[str, Any]]]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class BookStatus(StrEnum):
    """Whether reports are written with a book, it waits, or it is out of use."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class ReportBook(OrgDocument):
    """A report book of an organisation, for it and all below it; one of them at most in force."""

    __tablename__ = "report_books"

    based_on: Mapped[str] = mapped_column(String(60))


class ReportBookRevision(Revision):
    """What a report book said from one saving to the next; never changed."""

    __tablename__ = "report_book_revisions"
    __table_args__ = (UniqueConstraint("report_book_id", "number"),)

    report_book_id: Mapped[UUID] = mapped_column(ForeignKey("report_books.id"))


class ReportTemplate(Base):
    """An organisation's style template (样式模板) for its reports and those of all below.

    `in_use` is False after it was taken back: the superior's, or the shipped one, applies again.
    """

    __tablename__ = "report_templates"
    __table_args__ = (
        UniqueConstraint("organization_id"),
        CheckConstraint("newest >= 1", name="newest_counts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    newest: Mapped[int]
    in_use: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReportTemplateRevision(Base):
    """One file as it was handed in; rows are added and never changed."""

    __tablename__ = "report_template_revisions"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        UniqueConstraint("storage_key"),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("report_templates.id"))
    number: Mapped[int]
    filename: Mapped[str] = mapped_column(String(MAX_FILENAME))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(64))
    missing_styles: Mapped[list[str]]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID | None]
    uploaded_by_name: Mapped[str] = mapped_column(String(100))
