"""The review of a report: submitted by the unit, decided by the superior, finalised by the unit."""

from uuid import UUID

from sqlalchemy import Select, select

from app.core.actor import Permission
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.queries import reaches, require
from app.organizations.separation import require_step
from app.report.drafts.errors import ReportNotEditable
from app.report.drafts.models import Report, ReportComment
from app.report.drafts.queries import get_block
from app.report.drafts.review.schemas import (
    CommentFilters,
    CommentRead,
    CommentWrite,
    ReportStepWrite,
)
from app.report.drafts.rules import (
    STEPS,
    ReportStatus,
    ReportStep,
    VersionReason,
)
from app.report.drafts.service import note
from app.report.drafts.versions.service import keep, sealed
from app.report.templates.queries import applied_template


def take_step(unit: Unit, report: Report, wish: ReportStepWrite) -> None:
    """Take a report one step on; submitting and finalising keep a version.

    Raises:
        Forbidden: the step is the superior's and the actor does not review there, or may not write.
        OwnRequest: the actor submitted the report himself.
        ReportStepNotAllowed: the report's state does not allow it.
    """
    step = STEPS[wish.step]
    require_step(unit, step, report.organization_id)
    step.refuse_own(unit.actor, report.submitted_by)
    STEPS.refuse_state(wish.step, ReportStatus(report.status))
    before = {"status": report.status}
    if wish.step == ReportStep.SUBMIT:
        keep(unit, report, "提交审阅", VersionReason.SUBMITTED)
        report.submitted_at, report.submitted_by = unit.now(), unit.actor.user_id
        report.submitted_by_name = unit.actor.name
    elif step.permission == Permission.REVIEW:
        report.decided_at, report.decided_by_name = unit.now(), unit.actor.name
        report.decision_note = wish.note
    elif wish.step == ReportStep.FINALISE:
        keep(unit, report, "定稿", VersionReason.FINALISED)
        report.finalised_at, report.finalised_by_name = unit.now(), unit.actor.name
        applied = applied_template(unit, report.organization_id)
        report.template_revision_id = applied.revision.id if applied else None
        report.sha256 = sealed(unit, report)
    report.status = step.target
    unit.touch(report)
    after = {"status": step.target, "note": wish.note, "sha256": report.sha256}
    note(unit, str(wish.step), report, before, after)


def comments_of(report_id: UUID, filters: CommentFilters) -> Select[ReportComment]:
    """A report's comments as a filter asks for them."""
    statement = select(ReportComment).where(ReportComment.report_id == report_id)
    if filters.block_id is not None:
        statement = statement.where(ReportComment.block_id == filters.block_id)
    if filters.resolved is not None:
        settled = ReportComment.resolved_at.is_not(None)
        statement = statement.where(settled if filters.resolved else ~settled)
    return statement


def get_comment(
    unit: Unit, report: Report, comment_id: UUID, pointer: str | None = None
) -> ReportComment:
    """A comment of a report; ``pointer`` is where a body names it.

    Raises:
        NotFound: the report has none of this id.
    """
    statement = select(ReportComment).where(
        ReportComment.report_id == report.id, ReportComment.id == comment_id
    )
    return unit.get_or_404(statement, "报告没有这条批注。", pointer=pointer)


def comment(unit: Unit, report: Report, wish: CommentWrite) -> ReportComment:
    """Remark on a report or a block, or answer a remark.

    Raises:
        Forbidden: the actor neither writes nor reviews there.
        ReportNotEditable: it is finalised.
        NotFound: the block or the remark is not the report's.
        ValidationFailed: it answers an answer.
    """
    _require_hand(unit, report)
    block_id = wish.block_id
    if block_id is not None:
        get_block(unit, report, block_id, pointer="#/block_id")
    if wish.answers_id is not None:
        asked = get_comment(unit, report, wish.answers_id, pointer="#/answers_id")
        if asked.answers_id is not None:
            words = "请答复原批注，不要答复别人的答复"
            raise ValidationFailed.at("#/answers_id", "answers_an_answer", words)
        block_id = asked.block_id
    made = ReportComment(
        id=new_id(),
        report_id=report.id,
        block_id=block_id,
        answers_id=wish.answers_id,
        text=wish.text,
        made_at=unit.now(),
        made_by_name=unit.actor.name,
    )
    unit.session.add(made)
    unit.session.flush()
    shown = CommentRead.model_validate(made).model_dump(mode="json")
    note(unit, "comment_made", report, None, shown)
    return made


def settle(unit: Unit, report: Report, made: ReportComment, *, resolved: bool) -> None:
    """Mark a remark as settled, or open it again.

    Raises:
        Forbidden: the actor neither writes nor reviews there.
        ReportNotEditable: the report is finalised.
    """
    _require_hand(unit, report)
    before = CommentRead.model_validate(made).model_dump(mode="json")
    made.resolved_at = unit.now() if resolved else None
    made.resolved_by_name = unit.actor.name if resolved else None
    unit.session.flush()
    after = CommentRead.model_validate(made).model_dump(mode="json")
    note(unit, "comment_settled" if resolved else "comment_reopened", report, before, after)


def _require_hand(unit: Unit, report: Report) -> None:
    """Insist on somebody who works on the report: who writes it, or who reviews it."""
    place = report.organization_id
    if not reaches(unit.session, unit.actor, Permission.REVIEW, place):
        require(unit, Permission.WRITE, place)
    if report.status == ReportStatus.FINALISED:
        raise ReportNotEditable("报告已定稿，不再批注。")
