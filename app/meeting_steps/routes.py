"""Routes of the overview, resolutions, guidance (列席指导) and quality review (质量评估)."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.orm import selectinload

from app.activities.schemas import ActivityRead
from app.core.changes import expect_version
from app.core.http.replies import CREATED, IfMatch, read_page, reply, shown_page
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody
from app.core.uow import UnitOfWork
from app.items.routes import item_reply
from app.kinds import BY_NAME
from app.meeting_steps import guidance as guidance_service
from app.meeting_steps import overview, resolutions
from app.meeting_steps import review as reviews
from app.meeting_steps.guidance import (
    GuidanceBody,
    GuidancePatch,
    GuidanceRead,
    GuidanceRectificationWrite,
    GuidanceWrite,
)
from app.meeting_steps.models import Guidance, QualityReview
from app.meeting_steps.overview import MeetingStepsFilters, MeetingStepsRead, MeetingStepsRow
from app.meeting_steps.queries import get_meeting, get_step
from app.meeting_steps.resolutions import FollowUpWrite
from app.meeting_steps.review import (
    QualityReviewRead,
    ReviewsBody,
    ReviewWrite,
    SheetRead,
    SheetWrite,
)
from app.meetings.models import Meeting
from app.meetings.schemas import MeetingRead
from app.organizations.queries import get_visible
from app.outputs.schemas import OutputRead
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.schemas import RectificationRead

router = api_router("", "meeting-steps")
MeetingsAsked = Annotated[MeetingStepsFilters, FromQuery]


@router.get(
    "/meetings/{meeting_id}/steps",
    summary="一次会议的四步管理：报备、公示、列席指导、质量评估",
    response_model=MeetingStepsRead,
)
def get_meeting_steps(uow: UowDep, meeting_id: UUID) -> Response:
    """All four steps of one meeting."""
    return reply(overview.steps_of(uow, meeting_id))


@router.get(
    "/organizations/{organization_id}/meeting-steps",
    summary="年度会议四步管理一览",
    response_model=PageBody[MeetingStepsRow],
)
def list_meeting_steps(
    request: Request, uow: UowDep, organization_id: UUID, filters: MeetingsAsked
) -> Response:
    """The meetings of a year, each with where its steps are."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    statement = overview.meetings_of(uow.actor, organization, filters)
    page = read_page(request, uow.session, statement, overview.BY_DAY, filters)
    return shown_page(request, page, overview.with_steps(uow, organization, page.rows))


resolutions_router = api_router("/meetings/{meeting_id}/resolutions", "meetings")


@resolutions_router.post(
    "/{resolution_id}/record",
    summary="由会议决议产生事项",
    status_code=201,
    response_model=RectificationRead | ActivityRead | OutputRead | MeetingRead,
)
def create_resolution_record(
    request: Request, uow: UowDep, meeting_id: UUID, resolution_id: UUID, payload: FollowUpWrite
) -> Response:
    """Make a record of a resolution, once; the resolution shows what became of it."""
    meeting = get_meeting(uow, meeting_id, selectinload(Meeting.resolutions))
    item = resolutions.follow_up(uow, meeting, resolution_id, payload)
    return item_reply(request, uow, BY_NAME[payload.kind], item, status=201, fresh=True)


def _guidance_reply(uow: UnitOfWork, guidance: Guidance, *, status: int = 200) -> Response:
    location = f"/api/v1/guidance/{guidance.id}" if status == CREATED else None
    body = guidance_service.guidance_payloads(uow, [guidance])[0]
    return reply(body, status=status, version=guidance.version, location=location)


@router.post(
    "/meetings/{meeting_id}/guidance",
    summary="登记列席指导意见（由上级或检查人员登记）",
    status_code=201,
    response_model=GuidanceRead,
)
def create_guidance(uow: UowDep, meeting_id: UUID, payload: GuidanceWrite) -> Response:
    """Leave guidance with a meeting that was attended."""
    meeting = get_meeting(uow, meeting_id)
    return _guidance_reply(uow, guidance_service.give_guidance(uow, meeting, payload), status=201)


@router.get(
    "/meetings/{meeting_id}/guidance", summary="会议的列席指导意见", response_model=GuidanceBody
)
def list_guidance(uow: UowDep, meeting_id: UUID) -> Response:
    """The guidance of one meeting."""
    meeting = get_meeting(uow, meeting_id)
    return reply(GuidanceBody(items=guidance_service.guidance_of(uow, meeting)))


@router.get("/guidance/{guidance_id}", summary="查看列席指导意见", response_model=GuidanceRead)
def get_guidance(uow: UowDep, guidance_id: UUID) -> Response:
    """One guidance, with the rectification that it became."""
    guidance, _ = get_step(uow, Guidance, guidance_id)
    return _guidance_reply(uow, guidance)


@router.patch(
    "/guidance/{guidance_id}",
    summary="更正尚未转为整改的列席指导意见（JSON Merge Patch）",
    response_model=GuidanceRead,
)
def update_guidance(
    uow: UowDep, guidance_id: UUID, payload: GuidancePatch, if_match: IfMatch = None
) -> Response:
    """Correct guidance."""
    guidance, meeting = get_step(uow, Guidance, guidance_id)
    expect_version(guidance.version, if_match)
    guidance_service.correct_guidance(uow, guidance, meeting, payload)
    return _guidance_reply(uow, guidance)


@router.post(
    "/guidance/{guidance_id}/rectification",
    summary="由列席指导意见产生整改（约定式整改）",
    status_code=201,
    response_model=RectificationRead,
)
def create_guidance_rectification(
    request: Request, uow: UowDep, guidance_id: UUID, payload: GuidanceRectificationWrite
) -> Response:
    """Make a rectification of guidance, once."""
    guidance, meeting = get_step(uow, Guidance, guidance_id)
    item = guidance_service.rectify(uow, guidance, meeting, payload)
    return item_reply(request, uow, RECTIFICATION, item, status=201, fresh=True)


def _review_reply(review: QualityReview, meeting: Meeting, *, status: int = 200) -> Response:
    location = f"/api/v1/quality-reviews/{review.id}" if status == CREATED else None
    body = reviews.review_payload(review, meeting)
    return reply(body, status=status, version=review.version, location=location)


@router.get(
    "/organizations/{organization_id}/quality-sheet",
    summary="现行质量评估表",
    response_model=SheetRead,
)
def get_quality_sheet(request: Request, uow: UowDep, organization_id: UUID) -> Response:
    """The sheet of the organisation's tree."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    sheet = reviews.sheet_of(uow, organization.root_id)
    return reply(sheet, version=sheet.edition, request=request)


@router.put(
    "/organizations/{organization_id}/quality-sheet",
    summary="修订质量评估表（在根组织；另成一版，已有评估不变）",
    response_model=SheetRead,
)
def put_quality_sheet(
    uow: UowDep, organization_id: UUID, payload: SheetWrite, if_match: IfMatch = None
) -> Response:
    """Write a new edition of the tree's sheet."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    sheet = reviews.write_sheet(uow, organization.root_id, payload, if_match)
    return reply(sheet, version=sheet.edition)


@router.post(
    "/meetings/{meeting_id}/quality-reviews",
    summary="评估会议记录质量（草稿；由上级或检查人员评估，且未登记、未更正过该记录）",
    status_code=201,
    response_model=QualityReviewRead,
)
def create_quality_review(uow: UowDep, meeting_id: UUID, payload: ReviewWrite) -> Response:
    """Begin to score a meeting's record."""
    meeting = get_meeting(uow, meeting_id)
    return _review_reply(reviews.draft_review(uow, meeting, payload), meeting, status=201)


@router.get(
    "/meetings/{meeting_id}/quality-reviews",
    summary="会议历次质量评估，以最后确认的为准",
    response_model=ReviewsBody,
)
def list_quality_reviews(uow: UowDep, meeting_id: UUID) -> Response:
    """The reviews of one meeting, oldest first."""
    meeting = get_meeting(uow, meeting_id)
    rows = uow.session.scalars(reviews.reviews_of(uow, meeting))
    return reply(ReviewsBody(items=[reviews.review_payload(row, meeting) for row in rows]))


@router.get(
    "/quality-reviews/{review_id}", summary="查看质量评估", response_model=QualityReviewRead
)
def get_quality_review(uow: UowDep, review_id: UUID) -> Response:
    """One review, with the sheet that it used."""
    return _review_reply(*reviews.get_review(uow, review_id))


@router.put(
    "/quality-reviews/{review_id}", summary="在草稿上重新评分", response_model=QualityReviewRead
)
def update_quality_review(
    uow: UowDep, review_id: UUID, payload: ReviewWrite, if_match: IfMatch = None
) -> Response:
    """Replace the scores of a draft."""
    review, meeting = reviews.get_review(uow, review_id)
    expect_version(review.version, if_match)
    reviews.rescore(uow, review, meeting, payload)
    return _review_reply(review, meeting)


@router.put(
    "/quality-reviews/{review_id}/confirmation",
    summary="确认质量评估；确认后只能由新的评估取代",
    response_model=QualityReviewRead,
)
def confirm_quality_review(uow: UowDep, review_id: UUID, if_match: IfMatch = None) -> Response:
    """Make a draft final."""
    review, meeting = reviews.get_review(uow, review_id)
    expect_version(review.version, if_match)
    reviews.confirm(uow, review, meeting)
    return _review_reply(review, meeting)
