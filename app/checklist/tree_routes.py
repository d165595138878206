"""Founding and moving organisations.

Published lists follow a party group that is set up or moved, and the deadline spans of records
follow whatever is moved. So these two verbs belong to the lowest room that knows of both lists and
records, not to the room of the tree, which must not know of either.
"""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import select

from app.checklist.generation import sync_lists_on_founding, sync_lists_on_move
from app.core.actor import Permission
from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import expect_version
from app.items.spans import reproject
from app.organizations import queries, service
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.schemas import OrganizationMove, OrganizationRead, OrganizationWrite

router = api_router("/organizations", "organizations")


@router.post(
    "",
    name="create_organization",
    summary="新建党组织",
    status_code=201,
    response_model=OrganizationRead,
)
def create_organization(
    request: Request,
    unit: UnitDep,
    payload: OrganizationWrite,
) -> Response:
    """Found an organisation below another one; a party group owes what its branch's list says."""
    zone = request.app.state.settings.time_zone
    organization = service.found_organization(unit, payload, time_zone=zone)
    sync_lists_on_founding(unit, organization)
    return _created(organization)


@router.post(
    "/{organization_id}/moves",
    name="create_organization_move",
    summary="调整隶属关系",
    status_code=201,
    response_model=OrganizationRead,
)
def create_organization_move(
    unit: UnitDep,
    organization_id: UUID,
    payload: OrganizationMove,
    if_match: IfMatch = None,
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
    sync_lists_on_move(unit, organization)
    return _created(organization)


def _created(organization: Organization) -> Response:
    return reply(
        OrganizationRead.model_validate(organization),
        status=201,
        version=organization.version,
        location=f"/api/v1/organizations/{organization.id}",
    )
