"""Load the facts of a quarter and compute assessments of organisations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from app.assessment.errors import AssessmentExists, NotAssessed
from app.assessment.measures import (
    AssessedOccurrence,
    AssessedRectification,
    Facts,
    LateEntry,
    Learner,
    UnexplainedFinding,
    scored,
)
from app.assessment.models import Assessment
from app.assessment.queries import sheet_of
from app.assessment.rules import (
    AssessmentStatus,
    Measure,
    Quarter,
    Scoring,
    quarter_days,
    why_ungraded,
)
from app.assessment.schemas import AssessmentsWrite, ItemScore
from app.assessment.scoring import (
    items_of,
    note_change,
    require_draft,
    set_items,
    set_result,
    state_of,
)
from app.assessment.sheet_service import adopt_sheet, lock_tree
from app.assessment.sheets import CHARGEABLE, OF_DUTIES, SheetDocument
from app.checklist.list_status import OccurrenceStatus
from app.checklist.models import DutyList
from app.checklist.people import LEADERS, training_hours
from app.checklist.rules import ListStatus, State
from app.checklist.schemas import HoursParameters, YearParameters
from app.checklist.status import ScopeStatus, scope_status
from app.checks.schemas import FindingFilters
from app.checks.service import examination
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.items.history import ITEMS
from app.items.rules import ItemKind
from app.items.snapshot import RecordReader, RecordScope, SnapshotPeriod
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import replay

_OF_RECORDS = frozenset(
    {Measure.RECTIFICATIONS_OVERDUE, Measure.RECTIFICATIONS_MET_LATE, Measure.LATE_ENTRIES}
)
_COUNTED = (or_(ITEMS.late_entry.is_(True), ITEMS.kind.concat("") == ItemKind.RECTIFICATION),)


@dataclass(slots=True)
class _FactsLoader:
    """Gathers facts for the assessed organisations; a party group's are its branch's.

    ``include_descendants``: also what lies below ``anchor`` is read.
    """

    uow: UnitOfWork
    anchor: Organization
    quarter: Quarter
    include_descendants: bool
    owners: Mapping[UUID, UUID]
    facts: Mapping[UUID, Facts]

    def of(self, organization_id: UUID) -> Facts | None:
        """Return the facts to which an organisation's belong; None if it is not assessed."""
        owner = self.owners.get(organization_id)
        return self.facts[owner] if owner is not None else None


def load_facts(
    uow: UnitOfWork,
    anchor: Organization,
    assessed: Collection[UUID],
    sheet: SheetDocument,
    quarter: Quarter,
) -> Mapping[UUID, Facts]:
    """Read the facts of the assessed organisations, all of them ``anchor`` or below it.

    Restricted records are left out for everybody: points are the same whoever computes them. The
    caller has checked the right. What the sheet does not count is not read.
    """
    alone = set(assessed) == {anchor.id}
    # Below a branch there are only its groups, whose members and records are the branch's.
    wide = not alone or anchor.kind == OrganizationKind.PARTY_BRANCH
    facts = {organization_id: Facts() for organization_id in assessed}
    loader = _FactsLoader(uow, anchor, quarter, wide, _owners(uow, assessed), facts)
    measures = {rule.measure for item in sheet.items for rule in item.deductions}
    if measures & OF_DUTIES:
        _load_occurrences(loader, alone=alone)
    if Measure.LIST_NOT_PUBLISHED in measures:
        _load_lists(loader)
    if measures & _OF_RECORDS:
        _load_records(loader)
    if Measure.TRAINING_HOURS_SHORT in measures:
        _load_learners(loader)
    if Measure.FINDINGS_UNEXPLAINED in measures:
        _load_findings(loader)
    return facts


def _owners(uow: UnitOfWork, assessed: Collection[UUID]) -> dict[UUID, UUID]:
    """Return who is assessed for each organisation: itself, or a group's branch."""
    statement = select(Organization.id, Organization.parent_id).where(
        Organization.parent_id.in_(assessed), Organization.kind == OrganizationKind.PARTY_GROUP
    )
    groups = {group: parent for group, parent in uow.session.execute(statement) if parent}
    return {organization_id: organization_id for organization_id in assessed} | groups


def _load_occurrences(loader: _FactsLoader, *, alone: bool) -> None:
    """Load what falls due in the quarter, also from the list of the year before: it follows events.

    A gap is waived after it was seen, mostly in the next quarter: what is waived by now counts.
    """
    today, quarter = loader.uow.today(loader.anchor.time_zone), loader.quarter
    for year in (quarter.year - 1, quarter.year):
        question = YearParameters(year=year, as_of=quarter.as_of, include_descendants=not alone)
        status = scope_status(loader.uow, loader.anchor.id, question, waived_by=today)
        for entry in status.entries:
            facts = loader.of(entry.organization_id)
            occurrence = _occurrence(entry, status, quarter)
            if facts is not None and occurrence is not None:
                facts.occurrences.append(occurrence)


def _occurrence(
    entry: OccurrenceStatus, status: ScopeStatus, quarter: Quarter
) -> AssessedOccurrence | None:
    """Return something owed by a day of the quarter; None for what is not due yet.

    What no record can fulfil by itself is told by people alone, and costs nothing until they do.
    """
    verifiable = entry.obligation.counts or entry.records
    if entry.due_on is None or not quarter.holds(entry.due_on) or not verifiable:
        return None
    if entry.state == State.NOT_YET_DUE and not quarter.over:
        return None
    row, name = entry.row, entry.obligation.name
    if entry.is_owed_by_group:
        name = f"{name}·{status.names[entry.owed_by_id]}"
    # The day of another organisation's record, linked by hand, is not told to every reader.
    readable = {entry.list_owner_id, row.owed_by_id}
    own = any(record.organization_id in readable for record in entry.records[:1])
    return AssessedOccurrence(
        id=entry.id,
        code=entry.obligation.code,
        name=name,
        period=row.period,
        due_on=entry.due_on,
        fulfilled_on=entry.fulfilled_on if own else None,
        missing=entry.state in {State.MISSING, State.NOT_YET_DUE},
        late=entry.state == State.DONE_LATE,
        waived=row.waived_reason if entry.state == State.WAIVED else None,
    )


def _load_lists(loader: _FactsLoader) -> None:
    statement = select(DutyList.organization_id).where(
        DutyList.organization_id.in_(loader.facts),
        DutyList.year == loader.quarter.year,
        DutyList.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
    )
    for organization_id in loader.uow.session.scalars(statement):
        loader.facts[organization_id].has_list = True


def _load_records(loader: _FactsLoader) -> None:
    """Load the rectifications that were open in the quarter, and what was entered late in it."""
    quarter = loader.quarter
    reader = RecordReader(
        loader.uow.connection,
        RecordScope("listed", narrowed=_COUNTED),
        SnapshotPeriod(quarter.first, quarter.last, quarter.last),
        quarter.as_of,
        {"organization_ids": list(loader.owners)},
    )
    # Rectifications in the order of their ids, which is that of their entry; others by their days.
    for record in sorted(
        reader.records(), key=lambda record: (record.happened_on or date.min, record.id)
    ):
        facts, row = loader.of(record.row.organization_id), record.row
        if facts is None:
            continue
        if row.kind == ItemKind.RECTIFICATION:
            facts.rectifications.append(
                AssessedRectification(
                    *(record.id, row.title, record.status, record.due_on, record.completed_on),
                    replay(record.steps).handed_in,
                )
            )
        elif record.happened_on:
            facts.late_entries.append(LateEntry(record.id, row.title, record.happened_on))


def _load_learners(loader: _FactsLoader) -> None:
    parameters = HoursParameters(
        year=loader.quarter.year,
        as_of=loader.quarter.as_of,
        include_descendants=loader.include_descendants,
    )
    for member in training_hours(loader.uow, loader.anchor.id, parameters).members:
        facts = loader.of(member.organization_id)
        if facts is not None:
            leads = member.post in LEADERS
            facts.learners.append(Learner(member.member_id, member.name, leads, member.hours))


def _load_findings(loader: _FactsLoader) -> None:
    filters = FindingFilters(
        year=loader.quarter.year,
        as_of=loader.quarter.as_of,
        include_descendants=loader.include_descendants,
        code=list(CHARGEABLE),
        explained=False,
    )
    for finding in examination(loader.uow, loader.anchor.id, filters).findings:
        facts = loader.of(finding.organization_id)
        if facts is not None and loader.quarter.holds(finding.on) and not finding.restricted:
            facts.findings.append(
                UnexplainedFinding(finding.id, finding.rule.code, finding.message)
            )


def assess(
    uow: UnitOfWork, organization_id: UUID, payload: AssessmentsWrite
) -> tuple[list[Assessment], list[UUID]]:
    """Compute drafts of a quarter; with descendants, of every branch in the subtree at once.

    Returns the drafts, and the branches that have an assessment by this revision already.

    Raises:
        NotFound, Forbidden: the actor does not review there, or the tree has no such sheet.
        ValidationFailed: the quarter has not begun.
        NotAssessed: a party group, an organisation that did not exist, or nobody at all.
        AssessmentExists: the one organisation has an assessment by this revision.
    """
    require(uow, Permission.REVIEW, organization_id)
    anchor = uow.session.get_one(Organization, organization_id)
    quarter = _begun_quarter(uow, anchor, payload.year, payload.quarter)
    lock_tree(uow, anchor.root_id)
    revision, sheet = adopt_sheet(uow, anchor.root_id, payload.sheet)
    wide = payload.include_descendants
    organizations = _assessed_organizations(uow, anchor, quarter, include_descendants=wide)
    assessed = select(Assessment.organization_id).where(
        Assessment.organization_id.in_([organization.id for organization in organizations]),
        Assessment.year == payload.year,
        Assessment.quarter == payload.quarter,
        Assessment.sheet_revision_id == revision.id,
    )
    existing = set(uow.session.scalars(assessed))
    if existing and not wide:
        raise AssessmentExists("该组织这一季度已按这张考评表考评；草稿可以重新计算。")
    new = {each.id: each for each in organizations if each.id not in existing}
    facts = load_facts(uow, anchor, new, sheet, quarter) if new else {}
    assessments = []
    for organization in new.values():
        assessment = Assessment(
            id=new_id(),
            organization_id=organization.id,
            year=payload.year,
            quarter=payload.quarter,
            sheet_revision_id=revision.id,
            status=AssessmentStatus.DRAFT,
            bonus=0.0,
        )
        _set_computed(uow, assessment, scored(sheet, facts[organization.id], quarter, {}), quarter)
        set_result(assessment, sheet, organization)
        assessments.append(assessment)
    uow.session.add_all(assessments)
    uow.session.flush()
    for assessment in assessments:
        note_change(uow, "assessment.computed", assessment, None)
    return assessments, sorted(existing)


def recompute(uow: UnitOfWork, assessment: Assessment, organization: Organization) -> None:
    """Compute a draft's automatic items anew; what people scored stays. The same changes nothing.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(uow, Permission.REVIEW, organization.id)
    require_draft(assessment)
    sheet, stored = sheet_of(uow, assessment), items_of(assessment)
    quarter = _begun_quarter(uow, organization, assessment.year, assessment.quarter)
    kept = {item.code: item for item in stored if item.scoring == Scoring.MANUAL}
    facts = load_facts(uow, organization, [organization.id], sheet, quarter)
    items = scored(sheet, facts[organization.id], quarter, kept)
    ungraded = why_ungraded(organization.founded_on, quarter.last)
    known = (stored, assessment.as_of, assessment.quarter_over, assessment.ungraded)
    if known == (items, quarter.as_of, quarter.over, ungraded):
        return
    before = state_of(assessment)
    _set_computed(uow, assessment, items, quarter)
    set_result(assessment, sheet, organization)
    uow.session.flush()
    note_change(uow, "assessment.recomputed", assessment, before)


def _begun_quarter(uow: UnitOfWork, organization: Organization, year: int, number: int) -> Quarter:
    today = uow.today(organization.time_zone)
    if today < quarter_days(year, number)[0]:
        raise ValidationFailed.at("#/quarter", "quarter_not_begun", "该季度还没有开始，不能考评")
    return Quarter.on(year, number, today)


def _assessed_organizations(
    uow: UnitOfWork, anchor: Organization, quarter: Quarter, *, include_descendants: bool
) -> list[Organization]:
    """Read who is assessed: the organisation, or every branch in its subtree; if it existed.

    Raises:
        NotAssessed: there is nobody.
    """
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
        message = "没有可考评的党支部。"
        statement = statement.where(Organization.kind == OrganizationKind.PARTY_BRANCH)
    else:
        message = "党小组或当时不存在的组织不考评。"
        statement = statement.where(
            ancestors.distance == 0, Organization.kind != OrganizationKind.PARTY_GROUP
        )
    organizations = list(uow.session.scalars(statement))
    if not organizations:
        raise NotAssessed(message)
    return organizations


def _set_computed(
    uow: UnitOfWork, assessment: Assessment, items: Sequence[ItemScore], quarter: Quarter
) -> None:
    set_items(assessment, items)
    assessment.as_of, assessment.quarter_over = quarter.as_of, quarter.over
    assessment.computed_at, assessment.computed_by_name = uow.now(), uow.actor.name
