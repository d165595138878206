"""Column types that only some tables and lists need: counts with their doubt, cells as text."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Dialect, String
from sqlalchemy.orm import Composite, composite, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

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

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - a driver's value
        """The UUID's usual text."""
        if value is None:
            return None
        if dialect.name != "sqlite":
            return str(value)
        text = value.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class DayText(TypeDecorator[str]):
    """A date column read as ``YYYY-MM-DD``, for lists."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite holds days as that very text."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else Date())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - a driver's value
        """The day's text."""
        return value.isoformat() if isinstance(value, date) else value
