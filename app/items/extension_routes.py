"""The routes of extensions and of categories, and the move of an organisation."""

from uuid import UUID

from fastapi import Response

from app.core.http.replies import IfMatch, no_content, reply
from app.core.http.unit import UnitDep, api_router
from app.core.schemas import Model
from app.core.versions import expect_version
from app.items import extensions
from app.items.extension_schemas import ExtensionDecision, ExtensionRead, ExtensionWrite
from app.items.queries import get_any

router = api_router("/items/{item_id}/extensions", "items")


class ExtensionsBody(Model):
    """A record's chain of requests, oldest first."""

    items: list[ExtensionRead]


@router.get("", name="list_extensions", summary="延期申请及审批结果", response_model=ExtensionsBody)
def list_extensions(unit: UnitDep, item_id: UUID) -> Response:
    """The chain of extensions."""
    item = get_any(unit, item_id)
    rows = list(unit.session.scalars(extensions.extensions_of(item.id)))
    return reply(ExtensionsBody.model_validate({"items": rows}))


@router.post(
    "",
    name="create_extension",
    summary="申请延期",
    status_code=201,
    response_model=ExtensionRead,
)
def create_extension(
    unit: UnitDep,
    item_id: UUID,
    payload: ExtensionWrite,
) -> Response:
    """Ask for a later deadline."""
    item = get_any(unit, item_id)
    made = extensions.request_extension(unit, item, payload)
    location = f"/api/v1/items/{item.id}/extensions/{made.id}"
    return reply(ExtensionRead.model_validate(made), status=201, location=location)


@router.get(
    "/{extension_id}", name="get_extension", summary="查看延期申请", response_model=ExtensionRead
)
def get_extension(
    unit: UnitDep,
    item_id: UUID,
    extension_id: UUID,
) -> Response:
    """One request."""
    made = extensions.get_extension(unit, get_any(unit, item_id), extension_id)
    return reply(ExtensionRead.model_validate(made))


@router.put(
    "/{extension_id}/decision",
    name="decide_extension",
    summary="审批延期（须由申请人以外的人审批）",
    response_model=ExtensionRead,
)
def decide_extension(
    unit: UnitDep,
    item_id: UUID,
    extension_id: UUID,
    payload: ExtensionDecision,
    if_match: IfMatch = None,
) -> Response:
    """Approve or deny; If-Match names the record's version, since its deadline changes."""
    item = get_any(unit, item_id)
    expect_version(item.version, if_match)
    made = extensions.get_extension(unit, item, extension_id)
    extensions.decide_extension(unit, item, made, payload)
    return reply(ExtensionRead.model_validate(made))


@router.delete(
    "/{extension_id}",
    name="withdraw_extension",
    summary="撤回延期申请（他人的申请由审批人撤回）",
    status_code=204,
)
def withdraw_extension(
    unit: UnitDep,
    item_id: UUID,
    extension_id: UUID,
) -> Response:
    """Take a request back before it is decided."""
    item = get_any(unit, item_id)
    extensions.withdraw_extension(unit, item, extensions.get_extension(unit, item, extension_id))
    return no_content()
