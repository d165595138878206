"""A draft's values: its items, its result, and what the audit trail says of it."""

from collections.abc import Sequence
from typing import Any

from app.assessment.errors import AssessmentNotEditable
from app.assessment.models import Assessment
from app.assessment.rules import (
    AssessmentStatus,
    grade_of,
    quarter_days,
    total_points,
    why_ungraded,
)
from app.assessment.schemas import ItemScore
from app.assessment.sheets.documents import SheetDocument
from app.core.audit import Trail
from app.core.unit import Unit
from app.organizations.models import Organization

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
    unit: Unit,
    action: str,
    assessment: Assessment,
    before: dict[str, Any] | None,
    note: str | None = None,
) -> None:
    """Tell the audit trail of a change."""
    after = state_of(assessment)
    if note is not None:
        after["note"] = note
    TRAIL.note_as(unit, action, assessment, before, after)
