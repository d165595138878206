"""Tables of the four steps; a row belongs to one meeting, or to the root of one tree."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, one_of
from app.meeting_steps.rules import FilingState, ReviewState


class FilingLeadTimes(Base):
    """Lead times of a tree that are not the default: ``days`` by type of meeting."""

    __tablename__ = "filing_lead_times"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), unique=True)
    days: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Filing(Base):
    """The plan of a meeting as it was filed (报备), judged by the lead time of that day."""

    __tablename__ = "meeting_filings"
    __table_args__ = (
        one_of("state", list(FilingState)),
        CheckConstraint("lead_days >= 0", name="lead_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    meeting_type: Mapped[str] = mapped_column(String(64))
    planned_on: Mapped[date]
    lead_days: Mapped[int]
    filed_on: Mapped[date]
    filed_at: Mapped[datetime]
    filed_by: Mapped[UUID | None]
    filed_by_name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    decision_note: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(100))
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Publication(Base):
    """A meeting's record on show (公示): a copy of some of its fields, and first and last day."""

    __tablename__ = "meeting_publications"
    __table_args__ = (
        # Two that publish at once take the same number: one of them is refused.
        UniqueConstraint("meeting_id", "sequence"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_meeting_publications_place", "organization_id", "ends_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    sequence: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    record: Mapped[dict[str, Any]]
    record_version: Mapped[int]
    published_at: Mapped[datetime]
    published_by_name: Mapped[str] = mapped_column(String(100))
    withdrawn_on: Mapped[date | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(100))
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Objection(Base):
    """An objection to a record on show (意见), and the publisher's answer."""

    __tablename__ = "publication_objections"
    __table_args__ = (Index("ix_publication_objections_publication", "publication_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_publications.id"))
    text: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    raised_by: Mapped[UUID | None]
    raised_by_name: Mapped[str] = mapped_column(String(100))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Guidance(Base):
    """Guidance by a superior who attended a meeting (列席指导)."""

    __tablename__ = "meeting_guidance"
    __table_args__ = (Index("ix_meeting_guidance_meeting", "meeting_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"))
    observer_name: Mapped[str] = mapped_column(String(100))
    observer_post: Mapped[str | None] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    agreed_on: Mapped[date | None]
    given_at: Mapped[datetime]
    given_by_name: Mapped[str] = mapped_column(String(100))
    rectification_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("rectifications.item_id"), unique=True
    )
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class QualitySheet(Base):
    """An edition of a tree's sheet of criteria (评估表); an edition is never changed."""

    __tablename__ = "quality_sheets"
    __table_args__ = (UniqueConstraint("root_id", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    edition: Mapped[int]
    criteria: Mapped[list[dict[str, Any]]]
    written_at: Mapped[datetime]
    written_by_name: Mapped[str] = mapped_column(String(100))


class QualityReview(Base):
    """Scores of a meeting's record (质量评估), with a copy of the sheet that was used."""

    __tablename__ = "quality_reviews"
    __table_args__ = (
        one_of("state", list(ReviewState)),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_with_time"
        ),
        Index("ix_quality_reviews_meeting", "meeting_id", "id"),
        Index(
            "uq_quality_reviews_draft",
            "meeting_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.item_id"))
    edition: Mapped[int]
    criteria: Mapped[list[dict[str, Any]]]
    scores: Mapped[list[dict[str, Any]]]
    comment: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    record_version: Mapped[int]
    drafted_at: Mapped[datetime]
    drafted_by_name: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
