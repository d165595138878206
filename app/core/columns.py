"""Column types that only some tables and lists need: counts with their doubt, cells as text."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Dialect
from sqlalchemy.orm import Composite, composite, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core.database import CompactUuid


@dataclass(frozen=True, slots=True)
class StoredCount:
    """A count or an estimate (20余): two columns of a table that are one value."""

    value: int
    approximate: bool


def stored_count(name: str) -> Composite[StoredCount | None]:
    """The columns ``<name>_value`` and ``<name>_approximate`` as one attribute."""
    return composite(
        mapped_column(f"{name}_value", nullable=True),
        mapped_column(f"{name}_approximate", nullable=True),
    )


def count_checks(name: str) -> tuple[CheckConstraint, ...]:
    """CHECKs that a stored count is whole and not negative."""
    whole = f"({name}_value IS NULL) = ({name}_approximate IS NULL)"
    return (
        CheckConstraint(whole, name=f"{name}_whole"),
        CheckConstraint(f"{name}_value >= 0", name=f"{name}_not_negative"),
    )


class UuidText(CompactUuid):
    """A UUID column read as text: what lists return, without making an object for each cell."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Make the UUID's usual text in one call a cell."""
        return _text_of_bytes if dialect.name == "sqlite" else _text_of_uuid


class DayText(TypeDecorator[str]):
    """A date column read as ``YYYY-MM-DD``, for lists."""

    impl = Date
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Nothing is to be done on SQLite, which holds days as that very text."""
        return None if dialect.name == "sqlite" else _text_of_day


def _text_of_bytes(value: bytes | None) -> str | None:
    if value is None:
        return None
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _text_of_uuid(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _text_of_day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
