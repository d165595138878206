"""Lists of records: which organisations, which columns, statements built once for each shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    type_coerce,
)

from app.core.columns import DayText, UuidText, count_as_json, row_as_json
from app.core.database import CompactUuid
from app.core.errors import Forbidden, ValidationFailed, existing
from app.core.pagination import Order, after, ordered
from app.core.uow import Permission, UnitOfWork
from app.items.history import ITEMS, completed_on, deadline_on, state_on, unfinished_before
from app.items.kinds import Condition, Kind, among, equals
from app.items.models import DeadlineSpan, Focus, Item
from app.items.schemas import ItemFilters, ItemSummary
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import (
    FORBIDDEN_MESSAGES,
    NO_SUCH_ORGANIZATION,
    breadth,
    require,
    topmost,
    visible_zone_and_breadth,
)

# From this many organisations on a scope is wide. Measured at a million records of 5,000
# organisations: taking and sorting the records of 70 organisations costs 3 ms, of all of them
# 480 ms; the walk by date costs 2 ms in a wide scope, and up to 140 ms in one of 70 where few
# records are wanted.
WIDE = 250
SPANS = DeadlineSpan.__table__.c
ORGANIZATIONS = Organization.__table__.c
ANCESTORS = OrganizationAncestor.__table__.c
FOCUSES = Focus.__table__.c
LATENESS = frozenset({"overdue", "days_overdue"})
NO_DEADLINE = literal_column("'9999-12-31'", DayText())
_AS_OF: Any = bindparam("as_of")

# The subtree of the roots, the roots alone, or the subtree without its root.
Extent = Literal["subtree", "organization", "below"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The roots of a list, how far it goes below them, and the time zones where that matters."""

    roots: list[UUID]
    extent: Extent
    zones: frozenset[str]
    wide: bool


def scope_of(uow: UnitOfWork, filters: ItemFilters) -> Scope:
    """Return what the filters ask for, within what the actor may read.

    Raises:
        NotFound: they name an organisation out of the actor's sight.
        Forbidden: they ask for what was removed, and the actor may not read the trail there.
        ValidationFailed: they leave nothing to be listed.
    """
    root_id = filters.organization_id
    if not filters.include_own and (root_id is None or not filters.include_descendants):
        raise ValidationFailed.parameter(
            "include_own",
            "own_without_descendants",
            "include_own=false 须与 organization_id、include_descendants=true 同用",
        )
    if root_id is None:
        return _all_in_sight(uow, filters)
    zone, organizations = existing(
        visible_zone_and_breadth(uow, root_id, WIDE),
        NO_SUCH_ORGANIZATION,
        parameter="organization_id",
    )
    if filters.include_deleted:
        require(uow, Permission.READ_AUDIT, root_id)
    if not filters.include_descendants:
        return Scope([root_id], "organization", frozenset({zone}), wide=False)
    extent: Extent = "subtree" if filters.include_own else "below"
    return Scope([root_id], extent, frozenset({zone}), wide=organizations >= WIDE)


def _all_in_sight(uow: UnitOfWork, filters: ItemFilters) -> Scope:
    permission = Permission.READ_AUDIT if filters.include_deleted else Permission.READ
    roots = list(uow.actor.roots(permission))
    if filters.include_deleted and not roots:
        raise Forbidden(FORBIDDEN_MESSAGES[permission])
    if not filters.overdue:
        wide = breadth(uow, roots, WIDE) >= WIDE
        return Scope(roots, "subtree", frozenset(), wide)
    tops = topmost(uow.session, roots)
    zones = frozenset(top.time_zone for top in tops)
    return Scope([top.id for top in tops], "subtree", zones, wide=False)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks, without its values: one statement serves every request of a shape.

    ``one_root`` is that the scope has a single root, and ``wide`` which way leads to the first rows
    (``WIDE``). ``supervision`` is how many ``supervision_roots`` there are whose restricted rows
    may be shown. ``overdue`` is ``past`` for a day that history must answer. ``dated`` is that a
    day was named: rows show the state and the deadline of it, and what was removed since is among
    them. ``removed`` is that all that was removed is shown.
    """

    filters: frozenset[str]
    sort: str
    page: Literal["first", "forward", "backward"]
    extent: Extent
    one_root: bool
    wide: bool
    supervision: Literal["none", "one", "many"]
    overdue: Literal["", "today", "past"]
    dated: bool
    removed: bool

    @property
    def gathered(self) -> bool:
        """Whether the scope's own records are taken and sorted, not all walked by date."""
        return not (self.overdue or self.wide or self.extent == "organization")

    @property
    def sort_name(self) -> str:
        """What the rows are ordered by: ``day``, ``due_on`` or ``id``."""
        return "due_on" if self.overdue else self.sort.lstrip("-")


@lru_cache(maxsize=2048)
def list_statement(kind: Kind | None, query: ListQuery) -> Select[Any]:
    """Build the statement that reads one page (``page_size`` rows), as ``_row_columns`` has them.

    Which records are on the page is found first and apart, from as little of them as that takes:
    else the JSON of all records that are sorted would be made, to show fifty.
    """
    order = _order_of(query)
    if query.overdue:  # these come in order out of an index, and few are looked at in vain
        columns = _row_columns(kind, query, order.column)
        return _one_page(_select_from(kind, query, select(*columns), _row_tables(kind)), query)
    keys = select(order.column.label("key"), ITEMS.id.label("id"))
    page = _one_page(_narrow_select(kind, query, keys), query).subquery("page")
    statement = select(*_row_columns(kind, query, page.c.key))
    statement = statement.select_from(_row_tables(kind).join(page, page.c.id == ITEMS.id))
    page_order = Order(page.c.key, page.c.id, descending=order.descending)
    return ordered(statement, page_order, backward=query.page == "backward")


@lru_cache(maxsize=512)
def count_statement(kind: Kind | None, query: ListQuery) -> Select[Any]:
    """Build the statement that counts the rows of all pages together."""
    gathered = replace(query, wide=False, page="first")
    return _narrow_select(kind, gathered, select(func.count()))


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same value, but no index is looked up or walked by it."""
    return func.coalesce(column, column)


def _deadline(query: ListQuery) -> ColumnElement[Any]:
    """Return the deadline that a row shows: of the day that is asked, else the one in force now."""
    if query.overdue:
        return SPANS.due_on
    return deadline_on(_AS_OF) if query.dated else ITEMS.due_on


def _order_of(query: ListQuery) -> Order:
    if query.overdue:  # the deadline in force first
        return Order(SPANS.due_on, SPANS.item_id, descending=False)
    column = {
        "day": _plain(ITEMS.day) if query.gathered else ITEMS.day,
        "due_on": func.coalesce(_deadline(query), NO_DEADLINE),
        "id": ITEMS.id,
    }[query.sort_name]
    return Order(column, ITEMS.id, descending=query.sort.startswith("-"))


def _one_page(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """Put a statement in its order, and read one page from its cursor on."""
    order, backward = _order_of(query), query.page == "backward"
    if query.page != "first":
        key: Any = bindparam("after_key")
        identifier: Any = bindparam("after_id")
        statement = statement.where(after(order, key, identifier, backward=backward))
    return ordered(statement, order, backward=backward).limit(bindparam("page_size"))


@lru_cache
def identifiers(kind: Kind | None) -> tuple[str, ...]:
    """Return the names of a row's UUIDs, which stand beside its JSON object, in their order."""
    values = _row_values(kind, ITEMS.due_on, dated=False)
    return tuple(name for name, value in values.items() if isinstance(value.type, CompactUuid))


def _row_values(
    kind: Kind | None, due_on: ColumnElement[Any], *, dated: bool
) -> dict[str, ColumnElement[Any]]:
    """Return what a row shows, by name; lateness is left to be added by the one rule.

    Of a ``dated`` row the state and the completion are those of the day ``as_of``.
    """
    model = kind.model if kind else Item
    computed: dict[str, ColumnElement[Any]] = {
        "organization_name": ORGANIZATIONS.name,
        "focus": FOCUSES.code,
        "focus_name": FOCUSES.name,
        "due_on": due_on,
    } | dict(kind.listed if kind else {})
    if dated:
        computed["status"] = state_on(_AS_OF)
        computed["completed_on"] = completed_on(_AS_OF)
    values: dict[str, ColumnElement[Any]] = {}
    for name in (kind.summary if kind else ItemSummary).model_fields:
        if name in computed:
            values[name] = computed[name]
        elif name in model.__mapper__.composites:
            own = model.__table__.c
            values[name] = count_as_json(own[f"{name}_value"], own[f"{name}_approximate"])
        elif name not in LATENESS:
            values[name] = getattr(model, name).property.columns[0]
    return values


def _row_columns(
    kind: Kind | None, query: ListQuery, key: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """Return a record as JSON text, what lateness needs, its ``key`` in the order, its UUIDs."""
    due_on = _deadline(query)
    values, apart = _row_values(kind, due_on, dated=query.dated), identifiers(kind)
    record = row_as_json({name: value for name, value in values.items() if name not in apart})
    removed = ITEMS.removed_on <= _AS_OF if query.dated else ITEMS.removed_on.is_not(None)
    # What is removed owes nothing, as its spans say.
    owed = due_on if query.overdue else case((removed, null()), else_=due_on)
    key_type = UuidText() if query.sort_name == "id" else DayText()
    return [
        record.label("record"),
        values["status"].label("status"),
        type_coerce(owed, DayText()).label("due_on"),
        ORGANIZATIONS.time_zone,
        type_coerce(key, key_type).label("key"),
        *(type_coerce(values[name], UuidText()).label(name) for name in apart),
    ]


def _row_tables(kind: Kind | None) -> FromClause:
    source: FromClause = Item.__table__.join(
        Organization.__table__, ORGANIZATIONS.id == ITEMS.organization_id
    ).outerjoin(Focus.__table__, FOCUSES.id == ITEMS.focus_id)
    if kind and kind.summary is not ItemSummary:
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == ITEMS.id)
    return source


def _is_root(column: ColumnElement[Any], name: str, *, one: bool) -> ColumnElement[bool]:
    """Compare a column with the roots; a single one is spared the work of a list."""
    return (equals if one else among)(column)(name)


FILTERS: Mapping[str, Condition] = {
    "kind": among(_plain(ITEMS.kind)),
    "status": among(ITEMS.status),
    "status_on": among(state_on(_AS_OF)),
    "not_completed_before": lambda name: (
        ITEMS.completed_on.is_(None) | (ITEMS.completed_on >= bindparam(name))
    ),
    "not_completed_before_on": lambda name: unfinished_before(bindparam(name), _AS_OF),
    "type": among(ITEMS.type),
    "topic": among(ITEMS.topic),
    "focus": equals(FOCUSES.code),
    "happened_on_from": lambda name: ITEMS.happened_on >= bindparam(name),
    "happened_on_to": lambda name: ITEMS.happened_on <= bindparam(name),
    "due_on_from": lambda name: ITEMS.due_on >= bindparam(name),
    "due_on_to": lambda name: ITEMS.due_on <= bindparam(name),
    "due_on_from_on": lambda name: deadline_on(_AS_OF) >= bindparam(name),
    "due_on_to_on": lambda name: deadline_on(_AS_OF) <= bindparam(name),
    "late_entry": equals(ITEMS.late_entry),
    "q": lambda name: ITEMS.title.ilike(bindparam(name, type_=String()), escape="\\"),
}


def _narrow_select(kind: Kind | None, query: ListQuery, statement: Select[Any]) -> Select[Any]:
    """Select from what the filters need of a record, and no more."""
    source: FromClause = Item.__table__
    if "focus" in query.filters:
        source = source.join(Focus.__table__, FOCUSES.id == ITEMS.focus_id)
    if kind and query.filters & kind.statements.keys():
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == ITEMS.id)
    return _select_from(kind, query, statement, source)


def _select_from(
    kind: Kind | None, query: ListQuery, statement: Select[Any], source: FromClause
) -> Select[Any]:
    """Select from the given tables what the query asks for."""
    if query.overdue:
        source = source.join(DeadlineSpan.__table__, SPANS.item_id == ITEMS.id)
    statement = _existing_on_day(statement.select_from(source), query)
    if kind:
        column = SPANS.kind if query.overdue else ITEMS.kind
        walked = query.overdue or query.wide
        statement = statement.where((column if walked else _plain(column)) == kind.name)
    conditions = {**FILTERS, **(kind.statements if kind else {})}
    for name in sorted(query.filters):
        statement = statement.where(conditions[name](name))
    scoped = _overdue(statement, query) if query.overdue else _in_scope(statement, query)
    return _visible(scoped, query)


def _existing_on_day(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """Keep records that there are, or were on the day that is asked."""
    if query.dated:
        statement = statement.where(ITEMS.opened_on <= _AS_OF)
    if query.removed:
        return statement
    present = ITEMS.deleted_at.is_(None)
    return statement.where(present | (ITEMS.removed_on > _AS_OF) if query.dated else present)


def _overdue(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """Keep what is overdue in the scope: spans that hold the day, with an earlier deadline."""
    statement = statement.where(
        _is_root(SPANS.ancestor_id, "roots", one=query.one_root), SPANS.due_on < _AS_OF
    )
    if query.overdue == "today":
        statement = statement.where(SPANS.active_until.is_(None))
    else:
        until = SPANS.active_until
        statement = statement.where(SPANS.active_from <= _AS_OF, until.is_(None) | (until > _AS_OF))
    if query.extent == "organization":
        return statement.where(_is_root(ITEMS.organization_id, "roots", one=query.one_root))
    if query.extent == "below":
        return statement.where(ITEMS.organization_id != bindparam("roots"))
    return statement


def _in_scope(statement: Select[Any], query: ListQuery) -> Select[Any]:
    if query.extent == "organization":
        return statement.where(_is_root(ITEMS.organization_id, "roots", one=query.one_root))
    within = _at_or_below("roots", one=query.one_root)
    if query.extent == "below":
        within = within.where(ANCESTORS.distance > 0)
    return statement.where(_organization_id(query).in_(within))


def _visible(statement: Select[Any], query: ListQuery) -> Select[Any]:
    """Keep restricted rows only where the actor has the permission for them."""
    column = SPANS.restricted if query.overdue else ITEMS.restricted
    if query.supervision == "none":
        return statement.where(column.is_(False))
    supervised = _at_or_below("supervision_roots", one=query.supervision == "one")
    return statement.where(column.is_(False) | _organization_id(query).in_(supervised))


def _organization_id(query: ListQuery) -> ColumnElement[Any]:
    """Return the column of a record's organisation; a wide scope is not looked up by it."""
    return _plain(ITEMS.organization_id) if query.wide else ITEMS.organization_id


def _at_or_below(name: str, *, one: bool) -> Select[Any]:
    return select(ANCESTORS.descendant_id).where(_is_root(ANCESTORS.ancestor_id, name, one=one))
