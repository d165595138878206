"""Routes of what kinds share: extensions and categories of responsibility."""

from typing import TypeAlias
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import select

from app.core.changes import expect_version, partial
from app.core.http.replies import IfMatch, no_content, reply, row_reply
from app.core.http.routing import UowDep, api_router
from app.core.schemas import Model
from app.items import extensions, focuses
from app.items.models import Focus
from app.items.queries import get_any
from app.items.schemas import (
    ExtensionDecision,
    ExtensionRead,
    ExtensionWrite,
    FocusRead,
    FocusWrite,
)
from app.organizations import queries

extension_router = api_router("/items/{item_id}/extensions", "items")


class ExtensionsBody(Model):
    """A record's chain of requests, oldest first."""

    items: list[ExtensionRead]


@extension_router.get("", summary="延期申请及审批结果", response_model=ExtensionsBody)
def list_extensions(uow: UowDep, item_id: UUID) -> Response:
    """The chain of extensions."""
    item = get_any(uow, item_id)
    rows = uow.session.scalars(extensions.extensions_of(item.id)).all()
    return reply(ExtensionsBody.model_validate({"items": rows}))


@extension_router.post("", summary="申请延期", status_code=201, response_model=ExtensionRead)
def create_extension(uow: UowDep, item_id: UUID, payload: ExtensionWrite) -> Response:
    """Ask for a later deadline."""
    item = get_any(uow, item_id)
    extension = extensions.request_extension(uow, item, payload)
    location = f"/api/v1/items/{item.id}/extensions/{extension.id}"
    return reply(ExtensionRead.model_validate(extension), status=201, location=location)


@extension_router.get("/{extension_id}", summary="查看延期申请", response_model=ExtensionRead)
def get_extension(uow: UowDep, item_id: UUID, extension_id: UUID) -> Response:
    """One request."""
    extension = extensions.get_extension(uow, get_any(uow, item_id), extension_id)
    return reply(ExtensionRead.model_validate(extension))


@extension_router.put(
    "/{extension_id}/decision",
    summary="审批延期（须由申请人以外的人审批）",
    response_model=ExtensionRead,
)
def decide_extension(
    uow: UowDep,
    item_id: UUID,
    extension_id: UUID,
    payload: ExtensionDecision,
    if_match: IfMatch = None,
) -> Response:
    """Approve or deny; If-Match names the record's version, since its deadline changes."""
    item = get_any(uow, item_id)
    expect_version(item.version, if_match)
    extension = extensions.get_extension(uow, item, extension_id)
    extensions.decide_extension(uow, item, extension, payload)
    return reply(ExtensionRead.model_validate(extension))


@extension_router.delete(
    "/{extension_id}", summary="撤回延期申请（他人的申请由审批人撤回）", status_code=204
)
def withdraw_extension(uow: UowDep, item_id: UUID, extension_id: UUID) -> Response:
    """Take a request back before it is decided."""
    item = get_any(uow, item_id)
    extensions.withdraw_extension(uow, item, extensions.get_extension(uow, item, extension_id))
    return no_content()


focus_router = api_router("", "focuses")
_FIXED = {"code": "代码不能修改，记录以它为准；请停用后另建一个类别"}
FocusPatch: TypeAlias = partial(FocusWrite, "FocusPatch", fixed=_FIXED)  # type: ignore[valid-type]  # made from the payload


class FocusesBody(Model):
    """A tree's categories, in their order."""

    items: list[FocusRead]


@focus_router.get(
    "/organizations/{organization_id}/focuses", summary="责任类别", response_model=FocusesBody
)
def list_focuses(uow: UowDep, organization_id: UUID) -> Response:
    """The categories of the organisation's tree."""
    organization = queries.get_visible(uow.session, uow.actor, organization_id)
    statement = select(Focus).where(Focus.root_id == organization.root_id).order_by(Focus.position)
    return reply(FocusesBody.model_validate({"items": list(uow.session.scalars(statement))}))


@focus_router.post(
    "/organizations/{organization_id}/focuses",
    summary="新增责任类别（在根组织）",
    status_code=201,
    response_model=FocusRead,
)
def create_focus(uow: UowDep, organization_id: UUID, payload: FocusWrite) -> Response:
    """Add a category to the organisation's tree."""
    organization = queries.get_visible(uow.session, uow.actor, organization_id)
    focus = focuses.add_focus(uow, organization.root_id, payload)
    return row_reply(FocusRead, focus, created_in="focuses")


@focus_router.get("/focuses/{focus_id}", summary="查看责任类别", response_model=FocusRead)
def get_focus(request: Request, uow: UowDep, focus_id: UUID) -> Response:
    """One category."""
    focus = focuses.get_focus(uow, focus_id)
    return row_reply(FocusRead, focus, request=request)


@focus_router.patch(
    "/focuses/{focus_id}", summary="更名、调整次序或停用责任类别", response_model=FocusRead
)
def update_focus(
    uow: UowDep, focus_id: UUID, payload: FocusPatch, if_match: IfMatch = None
) -> Response:
    """Rename, reorder or retire a category."""
    focus = focuses.get_focus(uow, focus_id)
    expect_version(focus.version, if_match)
    focuses.change_focus(uow, focus, payload)
    return row_reply(FocusRead, focus)
