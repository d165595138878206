"""Records of a scope and a period as they were on a day, in a constant number of reads.

Reports, the examination and assessments read here. Statements are built once for each sort of
scope, and written so that SQLite finds the records by their organisation: by kind or day alone it
would walk through the records of every tree.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from app.core.columns import UuidText
from app.core.errors import AppError
from app.items.history import EVENTS, ITEMS
from app.items.models import Item, ItemEvent
from app.items.rules import ItemKind, Status, StepTaken, closed_since, ordinary_status, person_key
from app.organizations.models import OrganizationAncestor

# What every caller gets: what a record is, and what its state on a day follows from.
_SPINE = (
    *(ITEMS.kind, ITEMS.type, ITEMS.topic, ITEMS.title, ITEMS.restricted, ITEMS.status),
    *(ITEMS.happened_on, ITEMS.completed_on, ITEMS.cancelled_on, ITEMS.original_due_on),
)
_AS_OF = bindparam("as_of", type_=Date)
Reach = Literal["own", "subtree", "listed"]
Columns = tuple[ColumnElement[Any], ...]
Conditions = tuple[ColumnElement[bool], ...]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RecordScope:
    """Which records are read: those of one organisation, of it and all below, or of listed ones.

    ``restricted``: also what takes the permission for supervision. ``cancelled``: also what had
    been cancelled by the day. ``narrowed`` are further conditions. ``text_ids``: ids as text,
    which takes no object for each.
    """

    reach: Reach
    restricted: bool = False
    cancelled: bool = False
    narrowed: Conditions = ()
    text_ids: bool = False

    def id_of(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return an id in the form that is asked for, under its own name."""
        if not self.text_ids:
            return column
        return type_coerce(column, UuidText()).label(column.name)


@dataclass(frozen=True, slots=True)
class SnapshotPeriod:
    """The first and last day of what is read; what is planned is read until ``later``, too."""

    first: date
    last: date
    later: date


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A table whose rows belong to records: the columns, the order and the rows to read.

    Each is a constant of its module: statements are kept in memory by it (decision 20).
    """

    table: Table
    columns: Columns
    order: Columns = ()
    where: Conditions = ()


_EVENT_TABLE: Any = ItemEvent.__table__
_STEPS = Parts(
    _EVENT_TABLE,
    columns=(EVENTS.name, EVENTS.effective_on, EVENTS.status, EVENTS.due_on),
    order=(EVENTS.effective_on, EVENTS.sequence),
    where=(EVENTS.effective_on <= _AS_OF,),
)
_STEPS_WITH_NOTES = replace(_STEPS, columns=(*_STEPS.columns, EVENTS.note, EVENTS.details))


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows may be read at once, and the error of reading more."""

    most: int
    error: Callable[[], AppError]


class RecordOnDay(NamedTuple):
    """A record as it was at the end of a day.

    ``due_on`` is the deadline of that day; ``happened_on`` is set once it had taken place, and
    ``completed_on`` once it had, or was closed. ``steps`` are those taken by then, in order.
    ``row`` has its columns as they are now, and those of its kind that were asked for.
    """

    id: Any
    status: Status
    due_on: date | None
    happened_on: date | None
    completed_on: date | None
    steps: Sequence[StepTaken]
    row: Row[Any]


def in_reach(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    """Keep rows that belong to the organisations that are asked for."""
    if reach == "own":
        return column == bindparam("organization_id")
    if reach == "listed":
        return column.in_(bindparam("organization_ids", expanding=True))
    below = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id == bindparam("organization_id")
    )
    return column.in_(below)


def _of_period() -> ColumnElement[bool]:
    """Keep what is dated from ``first`` to ``later``, and rectifications open in the period."""
    first, last, later = (bindparam(name, type_=Date) for name in ("first", "last", "later"))
    rectification = ITEMS.kind.concat("") == ItemKind.RECTIFICATION
    day = func.coalesce(ITEMS.day, ITEMS.day)  # an expression, as no index has it
    was_open = or_(ITEMS.completed_on.is_(None), ITEMS.completed_on >= first)
    return and_(
        ITEMS.day <= later,
        or_(and_(~rectification, day >= first), and_(rectification, day <= last, was_open)),
    )


def of_records(statement: Select[Any], scope: RecordScope) -> Select[Any]:
    """Narrow a statement over records to those that are asked for and had begun by the day."""
    statement = statement.where(
        in_reach(ITEMS.organization_id, scope.reach),
        ITEMS.deleted_at.is_(None),
        _of_period(),
        ITEMS.opened_on <= _AS_OF,
        *scope.narrowed,
    )
    if not scope.cancelled:
        statement = statement.where(or_(ITEMS.cancelled_on.is_(None), ITEMS.cancelled_on > _AS_OF))
    return statement if scope.restricted else statement.where(ITEMS.restricted == false())


@lru_cache(maxsize=64)
def _records(scope: RecordScope, columns: Columns, tables: tuple[Table, ...]) -> Select[Any]:
    source: Any = Item.__table__
    for table in tables:
        source = source.outerjoin(table, table.c.item_id == ITEMS.id)
    ids = (scope.id_of(ITEMS.id), scope.id_of(ITEMS.organization_id))
    statement = select(*ids, *_SPINE, *columns).select_from(source)
    return of_records(statement, scope).order_by(ITEMS.day, ITEMS.id)


@lru_cache(maxsize=64)
def _rows_of(scope: RecordScope, parts: Parts) -> Select[Any]:
    item_id = parts.table.c.item_id
    ids = of_records(select(ITEMS.id), scope)
    return (
        select(scope.id_of(item_id), *parts.columns)
        .where(item_id.in_(ids), *parts.where)
        .order_by(item_id, *parts.order)
    )


@lru_cache(maxsize=64)
def _limited(statement: Select[Any]) -> Select[Any]:
    return statement.limit(bindparam("most"))


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads the records of a scope and what belongs to them.

    ``values`` name the organisation (``organization_id``) or the listed ones
    (``organization_ids``), and what else a caller's own statements take. ``of_parts`` limits what
    is read of each sort of parts.
    """

    connection: Connection
    scope: RecordScope
    period: SnapshotPeriod
    as_of: date
    values: Mapping[str, Any]
    of_parts: Limit | None = None

    def rows(self, statement: Select[Any], limit: Limit | None = None) -> Sequence[Row[Any]]:
        """Read the rows of a statement, which is a constant of its module if there is a limit.

        Raises:
            AppError: there are more than the limit allows.
        """
        values = {**asdict(self.period), "as_of": self.as_of, **self.values}
        if limit:
            values["most"] = limit.most + 1
            statement = _limited(statement)
        rows = self.connection.execute(statement, values).all()
        if limit and len(rows) > limit.most:
            raise limit.error()
        return rows

    def parts(self, parts: Parts, make: Callable[[Row[Any]], Value]) -> Mapping[Any, list[Value]]:
        """Read what each record has of some parts, made from their rows in order, by its id."""
        by_record: dict[Any, list[Value]] = {}
        for row in self.rows(_rows_of(self.scope, parts), self.of_parts):
            by_record.setdefault(row.item_id, []).append(make(row))
        return by_record

    def records(
        self,
        columns: Columns = (),
        tables: tuple[Table, ...] = (),
        *,
        limit: Limit | None = None,
        notes: bool = False,
    ) -> list[RecordOnDay]:
        """Read the records in the order of their days, in two statements.

        ``columns`` are read besides the spine's, of the records and of their kinds' ``tables``;
        with ``notes`` the steps hold what people said of them.
        """
        # Before anything else: a scope that is too large must not be read through.
        rows = self.rows(_records(self.scope, columns, tables), limit)
        steps = self.parts(
            _STEPS_WITH_NOTES if notes else _STEPS, lambda row: StepTaken(*tuple(row)[1:])
        )
        return [_on_day(row, steps.get(row.id, ()), self.as_of) for row in rows]


def person_of(row: Row[Any]) -> str:
    """Return the key of somebody on a record's list of people."""
    return person_key(row.member_id, row.name)


def _on_day(row: Row[Any], steps: Sequence[StepTaken], day: date) -> RecordOnDay:
    due_on = steps[-1].due_on if steps else row.original_due_on
    if row.kind == ItemKind.RECTIFICATION:
        status, completed_on = _state_by_steps(row, steps, day)
        return RecordOnDay(row.id, status, due_on, None, completed_on, steps, row)
    status = ordinary_status(row.happened_on, row.cancelled_on, day)
    happened_on = row.happened_on if status is Status.COMPLETED else None
    return RecordOnDay(row.id, status, due_on, happened_on, happened_on, steps, row)


def _state_by_steps(
    row: Row[Any], steps: Sequence[StepTaken], day: date
) -> tuple[Status, date | None]:
    """Return the state of a rectification, and when it was closed.

    One that was imported without its steps is judged by its own columns, as far as they are dated.
    """
    if steps:
        return Status(steps[-1].status), closed_since(steps)
    if row.status != Status.CLOSED:
        return Status(row.status), None
    was_closed = row.completed_on is not None and row.completed_on <= day
    return (Status.CLOSED, row.completed_on) if was_closed else (Status.OPEN, None)
