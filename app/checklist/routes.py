"""Routes of the year's lists, and of founding and moving organisations."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Request, Response

from app.checklist import lists, publishing, queries
from app.checklist.generation import sync_lists
from app.checklist.models import DutyList
from app.checklist.schemas import (
    AmendmentRead,
    AmendmentWrite,
    DrawnUp,
    DrawUp,
    DutyListRead,
    DutyListSummary,
    DutyRead,
    DutyWrite,
    ListFilters,
    StepWrite,
)
from app.core.changes import expect_version, partial
from app.core.http.replies import IfMatch, no_content, read_page, reply, row_reply, shown_page
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody
from app.core.uow import Permission
from app.items.timeline import rebuild_organization_deadlines
from app.organizations import queries as organization_queries
from app.organizations import service
from app.organizations.schemas import OrganizationMove, OrganizationRead, OrganizationWrite

router = api_router("", "duty-lists")
DutyPatch: TypeAlias = partial(DutyWrite, "DutyPatch")  # type: ignore[valid-type]  # made from the payload


@router.post(
    "/organizations/{organization_id}/duty-lists",
    summary="按规则库拟订年度责任清单（可连同下级组织）",
    status_code=201,
    response_model=DrawnUp,
)
def draw_up_duty_lists(uow: UowDep, organization_id: UUID, payload: DrawUp) -> Response:
    """Draw up drafts for whoever has no list of the year yet."""
    drawn_up, existing = lists.draw_up(uow, organization_id, payload)
    body = DrawnUp(items=queries.summaries(uow, drawn_up), existing=existing)
    return reply(body, status=201)


@router.get("/duty-lists", summary="查询责任清单", response_model=PageBody[DutyListSummary])
def list_duty_lists(
    request: Request, uow: UowDep, filters: Annotated[ListFilters, FromQuery]
) -> Response:
    """The lists of the organisations in sight."""
    statement = queries.filtered(uow, filters)
    page = read_page(request, uow.session, statement, DutyList, filters)
    return shown_page(request, page, queries.summaries(uow, page.rows))


@router.get(
    "/duty-lists/{list_id}", summary="查看责任清单及其责任项、历次调整", response_model=DutyListRead
)
def get_duty_list(request: Request, uow: UowDep, list_id: UUID) -> Response:
    """A list, whole."""
    duty_list = queries.get_list(uow, list_id)
    return reply(queries.whole(uow, duty_list), version=duty_list.version, request=request)


@router.post(
    "/duty-lists/{list_id}/duties",
    summary="在草拟的清单中加入自拟的责任项",
    status_code=201,
    response_model=DutyRead,
)
def create_duty(uow: UowDep, list_id: UUID, payload: DutyWrite) -> Response:
    """Add a line of one's own."""
    duty = lists.add_duty(uow, queries.get_list(uow, list_id), payload)
    return reply(
        queries.shown(duty), status=201, version=duty.version, location=f"/api/v1/duties/{duty.id}"
    )


@router.get("/duties/{duty_id}", summary="查看责任项", response_model=DutyRead)
def get_duty(request: Request, uow: UowDep, duty_id: UUID) -> Response:
    """A line."""
    duty, _ = queries.get_duty(uow, duty_id)
    return reply(queries.shown(duty), version=duty.version, request=request)


@router.patch(
    "/duties/{duty_id}", summary="更正草拟清单的责任项（JSON Merge Patch）", response_model=DutyRead
)
def update_duty(
    uow: UowDep, duty_id: UUID, payload: DutyPatch, if_match: IfMatch = None
) -> Response:
    """Change a line of a draft."""
    duty, duty_list = queries.get_duty(uow, duty_id)
    expect_version(duty.version, if_match)
    lists.change_duty(uow, duty, duty_list, payload)
    return reply(queries.shown(duty), version=duty.version)


@router.delete("/duties/{duty_id}", summary="从草拟的清单中删去责任项", status_code=204)
def delete_duty(uow: UowDep, duty_id: UUID, if_match: IfMatch = None) -> Response:
    """Take a line out of a draft."""
    duty, duty_list = queries.get_duty(uow, duty_id)
    expect_version(duty.version, if_match)
    lists.remove_duty(uow, duty, duty_list)
    return no_content()


@router.post(
    "/duty-lists/{list_id}/steps",
    summary="提交、退回、公布、办结或重新打开清单",
    status_code=201,
    response_model=DutyListRead,
)
def take_duty_list_step(
    uow: UowDep, list_id: UUID, payload: StepWrite, if_match: IfMatch = None
) -> Response:
    """Take the list one step on."""
    duty_list = queries.get_list(uow, list_id, lock=True)
    expect_version(duty_list.version, if_match)
    publishing.take_step(uow, duty_list, payload)
    return reply(queries.whole(uow, duty_list), status=201, version=duty_list.version)


@router.post(
    "/duty-lists/{list_id}/amendments",
    summary="调整已公布的清单：新增、调整、终止责任项，记录原因",
    status_code=201,
    response_model=AmendmentRead,
)
def create_duty_list_amendment(
    uow: UowDep, list_id: UUID, payload: AmendmentWrite, if_match: IfMatch = None
) -> Response:
    """Amend a published list."""
    duty_list = queries.get_list(uow, list_id, lock=True)
    expect_version(duty_list.version, if_match)
    amendment = publishing.amend(uow, duty_list, payload)
    return reply(AmendmentRead.model_validate(amendment), status=201)


tree_router = api_router("/organizations", "organizations")


@tree_router.post("", summary="新建党组织", status_code=201, response_model=OrganizationRead)
def create_organization(request: Request, uow: UowDep, payload: OrganizationWrite) -> Response:
    """Found an organisation below another one; a party group owes what its branch's list says."""
    zone = request.app.state.settings.time_zone
    organization = service.create_organization(uow, payload, time_zone=zone)
    sync_lists(uow, organization, organization.founded_on)
    return row_reply(OrganizationRead, organization, created_in="organizations")


@tree_router.post(
    "/{organization_id}/moves",
    summary="调整隶属关系",
    status_code=201,
    response_model=OrganizationRead,
)
def create_organization_move(
    uow: UowDep, organization_id: UUID, payload: OrganizationMove, if_match: IfMatch = None
) -> Response:
    """Hang an organisation, with all below it and all their records, under another one."""
    organization = organization_queries.get_visible(uow.session, uow.actor, organization_id)
    expect_version(organization.version, if_match)
    organization_queries.require(uow, Permission.MANAGE_ORGANIZATIONS, payload.parent_id)
    service.move_organization(uow, organization, payload.parent_id)
    below = queries.below(organization.id, include_descendants=True)
    rebuild_organization_deadlines(uow.session, uow.session.scalars(below).all())
    sync_lists(uow, organization)
    return row_reply(OrganizationRead, organization, created_in="organizations")
