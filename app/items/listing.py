"""Lists of records: which organisations, which cells, statements built once, rows as bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
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
from app.items.history import completed_on, deadline_on, state_on, unfinished_before
from app.items.kinds import Kind, among, equals
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

# From here on a scope is wide. Measured at a million records of 5,000 organisations: taking and
# sorting the records of 70 organisations costs 3 ms, of all of them 480 ms; the walk by date costs
# 2 ms in a wide scope, and up to 140 ms in one of 70 where few records are wanted.
WIDE = 250


@dataclass(frozen=True, slots=True)
class Scope:
    """The roots of a list and how far it goes below them: see ``listing.Shape``."""

    roots: list[UUID]
    kind: str
    zones: frozenset[str]
    wide: bool


def scope_of(uow: UnitOfWork, filters: ItemFilters) -> Scope:
    """What the filters ask for, within what the actor may read.

    Raises:
        NotFound: they name an organisation out of the actor's sight.
        Forbidden: they ask for what was removed, and the actor may not read the trail there.
        ValidationFailed: they leave nothing to be listed.
    """
    wanted = filters.organization_id
    below = filters.include_descendants and wanted is not None
    if not filters.include_own and not below:
        raise ValidationFailed.parameter(
            "include_own",
            "own_without_descendants",
            "include_own=false 须与 organization_id、include_descendants=true 同用",
        )
    if wanted is None:
        return _all_in_sight(uow, filters)
    place = existing(
        visible_zone_and_breadth(uow, wanted, WIDE),
        NO_SUCH_ORGANIZATION,
        parameter="organization_id",
    )
    if filters.include_deleted:
        require(uow, Permission.READ_AUDIT, wanted)
    zone, organizations = place
    if not filters.include_descendants:
        return Scope([wanted], "organization", frozenset({zone}), wide=False)
    kind = "subtree" if filters.include_own else "below"
    return Scope([wanted], kind, frozenset({zone}), wide=organizations >= WIDE)


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


SPINE = Item.__table__.c
SPANS = DeadlineSpan.__table__.c
PLACES = Organization.__table__.c
FOCUSES = Focus.__table__.c
LATENESS = frozenset({"overdue", "days_overdue"})


def deadline(*, overdue: bool, dated: bool) -> ColumnElement[Any]:
    """The deadline that a row shows: of the day that is asked, else the one in force now."""
    if overdue:
        return SPANS.due_on
    return deadline_on(bindparam("as_of")) if dated else SPINE.due_on


@lru_cache
def _cells(kind: Kind | None, *, overdue: bool, dated: bool) -> Mapping[str, ColumnElement[Any]]:
    """What a row shows, by name; lateness is left to be added by the one rule.

    Of a ``dated`` row the state, the deadline and the completion are those of the day ``as_of``.
    """
    model = kind.model if kind else Item
    named: dict[str, ColumnElement[Any]] = {
        "organization_name": PLACES.name,
        "focus": FOCUSES.code,
        "focus_name": FOCUSES.name,
        "due_on": deadline(overdue=overdue, dated=dated),
    } | dict(kind.listed if kind else {})
    if dated:
        named["status"] = state_on(bindparam("as_of"))
        named["completed_on"] = completed_on(bindparam("as_of"))
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
    cells = _cells(kind, overdue=False, dated=False)
    return tuple(name for name, cell in cells.items() if isinstance(cell.type, CompactUuid))


def row(
    kind: Kind | None, key: ColumnElement[Any], *, overdue: bool, dated: bool, by_id: bool
) -> list[ColumnElement[Any]]:
    """A record as JSON text, what lateness needs, its ``key`` in the order, and its UUIDs."""
    cells, apart = _cells(kind, overdue=overdue, dated=dated), identifiers(kind)
    record = row_as_json({name: cell for name, cell in cells.items() if name not in apart})
    gone = SPINE.removed_on <= bindparam("as_of") if dated else SPINE.removed_on.is_not(None)
    # What is removed owes nothing, as its spans say.
    owed = cells["due_on"] if overdue else case((gone, null()), else_=cells["due_on"])
    return [
        record.label("record"),
        cells["status"].label("status"),
        type_coerce(owed, DayText()).label("due_on"),
        PLACES.time_zone,
        type_coerce(key, UuidText() if by_id else DayText()).label("key"),
        *(type_coerce(cells[name], UuidText()).label(name) for name in apart),
    ]


def tables(kind: Kind | None) -> FromClause:
    """The tables that a row is made of."""
    source: FromClause = Item.__table__.join(
        Organization.__table__, PLACES.id == SPINE.organization_id
    ).outerjoin(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    if kind and kind.summary is not ItemSummary:
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == SPINE.id)
    return source


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
class ListQuery:
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


def order_of(shape: ListQuery) -> Order:
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
def list_statement(kind: Kind | None, shape: ListQuery) -> Select[Any]:
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


def _turned_to(statement: Select[Any], shape: ListQuery) -> Select[Any]:
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
def count_statement(kind: Kind | None, shape: ListQuery) -> Select[Any]:
    """The statement that counts a shape's rows, all pages together."""
    gathered = replace(shape, wide=False, paged="")
    return _chosen(kind, gathered, select(func.count()))


def _chosen(kind: Kind | None, shape: ListQuery, statement: Select[Any]) -> Select[Any]:
    """The statement over what the filters need of a record, and no more."""
    source: FromClause = Item.__table__
    if "focus" in shape.filters:
        source = source.join(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    if kind and shape.filters & kind.statements.keys():
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == SPINE.id)
    return _from(kind, shape, statement, source)


def _from(
    kind: Kind | None, shape: ListQuery, statement: Select[Any], source: FromClause
) -> Select[Any]:
    if shape.overdue:
        source = source.join(DeadlineSpan.__table__, SPANS.item_id == SPINE.id)
    statement = _existing_on(shape, statement.select_from(source))
    walked = bool(shape.overdue) or shape.wide
    if kind:
        column = SPANS.kind if shape.overdue else SPINE.kind
        statement = statement.where((column if walked else _plain(column)) == kind.name)
    conditions = {**FILTERS, **(kind.statements if kind else {})}
    for name in sorted(shape.filters):
        statement = statement.where(conditions[name](name))
    return _visible(_scoped(statement, shape), shape)


def _existing_on(shape: ListQuery, statement: Select[Any]) -> Select[Any]:
    """Records that there are, or were on the day that is asked."""
    day: Any = bindparam("as_of")
    if shape.dated:
        statement = statement.where(SPINE.opened_on <= day)
    if shape.removed:
        return statement
    stands = SPINE.deleted_at.is_(None)
    return statement.where(stands | (SPINE.removed_on > day) if shape.dated else stands)


def _scoped(statement: Select[Any], shape: ListQuery) -> Select[Any]:
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


def _place(shape: ListQuery) -> ColumnElement[Any]:
    """A record's organisation, by which a wide scope is not looked up."""
    return _plain(SPINE.organization_id) if shape.wide else SPINE.organization_id


def _visible(statement: Select[Any], shape: ListQuery) -> Select[Any]:
    """Restricted rows only where the actor has the permission for them."""
    column = SPANS.restricted if shape.overdue else SPINE.restricted
    if not shape.supervision:
        return statement.where(column.is_(False))
    inside = _place(shape).in_(_below("supervision_roots", one=shape.supervision == "one"))
    return statement.where(column.is_(False) | inside)


def _below(name: str, *, one: bool) -> Select[Any]:
    return select(ANCESTORS.descendant_id).where(_rooted(ANCESTORS.ancestor_id, name, one=one))
