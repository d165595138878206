"""What people do with a computed draft: score, confirm, return, publish, remove."""

from app.assessment.drafts import TRAIL, insist_on_draft, items_of, keep, note, settle, state_of
from app.assessment.errors import AssessmentIncomplete, OwnAssessment
from app.assessment.models import Assessment
from app.assessment.queries import sheet_of
from app.assessment.rights import require_scorer
from app.assessment.rules import STEPS, AssessmentStatus, AssessmentStep, Scoring
from app.assessment.schemas import AssessmentStepWrite, ScoresWrite
from app.assessment.sheets.documents import SheetDocument
from app.core.actor import Permission
from app.core.errors import Flaw, ValidationFailed
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import require
from app.organizations.separation import require_step


def score(unit: Unit, assessment: Assessment, place: Organization, wish: ScoresWrite) -> None:
    """Give a draft's manual items their points, a bonus and a veto; all of it is replaced.

    Raises:
        OwnAssessment: the actor keeps the organisation's records.
        AssessmentNotEditable: it is no draft any more.
        ValidationFailed: something is not on the sheet, or over its limit.
    """
    require_scorer(unit, place)
    insist_on_draft(assessment)
    sheet = sheet_of(unit, assessment)
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
    assessment.scored_at, assessment.scored_by = unit.now(), unit.actor.user_id
    assessment.scored_by_name = unit.actor.name
    settle(assessment, sheet, place)
    unit.session.flush()
    note(unit, "assessment.scored", assessment, before)


def take_step(
    unit: Unit, assessment: Assessment, place: Organization, wish: AssessmentStepWrite
) -> None:
    """Confirm, return or publish an assessment.

    Raises:
        Forbidden: the actor does not review at the superior organisation.
        OwnAssessment: at a root, the actor scored it himself.
        AssessmentStepNotAllowed: the state does not allow it.
        AssessmentIncomplete: an item has no points, or the quarter was not over.
    """
    step = STEPS[wish.step]
    require_step(unit, step, place.id)
    STEPS.refuse_state(wish.step, AssessmentStatus(assessment.status))
    before = state_of(assessment)
    if wish.step == AssessmentStep.CONFIRM:
        _complete(assessment)
        own = assessment.scored_by is not None and assessment.scored_by == unit.actor.user_id
        if place.parent_id is None and own:
            raise OwnAssessment("根组织没有上级，评分和确认须由两人分别进行。")
        assessment.confirmed_at, assessment.confirmed_by_name = unit.now(), unit.actor.name
    elif wish.step == AssessmentStep.RETURN:
        assessment.confirmed_at = assessment.confirmed_by_name = None
    else:
        assessment.published_at, assessment.published_by_name = unit.now(), unit.actor.name
    assessment.status = step.target
    unit.session.flush()
    words = {
        AssessmentStep.CONFIRM: "assessment.confirmed",
        AssessmentStep.RETURN: "assessment.returned",
        AssessmentStep.PUBLISH: "assessment.published",
    }
    note(unit, words[wish.step], assessment, before, note=wish.note)


def remove(unit: Unit, assessment: Assessment, place: Organization) -> None:
    """Take a draft away, such as one of a wrong quarter; the audit trail keeps what it was.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(unit, Permission.REVIEW, place.id)
    insist_on_draft(assessment)
    before = state_of(assessment)
    unit.session.delete(assessment)
    unit.session.flush()
    TRAIL.note_as(unit, "assessment.removed", assessment, before, None)


def _check(sheet: SheetDocument, wish: ScoresWrite) -> None:
    manual = {item.code: item for item in sheet.items if item.scoring == Scoring.MANUAL}
    flaws, seen = [], set()
    for position, one in enumerate(wish.scores):
        item = manual.get(one.code)
        if item is None:
            words = "不是这张考评表的人工评分项目；自动计算的项目不能直接改分"
            flaws.append(Flaw("item_not_manual", words, pointer=f"#/scores/{position}/code"))
        elif one.points > item.max_points:
            words = f"得分不能超过满分 {item.max_points:g}"
            flaws.append(Flaw("points_over_full", words, pointer=f"#/scores/{position}/points"))
        if one.code in seen:
            words = "同一项目评了两次，请只留一次"
            flaws.append(Flaw("code_repeated", words, pointer=f"#/scores/{position}/code"))
        seen.add(one.code)
    if wish.bonus and wish.bonus.points > sheet.bonus_at_most:
        words = f"加分不能超过 {sheet.bonus_at_most:g} 分"
        flaws.append(Flaw("bonus_over_limit", words, pointer="#/bonus/points"))
    if wish.veto and wish.veto.code not in {veto.code for veto in sheet.vetoes}:
        words = "不在这张考评表的一票否决情形中"
        flaws.append(Flaw("veto_unknown", words, pointer="#/veto/code"))
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def _complete(assessment: Assessment) -> None:
    missing = [item["name"] for item in assessment.items if item["points"] is None]
    if missing:
        raise AssessmentIncomplete(f"还有项目没有评分：{'、'.join(missing)}。")
    if not assessment.quarter_over:
        words = "计算时该季度尚未结束，请在季度结束后重新计算，再确认。"
        raise AssessmentIncomplete(words)
