"""Read records; every read starts from what the actor may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.core.audit import AuditEntry
from app.core.errors import ValidationFailed
from app.core.pagination import Cursor, Cursors, Page, filter_scope, page_of
from app.core.uow import Actor, Permission, UnitOfWork
from app.items import rules
from app.items.errors import OrganizationRequired
from app.items.kinds import Kind
from app.items.listing import (
    ListQuery,
    Scope,
    count_statement,
    identifiers,
    list_statement,
    scope_of,
)
from app.items.models import Item
from app.items.rules import OWING, ActorKind, Status, days_overdue
from app.items.schemas import (
    ActorField,
    AnyItemFilters,
    HistoryEntry,
    ItemFilters,
    ItemLink,
    ItemRead,
    RecordWrite,
)
from app.organizations.queries import inside

ItemT = TypeVar("ItemT", bound=Item)
SPINE_OPTIONS = (joinedload(Item.focus_row), joinedload(Item.organization))
VALUE_FILTERS = (
    "focus",
    "happened_on_from",
    "happened_on_to",
    "due_on_from",
    "due_on_to",
    "late_entry",
    "not_completed_before",
)
# What history answers for a past day, by the filter that asks for today.
_ON_A_DAY = {
    name: f"{name}_on" for name in ("status", "not_completed_before", "due_on_from", "due_on_to")
}
_ASKING_A_STATE = frozenset({"status", "not_completed_before"})
_OWING = frozenset(str(status) for status in OWING)


def may_see(actor: Actor, model: type[Item] = Item) -> ColumnElement[bool]:
    """That a record lies in the actor's sight; restricted ones need their own permission."""
    supervised = actor.roots(Permission.SUPERVISION)
    open_to_all = model.restricted.is_(False)
    unlocked = inside(model.organization_id, supervised) if supervised else false()
    return inside(model.organization_id, actor.roots(Permission.READ)) & (open_to_all | unlocked)


def visible_to(actor: Actor, model: type[ItemT]) -> Select[ItemT]:
    """The records of a kind that the actor may see; removed ones are gone for everybody."""
    return select(model).where(may_see(actor, model), model.deleted_at.is_(None))


def get_item(uow: UnitOfWork, kind: Kind, item_id: UUID, *, include_deleted: bool = False) -> Item:
    """A record of a kind, loaded with its children; a removed one for readers of the trail alone.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    model = kind.model
    stands: ColumnElement[bool] = model.deleted_at.is_(None)
    if include_deleted:
        stands = stands | inside(model.organization_id, uow.actor.roots(Permission.READ_AUDIT))
    statement = select(model).where(may_see(uow.actor, model), stands, model.id == item_id)
    return uow.get_or_404(
        statement.options(*SPINE_OPTIONS, *kind.options),
        f"没有这条{kind.label}记录，或您无权查看。",
    )


def get_any(uow: UnitOfWork, item_id: UUID) -> Item:
    """A record of any kind, by its spine alone, or NotFound."""
    table = select(Item).where(may_see(uow.actor), Item.deleted_at.is_(None), Item.id == item_id)
    return uow.get_or_404(table.options(*SPINE_OPTIONS), "没有这条记录，或您无权查看。")


def origin_of(uow: UnitOfWork, item: Item) -> ItemLink | None:
    """The record that this one came from, if it may be seen."""
    return next(iter(_links(uow, Item.id == item.origin_id)), None)


def comes_from(session: Session, item_id: UUID, other_id: UUID) -> bool:
    """Whether a record is another one or came from it, directly or through others."""
    if item_id == other_id:
        return True
    above = select(Item.origin_id).where(Item.id == item_id).cte("above", recursive=True)
    parents = aliased(Item)
    further = select(parents.origin_id).join(above, parents.id == above.c.origin_id)
    above = above.union(further)
    found = select(above.c.origin_id).where(above.c.origin_id == other_id)
    return session.execute(found).first() is not None


def derived_from(uow: UnitOfWork, item: Item) -> list[ItemLink]:
    """The records that came from this one, as far as they may be seen."""
    return _links(uow, Item.origin_id == item.id)


def _links(uow: UnitOfWork, related: ColumnElement[bool]) -> list[ItemLink]:
    columns = (Item.id, Item.kind, Item.title, Item.status)
    statement = select(*columns).where(may_see(uow.actor), Item.deleted_at.is_(None), related)
    rows = uow.session.execute(statement.order_by(Item.id))
    return [ItemLink(id=row.id, kind=row.kind, title=row.title, status=row.status) for row in rows]


def history_of(uow: UnitOfWork, item: Item) -> list[HistoryEntry]:
    """A record's changes, oldest first, without the origins that the actor may not see."""
    trail = select(AuditEntry).where(AuditEntry.subject_id == item.id)
    rows = uow.session.scalars(trail.order_by(AuditEntry.sequence))
    entries = [HistoryEntry.model_validate(row) for row in rows]
    states = [state for entry in entries for state in (entry.before, entry.after) if state]
    origins = {str(state["origin_id"]) for state in states if state.get("origin_id")}
    if origins:
        wanted = Item.id.in_([UUID(origin) for origin in origins])
        seen = select(Item.id).where(may_see(uow.actor), wanted)
        hidden = origins - {str(origin) for origin in uow.session.scalars(seen)}
        for state in states:
            if state.get("origin_id") in hidden:
                state["origin_id"] = None
    return entries


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its rows as a JSON array, the cursors, and what was asked for."""

    rows: bytes
    page: Page
    total: int | None
    as_of: date | None


def list_items(
    uow: UnitOfWork, kind: Kind | None, filters: ItemFilters, cursors: Cursors
) -> Listing:
    """One page of records; at most four statements, whatever the page holds.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
        OrganizationRequired: overdue as of today was asked over trees in different zones.
    """
    scope = scope_of(uow, filters)
    as_of = _as_of(uow, filters, scope) if filters.overdue else filters.as_of
    values = _values(kind, filters)
    past = any(as_of < uow.today(zone) for zone in scope.zones) if as_of else False
    cursor_scope = filter_scope(kind.plural if kind else "items", filters)
    cursor = cursors.read(filters.cursor, cursor_scope) if filters.cursor else None
    supervised = uow.actor.roots(Permission.SUPERVISION)
    shape = ListQuery(
        filters=frozenset(values),
        sort=filters.sort or "-day",
        paged="" if cursor is None else "backward" if cursor.backward else "forward",
        scope=scope.kind,
        one_root=len(scope.roots) == 1,
        wide=scope.wide,
        supervision="" if not supervised else "one" if len(supervised) == 1 else "many",
        overdue="" if not filters.overdue else "past" if past else "today",
        dated=filters.as_of is not None,
        removed=filters.include_deleted,
    )
    values |= {"roots": _one_or_all(scope.roots), "as_of": as_of}
    values["supervision_roots"] = _one_or_all(supervised)
    total, connection = None, uow.connection
    if filters.include_total:
        total = connection.execute(count_statement(kind, shape), values).scalar()
    values |= _place(shape, cursor) | {"page_size": filters.limit + 1}
    rows = connection.execute(list_statement(kind, shape), values).all()
    page = page_of(
        rows, limit=filters.limit, cursor=cursor, key="key", scope=cursor_scope, cursors=cursors
    )
    return Listing(_present(uow, kind, page, as_of), page, total, as_of)


def _one_or_all(roots: Collection[UUID]) -> UUID | list[UUID]:
    """The only root, or the list of them, as the statement's shape expects it."""
    return next(iter(roots)) if len(roots) == 1 else list(roots)


def _as_of(uow: UnitOfWork, filters: ItemFilters, scope: Scope) -> date:
    if filters.sort is not None:
        raise ValidationFailed.parameter(
            "sort", "sort_with_overdue", "逾期清单固定按时限先后排列，请去掉 sort"
        )
    if filters.as_of is not None:
        return filters.as_of
    days = {uow.today(zone) for zone in scope.zones}
    if len(days) > 1:
        raise OrganizationRequired("您可见的组织分属不同时区，请指定 organization_id 或 as_of。")
    return days.pop() if days else uow.now().date()


def _values(kind: Kind | None, filters: ItemFilters) -> dict[str, Any]:
    values = {name: getattr(filters, name) for name in VALUE_FILTERS}
    values |= {"status": filters.status, "type": getattr(filters, "type", None)}
    if isinstance(filters, AnyItemFilters):
        values |= {"kind": filters.kind, "topic": filters.topic}
    if filters.q is not None:
        escaped = filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values["q"] = f"%{escaped}%"
    for name in kind.statements if kind else ():
        values[name] = getattr(filters, name)
    found = {name: value for name, value in values.items() if value not in (None, [])}
    if filters.as_of is None:
        return found
    if not filters.overdue and not found.keys() & _ASKING_A_STATE:
        raise ValidationFailed.parameter(
            "as_of",
            "as_of_without_state",
            "as_of 与 overdue=true、status 或 not_completed_before 一起使用",
        )
    return {_ON_A_DAY.get(name, name): value for name, value in found.items()}


def _place(shape: ListQuery, cursor: Cursor | None) -> dict[str, Any]:
    if cursor is None:
        return {}
    dated = shape.sort_name != "id"
    return {
        "after_key": date.fromisoformat(cursor.key) if dated else UUID(cursor.key),
        "after_id": cursor.id,
    }


def _present(uow: UnitOfWork, kind: Kind | None, page: Page, as_of: date | None) -> bytes:
    """The rows as a JSON array; lateness is added to each here, from the one rule."""
    names = [f'"{name}":' for name in identifiers(kind)]
    days = _Days(uow, as_of)
    shown: list[str] = []
    for record, status, due_on, zone, _key, *found in page.rows:
        owing = due_on is not None and status in _OWING
        late = days.lateness(due_on, zone) if owing else NOT_LATE
        ids = ",".join(
            [name + (f'"{value}"' if value else "null") for name, value in zip(names, found)]  # noqa: B905 - as many, and hot
        )
        # The row is an object with fields, so what is added goes inside its braces.
        shown.append(f"{{{ids},{record[1:-1]},{late}}}")
    return f"[{','.join(shown)}]".encode()


NOT_LATE = '"overdue":false,"days_overdue":null'


class _Days:
    """The lateness of deadlines on one day, worked out once for each deadline and zone."""

    def __init__(self, uow: UnitOfWork, as_of: date | None) -> None:
        self._uow, self._as_of = uow, as_of
        self._known: dict[tuple[str, str], str] = {}

    def lateness(self, due_on: str, zone: str) -> str:
        """Whether and by how many days a deadline has passed, as fields of a JSON object."""
        known = self._known.get((due_on, zone))
        if known is None:
            day = self._as_of or self._uow.today(zone)
            deadline = date.fromisoformat(due_on)
            late = f'"overdue":true,"days_overdue":{days_overdue(deadline, day)}'
            known = self._known[due_on, zone] = late if deadline < day else NOT_LATE
        return known


def present(uow: UnitOfWork, kind: Kind, item: Item, *, fresh: bool = False) -> ItemRead:
    """A record as it is returned; nothing can have come from a ``fresh`` one yet."""
    organization = item.organization
    today = uow.today(organization.time_zone)
    status = Status(item.status)
    late = item.deleted_at is None and rules.is_overdue(status, item.due_on, today)
    origin = origin_of(uow, item) if item.origin_id else None
    derived = [] if fresh else derived_from(uow, item)
    shown = _fields(kind, item) | {
        "organization_name": organization.name,
        "focus_name": item.focus_row.name if item.focus_row else None,
        "overdue": late,
        "days_overdue": rules.days_overdue(item.due_on, today) if late and item.due_on else None,
        "origin": origin,
        "derived": derived,
    }
    shown |= dict(kind.related(item, derived))
    return kind.read.model_validate({name: shown[name] for name in kind.read.model_fields})


def as_payload(kind: Kind, item: Item) -> RecordWrite:
    """A record as a client would state it: what a patch is laid over."""
    shown = _fields(kind, item)
    known = {name: shown[name] for name in kind.write.model_fields if name in shown}
    return kind.write.model_validate(known)


def _fields(kind: Kind, item: Item) -> dict[str, Any]:
    shown = {name: getattr(item, name) for name in item.values()}
    shown |= {name: getattr(item, name) for name in kind.children}
    shown["focus"] = item.focus_row.code if item.focus_row else None
    shown["actor"] = ActorField(
        kind=ActorKind(item.actor_kind), name=item.actor_name, post=item.actor_post
    )
    return shown | dict(kind.own(item))
