"""Tables of assessments: sheets with their revisions, assessments, appeals."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.assessment.rules import AppealDecision, AssessmentStatus, Grade, Ungraded
from app.core.database import Base, one_of
from app.org_documents.kinds import Revision


class AssessmentSheet(Base):
    """A score sheet of a tree; what it says is its newest revision."""

    __tablename__ = "assessment_sheets"
    __table_args__ = (UniqueConstraint("root_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    revision: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AssessmentSheetRevision(Revision):
    """What a sheet said from one saving to the next; never changed."""

    __tablename__ = "assessment_sheet_revisions"
    __table_args__ = (UniqueConstraint("sheet_id", "number"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("assessment_sheets.id"))


class Assessment(Base):
    """An organisation's quarter by one revision of a sheet; items are a value written whole.

    ``points`` and ``grade`` are as assessed. ``final_points`` and ``final_grade`` are the same
    until an appeal adjusts an item: then they alone change.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("organization_id", "year", "quarter", "sheet_revision_id"),
        one_of("status", list(AssessmentStatus)),
        one_of("grade", list(Grade)),
        one_of("final_grade", list(Grade)),
        one_of("ungraded", list(Ungraded)),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_known"),
        CheckConstraint("points >= 0 AND final_points >= 0", name="points_not_negative"),
        CheckConstraint("bonus = 0 OR bonus_reason IS NOT NULL", name="bonus_why"),
        CheckConstraint("(veto IS NULL) = (veto_reason IS NULL)", name="veto_why"),
        CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published_at"),
        Index("ix_assessments_quarter", "year", "quarter"),
        Index("ix_assessments_sheet_revision", "sheet_revision_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    quarter: Mapped[int]
    sheet_revision_id: Mapped[UUID] = mapped_column(ForeignKey("assessment_sheet_revisions.id"))
    status: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[date]
    quarter_over: Mapped[bool]
    items: Mapped[list[dict[str, Any]]]
    bonus: Mapped[float]
    bonus_reason: Mapped[str | None] = mapped_column(Text)
    veto: Mapped[str | None] = mapped_column(String(60))
    veto_reason: Mapped[str | None] = mapped_column(Text)
    points: Mapped[float]
    grade: Mapped[str | None] = mapped_column(String(16))
    ungraded: Mapped[str | None] = mapped_column(String(40))
    final_points: Mapped[float]
    final_grade: Mapped[str | None] = mapped_column(String(16))
    computed_at: Mapped[datetime]
    computed_by_name: Mapped[str] = mapped_column(String(100))
    scored_at: Mapped[datetime | None]
    scored_by: Mapped[UUID | None]
    scored_by_name: Mapped[str | None] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    published_at: Mapped[datetime | None]
    published_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AssessmentAppeal(Base):
    """An appeal (申诉) against an item's points, and the answer; both are kept for ever."""

    __tablename__ = "assessment_appeals"
    __table_args__ = (
        UniqueConstraint("assessment_id", "item_code"),
        one_of("decision", list(AppealDecision)),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("(decision IS NULL) = (decision_reason IS NULL)", name="decided_why"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    item_code: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    points_before: Mapped[float]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str] = mapped_column(String(100))
    decision: Mapped[str | None] = mapped_column(String(16))
    points_after: Mapped[float | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
