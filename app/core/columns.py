"""Stored counts, and SQL functions that let rows leave the database as JSON text."""

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
    """A count or an estimate (20余), stored in two columns."""

    value: int
    approximate: bool


def stored_count(name: str) -> Composite[StoredCount | None]:
    """Map the columns ``<name>_value`` and ``<name>_approximate`` to one attribute."""
    return composite(
        mapped_column(f"{name}_value", nullable=True),
        mapped_column(f"{name}_approximate", nullable=True),
    )


def count_checks(name: str) -> tuple[CheckConstraint, ...]:
    """Return CHECKs that a count has both columns or neither, and is not negative."""
    whole = f"({name}_value IS NULL) = ({name}_approximate IS NULL)"
    return (
        CheckConstraint(whole, name=f"{name}_whole"),
        CheckConstraint(f"{name}_value >= 0", name=f"{name}_not_negative"),
    )


class UuidText(CompactUuid):
    """A UUID column read as text, for lists: no object is made for each cell."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Return what writes a cell as the usual 36 characters."""
        return _text_of_bytes if dialect.name == "sqlite" else _text_of_uuid


class DayText(TypeDecorator[str]):
    """A date column read as ``YYYY-MM-DD``, for lists."""

    impl = Date
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Return what writes a cell; None on SQLite, which stores that very text."""
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
    """A JSON object from alternating names and values."""

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


_SQL: Mapping[tuple[type[GenericFunction[str]], str], str] = {
    (json_row, "sqlite"): "json_object({})",
    (json_row, "postgresql"): "json_build_object({})::text",
    (json_rows, "sqlite"): "json_group_array(json_array({}))",
    (json_rows, "postgresql"): "json_agg(json_build_array({}))::text",
    (id_text, "sqlite"): "hex({})",
    (id_text, "postgresql"): "CAST({} AS TEXT)",
    (json_bool, "sqlite"): "json(CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)",
    (json_bool, "postgresql"): "{}",
    (json_instant, "sqlite"): "replace({}, ' ', 'T') || 'Z'",
    (json_instant, "postgresql"): (
        "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    ),
    (json_parsed, "sqlite"): "json({})",
    (json_parsed, "postgresql"): "({})::json",
}


def _compile_as(function: type[GenericFunction[str]], dialect: str, template: str) -> None:
    """Let SQLAlchemy write a function on a database as the template around its arguments."""

    @compiles(function, dialect)
    def write(element: GenericFunction[str], compiler: SQLCompiler, **options: Any) -> str:
        return template.format(compiler.process(element.clauses, **options))


for (_function, _dialect), _template in _SQL.items():
    _compile_as(_function, _dialect, _template)


def row_as_json(values: Mapping[str, ColumnElement[Any]]) -> ColumnElement[str]:
    """Return a JSON object of columns by name; both engines write days as YYYY-MM-DD.

    Leave UUIDs out: SQLite stores bytes, and its functions take longer to write one than all other
    cells of a row. ``UuidText`` reads them beside the object.
    """
    arguments: list[Any] = []
    for name, column in values.items():
        arguments += [literal_column(f"'{name}'"), _value(column)]
    return json_row(*arguments)


def count_as_json(value: ColumnElement[Any], approximate: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a stored count as ``{"value": …, "approximate": …}`` or null."""
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
