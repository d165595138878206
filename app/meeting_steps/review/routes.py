"""The routes of sheets and of quality reviews."""

from uuid import UUID

from fastapi import Request, Response

from app.core.http.replies import CREATED, IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import expect_version
from app.meeting_steps.models import QualityReview
from app.meeting_steps.queries import get_meeting
from app.meeting_steps.review import service, sheets
from app.meeting_steps.review.schemas import (
    QualityReviewRead,
    ReviewsBody,
    ReviewWrite,
    SheetRead,
    SheetWrite,
)
from app.meetings.models import Meeting
from app.organizations.queries import get_visible

router = api_router("", "meeting-steps")


def _reply(review: QualityReview, meeting: Meeting, *, status: int = 200) -> Response:
    location = f"/api/v1/quality-reviews/{review.id}" if status == CREATED else None
    body = service.present(review, meeting)
    return reply(body, status=status, version=review.version, location=location)


@router.get(
    "/organizations/{organization_id}/quality-sheet",
    name="get_quality_sheet",
    summary="现行质量评估表",
    response_model=SheetRead,
)
def get_quality_sheet(request: Request, unit: UnitDep, organization_id: UUID) -> Response:
    """The sheet of the organisation's tree."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    sheet = sheets.sheet_of(unit, organization.root_id)
    return reply(sheet, version=sheet.edition, request=request)


@router.put(
    "/organizations/{organization_id}/quality-sheet",
    name="put_quality_sheet",
    summary="修订质量评估表（在根组织；另成一版，已有评估不变）",
    response_model=SheetRead,
)
def put_quality_sheet(
    unit: UnitDep,
    organization_id: UUID,
    payload: SheetWrite,
    if_match: IfMatch = None,
) -> Response:
    """Write a new edition of the tree's sheet."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    sheet = sheets.write_sheet(unit, organization.root_id, payload, if_match)
    return reply(sheet, version=sheet.edition)


@router.post(
    "/meetings/{meeting_id}/quality-reviews",
    name="create_quality_review",
    summary="评估会议记录质量（草稿；由上级或检查人员评估，且未登记、未更正过该记录）",
    status_code=201,
    response_model=QualityReviewRead,
)
def create_quality_review(
    unit: UnitDep,
    meeting_id: UUID,
    payload: ReviewWrite,
) -> Response:
    """Begin to score a meeting's record."""
    meeting = get_meeting(unit, meeting_id)
    return _reply(service.draft_review(unit, meeting, payload), meeting, status=201)


@router.get(
    "/meetings/{meeting_id}/quality-reviews",
    name="list_quality_reviews",
    summary="会议历次质量评估，以最后确认的为准",
    response_model=ReviewsBody,
)
def list_quality_reviews(unit: UnitDep, meeting_id: UUID) -> Response:
    """The reviews of one meeting, oldest first."""
    meeting = get_meeting(unit, meeting_id)
    found = unit.session.scalars(service.reviews_of(unit, meeting))
    return reply(ReviewsBody(items=[service.present(review, meeting) for review in found]))


@router.get(
    "/quality-reviews/{review_id}",
    name="get_quality_review",
    summary="查看质量评估",
    response_model=QualityReviewRead,
)
def get_quality_review(unit: UnitDep, review_id: UUID) -> Response:
    """One review, with the sheet that it used."""
    return _reply(*service.get_review(unit, review_id))


@router.put(
    "/quality-reviews/{review_id}",
    name="update_quality_review",
    summary="在草稿上重新评分",
    response_model=QualityReviewRead,
)
def update_quality_review(
    unit: UnitDep,
    review_id: UUID,
    payload: ReviewWrite,
    if_match: IfMatch = None,
) -> Response:
    """Replace the scores of a draft."""
    review, meeting = service.get_review(unit, review_id)
    expect_version(review.version, if_match)
    service.rescore(unit, review, meeting, payload)
    return _reply(review, meeting)


@router.put(
    "/quality-reviews/{review_id}/confirmation",
    name="confirm_quality_review",
    summary="确认质量评估；确认后只能由新的评估取代",
    response_model=QualityReviewRead,
)
def confirm_quality_review(
    unit: UnitDep,
    review_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Make a draft final."""
    review, meeting = service.get_review(unit, review_id)
    expect_version(review.version, if_match)
    service.confirm(unit, review, meeting)
    return _reply(review, meeting)
