"""Routes of the tree and of the roster; those that create and move are in ``app.checklist``."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field
from sqlalchemy import or_, select

from app.core.changes import expect_version
from app.core.http.replies import IfMatch, reply, row_reply, table_page
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.schemas import Day, Model, Name
from app.core.uow import Permission
from app.organizations import queries, service
from app.organizations.models import Member, Organization, OrganizationPeriod
from app.organizations.rules import OrganizationKind
from app.organizations.schemas import (
    MemberPatch,
    MemberRead,
    MemberWrite,
    OrganizationPatch,
    OrganizationPeriodRead,
    OrganizationRead,
)

router = api_router("/organizations", "organizations")
members = api_router("/members", "members")


class OrganizationFilters(PageParameters):
    """Filters of the list of organisations."""

    ancestor_id: Annotated[UUID | None, Field(description="只列该组织及其全部下级")] = None
    parent_id: Annotated[UUID | None, Field(description="只列该组织的直接下级")] = None
    kind: Annotated[OrganizationKind | None, Field(description="组织类型")] = None
    q: Annotated[Name | None, Field(description="名称中包含的文字")] = None


class MemberFilters(PageParameters):
    """Filters of a roster."""

    on: Annotated[Day | None, Field(description="只列当日在册的党员")] = None
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False


RosterFilters = Annotated[MemberFilters, FromQuery]


class PeriodsBody(Model):
    """The names and places that an organisation has had, oldest first."""

    items: list[OrganizationPeriodRead]


@router.get("", summary="查询党组织", response_model=PageBody[OrganizationRead])
def list_organizations(
    request: Request, uow: UowDep, filters: Annotated[OrganizationFilters, FromQuery]
) -> Response:
    """The organisations in sight, in the order in which they were entered."""
    statement = queries.visible_to(uow.actor)
    if filters.ancestor_id:
        statement = statement.where(queries.within(Organization.id, [filters.ancestor_id]))
    if filters.parent_id:
        statement = statement.where(Organization.parent_id == filters.parent_id)
    if filters.kind:
        statement = statement.where(Organization.kind == filters.kind)
    if filters.q:
        statement = statement.where(Organization.name.icontains(filters.q, autoescape=True))
    for organization_id in filter(None, (filters.ancestor_id, filters.parent_id)):
        queries.require(uow, Permission.READ, organization_id)
    return table_page(request, uow.session, statement, Organization, OrganizationRead, filters)


@router.get("/{organization_id}", summary="查看党组织", response_model=OrganizationRead)
def get_organization(request: Request, uow: UowDep, organization_id: UUID) -> Response:
    """One organisation."""
    organization = queries.get_visible(uow.session, uow.actor, organization_id)
    return row_reply(OrganizationRead, organization, request=request)


@router.patch(
    "/{organization_id}",
    summary="更名或更正党组织信息（JSON Merge Patch）",
    response_model=OrganizationRead,
)
def update_organization(
    uow: UowDep, organization_id: UUID, payload: OrganizationPatch, if_match: IfMatch = None
) -> Response:
    """Rename or correct an organisation."""
    organization = queries.get_visible(uow.session, uow.actor, organization_id)
    expect_version(organization.version, if_match)
    service.correct_organization(uow, organization, payload)
    return row_reply(OrganizationRead, organization)


@router.get(
    "/{organization_id}/periods", summary="党组织的历次名称与隶属关系", response_model=PeriodsBody
)
def list_organization_periods(uow: UowDep, organization_id: UUID) -> Response:
    """What the organisation was called and where it hung, from when until when."""
    queries.require(uow, Permission.READ, organization_id)
    periods = select(OrganizationPeriod).where(
        OrganizationPeriod.organization_id == organization_id
    )
    rows = list(uow.session.scalars(periods.order_by(OrganizationPeriod.id)))
    return reply(PeriodsBody.model_validate({"items": rows}))


@router.post(
    "/{organization_id}/members",
    summary="登记党员",
    tags=["members"],
    status_code=201,
    response_model=MemberRead,
)
def create_member(uow: UowDep, organization_id: UUID, payload: MemberWrite) -> Response:
    """Put a member on the roster."""
    member = service.add_member(uow, organization_id, payload)
    return row_reply(MemberRead, member, created_in="members")


@router.get(
    "/{organization_id}/members",
    summary="查询花名册",
    tags=["members"],
    response_model=PageBody[MemberRead],
)
def list_members(
    request: Request, uow: UowDep, organization_id: UUID, filters: RosterFilters
) -> Response:
    """An organisation's roster, on a day if one is given."""
    queries.require(uow, Permission.READ, organization_id)
    statement = queries.members_visible_to(uow.actor)
    if filters.include_descendants:
        statement = statement.where(queries.within(Member.organization_id, [organization_id]))
    else:
        statement = statement.where(Member.organization_id == organization_id)
    if filters.on:
        not_left = or_(Member.left_on.is_(None), Member.left_on > filters.on)
        statement = statement.where(Member.joined_on <= filters.on, not_left)
    return table_page(request, uow.session, statement, Member, MemberRead, filters)


@members.get("/{member_id}", summary="查看党员", response_model=MemberRead)
def get_member(request: Request, uow: UowDep, member_id: UUID) -> Response:
    """One member."""
    member = service.get_member(uow, member_id)
    return row_reply(MemberRead, member, request=request)


@members.patch(
    "/{member_id}", summary="更正党员信息（JSON Merge Patch）", response_model=MemberRead
)
def update_member(
    uow: UowDep, member_id: UUID, payload: MemberPatch, if_match: IfMatch = None
) -> Response:
    """Correct a member's entry."""
    member = service.get_member(uow, member_id)
    expect_version(member.version, if_match)
    service.correct_member(uow, member, payload)
    return row_reply(MemberRead, member)
