"""Appeals (申诉): an organisation's objection to an item's points, and the superior's answer."""

from typing import Any

from sqlalchemy import select

from app.assessment.drafts import TRAIL
from app.assessment.errors import AppealNotAllowed
from app.assessment.models import Assessment, AssessmentAppeal
from app.assessment.queries import appeals_of, sheet_of
from app.assessment.rights import require_superior
from app.assessment.rules import AppealDecision, AssessmentStatus, grade_of, total_points
from app.assessment.schemas import AppealAnswer, AppealRead, AppealWrite
from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import OwnRequest, ValidationFailed, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import require

_APPEAL = Trail("assessment_appeal", tuple(AppealRead.model_fields))


def appeal(unit: Unit, assessment: Assessment, wish: AppealWrite) -> AssessmentAppeal:
    """Object to an item's points; each item of an assessment can be objected to once.

    Raises:
        Forbidden: the actor does not write there.
        AppealNotAllowed: it is not published, or the item was objected to before.
        NotFound: the assessment has no such item.
    """
    require(unit, Permission.WRITE, assessment.organization_id)
    if assessment.status != AssessmentStatus.PUBLISHED:
        raise AppealNotAllowed("考评公布后才能申诉。")
    item = _item(assessment, wish.item)
    earlier = select(AssessmentAppeal.id).where(
        AssessmentAppeal.assessment_id == assessment.id, AssessmentAppeal.item_code == wish.item
    )
    if unit.session.execute(earlier).first():
        raise AppealNotAllowed("该项目已经提出过申诉，每个项目只申诉一次。")
    made = AssessmentAppeal(
        id=new_id(),
        assessment_id=assessment.id,
        item_code=wish.item,
        text=wish.text,
        points_before=item["points"],
        made_at=unit.now(),
        made_by=unit.actor.user_id,
        made_by_name=unit.actor.name,
    )
    unit.session.add(made)
    unit.session.flush()
    _APPEAL.note(unit, "assessment_appeal.made", made, owner=assessment)
    return made


def answer(
    unit: Unit,
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
    require_superior(unit, place)
    if asked.made_by is not None and asked.made_by == unit.actor.user_id:
        raise OwnRequest("不能答复本人提出的申诉，请由他人答复。")
    if asked.decision is not None:
        raise AppealNotAllowed("这份申诉已经答复，答复不再改动。")
    before = _APPEAL.state(asked)
    if wish.points is not None:
        _check(assessment, asked, wish.points)
    asked.decision, asked.decision_reason = wish.decision, wish.reason
    asked.points_after = wish.points
    asked.decided_at, asked.decided_by_name = unit.now(), unit.actor.name
    unit.session.flush()
    _APPEAL.note(unit, "assessment_appeal.answered", asked, before, owner=assessment)
    if wish.decision == AppealDecision.ADJUST:
        _settle(unit, assessment)


def _item(assessment: Assessment, code: str) -> dict[str, Any]:
    item = next((item for item in assessment.items if item["code"] == code), None)
    return existing(item, f"这份考评没有代码为“{code}”的项目。", pointer="#/item")


def _check(assessment: Assessment, asked: AssessmentAppeal, points: float) -> None:
    most = _item(assessment, asked.item_code)["max_points"]
    if not asked.points_before < points <= most:
        words = f"调整后的得分应高于原得分 {asked.points_before:g}，不超过满分 {most:g}"
        raise ValidationFailed.at("#/points", "adjustment_out_of_range", words)


def _settle(unit: Unit, assessment: Assessment) -> None:
    """Draw the final total and grade from the published items and every adjustment."""
    adjusted = {
        one.item_code: one.points_after
        for one in unit.session.scalars(appeals_of(assessment.id))
        if one.decision == AppealDecision.ADJUST
    }
    before = {"final_points": assessment.final_points, "final_grade": assessment.final_grade}
    points = (adjusted.get(item["code"], item["points"]) for item in assessment.items)
    assessment.final_points = total_points(points, assessment.bonus)
    if not assessment.ungraded:
        thresholds = sheet_of(unit, assessment).thresholds
        vetoed = assessment.veto is not None
        assessment.final_grade = grade_of(assessment.final_points, thresholds, vetoed=vetoed)
    unit.session.flush()
    after = {"final_points": assessment.final_points, "final_grade": assessment.final_grade}
    TRAIL.note_as(unit, "assessment.adjusted", assessment, before, after)
