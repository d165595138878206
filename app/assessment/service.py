"""Computing assessments: of one organisation, or of every branch of a subtree at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.assessment.drafts import insist_on_draft, items_of, keep, note, settle, state_of
from app.assessment.errors import AssessmentExists, NotAssessed
from app.assessment.loading import load
from app.assessment.measuring import scored
from app.assessment.models import Assessment
from app.assessment.queries import sheet_of
from app.assessment.rules import AssessmentStatus, Quarter, Scoring, quarter_days, why_ungraded
from app.assessment.schemas import AssessmentsWrite, ItemScore
from app.assessment.sheets.service import adopted, hold_tree
from app.core.actor import Permission
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.organizations.rules import OrganizationKind


def assess(
    unit: Unit, organization_id: UUID, wish: AssessmentsWrite
) -> tuple[list[Assessment], list[UUID]]:
    """Compute drafts of a quarter; with descendants, of every branch in the subtree at once.

    Returns the drafts, and the branches that have an assessment by this revision already.

    Raises:
        NotFound, Forbidden: the actor does not review there, or the tree has no such sheet.
        ValidationFailed: the quarter has not begun.
        NotAssessed: a party group, an organisation that was not there, or nobody at all.
        AssessmentExists: the one organisation has an assessment by this revision.
    """
    require(unit, Permission.REVIEW, organization_id)
    anchor = unit.session.get_one(Organization, organization_id)
    quarter = _begun(unit, anchor, wish.year, wish.quarter)
    hold_tree(unit, anchor.root_id)
    revision, sheet = adopted(unit, anchor.root_id, wish.sheet)
    places = _places(unit, anchor, quarter, include_descendants=wish.include_descendants)
    existing = _existing(unit, places, wish, revision.id)
    if existing and not wish.include_descendants:
        raise AssessmentExists("该组织这一季度已按这张考评表考评；草稿可以重新计算。")
    fresh = [place for place in places if place.id not in existing]
    facts = load(unit, anchor, [place.id for place in fresh], sheet, quarter) if fresh else {}
    made = []
    for place in fresh:
        one = Assessment(
            id=new_id(),
            organization_id=place.id,
            year=wish.year,
            quarter=wish.quarter,
            sheet_revision_id=revision.id,
            status=AssessmentStatus.DRAFT,
            bonus=0.0,
        )
        items = scored(sheet, facts[place.id], quarter, {})
        _take(unit, one, items, quarter)
        settle(one, sheet, place)
        made.append(one)
    unit.session.add_all(made)
    unit.session.flush()
    for one in made:
        note(unit, "assessment.computed", one, None)
    return made, sorted(existing)


def recompute(unit: Unit, assessment: Assessment, place: Organization) -> None:
    """Compute a draft's automatic items anew; what people scored stays. The same changes nothing.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(unit, Permission.REVIEW, place.id)
    insist_on_draft(assessment)
    sheet = sheet_of(unit, assessment)
    quarter = _begun(unit, place, assessment.year, assessment.quarter)
    kept = {item.code: item for item in items_of(assessment) if item.scoring == Scoring.MANUAL}
    facts = load(unit, place, [place.id], sheet, quarter)
    items = scored(sheet, facts[place.id], quarter, kept)
    same = (items, quarter.as_of, quarter.over, why_ungraded(place.founded_on, quarter.last))
    if same == (
        items_of(assessment),
        assessment.as_of,
        assessment.quarter_over,
        assessment.ungraded,
    ):
        return
    before = state_of(assessment)
    _take(unit, assessment, items, quarter)
    settle(assessment, sheet, place)
    unit.session.flush()
    note(unit, "assessment.recomputed", assessment, before)


def _begun(unit: Unit, place: Organization, year: int, number: int) -> Quarter:
    today = unit.today(place.time_zone)
    if today < quarter_days(year, number)[0]:
        raise ValidationFailed.at("#/quarter", "quarter_not_begun", "该季度还没有开始，不能考评")
    return Quarter.on(year, number, today)


def _places(
    unit: Unit, anchor: Organization, quarter: Quarter, *, include_descendants: bool
) -> list[Organization]:
    """Who is assessed: the one organisation, or every branch in its subtree; if it was there."""
    ancestors = OrganizationAncestor
    statement = (
        select(Organization)
        .join(ancestors, ancestors.descendant_id == Organization.id)
        .where(
            ancestors.ancestor_id == anchor.id,
            or_(Organization.founded_on.is_(None), Organization.founded_on <= quarter.as_of),
            or_(Organization.dissolved_on.is_(None), Organization.dissolved_on > quarter.as_of),
        )
        .order_by(Organization.id)
    )
    if include_descendants:
        statement = statement.where(Organization.kind == OrganizationKind.PARTY_BRANCH)
    else:
        statement = statement.where(
            ancestors.distance == 0, Organization.kind != OrganizationKind.PARTY_GROUP
        )
    places = list(unit.session.scalars(statement))
    if not places:
        words = (
            "没有可考评的党支部。" if include_descendants else "党小组或当时不存在的组织不考评。"
        )
        raise NotAssessed(words)
    return places


def _existing(
    unit: Unit, places: Sequence[Organization], wish: AssessmentsWrite, revision_id: UUID
) -> set[UUID]:
    statement = select(Assessment.organization_id).where(
        Assessment.organization_id.in_([place.id for place in places]),
        Assessment.year == wish.year,
        Assessment.quarter == wish.quarter,
        Assessment.sheet_revision_id == revision_id,
    )
    return set(unit.session.scalars(statement))


def _take(unit: Unit, assessment: Assessment, items: Sequence[ItemScore], quarter: Quarter) -> None:
    keep(assessment, items)
    assessment.as_of, assessment.quarter_over = quarter.as_of, quarter.over
    assessment.computed_at, assessment.computed_by_name = unit.now(), unit.actor.name
