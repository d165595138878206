"""The routes of publications and of the objections to them."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic_core import to_json
from sqlalchemy.orm import selectinload

from app.core.actor import Permission
from app.core.http.lists import page_reply
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, reply
from app.core.http.simple_lists import table_page
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.core.unit import Unit
from app.core.versions import expect_version
from app.meeting_steps.models import Objection, Publication
from app.meeting_steps.publication import queries, service
from app.meeting_steps.publication.schemas import (
    ObjectionAnswer,
    ObjectionRead,
    ObjectionWrite,
    PublicationFilters,
    PublicationRead,
    PublicationWithdrawal,
    PublicationWrite,
)
from app.meeting_steps.queries import get_meeting, get_step
from app.meeting_steps.schemas import shown
from app.meetings.models import Meeting
from app.organizations.queries import get_visible, require

router = api_router("", "meeting-steps")
LABEL = "公示"


def _reply(unit: Unit, publication: Publication) -> Response:
    body = queries.read_publication(unit, publication.id)
    return reply(body, version=publication.version)


@router.put(
    "/meetings/{meeting_id}/publication",
    name="put_publication",
    summary="公示会议记录，或调整公示天数（调整须带 If-Match）",
    response_model=PublicationRead,
)
def put_publication(
    unit: UnitDep,
    meeting_id: UUID,
    payload: PublicationWrite,
    if_match: IfMatch = None,
) -> Response:
    """Show a meeting's record to members for some days."""
    meeting = get_meeting(unit, meeting_id, selectinload(Meeting.resolutions))
    return _reply(unit, service.publish(unit, meeting, payload, if_match))


@router.put(
    "/meetings/{meeting_id}/publication/withdrawal",
    name="withdraw_publication",
    summary="撤下公示",
    response_model=PublicationRead,
)
def withdraw_publication(
    unit: UnitDep,
    meeting_id: UUID,
    payload: PublicationWithdrawal,
    if_match: IfMatch = None,
) -> Response:
    """Take a record down, with a reason."""
    meeting = get_meeting(unit, meeting_id)
    expect_version(service.current(unit, meeting).version, if_match)
    return _reply(unit, service.withdraw_publication(unit, meeting, payload))


@router.get(
    "/publications/{publication_id}",
    name="get_publication",
    summary="查看公示",
    response_model=PublicationRead,
)
def get_publication(unit: UnitDep, publication_id: UUID) -> Response:
    """One publication, as it is today."""
    body = queries.read_publication(unit, publication_id)
    return reply(body, version=body.version)


@router.get(
    "/organizations/{organization_id}/publications",
    name="list_publications",
    summary="某日正在公示的会议记录，先到期的在前",
    response_model=PageBody[PublicationRead],
)
def list_publications(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    filters: Annotated[PublicationFilters, FromQuery],
) -> Response:
    """What the organisation has on show, today or on another day."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    cursors = request.app.state.cursors
    page, rows = queries.shown_on(unit, organization, filters, cursors)
    return page_reply(request, to_json(rows), page.next_cursor, page.prev_cursor)


@router.post(
    "/publications/{publication_id}/objections",
    name="create_objection",
    summary="对公示内容提出意见",
    status_code=201,
    response_model=ObjectionRead,
)
def create_objection(
    unit: UnitDep,
    publication_id: UUID,
    payload: ObjectionWrite,
) -> Response:
    """Say something about a record during its days on show."""
    publication, meeting = get_step(unit, Publication, publication_id, LABEL)
    made = service.object_to(unit, publication, meeting, payload)
    location = f"/api/v1/publications/{publication.id}/objections/{made.id}"
    body = shown(ObjectionRead, made)
    return reply(body, status=201, version=made.version, location=location)


@router.get(
    "/publications/{publication_id}/objections",
    name="list_objections",
    summary="公示期间的意见及答复（提出人只见本人的）",
    response_model=PageBody[ObjectionRead],
)
def list_objections(
    request: Request,
    unit: UnitDep,
    publication_id: UUID,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """The objections to a publication, oldest first, as far as the actor may read them."""
    publication, _ = get_step(unit, Publication, publication_id, LABEL)
    statement = queries.objections_to(unit, publication)
    return table_page(request, unit.session, statement, Objection, ObjectionRead, filters)


@router.get(
    "/publications/{publication_id}/objections/{objection_id}",
    name="get_objection",
    summary="查看意见及答复",
    response_model=ObjectionRead,
)
def get_objection(
    request: Request, unit: UnitDep, publication_id: UUID, objection_id: UUID
) -> Response:
    """One objection."""
    publication, _ = get_step(unit, Publication, publication_id, LABEL)
    found = queries.get_objection(unit, publication, objection_id)
    return reply(shown(ObjectionRead, found), version=found.version, request=request)


@router.put(
    "/publications/{publication_id}/objections/{objection_id}/answer",
    name="answer_objection",
    summary="答复意见（须由提出人以外的人答复）",
    response_model=ObjectionRead,
)
def answer_objection(
    unit: UnitDep,
    publication_id: UUID,
    objection_id: UUID,
    payload: ObjectionAnswer,
    if_match: IfMatch = None,
) -> Response:
    """Answer an objection."""
    publication, meeting = get_step(unit, Publication, publication_id, LABEL)
    require(unit, Permission.WRITE, meeting.organization_id)
    objection = queries.get_objection(unit, publication, objection_id)
    expect_version(objection.version, if_match)
    service.answer_objection(unit, objection, meeting, payload)
    return reply(shown(ObjectionRead, objection), version=objection.version)
