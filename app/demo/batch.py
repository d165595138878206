"""Rows gathered for bulk insertion, with their audit entries: one transaction for each batch."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Table, insert
from sqlalchemy.orm import Session

from app.audit.service import append, entry
from app.core.actor import Actor
from app.core.database import Base
from app.core.unit import Change


class Batch:
    """Rows by table and entries of the trail, in the order in which they came."""

    def __init__(self) -> None:
        self._rows: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
        self._entries: list[dict[str, Any]] = []

    def add(self, table: FromClause, row: dict[str, Any]) -> None:
        """Keep a row; all rows of a table have the same columns."""
        self._rows[table].append(row)

    def note(self, change: Change, at: datetime, actor: Actor) -> None:
        """Keep an entry of the trail."""
        self._entries.append(entry(change, at, actor))

    def write(self, session: Session) -> None:
        """Insert everything, parents first, and chain the entries."""
        connection = session.connection()
        for table in self._in_order():
            connection.execute(insert(table), self._rows[table])
        append(session.connection(), self._entries)
        self._rows.clear()
        self._entries.clear()

    def _in_order(self) -> list[Table]:
        return [table for table in Base.metadata.sorted_tables if table in self._rows]
