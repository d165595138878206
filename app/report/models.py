"""What people enter for a year's report beside the records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


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
