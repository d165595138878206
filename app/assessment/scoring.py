"""Score, confirm, return and publish a computed assessment, and decide appeals (申诉)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.assessment.errors import (
    AppealNotAllowed,
    AssessmentIncomplete,
    AssessmentNotEditable,
    OwnAssessment,
)
from app.assessment.models import Assessment, AssessmentAppeal
from app.assessment.queries import appeals_of, require_scorer, require_superior, sheet_of
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
from app.organizations.queries import require, require_step

TRAIL = Trail("assessment")


def items_of(assessment: Assessment) -> list[ItemScore]:
    """The items as values; to change one, ``keep`` them all again."""
    return [ItemScore.model_validate(item) for item in assessment.items]


def keep(assessment: Assessment, items: Sequence[ItemScore]) -> None:
    """Let a draft have these items."""
    assessment.items = [item.model_dump(mode="json") for item in items]


def settle(assessment: Assessment, sheet: SheetDocument, place: Organization) -> None:
    """Draw the total and the grade from the items, the bonus and the veto.

    There is no grade as long as an item has no points or the quarter goes on.
    """
    total = total_points((item["points"] for item in assessment.items), assessment.bonus)
    _, last = quarter_days(assessment.year, assessment.quarter)
    assessment.ungraded = why_ungraded(place.founded_on, last)
    vetoed = assessment.veto is not None
    complete = all(item["points"] is not None for item in assessment.items)
    graded = complete and assessment.quarter_over and not assessment.ungraded
    grade = grade_of(total, sheet.thresholds, vetoed=vetoed) if graded else None
    assessment.points = assessment.final_points = total
    assessment.grade = assessment.final_grade = grade


def insist_on_draft(assessment: Assessment) -> None:
    """Refuse to change what is confirmed or published.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    if assessment.status != AssessmentStatus.DRAFT:
        raise AssessmentNotEditable(
            "已确认的考评退回后才能修改；已公布的不再改动，有异议请提出申诉。"
        )


def state_of(assessment: Assessment) -> dict[str, Any]:
    """An assessment in the audit trail: its points and reasons, without the single causes."""
    names = ("year", "quarter", "status", "bonus", "bonus_reason", "veto", "veto_reason")
    results = ("points", "grade", "ungraded", "version")
    scores = {
        item["code"]: {"points": item["points"], "reason": item["reason"]}
        for item in assessment.items
    }
    return {
        **{name: getattr(assessment, name) for name in (*names, *results)},
        "as_of": assessment.as_of.isoformat(),
        "scores": scores,
    }


def note(
    uow: UnitOfWork,
    action: str,
    assessment: Assessment,
    before: dict[str, Any] | None,
    note: str | None = None,
) -> None:
    """Tell the audit trail of a change."""
    after = state_of(assessment)
    if note is not None:
        after["note"] = note
    TRAIL.note_as(uow, action, assessment, before, after)


def score(uow: UnitOfWork, assessment: Assessment, place: Organization, wish: ScoresWrite) -> None:
    """Give a draft's manual items their points, a bonus and a veto; all of it is replaced.

    Raises:
        OwnAssessment: the actor keeps the organisation's records.
        AssessmentNotEditable: it is no draft any more.
        ValidationFailed: something is not on the sheet, or over its limit.
    """
    require_scorer(uow, place)
    insist_on_draft(assessment)
    sheet = sheet_of(uow, assessment)
    _check(sheet, wish)
    before = state_of(assessment)
    given = {one.code: one for one in wish.scores}
    items = []
    for item in items_of(assessment):
        if item.scoring == Scoring.MANUAL:
            one = given.get(item.code)
            item.points, item.reason = (one.points, one.reason) if one else (None, None)
        items.append(item)
    keep(assessment, items)
    assessment.bonus = wish.bonus.points if wish.bonus else 0.0
    assessment.bonus_reason = wish.bonus.reason if wish.bonus else None
    assessment.veto = wish.veto.code if wish.veto else None
    assessment.veto_reason = wish.veto.reason if wish.veto else None
    assessment.scored_at, assessment.scored_by = uow.now(), uow.actor.user_id
    assessment.scored_by_name = uow.actor.name
    settle(assessment, sheet, place)
    uow.session.flush()
    note(uow, "assessment.scored", assessment, before)


def take_step(
    uow: UnitOfWork, assessment: Assessment, place: Organization, wish: AssessmentStepWrite
) -> None:
    """Confirm, return or publish an assessment.

    Raises:
        Forbidden: the actor does not review at the superior organisation.
        OwnAssessment: at a root, the actor scored it himself.
        AssessmentStepNotAllowed: the state does not allow it.
        AssessmentIncomplete: an item has no points, or the quarter was not over.
    """
    step = STEPS[wish.step]
    require_step(uow, step, place.id)
    STEPS.refuse_state(wish.step, AssessmentStatus(assessment.status))
    before = state_of(assessment)
    if wish.step == AssessmentStep.CONFIRM:
        _complete(assessment)
        own = assessment.scored_by is not None and assessment.scored_by == uow.actor.user_id
        if place.parent_id is None and own:
            raise OwnAssessment("根组织没有上级，评分和确认须由两人分别进行。")
        assessment.confirmed_at, assessment.confirmed_by_name = uow.now(), uow.actor.name
    elif wish.step == AssessmentStep.RETURN:
        assessment.confirmed_at = assessment.confirmed_by_name = None
    else:
        assessment.published_at, assessment.published_by_name = uow.now(), uow.actor.name
    assessment.status = step.target
    uow.session.flush()
    words = {
        AssessmentStep.CONFIRM: "assessment.confirmed",
        AssessmentStep.RETURN: "assessment.returned",
        AssessmentStep.PUBLISH: "assessment.published",
    }
    note(uow, words[wish.step], assessment, before, note=wish.note)


def remove(uow: UnitOfWork, assessment: Assessment, place: Organization) -> None:
    """Take a draft away, such as one of a wrong quarter; the audit trail keeps what it was.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(uow, Permission.REVIEW, place.id)
    insist_on_draft(assessment)
    before = state_of(assessment)
    uow.session.delete(assessment)
    uow.session.flush()
    TRAIL.note_as(uow, "assessment.removed", assessment, before, None)


def _check(sheet: SheetDocument, wish: ScoresWrite) -> None:
    manual = {item.code: item for item in sheet.items if item.scoring == Scoring.MANUAL}
    flaws, seen = [], set()
    for position, one in enumerate(wish.scores):
        item = manual.get(one.code)
        if item is None:
            words = "不是这张考评表的人工评分项目；自动计算的项目不能直接改分"
            flaws.append(FieldError("item_not_manual", words, pointer=f"#/scores/{position}/code"))
        elif one.points > item.max_points:
            words = f"得分不能超过满分 {item.max_points:g}"
            flaws.append(
                FieldError("points_over_full", words, pointer=f"#/scores/{position}/points")
            )
        if one.code in seen:
            words = "同一项目评了两次，请只留一次"
            flaws.append(FieldError("code_repeated", words, pointer=f"#/scores/{position}/code"))
        seen.add(one.code)
    if wish.bonus and wish.bonus.points > sheet.bonus_at_most:
        words = f"加分不能超过 {sheet.bonus_at_most:g} 分"
        flaws.append(FieldError("bonus_over_limit", words, pointer="#/bonus/points"))
    if wish.veto and wish.veto.code not in {veto.code for veto in sheet.vetoes}:
        words = "不在这张考评表的一票否决情形中"
        flaws.append(FieldError("veto_unknown", words, pointer="#/veto/code"))
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def _complete(assessment: Assessment) -> None:
    missing = [item["name"] for item in assessment.items if item["points"] is None]
    if missing:
        raise AssessmentIncomplete(f"还有项目没有评分：{'、'.join(missing)}。")
    if not assessment.quarter_over:
        words = "计算时该季度尚未结束，请在季度结束后重新计算，再确认。"
        raise AssessmentIncomplete(words)


_APPEAL = Trail("assessment_appeal", tuple(AppealRead.model_fields))


def appeal(uow: UnitOfWork, assessment: Assessment, wish: AppealWrite) -> AssessmentAppeal:
    """Object to an item's points; each item of an assessment can be objected to once.

    Raises:
        Forbidden: the actor does not write there.
        AppealNotAllowed: it is not published, or the item was objected to before.
        NotFound: the assessment has no such item.
    """
    require(uow, Permission.WRITE, assessment.organization_id)
    if assessment.status != AssessmentStatus.PUBLISHED:
        raise AppealNotAllowed("考评公布后才能申诉。")
    item = _item(assessment, wish.item)
    earlier = select(AssessmentAppeal.id).where(
        AssessmentAppeal.assessment_id == assessment.id, AssessmentAppeal.item_code == wish.item
    )
    if uow.session.execute(earlier).first():
        raise AppealNotAllowed("该项目已经提出过申诉，每个项目只申诉一次。")
    made = AssessmentAppeal(
        id=new_id(),
        assessment_id=assessment.id,
        item_code=wish.item,
        text=wish.text,
        points_before=item["points"],
        made_at=uow.now(),
        made_by=uow.actor.user_id,
        made_by_name=uow.actor.name,
    )
    uow.session.add(made)
    uow.session.flush()
    _APPEAL.note(uow, "assessment_appeal.made", made, owner=assessment)
    return made


def answer(
    uow: UnitOfWork,
    assessment: Assessment,
    place: Organization,
    asked: AssessmentAppeal,
    wish: AppealAnswer,
) -> None:
    """Keep an item's points or raise them; what was published stays as it was beside the result.

    Raises:
        Forbidden: the actor does not review at the superior organisation.
        OwnRequest: the actor made the appeal.
        AppealNotAllowed: it is answered already.
        ValidationFailed: the points are not more than before, or over the item's limit.
    """
    require_superior(uow, place)
    if asked.made_by is not None and asked.made_by == uow.actor.user_id:
        raise OwnRequest("不能答复本人提出的申诉，请由他人答复。")
    if asked.decision is not None:
        raise AppealNotAllowed("这份申诉已经答复，答复不再改动。")
    before = _APPEAL.state(asked)
    if wish.points is not None:
        _appeals_check(assessment, asked, wish.points)
    asked.decision, asked.decision_reason = wish.decision, wish.reason
    asked.points_after = wish.points
    asked.decided_at, asked.decided_by_name = uow.now(), uow.actor.name
    uow.session.flush()
    _APPEAL.note(uow, "assessment_appeal.answered", asked, before, owner=assessment)
    if wish.decision == AppealDecision.ADJUST:
        _settle(uow, assessment)


def _item(assessment: Assessment, code: str) -> dict[str, Any]:
    item = next((item for item in assessment.items if item["code"] == code), None)
    return existing(item, f"这份考评没有代码为“{code}”的项目。", pointer="#/item")


def _appeals_check(assessment: Assessment, asked: AssessmentAppeal, points: float) -> None:
    most = _item(assessment, asked.item_code)["max_points"]
    if not asked.points_before < points <= most:
        words = f"调整后的得分应高于原得分 {asked.points_before:g}，不超过满分 {most:g}"
        raise ValidationFailed.at("#/points", "adjustment_out_of_range", words)


def _settle(uow: UnitOfWork, assessment: Assessment) -> None:
    """Draw the final total and grade from the published items and every adjustment."""
    adjusted = {
        one.item_code: one.points_after
        for one in uow.session.scalars(appeals_of(assessment.id))
        if one.decision == AppealDecision.ADJUST
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
