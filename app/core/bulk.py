"""Many rows at once, in one statement: a bulk load spends its time in the database's own code."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

BATCH = 5_000


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows, each with its values in the order of the columns; the others stay NULL.

    Values are what the columns' types take: UUIDs, days, numbers, text.
    """
    statement = _statement(connection, table, columns)
    processors = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in columns
    ]
    for start in range(0, len(rows), BATCH):
        by_column = [
            [process(value) for value in values] if process else list(values)
            for process, values in zip(
                processors, zip(*rows[start : start + BATCH], strict=True), strict=True
            )
        ]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(statement, list(zip(*by_column, strict=True)))
        else:
            connection.exec_driver_sql(statement, tuple(by_column))


def _statement(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    """The driver's own statement: row after row on SQLite, column beside column on PostgreSQL."""
    into = f"INSERT INTO {table.name} ({', '.join(columns)})"
    if connection.dialect.name == "sqlite":
        return f"{into} VALUES ({', '.join('?' * len(columns))})"
    types = (table.c[name].type.compile(connection.dialect) for name in columns)
    return f"{into} SELECT * FROM unnest({', '.join(f'%s::{one}[]' for one in types)})"  # noqa: S608 - names of the tables' own
