"""Load the facts of a quarter and compute assessments of organisations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from app.assessment.errors import AssessmentExists, NotAssessed
from app.assessment.measures import (
    AssessedOccurrence,
    Facts,
    LateEntry,
    Learner,
    Problem,
    Slip,
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
from app.assessment.scoring import insist_on_draft, items_of, keep, note, settle, state_of
from app.assessment.sheet_service import adopted, hold_tree
from app.assessment.sheets import CHARGEABLE, SheetDocument
from app.checklist.list_status import OccurrenceStatus
from app.checklist.models import DutyList
from app.checklist.people import LEADERS, training_hours
from app.checklist.rules import ListStatus, State
from app.checklist.schemas import HoursParameters
from app.checklist.status import ScopeStatus, scope_status
from app.checks.schemas import FindingFilters
from app.checks.service import examination
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.items.rules import ItemKind
from app.items.snapshot import ITEMS, RecordOnDay, RecordReader, RecordScope, SnapshotPeriod
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import replay

_OF_RECORDS = frozenset(
    {Measure.RECTIFICATIONS_OVERDUE, Measure.RECTIFICATIONS_MET_LATE, Measure.LATE_ENTRIES}
)
_COUNTED = (or_(ITEMS.late_entry.is_(True), ITEMS.kind.concat("") == ItemKind.RECTIFICATION),)


@dataclass(frozen=True, slots=True)
class _ListQuestion:
    """A year as of a day, as the responsibility list is asked."""

    year: int
    as_of: date | None
    include_descendants: bool


@dataclass(slots=True)
class _Loader:
    """Gathers facts for the assessed organisations; a party group's are its branch's."""

    uow: UnitOfWork
    anchor: Organization
    quarter: Quarter
    wide: bool
    owners: Mapping[UUID, UUID]
    facts: Mapping[UUID, Facts]

    def of(self, place: UUID) -> Facts | None:
        """Where to keep what belongs to an organisation; None when it is not assessed."""
        owner = self.owners.get(place)
        return self.facts[owner] if owner is not None else None


def load(
    uow: UnitOfWork,
    anchor: Organization,
    places: Collection[UUID],
    sheet: SheetDocument,
    q: Quarter,
) -> Mapping[UUID, Facts]:
    """The facts of the assessed places, all of them ``anchor`` or below it.

    Restricted records are left out for everybody: points are the same whoever computes them. The
    caller has checked the right. What the sheet does not count is not read.
    """
    owners = _owners(uow, places)
    alone = set(places) == {anchor.id}
    # Below a branch there are only its groups, whose members and records are the branch's.
    wide = not alone or anchor.kind == OrganizationKind.PARTY_BRANCH
    loader = _Loader(uow, anchor, q, wide, owners, {place: Facts() for place in places})
    measures = {rule.measure for item in sheet.items for rule in item.deductions}
    if measures & {Measure.DUTIES_MISSING, Measure.DUTIES_DONE_LATE}:
        _load_owed(loader, alone=alone)
    if Measure.LIST_NOT_PUBLISHED in measures:
        _load_lists(loader)
    if measures & _OF_RECORDS:
        _load_records(loader)
    if Measure.TRAINING_HOURS_SHORT in measures:
        _load_learners(loader)
    if Measure.FINDINGS_UNEXPLAINED in measures:
        _load_slips(loader)
    return loader.facts


def _owners(uow: UnitOfWork, places: Collection[UUID]) -> dict[UUID, UUID]:
    statement = select(Organization.id, Organization.parent_id).where(
        Organization.parent_id.in_(places), Organization.kind == OrganizationKind.PARTY_GROUP
    )
    groups = {group: parent for group, parent in uow.session.execute(statement) if parent}
    return {**{place: place for place in places}, **groups}


def _load_owed(loader: _Loader, *, alone: bool) -> None:
    """What falls due in the quarter, also from the list of the year before: it follows events.

    A gap is waived after it was seen, mostly in the next quarter: what is waived by now counts.
    """
    today = loader.uow.today(loader.anchor.time_zone)
    for year in (loader.quarter.year - 1, loader.quarter.year):
        asked = _ListQuestion(year, loader.quarter.as_of, not alone)
        _take_owed(loader, scope_status(loader.uow, loader.anchor.id, asked, waived_by=today))


def _take_owed(loader: _Loader, status: ScopeStatus) -> None:
    for entry in status.entries:
        facts = loader.of(entry.organization_id)
        owed = _owed(entry, status, loader.quarter)
        if facts is not None and owed is not None:
            facts.owed.append(owed)


def _owed(
    entry: OccurrenceStatus, status: ScopeStatus, quarter: Quarter
) -> AssessedOccurrence | None:
    """Something owed by a day of the quarter; None for what is not due yet.

    What no record can fulfil by itself is told by people alone, and costs nothing until they do.
    """
    told = entry.obligation.counts or entry.records
    if entry.due_on is None or not quarter.holds(entry.due_on) or not told:
        return None
    if entry.state == State.NOT_YET_DUE and not quarter.over:
        return None
    row, name = entry.row, entry.obligation.name
    if entry.is_owed_by_group:
        name = f"{name}·{status.names[entry.owed_by_id]}"
    return AssessedOccurrence(
        id=entry.id,
        code=entry.obligation.code,
        name=name,
        period=row.period,
        due_on=entry.due_on,
        fulfilled_on=entry.fulfilled_on if _own(entry) else None,
        missing=entry.state in {State.MISSING, State.NOT_YET_DUE},
        late=entry.state == State.DONE_LATE,
        waived=row.waived_reason if entry.state == State.WAIVED else None,
    )


def _own(entry: OccurrenceStatus) -> bool:
    """Whether the first record is one that every reader of the assessment may read.

    One that was linked by hand may be another organisation's; its day is not told on.
    """
    places = {entry.list_owner_id, entry.row.owed_by_id}
    return any(record.organization_id in places for record in entry.records[:1])


def _load_lists(loader: _Loader) -> None:
    statement = select(DutyList.organization_id).where(
        DutyList.organization_id.in_(loader.facts),
        DutyList.year == loader.quarter.year,
        DutyList.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
    )
    for place in loader.uow.session.scalars(statement):
        loader.facts[place].has_list = True


def _load_records(loader: _Loader) -> None:
    """The rectifications that were open in the quarter, and what was entered late in it."""
    quarter = loader.quarter
    reader = RecordReader(
        loader.uow.connection,
        RecordScope("listed", narrowed=_COUNTED),
        SnapshotPeriod(quarter.first, quarter.last, quarter.last),
        quarter.as_of,
        {"organization_ids": list(loader.owners)},
    )
    for record in sorted(reader.records(), key=_entered):
        facts = loader.of(record.row.organization_id)
        if facts is None:
            continue
        if record.row.kind == ItemKind.RECTIFICATION:
            facts.problems.append(_problem(record))
        elif record.happened_on:
            facts.late_entries.append(LateEntry(record.id, record.row.title, record.happened_on))


def _entered(record: RecordOnDay) -> tuple[date, UUID]:
    """Problems in the order of their ids, which is that of their entry; others by their days."""
    return record.happened_on or date.min, record.id


def _problem(record: RecordOnDay) -> Problem:
    handed_in = replay(record.steps).handed_in
    closed_on = record.completed_on
    return Problem(record.id, record.row.title, record.status, record.due_on, closed_on, handed_in)


def _load_learners(loader: _Loader) -> None:
    wish = HoursParameters(
        year=loader.quarter.year, as_of=loader.quarter.as_of, include_descendants=loader.wide
    )
    for member in training_hours(loader.uow, loader.anchor.id, wish).members:
        facts = loader.of(member.organization_id)
        if facts is not None:
            leads = member.post in LEADERS
            facts.learners.append(Learner(member.member_id, member.name, leads, member.hours))


def _load_slips(loader: _Loader) -> None:
    filters = FindingFilters(
        year=loader.quarter.year,
        as_of=loader.quarter.as_of,
        include_descendants=loader.wide,
        explained=False,
    )
    found = examination(loader.uow, loader.anchor.id, filters).findings
    chargeable = frozenset(CHARGEABLE)
    for finding in found:
        facts = loader.of(finding.organization_id)
        counts = finding.rule.code in chargeable and loader.quarter.holds(finding.on)
        if facts is not None and counts and not finding.restricted:
            facts.slips.append(Slip(finding.id, finding.rule.code, finding.message))


def assess(
    uow: UnitOfWork, organization_id: UUID, wish: AssessmentsWrite
) -> tuple[list[Assessment], list[UUID]]:
    """Compute drafts of a quarter; with descendants, of every branch in the subtree at once.

    Returns the drafts, and the branches that have an assessment by this revision already.

    Raises:
        NotFound, Forbidden: the actor does not review there, or the tree has no such sheet.
        ValidationFailed: the quarter has not begun.
        NotAssessed: a party group, an organisation that was not there, or nobody at all.
        AssessmentExists: the one organisation has an assessment by this revision.
    """
    require(uow, Permission.REVIEW, organization_id)
    anchor = uow.session.get_one(Organization, organization_id)
    quarter = _begun(uow, anchor, wish.year, wish.quarter)
    hold_tree(uow, anchor.root_id)
    revision, sheet = adopted(uow, anchor.root_id, wish.sheet)
    places = _places(uow, anchor, quarter, include_descendants=wish.include_descendants)
    existing = _existing(uow, places, wish, revision.id)
    if existing and not wish.include_descendants:
        raise AssessmentExists("该组织这一季度已按这张考评表考评；草稿可以重新计算。")
    fresh = [place for place in places if place.id not in existing]
    facts = load(uow, anchor, [place.id for place in fresh], sheet, quarter) if fresh else {}
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
        _take(uow, one, items, quarter)
        settle(one, sheet, place)
        made.append(one)
    uow.session.add_all(made)
    uow.session.flush()
    for one in made:
        note(uow, "assessment.computed", one, None)
    return made, sorted(existing)


def recompute(uow: UnitOfWork, assessment: Assessment, place: Organization) -> None:
    """Compute a draft's automatic items anew; what people scored stays. The same changes nothing.

    Raises:
        AssessmentNotEditable: it is no draft any more.
    """
    require(uow, Permission.REVIEW, place.id)
    insist_on_draft(assessment)
    sheet = sheet_of(uow, assessment)
    quarter = _begun(uow, place, assessment.year, assessment.quarter)
    kept = {item.code: item for item in items_of(assessment) if item.scoring == Scoring.MANUAL}
    facts = load(uow, place, [place.id], sheet, quarter)
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
    _take(uow, assessment, items, quarter)
    settle(assessment, sheet, place)
    uow.session.flush()
    note(uow, "assessment.recomputed", assessment, before)


def _begun(uow: UnitOfWork, place: Organization, year: int, number: int) -> Quarter:
    today = uow.today(place.time_zone)
    if today < quarter_days(year, number)[0]:
        raise ValidationFailed.at("#/quarter", "quarter_not_begun", "该季度还没有开始，不能考评")
    return Quarter.on(year, number, today)


def _places(
    uow: UnitOfWork, anchor: Organization, quarter: Quarter, *, include_descendants: bool
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
    places = list(uow.session.scalars(statement))
    if not places:
        words = (
            "没有可考评的党支部。" if include_descendants else "党小组或当时不存在的组织不考评。"
        )
        raise NotAssessed(words)
    return places


def _existing(
    uow: UnitOfWork, places: Sequence[Organization], wish: AssessmentsWrite, revision_id: UUID
) -> set[UUID]:
    statement = select(Assessment.organization_id).where(
        Assessment.organization_id.in_([place.id for place in places]),
        Assessment.year == wish.year,
        Assessment.quarter == wish.quarter,
        Assessment.sheet_revision_id == revision_id,
    )
    return set(uow.session.scalars(statement))


def _take(
    uow: UnitOfWork, assessment: Assessment, items: Sequence[ItemScore], quarter: Quarter
) -> None:
    keep(assessment, items)
    assessment.as_of, assessment.quarter_over = quarter.as_of, quarter.over
    assessment.computed_at, assessment.computed_by_name = uow.now(), uow.actor.name
