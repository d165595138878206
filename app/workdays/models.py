"""Tables of what a tree enters itself: days that are worked or off, and announced years."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class WorkdayOverride(Base):
    """A day that is worked or off in one tree, whatever the state's calendar says."""

    __tablename__ = "workday_overrides"
    __table_args__ = (UniqueConstraint("root_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    day: Mapped[date]
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class WorkdayYear(Base):
    """Whether a year's swaps (调休) count in one tree as announced and entered."""

    __tablename__ = "workday_years"
    __table_args__ = (UniqueConstraint("root_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    published: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(300))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
