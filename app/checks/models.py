"""Explanations of findings: why something that looks like a slip is none."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.checks.findings import ID_LENGTH
from app.core.database import Base


class FindingExplanation(Base):
    """A person's reason why a finding is in order.

    A newer reason is a new row with the next version; the one before it stays, as withdrawn: at
    most one row of a finding is active. Findings are computed, so ``finding_id`` refers to no
    table; ``organization_id`` is the organisation that the finding concerns.
    """

    __tablename__ = "finding_explanations"
    __table_args__ = (
        UniqueConstraint("finding_id", "version"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_name IS NULL)", name="withdrawal_whole"
        ),
        Index(
            "uq_finding_explanations_standing",
            "finding_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_finding_explanations_place", "organization_id", "finding_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    finding_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    code: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    restricted: Mapped[bool]
    explained_at: Mapped[datetime]
    explained_by: Mapped[UUID | None]
    explained_by_name: Mapped[str] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int]
