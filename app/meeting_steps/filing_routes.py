"""Routes of filing (报备) and publication (公示)."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.orm import selectinload

from app.core.changes import expect_version
from app.core.http.replies import IfMatch, read_page, reply, row_reply, shown_page, table_page
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.uow import Permission, UnitOfWork
from app.meeting_steps import filing as filings
from app.meeting_steps import publication as publications
from app.meeting_steps.filing import (
    FilingDecision,
    FilingRead,
    FilingWithdrawal,
    FilingWrite,
    LeadTimesRead,
    LeadTimesWrite,
)
from app.meeting_steps.models import Filing, Objection, Publication
from app.meeting_steps.queries import get_meeting, get_step
from app.meeting_steps.schemas import (
    ObjectionAnswer,
    ObjectionRead,
    ObjectionWrite,
    PublicationFilters,
    PublicationRead,
    PublicationWithdrawal,
    PublicationWrite,
)
from app.meetings.models import Meeting
from app.organizations.queries import get_visible, require

router = api_router("", "meeting-steps")
ShownFilters = Annotated[PublicationFilters, FromQuery]
Paging = Annotated[PageParameters, FromQuery]


def _filing_reply(filing: Filing, meeting: Meeting) -> Response:
    return reply(filings.filing_payload(filing, meeting), version=filing.version)


@router.get("/meetings/{meeting_id}/filing", summary="查看会议报备", response_model=FilingRead)
def get_filing(uow: UowDep, meeting_id: UUID) -> Response:
    """The filing of a meeting."""
    meeting = get_meeting(uow, meeting_id)
    return _filing_reply(filings.get_filing(uow, meeting), meeting)


@router.put(
    "/meetings/{meeting_id}/filing",
    summary="会前报备（再次报备须带 If-Match）",
    response_model=FilingRead,
)
def put_filing(
    uow: UowDep, meeting_id: UUID, payload: FilingWrite, if_match: IfMatch = None
) -> Response:
    """File the plan of a meeting before it takes place."""
    meeting = get_meeting(uow, meeting_id)
    return _filing_reply(filings.file_plan(uow, meeting, payload, if_match), meeting)


@router.put(
    "/meetings/{meeting_id}/filing/withdrawal", summary="会前撤回报备", response_model=FilingRead
)
def withdraw_filing(
    uow: UowDep, meeting_id: UUID, payload: FilingWithdrawal, if_match: IfMatch = None
) -> Response:
    """Take a filing back, with a reason."""
    meeting = get_meeting(uow, meeting_id)
    filing = filings.get_filing(uow, meeting)
    expect_version(filing.version, if_match)
    filings.withdraw_filing(uow, filing, meeting, payload)
    return _filing_reply(filing, meeting)


@router.put(
    "/meetings/{meeting_id}/filing/decision",
    summary="审阅报备：阅备或退回（须由报备人以外的人办理）",
    response_model=FilingRead,
)
def decide_filing(
    uow: UowDep, meeting_id: UUID, payload: FilingDecision, if_match: IfMatch = None
) -> Response:
    """Acknowledge or return a filing."""
    meeting = get_meeting(uow, meeting_id)
    filing = filings.get_filing(uow, meeting)
    expect_version(filing.version, if_match)
    filings.decide_filing(uow, filing, meeting, payload)
    return _filing_reply(filing, meeting)


@router.get(
    "/organizations/{organization_id}/filing-lead-times",
    summary="各类会议应提前几天报备",
    response_model=LeadTimesRead,
)
def get_filing_lead_times(uow: UowDep, organization_id: UUID) -> Response:
    """The lead times of the organisation's tree."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    lead_times = filings.read_lead_times(uow, organization.root_id)
    return reply(lead_times, version=lead_times.version)


@router.put(
    "/organizations/{organization_id}/filing-lead-times",
    summary='改动报备提前天数（在根组织；首次改动的 If-Match 为 "0"）',
    response_model=LeadTimesRead,
)
def put_filing_lead_times(
    uow: UowDep, organization_id: UUID, payload: LeadTimesWrite, if_match: IfMatch = None
) -> Response:
    """Replace the lead times of the organisation's tree."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    lead_times = filings.write_lead_times(uow, organization.root_id, payload, if_match)
    return reply(lead_times, version=lead_times.version)


def _publication_reply(uow: UnitOfWork, publication_id: UUID) -> Response:
    publication = publications.read_publication(uow, publication_id)
    return reply(publication, version=publication.version)


@router.put(
    "/meetings/{meeting_id}/publication",
    summary="公示会议记录，或调整公示天数（调整须带 If-Match）",
    response_model=PublicationRead,
)
def put_publication(
    uow: UowDep, meeting_id: UUID, payload: PublicationWrite, if_match: IfMatch = None
) -> Response:
    """Show a meeting's record to members for some days."""
    meeting = get_meeting(uow, meeting_id, selectinload(Meeting.resolutions))
    publication = publications.publish(uow, meeting, payload, if_match)
    return _publication_reply(uow, publication.id)


@router.put(
    "/meetings/{meeting_id}/publication/withdrawal",
    summary="撤下公示",
    response_model=PublicationRead,
)
def withdraw_publication(
    uow: UowDep, meeting_id: UUID, payload: PublicationWithdrawal, if_match: IfMatch = None
) -> Response:
    """Take a record down, with a reason."""
    meeting = get_meeting(uow, meeting_id)
    expect_version(publications.get_latest(uow, meeting).version, if_match)
    publication = publications.withdraw_publication(uow, meeting, payload)
    return _publication_reply(uow, publication.id)


@router.get("/publications/{publication_id}", summary="查看公示", response_model=PublicationRead)
def get_publication(uow: UowDep, publication_id: UUID) -> Response:
    """One publication, as it is today."""
    return _publication_reply(uow, publication_id)


@router.get(
    "/organizations/{organization_id}/publications",
    summary="某日正在公示的会议记录，先到期的在前",
    response_model=PageBody[PublicationRead],
)
def list_publications(
    request: Request, uow: UowDep, organization_id: UUID, filters: ShownFilters
) -> Response:
    """What the organisation has on show, today or on another day."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    day, wide = filters.as_of or uow.today(organization.time_zone), filters.include_descendants
    statement = publications.shown_on(uow.actor, organization, day, include_descendants=wide)
    page = read_page(request, uow.session, statement, publications.FIRST_TO_END, filters)
    rows = [publications.publication_payload(row, day) for row in page.rows]
    return shown_page(request, page, rows)


@router.post(
    "/publications/{publication_id}/objections",
    summary="对公示内容提出意见",
    status_code=201,
    response_model=ObjectionRead,
)
def create_objection(uow: UowDep, publication_id: UUID, payload: ObjectionWrite) -> Response:
    """Say something about a record during its days on show."""
    publication, meeting = get_step(uow, Publication, publication_id)
    objection = publications.add_objection(uow, publication, meeting, payload)
    objections = f"publications/{publication.id}/objections"
    return row_reply(ObjectionRead, objection, created_in=objections)


@router.get(
    "/publications/{publication_id}/objections",
    summary="公示期间的意见及答复（提出人只见本人的）",
    response_model=PageBody[ObjectionRead],
)
def list_objections(
    request: Request, uow: UowDep, publication_id: UUID, filters: Paging
) -> Response:
    """The objections to a publication, oldest first, as far as the actor may read them."""
    publication, _ = get_step(uow, Publication, publication_id)
    statement = publications.objections_to(uow, publication)
    return table_page(request, uow.session, statement, Objection, ObjectionRead, filters)


@router.get(
    "/publications/{publication_id}/objections/{objection_id}",
    summary="查看意见及答复",
    response_model=ObjectionRead,
)
def get_objection(
    request: Request, uow: UowDep, publication_id: UUID, objection_id: UUID
) -> Response:
    """One objection."""
    publication, _ = get_step(uow, Publication, publication_id)
    objection = publications.get_objection(uow, publication, objection_id)
    return row_reply(ObjectionRead, objection, request=request)


@router.put(
    "/publications/{publication_id}/objections/{objection_id}/answer",
    summary="答复意见（须由提出人以外的人答复）",
    response_model=ObjectionRead,
)
def answer_objection(
    uow: UowDep,
    publication_id: UUID,
    objection_id: UUID,
    payload: ObjectionAnswer,
    if_match: IfMatch = None,
) -> Response:
    """Answer an objection."""
    publication, meeting = get_step(uow, Publication, publication_id)
    require(uow, Permission.WRITE, meeting.organization_id)
    objection = publications.get_objection(uow, publication, objection_id)
    expect_version(objection.version, if_match)
    publications.answer_objection(uow, objection, meeting, payload)
    return row_reply(ObjectionRead, objection)
