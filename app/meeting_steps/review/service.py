"""The verbs of quality review: score a record, score it again, confirm."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.audit.models import AuditEntry
from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import Flaw, NotFound, OwnRequest, ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.meeting_steps.errors import (
    ReviewConfirmed,
    ReviewIncomplete,
    ReviewOutdated,
    ReviewPending,
)
from app.meeting_steps.models import QualityReview
from app.meeting_steps.queries import get_step, held_on
from app.meeting_steps.review.schemas import QualityReviewRead, ReviewWrite
from app.meeting_steps.review.sheets import sheet_of
from app.meeting_steps.rights import require_superior
from app.meeting_steps.rules import ReviewState, score_flaws, unscored
from app.meeting_steps.schemas import shown
from app.meetings.models import Meeting
from app.organizations.queries import reaches

_TRAIL = Trail("quality_review")
_WRITTEN = ("meeting.created", "meeting.changed")


def reviews_of(unit: Unit, meeting: Meeting) -> Select[QualityReview]:
    """The reviews of a meeting that the actor may read: drafts are for those who review."""
    statement = select(QualityReview).where(QualityReview.meeting_id == meeting.id)
    if not reaches(unit.session, unit.actor, Permission.REVIEW, meeting.organization_id):
        statement = statement.where(QualityReview.state == ReviewState.CONFIRMED)
    return statement.order_by(QualityReview.id)


def get_review(unit: Unit, review_id: UUID) -> tuple[QualityReview, Meeting]:
    """A review that the actor may read, with its meeting, or NotFound."""
    review, meeting = get_step(unit, QualityReview, review_id, "质量评估")
    place = meeting.organization_id
    reviewer = reaches(unit.session, unit.actor, Permission.REVIEW, place)
    if review.state == ReviewState.DRAFT and not reviewer:
        raise NotFound("没有这条质量评估，或您无权查看。")
    return review, meeting


def present(review: QualityReview, meeting: Meeting) -> QualityReviewRead:
    """A review as it is returned, compared with the record as it is now."""
    changed = meeting.version != review.record_version
    return shown(QualityReviewRead, review, changed_since=changed)


def draft_review(unit: Unit, meeting: Meeting, wish: ReviewWrite) -> QualityReview:
    """Begin to score a meeting's record, against the sheet in force.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        OwnRequest: the actor works for whose meeting it is, or had a hand in the record.
        ReviewPending: there is a draft already.
        ValidationFailed: the scores do not fit the sheet.
    """
    _may_review(unit, meeting)
    pending = select(QualityReview.id).where(
        QualityReview.meeting_id == meeting.id, QualityReview.state == ReviewState.DRAFT
    )
    if unit.session.execute(pending).first():
        raise ReviewPending("这次会议已有一份评估草稿，请在草稿上继续评分。")
    sheet = sheet_of(unit, meeting.organization.root_id)
    review = QualityReview(
        id=new_id(),
        meeting_id=meeting.id,
        edition=sheet.edition,
        criteria=sheet.model_dump(mode="json")["criteria"],
        state=ReviewState.DRAFT,
    )
    _score(unit, review, meeting, wish)
    unit.session.add(review)
    unit.session.flush()
    _note(unit, "quality_review.drafted", review, meeting, None)
    return review


def rescore(unit: Unit, review: QualityReview, meeting: Meeting, wish: ReviewWrite) -> None:
    """Replace the scores of a draft; it keeps the sheet with which it began.

    Raises:
        ReviewConfirmed: a confirmed review stands; a new one replaces it.
    """
    _may_review(unit, meeting)
    _refuse_confirmed(review)
    before = _state(review, meeting)
    _score(unit, review, meeting, wish)
    unit.session.flush()
    _note(unit, "quality_review.rescored", review, meeting, before)


def confirm(unit: Unit, review: QualityReview, meeting: Meeting) -> None:
    """Make a draft final; it counts from now on, and earlier ones stay as history.

    Raises:
        ReviewConfirmed: it is final already.
        ReviewIncomplete: a criterion has no points yet.
        ReviewOutdated: the record was corrected after it was scored.
    """
    _may_review(unit, meeting)
    _refuse_confirmed(review)
    names = {criterion["code"]: criterion["name"] for criterion in review.criteria}
    missing = unscored(limits_of(review), (score["code"] for score in review.scores))
    if missing:
        listed = "、".join(names[code] for code in missing)
        raise ReviewIncomplete(f"还有项目没有评分：{listed}。")
    if review.record_version != meeting.version:
        raise ReviewOutdated("会议记录在评分之后有更正，请核对后重新保存评分，再确认。")
    before = _state(review, meeting)
    review.state = ReviewState.CONFIRMED
    review.confirmed_at, review.confirmed_by_name = unit.now(), unit.actor.name
    unit.session.flush()
    _note(unit, "quality_review.confirmed", review, meeting, before)


def limits_of(review: QualityReview) -> dict[str, int]:
    """The greatest points of each criterion of a review's sheet."""
    return {criterion["code"]: criterion["max_points"] for criterion in review.criteria}


def _may_review(unit: Unit, meeting: Meeting) -> None:
    require_superior(unit, meeting, "评估本组织的会议记录")
    held_on(meeting, "评估记录质量")
    # Who wrote or corrected the record would score himself; the trail knows every hand in it.
    hand = select(AuditEntry.sequence).where(
        AuditEntry.subject_id == meeting.id,
        AuditEntry.user_id == unit.actor.user_id,
        AuditEntry.action.in_(_WRITTEN),
    )
    own = meeting.created_by is not None and meeting.created_by == unit.actor.user_id
    if own or unit.session.execute(hand.limit(1)).first():
        raise OwnRequest("不能评估本人登记或更正过的会议记录，请由他人评估。")


def _refuse_confirmed(review: QualityReview) -> None:
    if review.state == ReviewState.CONFIRMED:
        raise ReviewConfirmed("评估已经确认，不能改动；需要改变时请重新评估，原评估保留备查。")


def _score(unit: Unit, review: QualityReview, meeting: Meeting, wish: ReviewWrite) -> None:
    scores = [(score.code, score.points, score.reason) for score in wish.scores]
    flaws = [
        Flaw(flaw.code, flaw.words, pointer=f"#/scores/{flaw.position}/{flaw.field}")
        for flaw in score_flaws(limits_of(review), scores)
    ]
    if flaws:
        first = f"第 {int((flaws[0].pointer or '').split('/')[2]) + 1} 项：{flaws[0].detail}"
        raise ValidationFailed(first, flaws=flaws)
    review.scores = wish.model_dump(mode="json")["scores"]
    review.comment, review.record_version = wish.comment, meeting.version
    review.drafted_at, review.drafted_by_name = unit.now(), unit.actor.name


def _state(review: QualityReview, meeting: Meeting) -> dict[str, Any]:
    return present(review, meeting).model_dump(mode="json", exclude={"criteria"})


def _note(
    unit: Unit,
    action: str,
    review: QualityReview,
    meeting: Meeting,
    before: dict[str, Any] | None,
) -> None:
    _TRAIL.note_as(unit, action, review, before, _state(review, meeting), owner=meeting)
