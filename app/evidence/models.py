"""Tables of evidence and of every file that was uploaded for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base
from app.evidence.formats import MAX_FILENAME


class EvidenceRevision(Base):
    """One file as it was uploaded; rows are added and never changed. ``size`` is in bytes."""

    __tablename__ = "evidence_revisions"
    __table_args__ = (
        UniqueConstraint("evidence_id", "number"),
        UniqueConstraint("storage_key"),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    number: Mapped[int]
    filename: Mapped[str] = mapped_column(String(MAX_FILENAME))
    media_type: Mapped[str] = mapped_column(String(100))
    extension: Mapped[str] = mapped_column(String(16))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID | None]
    uploaded_by_name: Mapped[str] = mapped_column(String(100))


class Evidence(Base):
    """Evidence (佐证材料) of a record: its caption and day, and the number of its newest file.

    A removed one keeps its row and its files' rows (a tombstone); its content is not served.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("newest >= 1", name="newest_counts"),
        CheckConstraint("(deleted_at IS NULL) = (deleted_by_name IS NULL)", name="tombstone_whole"),
        CheckConstraint(
            "deleted_at IS NOT NULL OR delete_reason IS NULL", name="reason_of_tombstone"
        ),
        Index("ix_evidence_item", "item_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    caption: Mapped[str | None] = mapped_column(String(300))
    effective_on: Mapped[date | None]
    newest: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(String(100))
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[UUID | None]
    deleted_by_name: Mapped[str | None] = mapped_column(String(100))
    delete_reason: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column()

    current: Mapped[EvidenceRevision] = relationship(
        primaryjoin=lambda: (
            (EvidenceRevision.evidence_id == Evidence.id)
            & (EvidenceRevision.number == Evidence.newest)
        ),
        foreign_keys=lambda: [EvidenceRevision.evidence_id, EvidenceRevision.number],
        viewonly=True,
        uselist=False,
        lazy="raise",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def deleted(self) -> bool:
        """Whether only the tombstone is left."""
        return self.deleted_at is not None

    @property
    def file(self) -> EvidenceRevision | None:
        """The newest file; None for a tombstone."""
        return None if self.deleted else self.current
