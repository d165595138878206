"""Routes of what a tree's records share: its categories."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import select

from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.patching import partial
from app.core.schemas import Model
from app.core.versions import expect_version
from app.items import focuses
from app.items.models import Focus
from app.items.schemas import FocusRead, FocusWrite
from app.organizations import queries

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
def list_focuses(unit: UnitDep, organization_id: UUID) -> Response:
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
    unit: UnitDep,
    organization_id: UUID,
    payload: FocusWrite,
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
