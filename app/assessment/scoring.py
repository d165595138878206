"""Score, confirm, return and publish a computed assessment, and decide appeals (申诉)."""

from collections.abc import Sequence
from typing import Any

from app.assessment.errors import (
    AppealNotAllowed,
    AssessmentIncomplete,
    AssessmentNotEditable,
    OwnAssessment,
)
from app.assessment.models import Assessment, AssessmentAppeal
from app.assessment.queries import appeals_of, require_superior, sheet_of
from app.assessment.rules import (
    STEPS,
    AppealDecision,
    AssessmentStatus,
    AssessmentStep,
    Scoring,
    grade_of,
    quarter_days,
    total_points,
    why_ungraded,
)
from app.assessment.schemas import (
    AppealAnswer,
    AppealRead,
    AppealWrite,
    AssessmentStepWrite,
    ItemScore,
    ScoresWrite,
)
from app.assessment.sheets import SheetDocument
from app.core.audit import Trail
from app.core.errors import FieldError, OwnRequest, ValidationFailed, existing
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.organizations.models import Organization
from app.organizations.queries import keeps_own_records, require, require_step

TRAIL = Trail("assessment")
_APPEAL = Trail("assessment_appeal", tuple(AppealRead.model_fields))
_ACTIONS = {
    AssessmentStep.CONFIRM: "assessment.confirmed",
    AssessmentStep.RETURN: "assessment.returned",
    AssessmentStep.PUBLISH: "assessment.published",
}


def items_of(assessment: Assessment) -> list[ItemScore]:
    """Return the items as values; to change one, ``set_items`` them all again."""
    return [ItemScore.model_validate(item) for item in assessment.items]


def set_items(assessment: Assessment, items: Sequence[ItemScore]) -> None:
    """Store a draft's items."""
    assessment.items = [item.model_dump(mode="json") for item in items]


def set_result(assessment: Assessment, sheet: SheetDocument, organization: Organization) -> None:
    """Set the total and the grade that follow from the items, the bonus and the veto.

    There is no grade as long as an item has no points or the quarter goes on.
    """
    points = [item["points"] for item in assessment.items]
    total = total_points(points, assessment.bonus)
    _, last = quarter_days(assessment.year, assessment.quarter)
    assessment.ungraded = why_ungraded(organization.founded_on, last)
    graded = None not in points and assessment.quarter_over and not assessment.ungraded
    vetoed = assessment.veto is not None
    grade = grade_of(total, sheet.thresholds, vetoed=vetoed) if graded else None
    assessment.points = assessment.final_points = total
    assessment.grade = assessment.final_grade = grade


def require_draft(assessment: Assessment) -> None:
    """Refuse to change what is confirmed or published.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    if assessment.status != AssessmentStatus.DRAFT:
        raise AssessmentNotEditable(
            "已确认的考评退回后才能修改；已公布的不再改动，有异议请提出申诉。"
        )


def state_of(assessment: Assessment) -> dict[str, Any]:
    """Return what the audit trail keeps: points and reasons, without the single causes."""
    names = ("year", "quarter", "status", "bonus", "bonus_reason", "veto", "veto_reason")
    results = ("points", "grade", "ungraded", "version")
    return {
        **{name: getattr(assessment, name) for name in (*names, *results)},
        "as_of": assessment.as_of.isoformat(),
        "scores": {
            item["code"]: {"points": item["points"], "reason": item["reason"]}
            for item in assessment.items
        },
    }


def note_change(
    uow: UnitOfWork, action: str, assessment: Assessment, before: dict[str, Any] | None
) -> None:
    """Keep in the audit trail that an assessment was made or changed to what it is now."""
    TRAIL.note_as(uow, action, assessment, before, state_of(assessment))


def score(
    uow: UnitOfWork, assessment: Assessment, organization: Organization, payload: ScoresWrite
) -> None:
    """Replace all that people score of a draft: manual items, bonus and veto.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnAssessment: the actor keeps the organisation's records.
        AssessmentNotEditable: it is no draft any more.
        ValidationFailed: something is not on the sheet, or over its limit.
    """
    require(uow, Permission.REVIEW, organization.id)
    if keeps_own_records(uow, organization):
        raise OwnAssessment("本组织的工作人员不能给本组织评分，请由上级或检查人员评分。")
    require_draft(assessment)
    sheet = sheet_of(uow, assessment)
    _check_scores(sheet, payload)
    before = state_of(assessment)
    score_of = {score.code: score for score in payload.scores}
    items = items_of(assessment)
    for item in items:
        if item.scoring == Scoring.MANUAL:
            given = score_of.get(item.code)
            item.points, item.reason = (given.points, given.reason) if given else (None, None)
    set_items(assessment, items)
    bonus, veto = payload.bonus, payload.veto
    assessment.bonus, assessment.bonus_reason = (
        (bonus.points, bonus.reason) if bonus else (0.0, None)
    )
    assessment.veto, assessment.veto_reason = (veto.code, veto.reason) if veto else (None, None)
    assessment.scored_at, assessment.scored_by = uow.now(), uow.actor.user_id
    assessment.scored_by_name = uow.actor.name
    set_result(assessment, sheet, organization)
    uow.session.flush()
    note_change(uow, "assessment.scored", assessment, before)


def _check_scores(sheet: SheetDocument, payload: ScoresWrite) -> None:
    manual = {item.code: item for item in sheet.items if item.scoring == Scoring.MANUAL}
    flaws, seen = [], set()

    def refuse(code: str, message: str, pointer: str) -> None:
        flaws.append(FieldError(code, message, pointer=f"#/{pointer}"))

    for position, score in enumerate(payload.scores):
        item, pointer = manual.get(score.code), f"scores/{position}"
        if item is None:
            message = "不是这张考评表的人工评分项目；自动计算的项目不能直接改分"
            refuse("item_not_manual", message, f"{pointer}/code")
        elif score.points > item.max_points:
            message = f"得分不能超过满分 {item.max_points:g}"
            refuse("points_over_full", message, f"{pointer}/points")
        if score.code in seen:
            refuse("code_repeated", "同一项目评了两次，请只留一次", f"{pointer}/code")
        seen.add(score.code)
    if payload.bonus and payload.bonus.points > sheet.bonus_at_most:
        refuse("bonus_over_limit", f"加分不能超过 {sheet.bonus_at_most:g} 分", "bonus/points")
    if payload.veto and payload.veto.code not in {veto.code for veto in sheet.vetoes}:
        refuse("veto_unknown", "不在这张考评表的一票否决情形中", "veto/code")
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def take_step(
    uow: UnitOfWork,
    assessment: Assessment,
    organization: Organization,
    payload: AssessmentStepWrite,
) -> None:
    """Confirm, return or publish an assessment.

    Raises:
        Forbidden: the actor does not review at the superior organisation.
        OwnAssessment: at a root, the actor scored it himself.
        AssessmentStepNotAllowed: the state does not allow it.
        AssessmentIncomplete: an item has no points, or the quarter was not over.
    """
    step = STEPS[payload.step]
    require_step(uow, step, organization.id)
    STEPS.refuse_state(payload.step, AssessmentStatus(assessment.status))
    before = state_of(assessment)
    if payload.step == AssessmentStep.CONFIRM:
        _require_complete(assessment)
        own = assessment.scored_by is not None and assessment.scored_by == uow.actor.user_id
        if organization.parent_id is None and own:
            raise OwnAssessment("根组织没有上级，评分和确认须由两人分别进行。")
        assessment.confirmed_at, assessment.confirmed_by_name = uow.now(), uow.actor.name
    elif payload.step == AssessmentStep.RETURN:
        assessment.confirmed_at = assessment.confirmed_by_name = None
    else:
        assessment.published_at, assessment.published_by_name = uow.now(), uow.actor.name
    assessment.status = step.target
    uow.session.flush()
    noted = {} if payload.note is None else {"note": payload.note}
    after = state_of(assessment) | noted
    TRAIL.note_as(uow, _ACTIONS[payload.step], assessment, before, after)


def _require_complete(assessment: Assessment) -> None:
    missing = [item["name"] for item in assessment.items if item["points"] is None]
    if missing:
        raise AssessmentIncomplete(f"还有项目没有评分：{'、'.join(missing)}。")
    if not assessment.quarter_over:
        raise AssessmentIncomplete("计算时该季度尚未结束，请在季度结束后重新计算，再确认。")


def remove(uow: UnitOfWork, assessment: Assessment, organization: Organization) -> None:
    """Delete a draft, such as one of a wrong quarter; the audit trail keeps what it was.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(uow, Permission.REVIEW, organization.id)
    require_draft(assessment)
    before = state_of(assessment)
    uow.session.delete(assessment)
    uow.session.flush()
    TRAIL.note_as(uow, "assessment.removed", assessment, before, None)


def make_appeal(uow: UnitOfWork, assessment: Assessment, payload: AppealWrite) -> AssessmentAppeal:
    """Object to an item's points; each item of an assessment can be objected to once.

    Raises:
        Forbidden: the actor does not write there.
        AppealNotAllowed: it is not published, or the item was objected to before.
        NotFound: the assessment has no such item.
    """
    require(uow, Permission.WRITE, assessment.organization_id)
    if assessment.status != AssessmentStatus.PUBLISHED:
        raise AppealNotAllowed("考评公布后才能申诉。")
    item = _item(assessment, payload.item)
    earlier = appeals_of(assessment.id).where(AssessmentAppeal.item_code == payload.item)
    if uow.session.execute(earlier).first():
        raise AppealNotAllowed("该项目已经提出过申诉，每个项目只申诉一次。")
    appeal = AssessmentAppeal(
        id=new_id(),
        assessment_id=assessment.id,
        item_code=payload.item,
        text=payload.text,
        points_before=item["points"],
        made_at=uow.now(),
        made_by=uow.actor.user_id,
        made_by_name=uow.actor.name,
    )
    uow.session.add(appeal)
    uow.session.flush()
    _APPEAL.note(uow, "assessment_appeal.made", appeal, owner=assessment)
    return appeal


def answer_appeal(
    uow: UnitOfWork,
    assessment: Assessment,
    organization: Organization,
    appeal: AssessmentAppeal,
    payload: AppealAnswer,
) -> None:
    """Keep an item's points or raise them; what was published stays as it was beside the result.

    Raises:
        Forbidden: the actor does not review at the superior organisation.
        OwnRequest: the actor made the appeal.
        AppealNotAllowed: it is answered already.
        ValidationFailed: the points are not more than before, or over the item's limit.
    """
    require_superior(uow, organization)
    if appeal.made_by is not None and appeal.made_by == uow.actor.user_id:
        raise OwnRequest("不能答复本人提出的申诉，请由他人答复。")
    if appeal.decision is not None:
        raise AppealNotAllowed("这份申诉已经答复，答复不再改动。")
    before, points = _APPEAL.state(appeal), payload.points
    most = _item(assessment, appeal.item_code)["max_points"]
    if points is not None and not appeal.points_before < points <= most:
        message = f"调整后的得分应高于原得分 {appeal.points_before:g}，不超过满分 {most:g}"
        raise ValidationFailed.at("#/points", "adjustment_out_of_range", message)
    appeal.decision, appeal.decision_reason = payload.decision, payload.reason
    appeal.points_after = points
    appeal.decided_at, appeal.decided_by_name = uow.now(), uow.actor.name
    uow.session.flush()
    _APPEAL.note(uow, "assessment_appeal.answered", appeal, before, owner=assessment)
    if payload.decision == AppealDecision.ADJUST:
        _adjust_result(uow, assessment)


def _item(assessment: Assessment, code: str) -> dict[str, Any]:
    item = next((item for item in assessment.items if item["code"] == code), None)
    return existing(item, f"这份考评没有代码为“{code}”的项目。", pointer="#/item")


def _adjust_result(uow: UnitOfWork, assessment: Assessment) -> None:
    """Set the final total and grade that follow from the published items and every adjustment."""
    adjusted = {
        appeal.item_code: appeal.points_after
        for appeal in uow.session.scalars(appeals_of(assessment.id))
        if appeal.decision == AppealDecision.ADJUST
    }
    before = {"final_points": assessment.final_points, "final_grade": assessment.final_grade}
    points = (adjusted.get(item["code"], item["points"]) for item in assessment.items)
    assessment.final_points = total_points(points, assessment.bonus)
    if not assessment.ungraded:
        thresholds = sheet_of(uow, assessment).thresholds
        vetoed = assessment.veto is not None
        assessment.final_grade = grade_of(assessment.final_points, thresholds, vetoed=vetoed)
    uow.session.flush()
    after = {"final_points": assessment.final_points, "final_grade": assessment.final_grade}
    TRAIL.note_as(uow, "assessment.adjusted", assessment, before, after)
