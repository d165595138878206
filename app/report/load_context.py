"""What a report tells beyond its records: duties, findings, grades, the year before."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.assessment.models import Assessment, AssessmentSheet, AssessmentSheetRevision
from app.assessment.rules import AssessmentStatus
from app.checklist.errors import CoverageTooLarge
from app.checklist.list_status import OccurrenceStatus
from app.checklist.queries import below
from app.checklist.rules import State
from app.checklist.status import scope_status
from app.checks.findings import ExaminationFinding, FindingsScopeTooLarge
from app.checks.schemas import FindingFilters
from app.checks.service import examination
from app.core.uow import UnitOfWork
from app.items.history import ITEMS
from app.items.rules import ItemKind, Status
from app.items.snapshot import RecordReader, RecordScope, SnapshotPeriod, of_records
from app.organizations.models import Organization
from app.report.facts import (
    DutyCoverage,
    EarlierRecord,
    Missed,
    OpenFinding,
    QuarterGrade,
    Unread,
    Waived,
    days_before,
)
from app.report.scope import ReportScope
from app.rulesets.schemas import Counts

MAX_EXAMINED = 10_000
MAX_EARLIER = 50_000


def load_context(uow: UnitOfWork, scope: ReportScope, records: int) -> dict[str, Any]:
    """Read the fields of a fact set beyond its records, in a constant number of statements.

    ``records`` is how many lie in scope. A part that is too much to be worked out at once is named
    in ``unread``, like one that was not asked for.
    """
    if scope.as_of < scope.days[0]:
        return {}
    readers: dict[Unread, Callable[[], tuple[Any, ...] | None]] = {
        "duties": lambda: load_duties(uow, scope),
        "findings": lambda: load_findings(uow, scope, records),
        "earlier": lambda: load_earlier(uow, scope),
    }
    parts = {name: None if name in scope.without else read() for name, read in readers.items()}
    return {
        **{name: part or () for name, part in parts.items()},
        "grades": load_grades(uow, scope),
        "unread": tuple(name for name, part in parts.items() if part is None),
    }


def load_duties(uow: UnitOfWork, scope: ReportScope) -> tuple[DutyCoverage, ...] | None:
    """Read how the lists in scope stand; None when they are too long.

    What is owed belongs to the period in which its deadline lies; what follows from an event that
    has not happened is not owed.
    """
    try:
        status = scope_status(uow, scope.organization.id, scope)
    except CoverageTooLarge:
        return None
    is_past = scope.as_of < uow.today(scope.organization.time_zone)
    lines: dict[tuple[str, str], _DutyLine] = {}
    for entry in status.entries:
        day = entry.due_on or entry.fulfilled_on
        if day is None or not scope.days[0] <= day <= scope.days[1]:
            continue
        key = str(entry.organization_id), entry.obligation.code
        line = lines.setdefault(key, _DutyLine(entry, status.names))
        line.add(entry, is_past=is_past, as_of=scope.as_of)
    return tuple(
        line.coverage() for line in lines.values() if line.ids or line.missing or line.waived
    )


@dataclass(slots=True)
class _DutyLine:
    """One line of an organisation's list while its occurrences are added up."""

    first: OccurrenceStatus
    names: Mapping[UUID, str]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missing: list[Missed] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)

    def add(self, entry: OccurrenceStatus, *, is_past: bool, as_of: date) -> None:
        """Add one occurrence by its state.

        On the last day of a deadline it is not missing yet; once that day is past it is.
        """
        row, state, key = entry.row, entry.state, str(entry.id)
        group = self.names[entry.owed_by_id] if entry.is_owed_by_group else None
        if state == State.NOT_YET_DUE and is_past and entry.due_on and entry.due_on <= as_of:
            state = State.MISSING
        if state in {State.MISSING, State.TO_CONFIRM} and not entry.obligation.counts:
            # What no record fulfils by itself is told by people alone: not missing until then.
            self.ids["unlinked"].append(key)
        elif state == State.MISSING:
            self.missing.append(Missed(id=key, period=row.period, due_on=entry.due_on, group=group))
        elif state == State.WAIVED:
            reason = row.waived_reason or ""
            self.waived.append(Waived(id=key, period=row.period, reason=reason, group=group))
        elif state in {State.DONE, State.DONE_LATE}:
            self.ids[state].append(key)
            if entry.records[0].late_entry:
                self.ids["late_entries"].append(key)

    def coverage(self) -> DutyCoverage:
        """Return the line as a fact."""
        organization_id, obligation = self.first.organization_id, self.first.obligation
        return DutyCoverage(
            organization_id=str(organization_id),
            organization_name=self.names[organization_id],
            code=obligation.code,
            name=obligation.name,
            position=self.first.line.position,
            focus=obligation.focus,
            source=obligation.source,
            article=obligation.article,
            meeting_types=_meeting_types(obligation.counts),
            done=tuple(self.ids.get(State.DONE, ())),
            done_late=tuple(self.ids.get(State.DONE_LATE, ())),
            late_entries=tuple(self.ids.get("late_entries", ())),
            missing=tuple(self.missing),
            unlinked=tuple(self.ids.get("unlinked", ())),
            waived=tuple(self.waived),
        )


def _meeting_types(counts: Sequence[Counts]) -> tuple[str, ...]:
    """Return the meetings that fulfil a duty whatever they are about; none when others do, too."""
    if any(
        count.kind != ItemKind.MEETING or not count.types or count.topics or count.having
        for count in counts
    ):
        return ()
    return tuple(dict.fromkeys(type_ for count in counts for type_ in count.types))


def load_findings(
    uow: UnitOfWork, scope: ReportScope, records: int
) -> tuple[OpenFinding, ...] | None:
    """Read the findings that nobody has explained; None when there are too many records.

    What concerns supervision talks and sanctions is left out for everybody.
    """
    if records > MAX_EXAMINED:
        return None
    filters = FindingFilters(
        year=scope.year,
        include_descendants=scope.include_descendants,
        as_of=min(scope.as_of, uow.today(scope.organization.time_zone)),
        explained=False,
    )
    try:
        examined = examination(uow, scope.organization.id, filters)
    except FindingsScopeTooLarge:
        return None
    organizations = examined.context.organizations
    return tuple(
        OpenFinding(
            id=finding.id,
            code=finding.rule.code.value,
            name=finding.rule.title,
            organization_id=str(finding.organization_id),
            organization_name=organizations[finding.organization_id].name,
            record_ids=tuple(str(record_id) for record_id in finding.record_ids),
        )
        for finding in examined.findings
        if not finding.restricted and _concerns(finding, scope)
    )


def _concerns(finding: ExaminationFinding, scope: ReportScope) -> bool:
    """Tell whether a finding of the year belongs to the period; of a quarter by its name."""
    if scope.period == "year":
        return True
    if finding.on is None:
        quarters = range(_quarter(scope.days[0]), _quarter(scope.days[1]) + 1)
        return finding.period in {f"{scope.year}-Q{quarter}" for quarter in quarters}
    return scope.days[0] <= finding.on <= scope.days[1]


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def load_grades(uow: UnitOfWork, scope: ReportScope) -> tuple[QuarterGrade, ...]:
    """Read the published assessments of the period's quarters that were over by the day.

    Of several revisions of a sheet the newest counts. When they were published does not matter:
    a year's last quarter is assessed after its end.
    """
    revisions = AssessmentSheetRevision
    statement = (
        select(
            *(Assessment.id, Assessment.organization_id, Organization.name, Assessment.quarter),
            *(Assessment.final_points, Assessment.final_grade, AssessmentSheet.code),
            AssessmentSheet.name.label("sheet_name"),
        )
        .join(Organization, Organization.id == Assessment.organization_id)
        .join(revisions, revisions.id == Assessment.sheet_revision_id)
        .join(AssessmentSheet, AssessmentSheet.id == revisions.sheet_id)
        .where(
            Assessment.organization_id.in_(
                below(scope.organization.id, include_descendants=scope.include_descendants)
            ),
            Assessment.status == AssessmentStatus.PUBLISHED,
            Assessment.year == scope.year,
            Assessment.quarter.between(_quarter(scope.days[0]), _quarter(scope.days[1])),
            Assessment.as_of <= scope.as_of,
        )
        .order_by(Assessment.organization_id, Assessment.quarter, revisions.number)
    )
    rows: Sequence[Any] = uow.session.execute(statement).all()
    newest = {(row.organization_id, row.quarter, row.code): row for row in rows}
    return tuple(
        QuarterGrade(
            id=str(row.id),
            organization_id=str(row.organization_id),
            organization_name=row.name,
            quarter=row.quarter,
            sheet=row.code,
            sheet_name=row.sheet_name,
            points=Decimal(str(row.final_points)),
            grade=row.final_grade,
        )
        for row in newest.values()
    )


def load_earlier(uow: UnitOfWork, scope: ReportScope) -> tuple[EarlierRecord, ...] | None:
    """Read what was completed in the same days of the year before; None when it is too much.

    Nothing that is restricted is among it.
    """
    first, last = days_before(scope.days, scope.as_of)
    # What is completed now and was dated by the day was completed on it (decision 17).
    completed = (ITEMS.status == Status.COMPLETED, ITEMS.day.between(first, last))
    records = RecordScope(scope.reach, narrowed=completed, text_ids=True)
    statement = (
        of_records(select(records.id_of(ITEMS.id), ITEMS.kind, ITEMS.type, ITEMS.topic), records)
        .order_by(ITEMS.day, ITEMS.id)
        .limit(MAX_EARLIER + 1)
    )
    organization = {"organization_id": scope.organization.id}
    period = SnapshotPeriod(first, last, last)
    rows = RecordReader(uow.connection, records, period, scope.as_of, organization).rows(statement)
    if len(rows) > MAX_EARLIER:
        return None
    return tuple(
        EarlierRecord(id=row.id, kind=row.kind, type=row.type, topic=row.topic) for row in rows
    )
