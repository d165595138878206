"""The routes that every kind of record has, made from its ``KIND``."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.core.changes import expect_version, partial
from app.core.http.replies import CREATED, IfMatch, no_content, page_reply, reply
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody
from app.core.schemas import Model
from app.core.uow import UnitOfWork
from app.items import queries, service
from app.items.kinds import Kind
from app.items.models import Item
from app.items.schemas import (
    AnyItemFilters,
    CancellationWrite,
    HistoryEntry,
    ItemFilters,
    ItemSummary,
    Removal,
    WithRemoved,
)

OTHER_ORGANIZATION = "登记后不能改换党组织；登记错了的，请删除后在所属的党组织重新登记"


class HistoryBody(Model):
    """A record's changes, oldest first."""

    items: list[HistoryEntry]


def item_reply(
    request: Request, uow: UowDep, kind: Kind, item: Item, *, status: int = 200, fresh: bool = False
) -> Response:
    """Reply with a record, its ETag, and its address when it is new."""
    return reply(
        queries.present(uow, kind, item, fresh=fresh),
        status=status,
        version=item.version,
        location=f"/api/v1/{kind.plural}/{item.id}" if status == CREATED else None,
        request=request if request.method == "GET" else None,
    )


def list_reply(request: Request, uow: UowDep, kind: Kind | None, filters: ItemFilters) -> Response:
    """Reply with one page of records, of all kinds together where ``kind`` is None."""
    listing = queries.list_items(uow, kind, filters, request.app.state.cursors)
    fields: dict[str, Any] = {}
    if listing.total is not None:
        fields["total"] = listing.total
    if listing.as_of is not None:
        fields["as_of"] = listing.as_of.isoformat()
    page = listing.page
    return page_reply(request, listing.rows, page.next_cursor, page.prev_cursor, **fields)


def _item_as_seen(uow: UnitOfWork, kind: Kind, item_id: UUID, if_match: str | None) -> Item:
    """Return the record that a change is about, in the version that the client has seen."""
    item = queries.get_item(uow, kind, item_id)
    expect_version(item.version, if_match)
    return item


def record_router(kind: Kind) -> APIRouter:
    """Make the routes of a kind: log, list, read, correct, remove, cancel, restore, history."""
    router = api_router(f"/{kind.plural}", kind.plural)
    _add_collection(router, kind)
    _add_reading(router, kind)
    _add_changing(router, kind)
    if kind.cancellable:
        _add_cancellation(router, kind)
    return router


def _add_collection(router: APIRouter, kind: Kind) -> None:
    @router.post(
        "",
        name=f"create_{kind.name}",
        summary=f"登记{kind.label}",
        status_code=201,
        response_model=kind.read,
    )
    def create(
        request: Request,
        uow: UowDep,
        payload: kind.write,  # type: ignore[name-defined]  # the room's own type
    ) -> Response:
        item = service.create(uow, kind, payload)
        return item_reply(request, uow, kind, item, status=201, fresh=True)

    @router.get(
        "",
        name=f"list_{kind.plural}",
        summary=f"查询{kind.label}",
        response_model=PageBody[kind.summary],  # type: ignore[name-defined]  # the room's own type
    )
    def list_(
        request: Request,
        uow: UowDep,
        filters: Annotated[kind.filters, FromQuery],  # type: ignore[name-defined]  # as above
    ) -> Response:
        return list_reply(request, uow, kind, filters)


def _add_reading(router: APIRouter, kind: Kind) -> None:
    @router.get(
        "/{item_id}", name=f"get_{kind.name}", summary=f"查看{kind.label}", response_model=kind.read
    )
    def read(
        request: Request, uow: UowDep, item_id: UUID, query: Annotated[WithRemoved, FromQuery]
    ) -> Response:
        item = queries.get_item(uow, kind, item_id, include_deleted=query.include_deleted)
        return item_reply(request, uow, kind, item)

    @router.get(
        "/{item_id}/history",
        name=f"get_{kind.name}_history",
        summary=f"{kind.label}的变更记录",
        response_model=HistoryBody,
    )
    def history(uow: UowDep, item_id: UUID, query: Annotated[WithRemoved, FromQuery]) -> Response:
        item = queries.get_item(uow, kind, item_id, include_deleted=query.include_deleted)
        return reply(HistoryBody(items=queries.history_of(uow, item)))


def _add_changing(router: APIRouter, kind: Kind) -> None:
    fixed = {"organization_id": OTHER_ORGANIZATION, **kind.fixed}
    patch_model = partial(kind.write, f"{kind.name.capitalize()}Patch", fixed=fixed)

    @router.patch(
        "/{item_id}",
        name=f"update_{kind.name}",
        summary=f"更正{kind.label}（JSON Merge Patch）",
        response_model=kind.read,
    )
    def change(
        request: Request,
        uow: UowDep,
        item_id: UUID,
        payload: patch_model,  # type: ignore[valid-type]  # made from the payload
        if_match: IfMatch = None,
    ) -> Response:
        item = _item_as_seen(uow, kind, item_id, if_match)
        service.change(uow, kind, item, payload)
        return item_reply(request, uow, kind, item)

    @router.delete(
        "/{item_id}",
        name=f"delete_{kind.name}",
        summary=f"删除{kind.label}（保留审计记录，过去日期的查询不变）",
        status_code=204,
        response_class=Response,
    )
    def remove(
        uow: UowDep, item_id: UUID, removal: Annotated[Removal, FromQuery], if_match: IfMatch = None
    ) -> Response:
        service.remove(uow, kind, _item_as_seen(uow, kind, item_id, if_match), removal)
        return no_content()


def _add_cancellation(router: APIRouter, kind: Kind) -> None:
    @router.put(
        "/{item_id}/cancellation",
        name=f"cancel_{kind.name}",
        summary=f"取消尚未发生的{kind.label}",
        response_model=kind.read,
    )
    def cancel(
        request: Request,
        uow: UowDep,
        item_id: UUID,
        payload: CancellationWrite,
        if_match: IfMatch = None,
    ) -> Response:
        item = _item_as_seen(uow, kind, item_id, if_match)
        service.cancel(uow, item, payload)
        return item_reply(request, uow, kind, item)

    @router.delete(
        "/{item_id}/cancellation",
        name=f"restore_{kind.name}",
        summary=f"恢复已取消的{kind.label}",
        response_model=kind.read,
    )
    def restore(request: Request, uow: UowDep, item_id: UUID, if_match: IfMatch = None) -> Response:
        item = _item_as_seen(uow, kind, item_id, if_match)
        service.restore(uow, item)
        return item_reply(request, uow, kind, item)


all_kinds = api_router("/items", "items")


@all_kinds.get("", summary="查询各类记录", response_model=PageBody[ItemSummary])
def list_items(
    request: Request, uow: UowDep, filters: Annotated[AnyItemFilters, FromQuery]
) -> Response:
    """Records of all kinds together, under the same filters."""
    return list_reply(request, uow, None, filters)
