"""Review of a report: its steps from submission to the end, and comments."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import Select, select

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.pagination import PageParameters
from app.core.schemas import LongText, Model, field_error
from app.core.uow import Permission, UnitOfWork
from app.organizations.queries import reaches, require, require_step
from app.report.drafts.models import Report, ReportComment
from app.report.drafts.rules import STEPS, ReportStatus, ReportStep, VersionReason
from app.report.drafts.service import get_block, note_change
from app.report.drafts.versions import compute_seal, keep_version
from app.report.errors import ReportNotEditable
from app.report.templates import applied_template


class ReportStepWrite(Model):
    """A step of a report as a whole."""

    step: Annotated[
        ReportStep, Field(description="提交、退回、同意、撤回、定稿", examples=["submit"])
    ]
    note: Annotated[LongText | None, Field(description="说明；退回时必填")] = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.step == ReportStep.RETURN and self.note is None:
            raise field_error("note", "note_required", "退回时请写明原因")
        return self


class CommentWrite(Model):
    """A remark, or an answer to one."""

    text: Annotated[LongText, Field(description="批注", examples=["第三季度的次数请再核对"])]
    block_id: Annotated[UUID | None, Field(description="所批注的段落；不填则针对全文")] = None
    answers_id: Annotated[UUID | None, Field(description="所答复的批注")] = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.block_id is not None and self.answers_id is not None:
            raise field_error("block_id", "two_places", "答复批注时不必再指明段落")
        return self


class CommentPatch(Model):
    """Whether a remark is settled."""

    resolved: Annotated[bool, Field(description="是否已处理")]


class CommentFilters(PageParameters):
    """Filters of comments."""

    block_id: Annotated[UUID | None, Field(description="段落")] = None
    resolved: Annotated[bool | None, Field(description="是否已处理")] = None


class CommentRead(Model):
    """A remark or an answer."""

    id: UUID
    report_id: UUID
    block_id: UUID | None
    answers_id: UUID | None
    text: str
    made_at: datetime
    made_by_name: str
    resolved_at: datetime | None
    resolved_by_name: str | None
    version: int


def take_step(uow: UnitOfWork, report: Report, payload: ReportStepWrite) -> None:
    """Take a report one step on; submitting and finalising keep a version.

    Raises:
        Forbidden: the step is the superior's and the actor does not review there, or may not write.
        OwnRequest: the actor submitted the report himself.
        ReportStepNotAllowed: the report's state does not allow it.
    """
    step = STEPS[payload.step]
    require_step(uow, step, report.organization_id)
    step.refuse_own(uow.actor, report.submitted_by)
    STEPS.refuse_state(payload.step, ReportStatus(report.status))
    before = {"status": report.status}
    if payload.step == ReportStep.SUBMIT:
        keep_version(uow, report, "提交审阅", VersionReason.SUBMITTED)
        report.submitted_at, report.submitted_by = uow.now(), uow.actor.user_id
        report.submitted_by_name = uow.actor.name
    elif step.permission == Permission.REVIEW:
        report.decided_at, report.decided_by_name = uow.now(), uow.actor.name
        report.decision_note = payload.note
    elif payload.step == ReportStep.FINALISE:
        keep_version(uow, report, "定稿", VersionReason.FINALISED)
        report.finalised_at, report.finalised_by_name = uow.now(), uow.actor.name
        template = applied_template(uow, report.organization_id)
        report.template_revision_id = template.revision.id if template else None
        report.sha256 = compute_seal(uow, report)
    report.status = step.target
    uow.touch(report)
    after = {"status": step.target, "note": payload.note, "sha256": report.sha256}
    note_change(uow, str(payload.step), report, before, after)


def comments_of(report_id: UUID, filters: CommentFilters) -> Select[ReportComment]:
    """Select the comments of a report that a filter asks for."""
    statement = select(ReportComment).where(ReportComment.report_id == report_id)
    if filters.block_id is not None:
        statement = statement.where(ReportComment.block_id == filters.block_id)
    if filters.resolved is not None:
        is_resolved = ReportComment.resolved_at.is_not(None)
        statement = statement.where(is_resolved if filters.resolved else ~is_resolved)
    return statement


def get_comment(
    uow: UnitOfWork, report: Report, comment_id: UUID, pointer: str | None = None
) -> ReportComment:
    """Return a comment of a report; ``pointer`` is where a body names it.

    Raises:
        NotFound: the report has none of this id.
    """
    statement = select(ReportComment).where(
        ReportComment.report_id == report.id, ReportComment.id == comment_id
    )
    return uow.get_or_404(statement, "报告没有这条批注。", pointer=pointer)


def add_comment(uow: UnitOfWork, report: Report, payload: CommentWrite) -> ReportComment:
    """Comment on a report or a block, or answer a comment.

    Raises:
        Forbidden: the actor neither writes nor reviews there.
        ReportNotEditable: it is finalised.
        NotFound: the block or the comment is not the report's.
        ValidationFailed: it answers an answer.
    """
    _require_commenting(uow, report)
    block_id = payload.block_id
    if block_id is not None:
        get_block(uow, report, block_id, pointer="#/block_id")
    if payload.answers_id is not None:
        answered = get_comment(uow, report, payload.answers_id, pointer="#/answers_id")
        if answered.answers_id is not None:
            message = "请答复原批注，不要答复别人的答复"
            raise ValidationFailed.at("#/answers_id", "answers_an_answer", message)
        block_id = answered.block_id
    comment = ReportComment(
        id=new_id(),
        report_id=report.id,
        block_id=block_id,
        answers_id=payload.answers_id,
        text=payload.text,
        made_at=uow.now(),
        made_by_name=uow.actor.name,
    )
    uow.session.add(comment)
    uow.session.flush()
    note_change(uow, "comment_made", report, None, _state(comment))
    return comment


def settle_comment(
    uow: UnitOfWork, report: Report, comment: ReportComment, *, resolved: bool
) -> None:
    """Mark a comment as resolved, or open it again.

    Raises:
        Forbidden: the actor neither writes nor reviews there.
        ReportNotEditable: the report is finalised.
    """
    _require_commenting(uow, report)
    before = _state(comment)
    comment.resolved_at = uow.now() if resolved else None
    comment.resolved_by_name = uow.actor.name if resolved else None
    uow.session.flush()
    action = "comment_settled" if resolved else "comment_reopened"
    note_change(uow, action, report, before, _state(comment))


def _state(comment: ReportComment) -> dict[str, Any]:
    return CommentRead.model_validate(comment).model_dump(mode="json")


def _require_commenting(uow: UnitOfWork, report: Report) -> None:
    """Insist on somebody who writes or reviews there, and on a report that is not finalised."""
    if not reaches(uow.session, uow.actor, Permission.REVIEW, report.organization_id):
        require(uow, Permission.WRITE, report.organization_id)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再批注。")
