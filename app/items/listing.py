"""Lists of records: statements built once for each shape of question, rows that leave as bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
)

from app.core.columns import DayText
from app.core.pagination import Order, after, ordered
from app.items.history import deadline_on, state_on, unfinished_before
from app.items.kinds import Kind, among, equals
from app.items.models import DeadlineSpan, Focus, Item
from app.items.rows import FOCUSES, SPANS, SPINE, deadline, row, tables
from app.organizations.models import OrganizationAncestor

ANCESTORS = OrganizationAncestor.__table__.c
NO_DEADLINE = literal_column("'9999-12-31'", DayText())


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, but no index is looked up or walked by it."""
    return func.coalesce(column, column)


def _rooted(column: ColumnElement[Any], name: str, *, one: bool) -> ColumnElement[bool]:
    """That a column is one of the roots; a single one is spared the work of a list."""
    return (equals if one else among)(column)(name)


FILTERS: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "kind": among(_plain(SPINE.kind)),
    "status": among(SPINE.status),
    "status_on": among(state_on(bindparam("as_of"))),
    "not_completed_before": lambda name: (
        SPINE.completed_on.is_(None) | (SPINE.completed_on >= bindparam(name))
    ),
    "not_completed_before_on": lambda name: unfinished_before(bindparam(name), bindparam("as_of")),
    "type": among(SPINE.type),
    "topic": among(SPINE.topic),
    "focus": equals(FOCUSES.code),
    "happened_on_from": lambda name: SPINE.happened_on >= bindparam(name),
    "happened_on_to": lambda name: SPINE.happened_on <= bindparam(name),
    "due_on_from": lambda name: SPINE.due_on >= bindparam(name),
    "due_on_to": lambda name: SPINE.due_on <= bindparam(name),
    "due_on_from_on": lambda name: deadline_on(bindparam("as_of")) >= bindparam(name),
    "due_on_to_on": lambda name: deadline_on(bindparam("as_of")) <= bindparam(name),
    "late_entry": equals(SPINE.late_entry),
    "q": lambda name: SPINE.title.ilike(bindparam(name, type_=String()), escape="\\"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list asks, without its values: one statement serves every request of a shape.

    ``scope`` is ``subtree`` (of ``roots``), ``organization`` (``roots`` alone) or ``below`` (the
    subtree without its root), ``one_root`` that there is a single one, and ``wide`` which way
    leads to the first rows (``scopes``). ``supervision`` is how many ``supervision_roots`` there
    are whose restricted rows may be shown: none, ``one`` or ``many``. ``overdue`` is empty, or
    ``today``, or ``past`` for a day that history must answer. ``dated`` is that a day was named:
    rows show the state and the deadline of it, and what was removed since is among them.
    ``removed`` is that all that was removed is shown.
    """

    filters: frozenset[str]
    sort: str
    paged: str
    scope: str
    one_root: bool
    wide: bool
    supervision: str
    overdue: str
    dated: bool
    removed: bool

    @property
    def gathered(self) -> bool:
        """Whether the scope's own records are taken and sorted, not all walked by date."""
        return not (self.overdue or self.wide or self.scope == "organization")

    @property
    def sort_name(self) -> str:
        """What the rows are ordered by: ``day``, ``due_on`` or ``id``."""
        return "due_on" if self.overdue else self.sort.lstrip("-")


def order_of(shape: Shape) -> Order:
    """The order of a shape's rows: the deadline in force first where overdue ones are asked."""
    if shape.overdue:
        return Order(SPANS.due_on, SPANS.item_id, descending=False)
    column = {
        "day": _plain(SPINE.day) if shape.gathered else SPINE.day,
        "due_on": func.coalesce(deadline(overdue=False, dated=shape.dated), NO_DEADLINE),
        "id": SPINE.id,
    }[shape.sort_name]
    return Order(column, SPINE.id, descending=shape.sort.startswith("-"))


@lru_cache(maxsize=2048)
def list_statement(kind: Kind | None, shape: Shape) -> Select[Any]:
    """The statement that reads one page (``page_size`` rows) of a shape, as ``rows.row`` has them.

    Which records are on the page is found first and apart, from as little of them as that takes:
    else the JSON of all records that are sorted would be made, to show fifty.
    """
    order, by_id = order_of(shape), shape.sort_name == "id"
    if shape.overdue:  # these come in order out of an index, and few are looked at in vain
        cells = row(kind, order.column, overdue=True, dated=shape.dated, by_id=by_id)
        statement = _from(kind, shape, select(*cells), tables(kind))
        return _turned_to(statement, shape)
    keys = select(order.column.label("key"), SPINE.id.label("id"))
    page = _turned_to(_chosen(kind, shape, keys), shape).subquery("page")
    cells = row(kind, page.c.key, overdue=False, dated=shape.dated, by_id=by_id)
    statement = select(*cells).select_from(tables(kind).join(page, page.c.id == SPINE.id))
    found = Order(page.c.key, page.c.id, descending=order.descending)
    return ordered(statement, found, backward=shape.paged == "backward")


def _turned_to(statement: Select[Any], shape: Shape) -> Select[Any]:
    """A page of what a statement reads: in its order, from its place on."""
    order = order_of(shape)
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
    gathered = replace(shape, wide=False, paged="")
    return _chosen(kind, gathered, select(func.count()))


def _chosen(kind: Kind | None, shape: Shape, statement: Select[Any]) -> Select[Any]:
    """The statement over what the filters need of a record, and no more."""
    source: FromClause = Item.__table__
    if "focus" in shape.filters:
        source = source.join(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    if kind and shape.filters & kind.statements.keys():
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == SPINE.id)
    return _from(kind, shape, statement, source)


def _from(
    kind: Kind | None, shape: Shape, statement: Select[Any], source: FromClause
) -> Select[Any]:
    if shape.overdue:
        source = source.join(DeadlineSpan.__table__, SPANS.item_id == SPINE.id)
    statement = _standing(shape, statement.select_from(source))
    walked = bool(shape.overdue) or shape.wide
    if kind:
        column = SPANS.kind if shape.overdue else SPINE.kind
        statement = statement.where((column if walked else _plain(column)) == kind.name)
    conditions = {**FILTERS, **(kind.statements if kind else {})}
    for name in sorted(shape.filters):
        statement = statement.where(conditions[name](name))
    return _visible(_scoped(statement, shape), shape)


def _standing(shape: Shape, statement: Select[Any]) -> Select[Any]:
    """Records that there are, or were on the day that is asked."""
    day: Any = bindparam("as_of")
    if shape.dated:
        statement = statement.where(SPINE.opened_on <= day)
    if shape.removed:
        return statement
    stands = SPINE.deleted_at.is_(None)
    return statement.where(stands | (SPINE.removed_on > day) if shape.dated else stands)


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
    return statement.where(_place(shape).in_(within))


def _place(shape: Shape) -> ColumnElement[Any]:
    """A record's organisation, by which a wide scope is not looked up."""
    return _plain(SPINE.organization_id) if shape.wide else SPINE.organization_id


def _visible(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Restricted rows only where the actor has the permission for them."""
    column = SPANS.restricted if shape.overdue else SPINE.restricted
    if not shape.supervision:
        return statement.where(column.is_(False))
    inside = _place(shape).in_(_below("supervision_roots", one=shape.supervision == "one"))
    return statement.where(column.is_(False) | inside)


def _below(name: str, *, one: bool) -> Select[Any]:
    return select(ANCESTORS.descendant_id).where(_rooted(ANCESTORS.ancestor_id, name, one=one))
