"""Column types that only some tables and lists need: counts with their doubt, cells as text."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Composite, composite, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import NullType, TypeDecorator

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


class raw(GenericFunction[Any]):  # noqa: N801 - the name of an SQL function
    """A column as the driver has it, for questions that compare thousands of cells and tell few.

    UUIDs are sixteen bytes on SQLite and text on PostgreSQL: both sort as the UUIDs do, and hash
    many times faster. Days are text on SQLite. ``uuid_of`` and ``day_of`` make the values of those
    that are told to somebody.
    """

    type = NullType()
    inherit_cache = True


@compiles(raw, "sqlite")
def _as_it_is(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(raw, "postgresql")
def _ids_as_text(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    (cell,) = element.clauses
    return f"CAST({column} AS TEXT)" if isinstance(cell.type, CompactUuid) else column


def uuid_of(found: bytes | str) -> UUID:
    """The UUID of a raw cell."""
    return UUID(bytes=found) if isinstance(found, bytes) else UUID(found)


def day_of(found: str | date) -> date:
    """The day of a raw cell."""
    return date.fromisoformat(found) if isinstance(found, str) else found


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
