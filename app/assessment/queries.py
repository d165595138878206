"""Read assessments; drafts are for those who may review, who are never the organisation itself."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import defer

from app.assessment.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentSheet,
    AssessmentSheetRevision,
)
from app.assessment.rules import SUPERIOR_ONLY, AssessmentStatus
from app.assessment.schemas import (
    AssessmentFilters,
    AssessmentRead,
    AssessmentSummary,
    TrendParameters,
    TrendQuarter,
    TrendRead,
    TrendRow,
)
from app.assessment.sheets import SheetDocument
from app.checklist.queries import below
from app.core.audit import AuditEntry
from app.core.errors import Forbidden
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.schemas import HistoryEntry
from app.organizations.models import Organization
from app.organizations.queries import get_visible, inside, reaches, require, reviews_above

_TREND_YEARS = 2  # before the last one, when nothing else is asked


def visible_to(actor: Actor) -> Select[Assessment]:
    """Select the assessments that the actor may read."""
    organization_id = Assessment.organization_id
    published = Assessment.status == AssessmentStatus.PUBLISHED
    return select(Assessment).where(
        inside(organization_id, actor.roots(Permission.READ)),
        or_(published, inside(organization_id, actor.roots(Permission.REVIEW))),
    )


def get_assessment(
    uow: UnitOfWork, assessment_id: UUID, *, lock: bool = False
) -> tuple[Assessment, Organization]:
    """Read an assessment in the actor's sight and its organisation, or NotFound."""
    statement = visible_to(uow.actor).where(Assessment.id == assessment_id)
    assessment = uow.get_or_404(statement, "没有这份考评，或您无权查看。", lock=lock)
    return assessment, uow.session.get_one(Organization, assessment.organization_id)


def sheet_of(uow: UnitOfWork, assessment: Assessment) -> SheetDocument:
    """Read the sheet that an assessment was made by."""
    revision = uow.session.get_one(AssessmentSheetRevision, assessment.sheet_revision_id)
    return SheetDocument.model_validate(revision.document)


def filtered(uow: UnitOfWork, filters: AssessmentFilters) -> Select[Assessment]:
    """Select the assessments that a filter asks for, without their items.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor).options(defer(Assessment.items, raiseload=True))
    organization_id = filters.organization_id
    if organization_id is not None:
        require(uow, Permission.READ, organization_id, parameter="organization_id")
        scope = below(organization_id, include_descendants=filters.include_descendants)
        statement = statement.where(Assessment.organization_id.in_(scope))
    if filters.year is not None:
        statement = statement.where(Assessment.year == filters.year)
    if filters.quarter is not None:
        statement = statement.where(Assessment.quarter == filters.quarter)
    if filters.sheet is not None:
        revisions = AssessmentSheetRevision
        of_sheet = select(revisions.id).join(
            AssessmentSheet, AssessmentSheet.id == revisions.sheet_id
        )
        of_sheet = of_sheet.where(AssessmentSheet.code == filters.sheet)
        statement = statement.where(Assessment.sheet_revision_id.in_(of_sheet))
    if filters.status:
        statement = statement.where(Assessment.status.in_(filters.status))
    if filters.grade:
        statement = statement.where(Assessment.final_grade.in_(filters.grade))
    return statement


def summaries(uow: UnitOfWork, assessments: Sequence[Assessment]) -> list[AssessmentSummary]:
    """Return assessments as they are listed; two statements for any number."""
    organization_ids = {assessment.organization_id for assessment in assessments}
    revision_ids = {assessment.sheet_revision_id for assessment in assessments}
    revisions = AssessmentSheetRevision
    named = select(Organization.id, Organization.name).where(Organization.id.in_(organization_ids))
    numbered = (
        select(revisions.id, AssessmentSheet.code, revisions.number)
        .join(AssessmentSheet, AssessmentSheet.id == revisions.sheet_id)
        .where(revisions.id.in_(revision_ids))
    )
    names = {row.id: row.name for row in uow.session.execute(named)}
    sheets = {row.id: row for row in uow.session.execute(numbered)}
    return [
        AssessmentSummary.model_validate(
            {
                **_columns(assessment, AssessmentSummary),
                "organization_name": names[assessment.organization_id],
                "sheet": sheets[assessment.sheet_revision_id].code,
                "sheet_revision": sheets[assessment.sheet_revision_id].number,
            }
        )
        for assessment in assessments
    ]


def whole(uow: UnitOfWork, assessment: Assessment) -> AssessmentRead:
    """Return an assessment with its items."""
    (summary,) = summaries(uow, [assessment])
    columns = _columns(assessment, AssessmentRead)
    return AssessmentRead.model_validate({**summary.model_dump(), **columns})


def _columns(row: Assessment, model: type[AssessmentSummary]) -> dict[str, object]:
    stored = row.__table__.columns
    return {name: getattr(row, name) for name in model.model_fields if name in stored}


def appeals_of(assessment_id: UUID) -> Select[AssessmentAppeal]:
    """Select the appeals against an assessment; the caller has checked that it may be read."""
    return select(AssessmentAppeal).where(AssessmentAppeal.assessment_id == assessment_id)


def get_appeal(uow: UnitOfWork, assessment: Assessment, appeal_id: UUID) -> AssessmentAppeal:
    """Read an appeal against an assessment that the actor sees, or NotFound."""
    statement = appeals_of(assessment.id).where(AssessmentAppeal.id == appeal_id)
    return uow.get_or_404(statement, "没有这份申诉，或您无权查看。")


def history_of(uow: UnitOfWork, assessment: Assessment) -> list[HistoryEntry]:
    """Read the changes of an assessment and of appeals against it, oldest first.

    Those before it was published are shown to those who may review.
    """
    appeals = appeals_of(assessment.id).with_only_columns(AssessmentAppeal.id)
    subject = AuditEntry.subject_id
    trail = select(AuditEntry).where(or_(subject == assessment.id, subject.in_(appeals)))
    rows = uow.session.scalars(trail.order_by(AuditEntry.sequence))
    entries = [HistoryEntry.model_validate(row) for row in rows]
    if reaches(uow.session, uow.actor, Permission.REVIEW, assessment.organization_id):
        return entries
    published = [entry.action for entry in entries].index("assessment.published")
    first = entries[published].model_copy(update={"before": None})
    return [first, *entries[published + 1 :]]


def trend(uow: UnitOfWork, organization_id: UUID, parameters: TrendParameters) -> TrendRead:
    """Read published points and grades by quarter, of an organisation or of it and all below.

    Where a quarter was assessed by several revisions of the sheet, the newest counts.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    last = parameters.year_to or uow.today(organization.time_zone).year
    first = parameters.year_from or last - _TREND_YEARS
    scope = below(organization_id, include_descendants=parameters.include_descendants)
    statement = _published(scope, parameters.sheet).where(Assessment.year.between(first, last))
    names: dict[UUID, str] = {}
    quarters: defaultdict[UUID, dict[tuple[int, int], TrendQuarter]] = defaultdict(dict)
    for assessment, name in uow.session.execute(statement):
        names[assessment.organization_id] = name
        quarter = TrendQuarter(
            assessment_id=assessment.id,
            year=assessment.year,
            quarter=assessment.quarter,
            points=assessment.final_points,
            grade=assessment.final_grade,
        )
        quarters[assessment.organization_id][assessment.year, assessment.quarter] = quarter
    rows = [
        TrendRow(organization_id=key, organization_name=names[key], quarters=list(of_key.values()))
        for key, of_key in quarters.items()
    ]
    return TrendRead(
        organization_id=organization_id,
        sheet=parameters.sheet,
        year_from=first,
        year_to=last,
        rows=rows,
    )


def _published(scope: Select[Any], sheet: str) -> Select[Assessment, str]:
    """Select published assessments with their organisations' names, the newest revision last."""
    revisions = AssessmentSheetRevision
    of_sheet = and_(AssessmentSheet.id == revisions.sheet_id, AssessmentSheet.code == sheet)
    quarter = (Assessment.organization_id, Assessment.year, Assessment.quarter)
    return (
        select(Assessment, Organization.name)
        .options(defer(Assessment.items, raiseload=True))
        .join(Organization, Organization.id == Assessment.organization_id)
        .join(revisions, revisions.id == Assessment.sheet_revision_id)
        .join(AssessmentSheet, of_sheet)
        .where(
            Assessment.organization_id.in_(scope), Assessment.status == AssessmentStatus.PUBLISHED
        )
        .order_by(*quarter, revisions.number)
    )


def require_superior(uow: UnitOfWork, organization: Organization) -> None:
    """Insist that the actor reviews at the superior organisation (at a root: there).

    Raises:
        Forbidden: he does not.
    """
    if not reviews_above(uow, organization):
        raise Forbidden(SUPERIOR_ONLY)
