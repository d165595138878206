"""Reading the facts of a quarter: a constant number of statements for any number of places."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from app.assessment.facts import Facts, LateEntry, Learner, Owed, Problem, Slip
from app.assessment.rules import Measure, Quarter
from app.assessment.sheets.documents import CHARGEABLE, SheetDocument
from app.checklist.list_status import OccurrenceStatus
from app.checklist.models import DutyList
from app.checklist.people import LEADERS, training_hours
from app.checklist.rules import ListStatus, State
from app.checklist.schemas import HoursParameters
from app.checklist.status import ScopeStatus, scope_status
from app.checks.schemas import FindingFilters
from app.checks.service import examination
from app.core.unit import Unit
from app.items.rules import ItemKind
from app.items.snapshot import ITEMS, Period, RecordOnDay, RecordReader, RecordScope
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.rectifications.rules import replay

_OF_RECORDS = frozenset(
    {
        Measure.RECTIFICATIONS_OVERDUE,
        Measure.RECTIFICATIONS_MET_LATE,
        Measure.LATE_ENTRIES,
    }
)
_COUNTED = (or_(ITEMS.late_entry.is_(True), ITEMS.kind.concat("") == ItemKind.RECTIFICATION),)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A year as of a day, as the responsibility list is asked."""

    year: int
    as_of: date | None
    include_descendants: bool


@dataclass(slots=True)
class _Loader:
    """Gathers facts for the assessed organisations; a party group's are its branch's."""

    unit: Unit
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
    unit: Unit, anchor: Organization, places: Collection[UUID], sheet: SheetDocument, q: Quarter
) -> Mapping[UUID, Facts]:
    """The facts of the assessed places, all of them ``anchor`` or below it.

    Restricted records are left out for everybody: points are the same whoever computes them. The
    caller has checked the right. What the sheet does not count is not read.
    """
    owners = _owners(unit, places)
    alone = set(places) == {anchor.id}
    # Below a branch there are only its groups, whose members and records are the branch's.
    wide = not alone or anchor.kind == OrganizationKind.PARTY_BRANCH
    loader = _Loader(unit, anchor, q, wide, owners, {place: Facts() for place in places})
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


def _owners(unit: Unit, places: Collection[UUID]) -> dict[UUID, UUID]:
    statement = select(Organization.id, Organization.parent_id).where(
        Organization.parent_id.in_(places), Organization.kind == OrganizationKind.PARTY_GROUP
    )
    groups = {group: parent for group, parent in unit.session.execute(statement) if parent}
    return {**{place: place for place in places}, **groups}


def _load_owed(loader: _Loader, *, alone: bool) -> None:
    """What falls due in the quarter, also from the list of the year before: it follows events.

    A gap is waived after it was seen, mostly in the next quarter: what is waived by now counts.
    """
    today = loader.unit.today(loader.anchor.time_zone)
    for year in (loader.quarter.year - 1, loader.quarter.year):
        asked = _Asked(year, loader.quarter.as_of, not alone)
        _take_owed(loader, scope_status(loader.unit, loader.anchor.id, asked, waived_by=today))


def _take_owed(loader: _Loader, status: ScopeStatus) -> None:
    for entry in status.entries:
        facts = loader.of(entry.organization_id)
        owed = _owed(entry, status, loader.quarter)
        if facts is not None and owed is not None:
            facts.owed.append(owed)


def _owed(entry: OccurrenceStatus, status: ScopeStatus, quarter: Quarter) -> Owed | None:
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
    return Owed(
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
    for place in loader.unit.session.scalars(statement):
        loader.facts[place].has_list = True


def _load_records(loader: _Loader) -> None:
    """The rectifications that were open in the quarter, and what was entered late in it."""
    quarter = loader.quarter
    reader = RecordReader(
        loader.unit.connection,
        RecordScope("listed", narrowed=_COUNTED),
        Period(quarter.first, quarter.last, quarter.last),
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
    for member in training_hours(loader.unit, loader.anchor.id, wish).members:
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
    found = examination(loader.unit, loader.anchor.id, filters).findings
    chargeable = frozenset(CHARGEABLE)
    for finding in found:
        facts = loader.of(finding.organization_id)
        counts = finding.rule.code in chargeable and loader.quarter.holds(finding.on)
        if facts is not None and counts and not finding.restricted:
            facts.slips.append(Slip(finding.id, finding.rule.code, finding.message))
