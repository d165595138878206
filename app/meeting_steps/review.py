"""Quality review (质量评估) of a meeting by a score sheet."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator
from sqlalchemy import Select, select

from app.core.audit import AuditEntry, AuditState, Trail
from app.core.changes import expect_version
from app.core.errors import FieldError, NotFound, OwnRequest, ValidationFailed
from app.core.ids import new_id
from app.core.schemas import LongText, Model, Name, Title, field_error
from app.core.uow import Permission, UnitOfWork
from app.meeting_steps.errors import (
    ReviewConfirmed,
    ReviewIncomplete,
    ReviewOutdated,
    ReviewPending,
)
from app.meeting_steps.models import QualityReview, QualitySheet
from app.meeting_steps.queries import get_step, held_on, require_superior
from app.meeting_steps.rules import (
    DEFAULT_SHEET,
    FULL_MARKS,
    ReviewGrade,
    ReviewState,
    grade_of,
    score_errors,
    unscored,
)
from app.meeting_steps.schemas import as_payload
from app.meetings.models import Meeting
from app.organizations.queries import reaches, require

CriterionCode = Annotated[
    str,
    Field(
        max_length=64, pattern=r"^[a-z0-9_]+$", description="评估项目代码", examples=["attendance"]
    ),
]
Points = Annotated[int, Field(ge=0, le=FULL_MARKS, strict=True)]


class CriterionField(Model):
    """One line of a sheet."""

    code: CriterionCode
    name: Annotated[Name, Field(description="评估项目", examples=["到会情况"])]
    max_points: Annotated[
        int, Field(ge=1, le=FULL_MARKS, strict=True, description="满分", examples=[15])
    ]
    description: Annotated[
        Title, Field(description="评估内容", examples=["应到、实到清楚，缺席有原因。"])
    ]


class SheetWrite(Model):
    """A tree's sheet: criteria whose points are 100 together."""

    criteria: Annotated[list[CriterionField], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, message in (("code", "评估项目代码重复"), ("name", "评估项目名称重复")):
            if len({getattr(criterion, name) for criterion in self.criteria}) < len(self.criteria):
                raise field_error("criteria", f"criterion_{name}_repeated", message)
        total = sum(criterion.max_points for criterion in self.criteria)
        if total != FULL_MARKS:
            raise field_error(
                "criteria", "points_not_full", f"各项满分之和应为 {FULL_MARKS}，现为 {total}"
            )
        return self


class SheetRead(Model):
    """A sheet as returned."""

    edition: Annotated[int, Field(description="第几版；0 为默认评估表")]
    criteria: list[CriterionField]
    written_at: datetime | None
    written_by_name: str | None


class ScoreField(Model):
    """The points of one criterion."""

    code: CriterionCode
    points: Annotated[Points, Field(description="得分", examples=[13])]
    reason: Annotated[
        LongText | None, Field(description="扣分理由；扣分时必填", examples=["缺席两人未写明原因"])
    ] = None


class ReviewWrite(Model):
    """Scores; a draft may leave criteria for later."""

    scores: Annotated[list[ScoreField], Field(max_length=50, description="各项得分")]
    comment: Annotated[
        LongText | None, Field(description="总评", examples=["程序规范，决议跟踪需加强"])
    ] = None


class QualityReviewRead(Model):
    """A review as returned."""

    id: UUID
    meeting_id: UUID
    state: ReviewState
    edition: Annotated[int, Field(description="所用评估表的版次；0 为默认评估表")]
    criteria: Annotated[list[CriterionField], Field(description="所用评估表，不随以后的修订变动")]
    scores: list[ScoreField]
    comment: str | None
    record_version: Annotated[int, Field(description="评的是会议记录的哪一版")]
    changed_since: Annotated[bool, Field(description="评分之后会议记录是否有更正")]
    drafted_at: datetime
    drafted_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    version: int

    @computed_field(description="得分合计")
    def total(self) -> int:
        """The sum of the points."""
        return self._sum()

    @computed_field(description="尚未评分的项目代码")
    def unscored(self) -> list[str]:
        """The criteria without points."""
        limits = {criterion.code: criterion.max_points for criterion in self.criteria}
        return unscored(limits, (score.code for score in self.scores))

    @computed_field(description="等次；草稿为空")
    def grade(self) -> ReviewGrade | None:
        """The total in words, once it is confirmed."""
        return grade_of(self._sum()) if self.state == ReviewState.CONFIRMED else None

    def _sum(self) -> int:
        return sum(score.points for score in self.scores)


class ReviewsBody(Model):
    """The reviews of a meeting, oldest first; the last confirmed one counts."""

    items: list[QualityReviewRead]


_TRAIL = Trail("quality_review")
_SHEET_TRAIL = Trail("quality_sheet", owner="root_id")


def sheet_of(uow: UnitOfWork, root_id: UUID) -> SheetRead:
    """Return the sheet of a tree that is in force: its newest edition, or the default."""
    statement = select(QualitySheet).where(QualitySheet.root_id == root_id)
    newest = statement.order_by(QualitySheet.edition.desc()).limit(1)
    row = uow.session.scalars(newest).first()
    if row is not None:
        return as_payload(SheetRead, row)
    criteria = [CriterionField(**asdict(criterion)) for criterion in DEFAULT_SHEET]
    return SheetRead(edition=0, criteria=criteria, written_at=None, written_by_name=None)


def write_sheet(
    uow: UnitOfWork, root_id: UUID, payload: SheetWrite, if_match: str | None
) -> SheetRead:
    """Add an edition to a tree's sheet; reviews keep the edition that they used.

    Raises:
        VersionMismatch: somebody else wrote an edition; edition 0 stands for the default.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    former = sheet_of(uow, root_id)
    expect_version(former.edition, if_match)
    row = QualitySheet(
        id=new_id(),
        root_id=root_id,
        edition=former.edition + 1,
        criteria=payload.model_dump(mode="json")["criteria"],
        written_at=uow.now(),
        written_by_name=uow.actor.name,
    )
    uow.session.add(row)
    uow.session.flush()
    sheet = as_payload(SheetRead, row)
    before, after = former.model_dump(mode="json"), sheet.model_dump(mode="json")
    _SHEET_TRAIL.note_as(uow, "quality_sheet.written", row, before, after)
    return sheet


def reviews_of(uow: UnitOfWork, meeting: Meeting) -> Select[QualityReview]:
    """Select a meeting's reviews that the actor may read: drafts are for those who review."""
    statement = select(QualityReview).where(QualityReview.meeting_id == meeting.id)
    if not _reviews_at(uow, meeting):
        statement = statement.where(QualityReview.state == ReviewState.CONFIRMED)
    return statement.order_by(QualityReview.id)


def get_review(uow: UnitOfWork, review_id: UUID) -> tuple[QualityReview, Meeting]:
    """Return a review that the actor may read, with its meeting; raises ``NotFound``."""
    review, meeting = get_step(uow, QualityReview, review_id)
    if review.state == ReviewState.DRAFT and not _reviews_at(uow, meeting):
        raise NotFound("没有这条质量评估，或您无权查看。")
    return review, meeting


def _reviews_at(uow: UnitOfWork, meeting: Meeting) -> bool:
    return reaches(uow.session, uow.actor, Permission.REVIEW, meeting.organization_id)


def review_payload(review: QualityReview, meeting: Meeting) -> QualityReviewRead:
    """Return a review as a payload, compared with the meeting's record as it is now."""
    changed = meeting.version != review.record_version
    return as_payload(QualityReviewRead, review, changed_since=changed)


def draft_review(uow: UnitOfWork, meeting: Meeting, payload: ReviewWrite) -> QualityReview:
    """Add a draft that scores a meeting's record by the sheet in force.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        OwnRequest: the actor works for the meeting's organisation, or wrote in the record.
        ReviewPending: there is a draft already.
        ValidationFailed: the scores do not fit the sheet.
    """
    _require_reviewer(uow, meeting)
    pending = select(QualityReview.id).where(
        QualityReview.meeting_id == meeting.id, QualityReview.state == ReviewState.DRAFT
    )
    if uow.session.execute(pending).first():
        raise ReviewPending("这次会议已有一份评估草稿，请在草稿上继续评分。")
    sheet = sheet_of(uow, meeting.organization.root_id)
    review = QualityReview(
        id=new_id(),
        meeting_id=meeting.id,
        edition=sheet.edition,
        criteria=sheet.model_dump(mode="json")["criteria"],
        state=ReviewState.DRAFT,
    )
    _score(uow, review, meeting, payload)
    uow.session.add(review)
    uow.session.flush()
    _note(uow, "quality_review.drafted", review, meeting, None)
    return review


def rescore(uow: UnitOfWork, review: QualityReview, meeting: Meeting, payload: ReviewWrite) -> None:
    """Replace the scores of a draft; it keeps the sheet with which it began.

    Raises:
        ReviewConfirmed: a confirmed review stays; a new one replaces it.
        MeetingNotHeld, OwnRequest, ValidationFailed: as ``draft_review``.
    """
    _require_reviewer(uow, meeting)
    _refuse_confirmed(review)
    before = _state(review, meeting)
    _score(uow, review, meeting, payload)
    uow.session.flush()
    _note(uow, "quality_review.rescored", review, meeting, before)


def confirm(uow: UnitOfWork, review: QualityReview, meeting: Meeting) -> None:
    """Make a draft final; it counts from now on, and earlier ones stay as history.

    Raises:
        ReviewConfirmed: it is final already.
        ReviewIncomplete: a criterion has no points yet.
        ReviewOutdated: the record was corrected after it was scored.
    """
    _require_reviewer(uow, meeting)
    _refuse_confirmed(review)
    missing = unscored(_limits_of(review), (score["code"] for score in review.scores))
    if missing:
        names = {criterion["code"]: criterion["name"] for criterion in review.criteria}
        listed = "、".join(names[code] for code in missing)
        raise ReviewIncomplete(f"还有项目没有评分：{listed}。")
    if review.record_version != meeting.version:
        raise ReviewOutdated("会议记录在评分之后有更正，请核对后重新保存评分，再确认。")
    before = _state(review, meeting)
    review.state = ReviewState.CONFIRMED
    review.confirmed_at, review.confirmed_by_name = uow.now(), uow.actor.name
    uow.session.flush()
    _note(uow, "quality_review.confirmed", review, meeting, before)


def _limits_of(review: QualityReview) -> dict[str, int]:
    """Return the greatest points of each criterion of a review's sheet."""
    return {criterion["code"]: criterion["max_points"] for criterion in review.criteria}


def _require_reviewer(uow: UnitOfWork, meeting: Meeting) -> None:
    require_superior(uow, meeting, "评估本组织的会议记录")
    held_on(meeting, "评估记录质量")
    # Who wrote or corrected the record would score himself; the trail has everybody who did.
    own_writes = select(AuditEntry.sequence).where(
        AuditEntry.subject_id == meeting.id,
        AuditEntry.user_id == uow.actor.user_id,
        AuditEntry.action.in_(("meeting.created", "meeting.changed")),
    )
    created = meeting.created_by is not None and meeting.created_by == uow.actor.user_id
    if created or uow.session.execute(own_writes.limit(1)).first():
        raise OwnRequest("不能评估本人登记或更正过的会议记录，请由他人评估。")


def _refuse_confirmed(review: QualityReview) -> None:
    if review.state == ReviewState.CONFIRMED:
        raise ReviewConfirmed("评估已经确认，不能改动；需要改变时请重新评估，原评估保留备查。")


def _score(uow: UnitOfWork, review: QualityReview, meeting: Meeting, payload: ReviewWrite) -> None:
    scores = [(score.code, score.points, score.reason) for score in payload.scores]
    errors = score_errors(_limits_of(review), scores)
    if errors:
        raise ValidationFailed(
            f"第 {errors[0].position + 1} 项：{errors[0].message}",
            flaws=[
                FieldError(
                    error.code, error.message, pointer=f"#/scores/{error.position}/{error.field}"
                )
                for error in errors
            ],
        )
    review.scores = payload.model_dump(mode="json")["scores"]
    review.comment, review.record_version = payload.comment, meeting.version
    review.drafted_at, review.drafted_by_name = uow.now(), uow.actor.name


def _state(review: QualityReview, meeting: Meeting) -> dict[str, Any]:
    return review_payload(review, meeting).model_dump(mode="json", exclude={"criteria"})


def _note(
    uow: UnitOfWork, action: str, review: QualityReview, meeting: Meeting, before: AuditState | None
) -> None:
    _TRAIL.note_as(uow, action, review, before, _state(review, meeting), owner=meeting)
