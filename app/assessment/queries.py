"""Read assessments; drafts are for those who may review, who are never the organisation itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import defer

from app.assessment.errors import OwnAssessment
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
from app.organizations.queries import (
    get_visible,
    inside,
    keeps_own_records,
    reaches,
    require,
    reviews_above,
)

_NOT_HERE = "没有这份考评，或您无权查看。"
_TREND_YEARS = 2  # before the last one, when nothing else is asked


def visible_to(actor: Actor) -> Select[Assessment]:
    """The assessments that the actor may read."""
    place = Assessment.organization_id
    shown = or_(
        Assessment.status == AssessmentStatus.PUBLISHED,
        inside(place, actor.roots(Permission.REVIEW)),
    )
    return select(Assessment).where(inside(place, actor.roots(Permission.READ)), shown)


def get_assessment(
    uow: UnitOfWork, assessment_id: UUID, *, lock: bool = False
) -> tuple[Assessment, Organization]:
    """An assessment in the actor's sight with its organisation, or NotFound."""
    statement = visible_to(uow.actor).where(Assessment.id == assessment_id)
    assessment = uow.get_or_404(statement, _NOT_HERE, lock=lock)
    return assessment, uow.session.get_one(Organization, assessment.organization_id)


def sheet_of(uow: UnitOfWork, assessment: Assessment) -> SheetDocument:
    """The sheet that an assessment was made by."""
    revision = uow.session.get_one(AssessmentSheetRevision, assessment.sheet_revision_id)
    return SheetDocument.model_validate(revision.document)


def filtered(uow: UnitOfWork, filters: AssessmentFilters) -> Select[Assessment]:
    """The assessments that a filter asks for, without their items.

    Raises:
        NotFound: the filter names an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor).options(defer(Assessment.items, raiseload=True))
    place = filters.organization_id
    if place is not None:
        require(uow, Permission.READ, place, parameter="organization_id")
        scope = below(place, include_descendants=filters.include_descendants)
        statement = statement.where(Assessment.organization_id.in_(scope))
    if filters.year is not None:
        statement = statement.where(Assessment.year == filters.year)
    if filters.quarter is not None:
        statement = statement.where(Assessment.quarter == filters.quarter)
    if filters.sheet is not None:
        statement = statement.where(Assessment.sheet_revision_id.in_(_by_sheet(filters.sheet)))
    if filters.status:
        statement = statement.where(Assessment.status.in_(filters.status))
    if filters.grade:
        statement = statement.where(Assessment.final_grade.in_(filters.grade))
    return statement


def _by_sheet(code: str) -> Select[UUID]:
    revisions = AssessmentSheetRevision
    joined = select(revisions.id).join(AssessmentSheet, AssessmentSheet.id == revisions.sheet_id)
    return joined.where(AssessmentSheet.code == code)


def summaries(uow: UnitOfWork, assessments: Iterable[Assessment]) -> list[AssessmentSummary]:
    """Assessments as they are listed; two statements for any number."""
    shown = list(assessments)
    places, sheets = _names(uow, shown), _sheets(uow, shown)
    return [
        AssessmentSummary.model_validate(
            {
                **_columns(one, AssessmentSummary),
                "organization_name": places[one.organization_id],
                "sheet": sheets[one.sheet_revision_id][0],
                "sheet_revision": sheets[one.sheet_revision_id][1],
            }
        )
        for one in shown
    ]


def whole(uow: UnitOfWork, assessment: Assessment) -> AssessmentRead:
    """An assessment with its items."""
    (summary,) = summaries(uow, [assessment])
    columns = _columns(assessment, AssessmentRead)
    return AssessmentRead.model_validate({**summary.model_dump(), **columns})


def _names(uow: UnitOfWork, shown: Sequence[Assessment]) -> dict[UUID, str]:
    wanted = {one.organization_id for one in shown}
    statement = select(Organization.id, Organization.name).where(Organization.id.in_(wanted))
    return {key: name for key, name in uow.session.execute(statement)}  # noqa: C416 - rows are typed so


def _sheets(uow: UnitOfWork, shown: Sequence[Assessment]) -> dict[UUID, tuple[str, int]]:
    revisions = AssessmentSheetRevision
    statement = (
        select(revisions.id, AssessmentSheet.code, revisions.number)
        .join(AssessmentSheet, AssessmentSheet.id == revisions.sheet_id)
        .where(revisions.id.in_({one.sheet_revision_id for one in shown}))
    )
    return {key: (code, number) for key, code, number in uow.session.execute(statement)}


def _columns(row: Assessment, model: type[AssessmentSummary]) -> dict[str, object]:
    stored = row.__table__.columns
    return {name: getattr(row, name) for name in model.model_fields if name in stored}


def appeals_of(assessment_id: UUID) -> Select[AssessmentAppeal]:
    """The appeals against an assessment; whoever asks has been shown the assessment."""
    return select(AssessmentAppeal).where(AssessmentAppeal.assessment_id == assessment_id)


def get_appeal(uow: UnitOfWork, assessment: Assessment, appeal_id: UUID) -> AssessmentAppeal:
    """An appeal against an assessment that the actor sees, or NotFound."""
    statement = appeals_of(assessment.id).where(AssessmentAppeal.id == appeal_id)
    return uow.get_or_404(statement, "没有这份申诉，或您无权查看。")


def history_of(uow: UnitOfWork, assessment: Assessment) -> list[HistoryEntry]:
    """What became of an assessment and of appeals against it, oldest first.

    What was scored and changed before it was published is told to those who may review.
    """
    appeals = select(AssessmentAppeal.id).where(AssessmentAppeal.assessment_id == assessment.id)
    subject = AuditEntry.subject_id
    trail = select(AuditEntry).where(or_(subject == assessment.id, subject.in_(appeals)))
    rows = uow.session.scalars(trail.order_by(AuditEntry.sequence))
    entries = [HistoryEntry.model_validate(row) for row in rows]
    if reaches(uow.session, uow.actor, Permission.REVIEW, assessment.organization_id):
        return entries
    published = [entry.action for entry in entries].index("assessment.published")
    first = entries[published].model_copy(update={"before": None})
    return [first, *entries[published + 1 :]]


def trend(uow: UnitOfWork, organization_id: UUID, wish: TrendParameters) -> TrendRead:
    """Published points and grades by quarter, of an organisation or of it and all below.

    Where a quarter was assessed by several revisions of the sheet, the newest counts.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    asked = get_visible(uow.session, uow.actor, organization_id)
    last = wish.year_to or uow.today(asked.time_zone).year
    first = wish.year_from or last - _TREND_YEARS
    scope = below(organization_id, include_descendants=wish.include_descendants)
    statement = _published(scope, wish.sheet).where(Assessment.year.between(first, last))
    names: dict[UUID, str] = {}
    quarters: defaultdict[UUID, dict[tuple[int, int], TrendQuarter]] = defaultdict(dict)
    for one, name in uow.session.execute(statement):
        names[one.organization_id] = name
        quarters[one.organization_id][one.year, one.quarter] = TrendQuarter(
            assessment_id=one.id,
            year=one.year,
            quarter=one.quarter,
            points=one.final_points,
            grade=one.final_grade,
        )
    rows = [
        TrendRow(
            organization_id=place, organization_name=name, quarters=list(quarters[place].values())
        )
        for place, name in names.items()
    ]
    return TrendRead(
        organization_id=organization_id, sheet=wish.sheet, year_from=first, year_to=last, rows=rows
    )


def _published(scope: Select[Any], sheet: str) -> Select[Assessment, str]:
    """Published assessments of a scope with names, by place, quarter and revision of the sheet."""
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


def require_scorer(uow: UnitOfWork, place: Organization) -> None:
    """Insist that the actor may score an organisation and is not one of its own hands.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnAssessment: the actor keeps the organisation's records.
    """
    require(uow, Permission.REVIEW, place.id)
    if keeps_own_records(uow, place):
        raise OwnAssessment("本组织的工作人员不能给本组织评分，请由上级或检查人员评分。")


def require_superior(uow: UnitOfWork, place: Organization) -> None:
    """Insist that the actor reviews at the superior organisation (at a root: there).

    Raises:
        Forbidden: he does not.
    """
    if not reviews_above(uow, place):
        raise Forbidden(SUPERIOR_ONLY)
