"""Routes of what a tree's records share: its categories, and moving a part of it.

Moving an organisation carries the deadline spans of its records along, so the verb belongs to the
room that owns the spans, not to the room of the tree, which must not know of records.
"""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import select

from app.core.actor import Permission
from app.core.http.replies import IdempotencyKeyHeader, IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.schemas import Model, partial
from app.core.versions import expect_version
from app.items import focuses
from app.items.models import Focus
from app.items.schemas import FocusRead, FocusWrite
from app.items.spans import reproject
from app.organizations import queries, service
from app.organizations.models import OrganizationAncestor
from app.organizations.schemas import OrganizationMove, OrganizationRead

router = api_router("")
_FIXED = {"code": "代码不能修改，记录以它为准；请停用后另建一个类别"}
FocusPatch = partial(FocusWrite, "FocusPatch", fixed=_FIXED)


class FocusesBody(Model):
    """A tree's categories, in their order."""

    items: list[FocusRead]


@router.get(
    "/organizations/{organization_id}/focuses",
    name="list_focuses",
    summary="责任类别",
    tags=["focuses"],
    response_model=FocusesBody,
)
def list_focuses(request: Request, unit: UnitDep, organization_id: UUID) -> Response:  # noqa: ARG001 - the frame's
    """The categories of the organisation's tree."""
    organization = queries.get_visible(unit.session, unit.actor, organization_id)
    statement = select(Focus).where(Focus.root_id == organization.root_id).order_by(Focus.position)
    return reply(FocusesBody.model_validate({"items": list(unit.session.scalars(statement))}))


@router.post(
    "/organizations/{organization_id}/focuses",
    name="create_focus",
    summary="新增责任类别（在根组织）",
    tags=["focuses"],
    status_code=201,
    response_model=FocusRead,
)
def create_focus(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    organization_id: UUID,
    payload: FocusWrite,
    idempotency_key: IdempotencyKeyHeader = None,  # noqa: ARG001 - read by the unit's frame
) -> Response:
    """Add a category to the organisation's tree."""
    organization = queries.get_visible(unit.session, unit.actor, organization_id)
    focus = focuses.add_focus(unit, organization.root_id, payload)
    return reply(
        FocusRead.model_validate(focus),
        status=201,
        version=focus.version,
        location=f"/api/v1/focuses/{focus.id}",
    )


@router.get(
    "/focuses/{focus_id}",
    name="get_focus",
    summary="查看责任类别",
    tags=["focuses"],
    response_model=FocusRead,
)
def get_focus(request: Request, unit: UnitDep, focus_id: UUID) -> Response:
    """One category."""
    focus = focuses.get_focus(unit, focus_id)
    return reply(FocusRead.model_validate(focus), version=focus.version, request=request)


@router.patch(
    "/focuses/{focus_id}",
    name="update_focus",
    summary="更名、调整次序或停用责任类别",
    tags=["focuses"],
    response_model=FocusRead,
)
def update_focus(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    focus_id: UUID,
    payload: FocusPatch,  # type: ignore[valid-type]  # made from FocusWrite
    if_match: IfMatch = None,
) -> Response:
    """Rename, reorder or retire a category."""
    focus = focuses.get_focus(unit, focus_id)
    expect_version(focus.version, if_match)
    focuses.change_focus(unit, focus, payload)
    return reply(FocusRead.model_validate(focus), version=focus.version)


@router.post(
    "/organizations/{organization_id}/moves",
    name="create_organization_move",
    summary="调整隶属关系",
    tags=["organizations"],
    status_code=201,
    response_model=OrganizationRead,
)
def create_organization_move(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    organization_id: UUID,
    payload: OrganizationMove,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,  # noqa: ARG001 - read by the unit's frame
) -> Response:
    """Hang an organisation, with all below it and all their records, under another one."""
    organization = queries.get_visible(unit.session, unit.actor, organization_id)
    expect_version(organization.version, if_match)
    queries.require(unit, Permission.MANAGE_ORGANIZATIONS, payload.parent_id)
    service.move_organization(unit, organization, payload.parent_id)
    below = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id == organization.id
    )
    reproject(unit.session, unit.session.scalars(below).all())
    return reply(
        OrganizationRead.model_validate(organization),
        status=201,
        version=organization.version,
        location=f"/api/v1/organizations/{organization.id}",
    )
