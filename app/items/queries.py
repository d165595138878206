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
from app.core.pagination import Cursors, Page, filter_scope, page_of
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.errors import OrganizationRequired
from app.items.kinds import Kind
from app.items.listing import (
    FILTERS,
    ListQuery,
    Scope,
    count_statement,
    identifiers,
    list_statement,
    scope_of,
)
from app.items.models import Item
from app.items.rules import OWING, ActorKind, Status, days_overdue, is_overdue
from app.items.schemas import ActorField, HistoryEntry, ItemFilters, ItemLink, ItemRead, RecordWrite
from app.organizations.queries import inside

ItemT = TypeVar("ItemT", bound=Item)
SPINE_OPTIONS = (joinedload(Item.focus_row), joinedload(Item.organization))
# What history answers for a past day, by the filter that asks for today.
_ON_A_DAY = {
    name: f"{name}_on" for name in ("status", "not_completed_before", "due_on_from", "due_on_to")
}
_ASKING_A_STATE = frozenset({"status", "not_completed_before"})
_OWING = frozenset(str(status) for status in OWING)
NOT_LATE = '"overdue":false,"days_overdue":null'


def may_see(actor: Actor, model: type[Item] = Item) -> ColumnElement[bool]:
    """Keep records in the actor's sight; restricted ones need a permission of their own."""
    roots = actor.roots(Permission.SUPERVISION)
    supervised = inside(model.organization_id, roots) if roots else false()
    readable = inside(model.organization_id, actor.roots(Permission.READ))
    return readable & (model.restricted.is_(False) | supervised)


def visible_to(actor: Actor, model: type[ItemT]) -> Select[ItemT]:
    """Select the records of a kind that the actor may see; removed ones are gone for everybody."""
    return select(model).where(may_see(actor, model), model.deleted_at.is_(None))


def get_item(uow: UnitOfWork, kind: Kind, item_id: UUID, *, include_deleted: bool = False) -> Item:
    """Return a record of a kind with its children; a removed one to readers of the trail alone.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    model = kind.model
    present: ColumnElement[bool] = model.deleted_at.is_(None)
    if include_deleted:
        present = present | inside(model.organization_id, uow.actor.roots(Permission.READ_AUDIT))
    statement = select(model).where(may_see(uow.actor, model), present, model.id == item_id)
    return uow.get_or_404(
        statement.options(*SPINE_OPTIONS, *kind.options),
        f"没有这条{kind.label}记录，或您无权查看。",
    )


def get_any(uow: UnitOfWork, item_id: UUID) -> Item:
    """Return a record of any kind, by its spine alone.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    statement = visible_to(uow.actor, Item).where(Item.id == item_id).options(*SPINE_OPTIONS)
    return uow.get_or_404(statement, "没有这条记录，或您无权查看。")


def comes_from(session: Session, item_id: UUID, other_id: UUID) -> bool:
    """Tell whether a record is another one or came from it, directly or through others."""
    if item_id == other_id:
        return True
    above = select(Item.origin_id).where(Item.id == item_id).cte("above", recursive=True)
    parents = aliased(Item)
    above = above.union(select(parents.origin_id).join(above, parents.id == above.c.origin_id))
    statement = select(above.c.origin_id).where(above.c.origin_id == other_id)
    return session.execute(statement).first() is not None


def _links(uow: UnitOfWork, related: ColumnElement[bool]) -> list[ItemLink]:
    """Read the records that a condition relates to one, as far as the actor may see them."""
    columns = (Item.id, Item.kind, Item.title, Item.status)
    statement = select(*columns).where(may_see(uow.actor), Item.deleted_at.is_(None), related)
    rows = uow.session.execute(statement.order_by(Item.id))
    return [ItemLink(id=row.id, kind=row.kind, title=row.title, status=row.status) for row in rows]


def history_of(uow: UnitOfWork, item: Item) -> list[HistoryEntry]:
    """Read a record's changes, oldest first, without the origins that the actor may not see."""
    trail = select(AuditEntry).where(AuditEntry.subject_id == item.id)
    rows = uow.session.scalars(trail.order_by(AuditEntry.sequence))
    entries = [HistoryEntry.model_validate(row) for row in rows]
    states = [state for entry in entries for state in (entry.before, entry.after) if state]
    origins = {str(state["origin_id"]) for state in states if state.get("origin_id")}
    if origins:
        visible = select(Item.id).where(
            may_see(uow.actor), Item.id.in_([UUID(origin) for origin in origins])
        )
        hidden = origins - {str(origin) for origin in uow.session.scalars(visible)}
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
    """Read one page of records; at most four statements, whatever the page holds.

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
    query = ListQuery(
        filters=frozenset(values),
        sort=filters.sort or "-day",
        page="first" if cursor is None else "backward" if cursor.backward else "forward",
        extent=scope.extent,
        one_root=len(scope.roots) == 1,
        wide=scope.wide,
        supervision="none" if not supervised else "one" if len(supervised) == 1 else "many",
        overdue="" if not filters.overdue else "past" if past else "today",
        dated=filters.as_of is not None,
        removed=filters.include_deleted,
    )
    values |= {"roots": _one_or_all(scope.roots), "as_of": as_of}
    values["supervision_roots"] = _one_or_all(supervised)
    total, connection = None, uow.connection
    if filters.include_total:
        total = connection.execute(count_statement(kind, query), values).scalar()
    values["page_size"] = filters.limit + 1
    if cursor:
        by_id = query.sort_name == "id"
        values["after_key"] = UUID(cursor.key) if by_id else date.fromisoformat(cursor.key)
        values["after_id"] = cursor.id
    rows = connection.execute(list_statement(kind, query), values).all()
    page = page_of(
        rows, limit=filters.limit, cursor=cursor, key="key", scope=cursor_scope, cursors=cursors
    )
    return Listing(_rows_as_json(uow, kind, page, as_of), page, total, as_of)


def _one_or_all(roots: Collection[UUID]) -> UUID | list[UUID]:
    """Return the only root, or the list of them, as the statement's shape expects it."""
    return next(iter(roots)) if len(roots) == 1 else list(roots)


def _as_of(uow: UnitOfWork, filters: ItemFilters, scope: Scope) -> date:
    """Return the day of a list of what is overdue."""
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
    """Return the values of the filters that are stated, by the conditions that they take."""
    names = {*FILTERS, *(kind.statements if kind else ())}
    values = {name: getattr(filters, name, None) for name in names}
    if filters.q is not None:
        escaped = filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values["q"] = f"%{escaped}%"
    stated = {name: value for name, value in values.items() if value not in (None, [])}
    if filters.as_of is None:
        return stated
    if not filters.overdue and not stated.keys() & _ASKING_A_STATE:
        raise ValidationFailed.parameter(
            "as_of",
            "as_of_without_state",
            "as_of 与 overdue=true、status 或 not_completed_before 一起使用",
        )
    return {_ON_A_DAY.get(name, name): value for name, value in stated.items()}


def _rows_as_json(uow: UnitOfWork, kind: Kind | None, page: Page, as_of: date | None) -> bytes:
    """Return the rows as a JSON array; lateness is added to each here, from the one rule."""
    names = [f'"{name}":' for name in identifiers(kind)]
    # By deadline and time zone: most rows of a page share a few.
    lateness: dict[tuple[str, str], str] = {}
    records: list[str] = []
    for record, status, due_on, zone, _key, *ids in page.rows:
        late = NOT_LATE
        if due_on is not None and status in _OWING:
            if (due_on, zone) not in lateness:
                lateness[due_on, zone] = _lateness(due_on, as_of or uow.today(zone))
            late = lateness[due_on, zone]
        id_fields = ",".join(
            [name + (f'"{value}"' if value else "null") for name, value in zip(names, ids)]  # noqa: B905 - as many, and hot
        )
        # The row is an object with fields, so what is added goes inside its braces.
        records.append(f"{{{id_fields},{record[1:-1]},{late}}}")
    return f"[{','.join(records)}]".encode()


def _lateness(due_on: str, day: date) -> str:
    """Tell by how many days a deadline has passed on a day, as fields of a JSON object."""
    days = days_overdue(date.fromisoformat(due_on), day)
    return f'"overdue":true,"days_overdue":{days}' if days > 0 else NOT_LATE


def present(uow: UnitOfWork, kind: Kind, item: Item, *, fresh: bool = False) -> ItemRead:
    """Return a record as clients see it; nothing can have come from a ``fresh`` one yet."""
    organization = item.organization
    today = uow.today(organization.time_zone)
    late = item.deleted_at is None and is_overdue(Status(item.status), item.due_on, today)
    origins = _links(uow, Item.id == item.origin_id) if item.origin_id else []
    derived = [] if fresh else _links(uow, Item.origin_id == item.id)
    fields = _fields(kind, item) | {
        "organization_name": organization.name,
        "focus_name": item.focus_row.name if item.focus_row else None,
        "overdue": late,
        "days_overdue": days_overdue(item.due_on, today) if late and item.due_on else None,
        "origin": origins[0] if origins else None,
        "derived": derived,
    }
    fields |= kind.related(item, derived)
    return kind.read.model_validate({name: fields[name] for name in kind.read.model_fields})


def as_payload(kind: Kind, item: Item) -> RecordWrite:
    """Return a record as a client would state it: what a patch is laid over."""
    fields = _fields(kind, item)
    stated = {name: fields[name] for name in kind.write.model_fields if name in fields}
    return kind.write.model_validate(stated)


def _fields(kind: Kind, item: Item) -> dict[str, Any]:
    """Return a record's values by name, in the words of its payload."""
    fields = {name: getattr(item, name) for name in (*item.values(), *kind.children)}
    fields["focus"] = item.focus_row.code if item.focus_row else None
    fields["actor"] = ActorField(
        kind=ActorKind(item.actor_kind), name=item.actor_name, post=item.actor_post
    )
    return {**fields, **kind.own(item)}
