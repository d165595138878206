"""Lists of records: statements built once for each shape of question, rows that leave as bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)

from app.core.columns import DayText, UuidText
from app.core.database import CompactUuid
from app.core.pagination import Order, after, ordered
from app.core.sqljson import count_as_json, row_as_json
from app.items.history import state_on, unfinished_before
from app.items.kinds import Kind
from app.items.models import DeadlineSpan, Focus, Item
from app.items.schemas import ItemSummary
from app.organizations.models import Organization, OrganizationAncestor

SPINE = Item.__table__.c
SPANS = DeadlineSpan.__table__.c
PLACES = Organization.__table__.c
FOCUSES = Focus.__table__.c
ANCESTORS = OrganizationAncestor.__table__.c
LATENESS = frozenset({"overdue", "days_overdue"})
NO_DEADLINE = literal_column("'9999-12-31'", DayText())


def _many(column: Any, name: str) -> Any:  # noqa: ANN401 - a column of any type
    return column.in_(bindparam(name, expanding=True))


def _rooted(column: Any, name: str, *, one: bool) -> Any:  # noqa: ANN401 - a column of any type
    """That a column is one of the roots; a single one is spared the work of a list."""
    return column == bindparam(name) if one else _many(column, name)


FILTERS: Mapping[str, Callable[[], Any]] = {
    "kind": lambda: _many(SPINE.kind, "kind"),
    "status": lambda: _many(SPINE.status, "status"),
    "status_on": lambda: _many(state_on(bindparam("as_of")), "status_on"),
    "not_completed_before": lambda: (
        SPINE.completed_on.is_(None) | (SPINE.completed_on >= bindparam("not_completed_before"))
    ),
    "not_completed_before_on": lambda: unfinished_before(
        bindparam("not_completed_before_on"), bindparam("as_of")
    ),
    "type": lambda: _many(SPINE.type, "type"),
    "topic": lambda: _many(SPINE.topic, "topic"),
    "focus": lambda: FOCUSES.code == bindparam("focus"),
    "happened_on_from": lambda: SPINE.happened_on >= bindparam("happened_on_from"),
    "happened_on_to": lambda: SPINE.happened_on <= bindparam("happened_on_to"),
    "due_on_from": lambda: SPINE.due_on >= bindparam("due_on_from"),
    "due_on_to": lambda: SPINE.due_on <= bindparam("due_on_to"),
    "late_entry": lambda: SPINE.late_entry == bindparam("late_entry"),
    "q": lambda: SPINE.title.ilike(bindparam("q", type_=String()), escape="\\"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list asks, without its values: one statement serves every request of a shape.

    ``scope`` is ``subtree`` (of ``roots``), ``organization`` (``roots`` alone) or ``below`` (the
    subtree without its root) and ``one_root``
    that there is a single one; ``supervision`` is how many ``supervision_roots`` there are whose
    restricted rows may be shown: none, ``one`` or ``many``; ``overdue`` is empty, or ``today``, or
    ``past`` for a day that history must answer.
    """

    filters: frozenset[str]
    sort: str
    paged: str
    scope: str
    one_root: bool
    supervision: str
    overdue: str

    @property
    def sort_name(self) -> str:
        """What the rows are ordered by: ``day``, ``due_on`` or ``id``."""
        return "due_on" if self.overdue else self.sort.lstrip("-")


def order_of(shape: Shape) -> Order:
    """The order of a shape's rows: the deadline in force first where overdue ones are asked."""
    if shape.overdue:
        return Order(SPANS.due_on, SPANS.item_id, descending=False)
    column = {
        "day": SPINE.day,
        "due_on": func.coalesce(SPINE.due_on, NO_DEADLINE),
        "id": SPINE.id,
    }[shape.sort_name]
    return Order(column, SPINE.id, descending=shape.sort.startswith("-"))


@lru_cache
def _cells(kind: Kind | None, *, overdue: bool) -> Mapping[str, ColumnElement[Any]]:
    """What a row shows, by name; lateness is left to be added by the one rule."""
    model = kind.model if kind else Item
    named: dict[str, ColumnElement[Any]] = {
        "organization_name": PLACES.name,
        "focus": FOCUSES.code,
        "focus_name": FOCUSES.name,
        "due_on": SPANS.due_on if overdue else SPINE.due_on,
    } | dict(kind.listed if kind else {})
    cells: dict[str, ColumnElement[Any]] = {}
    for name in (kind.summary if kind else ItemSummary).model_fields:
        if name in named:
            cells[name] = named[name]
        elif name in model.__mapper__.composites:
            own = model.__table__.c
            cells[name] = count_as_json(own[f"{name}_value"], own[f"{name}_approximate"])
        elif name not in LATENESS:
            cells[name] = getattr(model, name).property.columns[0]
    return cells


@lru_cache
def identifiers(kind: Kind | None) -> tuple[str, ...]:
    """The names of a row's UUIDs, which stand beside its JSON object, in their order."""
    cells = _cells(kind, overdue=False)
    return tuple(name for name, cell in cells.items() if isinstance(cell.type, CompactUuid))


@lru_cache(maxsize=2048)
def list_statement(kind: Kind | None, shape: Shape) -> Select[Any]:
    """The statement that reads one page (``page_size`` rows) of a shape.

    A row is the record as JSON text, what lateness needs, its key in the order, and its UUIDs.
    """
    order = order_of(shape)
    cells, apart = _cells(kind, overdue=bool(shape.overdue)), identifiers(kind)
    record = row_as_json({name: cell for name, cell in cells.items() if name not in apart})
    due_on = SPANS.due_on if shape.overdue else SPINE.due_on
    key_type = UuidText() if shape.sort_name == "id" else DayText()
    columns = (
        record.label("record"),
        SPINE.status,
        type_coerce(due_on, DayText()).label("due_on"),
        PLACES.time_zone,
        type_coerce(order.column, key_type).label("key"),
        *(type_coerce(cells[name], UuidText()).label(name) for name in apart),
    )
    statement = _shown(kind, shape, select(*columns))
    if shape.paged:
        place: Any = bindparam("after_key")
        identifier: Any = bindparam("after_id")
        backward = shape.paged == "backward"
        statement = statement.where(after(order, place, identifier, backward=backward))
    statement = ordered(statement, order, backward=shape.paged == "backward")
    return statement.limit(bindparam("page_size"))


@lru_cache(maxsize=512)
def count_statement(kind: Kind | None, shape: Shape) -> Select[Any]:
    """The statement that counts a shape's rows, all pages together."""
    source: Any = Item.__table__
    if "focus" in shape.filters:
        source = source.join(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    own = bool(kind and shape.filters & kind.statements.keys())
    return _from(kind, shape, select(func.count()), source, own=own)


def _shown(kind: Kind | None, shape: Shape, statement: Select[Any]) -> Select[Any]:
    """The statement over all that a row shows."""
    source: Any = Item.__table__.join(
        Organization.__table__, PLACES.id == SPINE.organization_id
    ).outerjoin(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    shows = kind is not None and kind.summary is not ItemSummary
    own = shows or bool(kind and shape.filters & kind.statements.keys())
    return _from(kind, shape, statement, source, own=own)


def _from(
    kind: Kind | None,
    shape: Shape,
    statement: Select[Any],
    source: Any,  # noqa: ANN401 - a table or a join
    *,
    own: bool,
) -> Select[Any]:
    if kind and own:
        table = kind.model.__table__
        source = source.join(table, table.c.item_id == SPINE.id)
    if shape.overdue:
        source = source.join(DeadlineSpan.__table__, SPANS.item_id == SPINE.id)
    statement = statement.select_from(source).where(SPINE.deleted_at.is_(None))
    if kind:
        column = SPANS.kind if shape.overdue else SPINE.kind
        statement = statement.where(column == kind.name)
    for name in sorted(shape.filters):
        own_filters = kind.statements if kind else {}
        condition = own_filters[name](name) if name in own_filters else FILTERS[name]()
        statement = statement.where(condition)
    return _visible(_scoped(statement, shape), shape)


def _scoped(statement: Select[Any], shape: Shape) -> Select[Any]:
    if shape.overdue:
        statement = statement.where(_rooted(SPANS.ancestor_id, "roots", one=shape.one_root))
        statement = statement.where(SPANS.due_on < bindparam("as_of"))
        if shape.overdue == "today":
            statement = statement.where(SPANS.active_until.is_(None))
        else:
            day: Any = bindparam("as_of")
            statement = statement.where(
                SPANS.active_from <= day,
                (SPANS.active_until.is_(None)) | (SPANS.active_until > day),
            )
        if shape.scope == "organization":
            statement = statement.where(_rooted(SPINE.organization_id, "roots", one=shape.one_root))
        elif shape.scope == "below":
            statement = statement.where(SPINE.organization_id != bindparam("roots"))
        return statement
    if shape.scope == "organization":
        return statement.where(_rooted(SPINE.organization_id, "roots", one=shape.one_root))
    within = _below("roots", one=shape.one_root)
    if shape.scope == "below":
        within = within.where(ANCESTORS.distance > 0)
    return statement.where(SPINE.organization_id.in_(within))


def _visible(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Restricted rows only where the actor has the permission for them."""
    column = SPANS.restricted if shape.overdue else SPINE.restricted
    if not shape.supervision:
        return statement.where(column.is_(False))
    inside = SPINE.organization_id.in_(_below("supervision_roots", one=shape.supervision == "one"))
    return statement.where(column.is_(False) | inside)


def _below(name: str, *, one: bool) -> Select[Any]:
    return select(ANCESTORS.descendant_id).where(_rooted(ANCESTORS.ancestor_id, name, one=one))
