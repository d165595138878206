"""Lists of records: statements built once for each shape of question, rows that leave as bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.core.database import DayText, UuidText
from app.core.pagination import Order, after, ordered
from app.items.kinds import Kind
from app.items.models import DeadlineSpan, Focus, Item
from app.items.schemas import ItemSummary
from app.organizations.models import Organization, OrganizationAncestor

SPINE = Item.__table__.c
NO_DEADLINE = literal_column("'9999-12-31'", DayText())


def _many(column: Any, name: str) -> Any:  # noqa: ANN401 - a column of any type
    return column.in_(bindparam(name, expanding=True))


FILTERS: Mapping[str, Callable[[], Any]] = {
    "kind": lambda: _many(SPINE.kind, "kind"),
    "status": lambda: _many(SPINE.status, "status"),
    "type": lambda: _many(SPINE.type, "type"),
    "topic": lambda: _many(SPINE.topic, "topic"),
    "focus": lambda: Focus.code == bindparam("focus"),
    "happened_on_from": lambda: SPINE.happened_on >= bindparam("happened_on_from"),
    "happened_on_to": lambda: SPINE.happened_on <= bindparam("happened_on_to"),
    "due_on_from": lambda: SPINE.due_on >= bindparam("due_on_from"),
    "due_on_to": lambda: SPINE.due_on <= bindparam("due_on_to"),
    "late_entry": lambda: SPINE.late_entry == bindparam("late_entry"),
    "q": lambda: SPINE.title.like(bindparam("q", type_=String()), escape="\\"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list asks, without its values: one statement serves every request of a shape.

    ``scope`` is ``subtree`` (of ``roots``) or ``organization`` (``roots`` alone); ``supervision``
    tells whether restricted rows of ``supervision_roots`` may be shown; ``overdue`` is empty, or
    ``today``, or ``past`` for a day that history must answer.
    """

    filters: frozenset[str]
    sort: str
    paged: str
    scope: str
    supervision: bool
    overdue: str


def order_of(shape: Shape) -> Order:
    """The order of a shape's rows: the deadline in force first where overdue ones are asked."""
    if shape.overdue:
        return Order(DeadlineSpan.__table__.c.due_on, DeadlineSpan.__table__.c.item_id, False)
    name, descending = shape.sort.lstrip("-"), shape.sort.startswith("-")
    column = {
        "day": SPINE.day,
        "due_on": func.coalesce(SPINE.due_on, NO_DEADLINE),
        "id": SPINE.id,
    }[name]
    return Order(column, SPINE.id, descending)


def _columns(kind: Kind | None) -> list[Any]:
    fields = kind.summary.model_fields if kind else ItemSummary.model_fields
    model = kind.model if kind else Item
    columns: list[Any] = []
    for name in fields:
        if name == "organization_name":
            columns.append(Organization.name.label(name))
        elif name in {"focus", "focus_name"}:
            columns.append((Focus.code if name == "focus" else Focus.name).label(name))
        elif name == "due_on":
            columns.append(type_coerce(SPINE.due_on, DayText()).label("due_on"))
        elif name not in {"overdue", "days_overdue"}:
            columns.append(_readable(getattr(model, name)).label(name))
    return [*columns, Organization.time_zone.label("_zone"), SPINE.day.label("_day")]


def _readable(attribute: InstrumentedAttribute[Any]) -> Any:  # noqa: ANN401 - a column of any type
    column = attribute.property.columns[0]
    if column.name.endswith("_on") or column.name == "day":
        return type_coerce(column, DayText())
    if column.name == "id" or column.name.endswith("_id"):
        return type_coerce(column, UuidText())
    return column


@lru_cache(maxsize=2048)
def list_statement(kind: Kind | None, shape: Shape) -> Select[Any]:
    """The statement that reads one page (``page_size`` rows) of a shape."""
    statement = _from(kind, shape, select(*_columns(kind)))
    order = order_of(shape)
    if shape.overdue:
        span_due = type_coerce(DeadlineSpan.due_on, DayText()).label("_span_due")
        statement = statement.add_columns(span_due)
    if shape.sort.endswith("due_on") or shape.overdue:
        statement = statement.add_columns(type_coerce(order.column, DayText()).label("_sort_due"))
    if shape.paged:
        key: Any = bindparam("after_key")
        identifier: Any = bindparam("after_id")
        backward = shape.paged == "backward"
        statement = statement.where(after(order, key, identifier, backward=backward))
    statement = ordered(statement, order, backward=shape.paged == "backward")
    return statement.limit(bindparam("page_size"))


@lru_cache(maxsize=512)
def count_statement(kind: Kind | None, shape: Shape) -> Select[Any]:
    """The statement that counts a shape's rows, all pages together."""
    return _from(kind, shape, select(func.count()))


def _from(kind: Kind | None, shape: Shape, statement: Select[Any]) -> Select[Any]:
    items = Item.__table__
    source: Any = items.join(Organization, Organization.id == SPINE.organization_id)
    source = source.outerjoin(Focus, Focus.id == SPINE.focus_id)
    if kind and (kind.summary is not ItemSummary or shape.filters & kind.statements.keys()):
        own = kind.model.__table__
        source = source.join(own, own.c.item_id == SPINE.id)
    if shape.overdue:
        source = source.join(DeadlineSpan, DeadlineSpan.item_id == SPINE.id)
    statement = statement.select_from(source).where(SPINE.deleted_at.is_(None))
    if kind:
        column = DeadlineSpan.kind if shape.overdue else SPINE.kind
        statement = statement.where(column == kind.name)
    for name in sorted(shape.filters):
        own_filters = kind.statements if kind else {}
        condition = own_filters[name](name) if name in own_filters else FILTERS[name]()
        statement = statement.where(condition)
    return _visible(_scoped(statement, shape), shape)


def _scoped(statement: Select[Any], shape: Shape) -> Select[Any]:
    if shape.overdue:
        span = DeadlineSpan.__table__.c
        statement = statement.where(_many(span.ancestor_id, "roots"))
        statement = statement.where(span.due_on < bindparam("as_of"))
        if shape.overdue == "today":
            statement = statement.where(span.active_until.is_(None))
        else:
            day: Any = bindparam("as_of")
            statement = statement.where(
                span.active_from <= day, (span.active_until.is_(None)) | (span.active_until > day)
            )
        if shape.scope == "organization":
            statement = statement.where(_many(SPINE.organization_id, "roots"))
        return statement
    if shape.scope == "organization":
        return statement.where(_many(SPINE.organization_id, "roots"))
    return statement.where(SPINE.organization_id.in_(_below("roots")))


def _visible(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Restricted rows only where the actor has the permission for them."""
    column = DeadlineSpan.restricted if shape.overdue else SPINE.restricted
    if not shape.supervision:
        return statement.where(column.is_(False))
    inside = SPINE.organization_id.in_(_below("supervision_roots"))
    return statement.where(column.is_(False) | inside)


def _below(name: str) -> Select[Any]:
    return select(OrganizationAncestor.descendant_id).where(
        _many(OrganizationAncestor.ancestor_id, name)
    )
