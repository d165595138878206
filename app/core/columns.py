"""Column types for counts with their doubt, and rows that leave the database as JSON text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Dialect, String, case, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Composite, composite, mapped_column
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from app.core.database import CompactUuid, Instant


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


class json_row(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """A JSON object from names and values in turn."""

    type = String()
    inherit_cache = True


class json_rows(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """The rows of a group as one JSON array of arrays, in no particular order.

    A UUID is written by ``id_text``; a boolean is 0 or 1 on SQLite.
    """

    type = String()
    inherit_cache = True


class id_text(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """A UUID column as text that ``uuid.UUID`` reads: 32 digits on SQLite, 36 on PostgreSQL.

    Within one database equal ids have equal texts, and texts sort as the ids do.
    """

    type = String()
    inherit_cache = True


class json_bool(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """A boolean column as JSON's true or false."""

    type = String()
    inherit_cache = True


class json_instant(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """An instant as RFC 3339 in UTC, with microseconds and Z."""

    type = String()
    inherit_cache = True


class json_parsed(GenericFunction[str]):  # noqa: N801 - the name of an SQL function
    """JSON text as a part of another JSON value."""

    type = String()
    inherit_cache = True


def _arguments(
    element: GenericFunction[Any], compiler: SQLCompiler, options: dict[str, Any]
) -> str:
    return compiler.process(element.clauses, **options)


@compiles(json_row, "sqlite")
def _row_sqlite(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object({_arguments(element, compiler, options)})"


@compiles(json_row, "postgresql")
def _row_postgresql(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object({_arguments(element, compiler, options)})::text"


@compiles(json_rows, "sqlite")
def _rows_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"json_group_array(json_array({_arguments(element, compiler, options)}))"


@compiles(json_rows, "postgresql")
def _rows_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"json_agg(json_build_array({_arguments(element, compiler, options)}))::text"


@compiles(id_text, "sqlite")
def _id_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"hex({_arguments(element, compiler, options)})"


@compiles(id_text, "postgresql")
def _id_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"CAST({_arguments(element, compiler, options)} AS TEXT)"


@compiles(json_parsed, "sqlite")
def _parsed_sqlite(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"json({_arguments(element, compiler, options)})"


@compiles(json_parsed, "postgresql")
def _parsed_postgresql(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"({_arguments(element, compiler, options)})::json"


@compiles(json_bool, "sqlite")
def _bool_sqlite(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    column = _arguments(element, compiler, options)
    return f"json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)"


@compiles(json_instant, "sqlite")
def _instant_sqlite(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"replace({_arguments(element, compiler, options)}, ' ', 'T') || 'Z'"


@compiles(json_instant, "postgresql")
def _instant_postgresql(
    element: GenericFunction[Any], compiler: SQLCompiler, **options: Any
) -> str:
    column = _arguments(element, compiler, options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


@compiles(json_bool, "postgresql")
def _as_it_is(element: GenericFunction[Any], compiler: SQLCompiler, **options: Any) -> str:
    return _arguments(element, compiler, options)


def row_as_json(values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[str]:
    """A JSON object of columns by name; days are written YYYY-MM-DD by both engines.

    UUIDs are not among them: SQLite holds them as bytes, and its functions take longer to write one
    out than all other cells of a row (``app.core.columns.UuidText`` reads them beside the object).
    """
    arguments: list[Any] = []
    for name, column in values.items():
        arguments += [literal_column(f"'{name}'"), _value(column)]
    return json_row(*arguments)


def count_as_json(value: ColumnElement[Any], approximate: ColumnElement[Any]) -> ColumnElement[str]:
    """A stored count as ``{"value": …, "approximate": …}``, null where there is none."""
    pair = row_as_json({"value": value, "approximate": approximate})
    return json_parsed(case((value.is_not(None), pair), else_=literal_column("'null'")))


def _value(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Boolean):
        return json_bool(column)
    if isinstance(column.type, Instant):
        return json_instant(column)
    if isinstance(column.type, JSON):
        return json_parsed(column)
    return column
