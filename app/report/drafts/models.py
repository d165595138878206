"""The tables of stored reports: heads, frozen fact sets, blocks, comments, versions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, one_of
from app.report.drafts.rules import ReportStatus, VersionReason


class Report(Base):
    """A report: its head and its status. A finalised one is guarded by triggers.

    `template_revision_id` is the style template that it was finalised with, None for the shipped
    styles; files of templates are never removed.
    """

    __tablename__ = "reports"
    __table_args__ = (
        one_of("status", list(ReportStatus)),
        CheckConstraint(
            "(status = 'finalised') = (finalised_at IS NOT NULL) "
            "AND (status = 'finalised') = (sha256 IS NOT NULL)",
            name="finalised_when",
        ),
        CheckConstraint("deleted_at IS NULL OR status = 'draft'", name="only_drafts_removed"),
        Index("ix_reports_place", "organization_id", "year"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    voice: Mapped[str] = mapped_column(String(16))
    period: Mapped[str] = mapped_column(String(16))
    small_counts: Mapped[str] = mapped_column(String(16))
    numerals: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[date]
    include_descendants: Mapped[bool]
    restricted: Mapped[bool]
    title: Mapped[str] = mapped_column(String(300))
    salutation: Mapped[str | None] = mapped_column(String(100))
    byline: Mapped[str | None] = mapped_column(String(100))
    signatory: Mapped[str | None] = mapped_column(String(100))
    signed_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))
    fact_set_number: Mapped[int]
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"))
    created_at: Mapped[datetime]
    created_by_name: Mapped[str] = mapped_column(String(100))
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    submitted_by_name: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    decision_note: Mapped[str | None] = mapped_column(Text)
    finalised_at: Mapped[datetime | None]
    finalised_by_name: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    template_revision_id: Mapped[UUID | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReportFactSet(Base):
    """What a report was made from: canonical JSON, compressed; only ever added."""

    __tablename__ = "report_fact_sets"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    number: Mapped[int]
    as_of: Mapped[date]
    records: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by_name: Mapped[str] = mapped_column(String(100))


class ReportBlock(Base):
    """A block; ``source`` is what it was generated from, a value read and written whole.

    Positions are 1, 2, 3 … under the report's lock; ``fact_set_number`` is the fact set that the
    source is of.
    """

    __tablename__ = "report_blocks"
    __table_args__ = (
        one_of("kind", ["heading", "sentence", "text", "table"]),
        CheckConstraint("(kind = 'heading') = (level IS NOT NULL)", name="headings_have_levels"),
        CheckConstraint("(kind = 'table') = (cells IS NOT NULL)", name="tables_have_cells"),
        Index("ix_report_blocks_place", "report_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    level: Mapped[int | None]
    paragraph: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    cells: Mapped[dict[str, Any] | None]
    key: Mapped[str | None] = mapped_column(String(160))
    origin: Mapped[str | None] = mapped_column(String(16))
    generated: Mapped[str | None] = mapped_column(Text)
    source: Mapped[dict[str, Any] | None]
    hash: Mapped[str | None] = mapped_column(String(64))
    fact_set_number: Mapped[int | None]
    edited: Mapped[bool]
    removed: Mapped[bool]
    added: Mapped[bool]
    outdated: Mapped[bool]
    unsupported_numbers: Mapped[list[str]]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


# The table, not the class: the ORM would part inserted rows by which of their values are empty.
REPORT_BLOCKS: Any = ReportBlock.__table__


class ReportComment(Base):
    """A remark on a report or on one of its blocks, or an answer to a remark."""

    __tablename__ = "report_comments"
    __table_args__ = (
        CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by_name IS NULL)", name="resolved_by_whom"
        ),
        Index("ix_report_comments_report", "report_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    block_id: Mapped[UUID | None] = mapped_column(ForeignKey("report_blocks.id"))
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("report_comments.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(100))
    resolved_at: Mapped[datetime | None]
    resolved_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReportVersion(Base):
    """The text at one moment: head and blocks, compressed; only ever added."""

    __tablename__ = "report_versions"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        one_of("reason", list(VersionReason)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(100))
