"""Reading what a report knows beyond its records, from the rooms that work it out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import false, select

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
from app.items.models import Item
from app.items.rules import ItemKind, Status
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
ITEMS = Item.__table__.c


def load_context(uow: UnitOfWork, extent: ReportScope, records: int) -> dict[str, Any]:
    """The fields of a fact set that tell of more than records; a constant number of statements.

    `records` is how many records lie in scope: when they are too many to be examined at once, or
    the list too long to be worked out, the part is named in `unread` instead, like one that was
    not asked for.
    """
    if extent.as_of < extent.days[0]:
        return {}
    readers: dict[Unread, Callable[[], tuple[Any, ...] | None]] = {
        "duties": lambda: load_duties(uow, extent),
        "findings": lambda: load_findings(uow, extent, records),
        "earlier": lambda: load_earlier(uow, extent),
    }
    parts = {name: None if name in extent.without else read() for name, read in readers.items()}
    return {
        **{name: part or () for name, part in parts.items()},
        "grades": load_grades(uow, extent),
        "unread": tuple(name for name, part in parts.items() if part is None),
    }


def load_duties(uow: UnitOfWork, extent: ReportScope) -> tuple[DutyCoverage, ...] | None:
    """How the lists in scope stand; None when they are too long.

    A thing belongs to the period in which its deadline lies; one that follows from an event
    that has not happened is not owed.
    """
    try:
        status = scope_status(uow, extent.organization.id, extent)
    except CoverageTooLarge:
        return None
    is_past = extent.as_of < uow.today(extent.organization.time_zone)
    lines: dict[tuple[str, str], _Line] = {}
    for entry in status.entries:
        day = entry.due_on or entry.fulfilled_on
        if day is None or not extent.days[0] <= day <= extent.days[1]:
            continue
        key = str(entry.organization_id), entry.obligation.code
        line = lines.setdefault(key, _Line(entry, status.names))
        line.take(entry, is_past=is_past, as_of=extent.as_of)
    return tuple(line.coverage() for line in lines.values() if line.is_telling)


@dataclass(slots=True)
class _Line:
    """What gathers for one line of one organisation's list."""

    first: OccurrenceStatus
    names: Mapping[UUID, str]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missing: list[Missed] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)

    @property
    def is_telling(self) -> bool:
        """Whether anything was owed or waived by the day."""
        return bool(self.ids or self.missing or self.waived)

    def take(self, entry: OccurrenceStatus, *, is_past: bool, as_of: date) -> None:
        """Add one thing owed by its state.

        On the last day of a deadline a thing is not missing yet; once that day is past it is.
        """
        row, state, key = entry.row, entry.state, str(entry.id)
        group = entry.owed_by_id if entry.is_owed_by_group else None
        name = self.names[group] if group else None
        if state == State.NOT_YET_DUE and is_past and entry.due_on and entry.due_on <= as_of:
            state = State.MISSING
        if state in {State.MISSING, State.TO_CONFIRM} and not entry.obligation.counts:
            # What no record fulfils by itself is told by people alone: not missing until then.
            self.ids["unlinked"].append(key)
        elif state == State.MISSING:
            self.missing.append(Missed(id=key, period=row.period, due_on=entry.due_on, group=name))
        elif state == State.WAIVED:
            self.waived.append(
                Waived(id=key, period=row.period, reason=row.waived_reason or "", group=name)
            )
        elif state in {State.DONE, State.DONE_LATE}:
            self.ids[state].append(key)
            if entry.records[0].late_entry:
                self.ids["late_entries"].append(key)

    def coverage(self) -> DutyCoverage:
        """The line, frozen."""
        place, obligation = self.first.organization_id, self.first.obligation
        return DutyCoverage(
            organization_id=str(place),
            organization_name=self.names[place],
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
    """The meetings that fulfil a duty whatever they are about; none when other things do, too."""
    plain = all(
        one.kind == ItemKind.MEETING and one.types and not one.topics and one.having is None
        for one in counts
    )
    return tuple(dict.fromkeys(type_ for one in counts for type_ in one.types)) if plain else ()


def load_findings(
    uow: UnitOfWork, extent: ReportScope, records: int
) -> tuple[OpenFinding, ...] | None:
    """The findings that nobody has explained; None when there are too many records.

    What concerns supervision talks and sanctions is left out for everybody.
    """
    if records > MAX_EXAMINED:
        return None
    filters = FindingFilters(
        year=extent.year,
        include_descendants=extent.include_descendants,
        as_of=min(extent.as_of, uow.today(extent.organization.time_zone)),
        explained=False,
    )
    try:
        found = examination(uow, extent.organization.id, filters)
    except FindingsScopeTooLarge:
        return None
    places = found.context.places
    return tuple(
        OpenFinding(
            id=one.id,
            code=one.rule.code.value,
            name=one.rule.title,
            organization_id=str(one.organization_id),
            organization_name=places[one.organization_id].name,
            record_ids=tuple(str(record) for record in one.record_ids),
        )
        for one in found.findings
        if not one.restricted and _concerns(one, extent)
    )


def _concerns(finding: ExaminationFinding, extent: ReportScope) -> bool:
    """Whether a finding of the year belongs to the period; what is about a quarter by its name."""
    if extent.period == "year":
        return True
    if finding.on is None:
        quarters = range(_quarter(extent.days[0]), _quarter(extent.days[1]) + 1)
        return finding.period in {f"{extent.year}-Q{quarter}" for quarter in quarters}
    return extent.days[0] <= finding.on <= extent.days[1]


def load_grades(uow: UnitOfWork, extent: ReportScope) -> tuple[QuarterGrade, ...]:
    """The published assessments of the period's quarters that were over by the day.

    Of several revisions of a sheet the newest counts. When they were published does not matter:
    a year's last quarter is assessed after its end.
    """
    scope = below(extent.organization.id, include_descendants=extent.include_descendants)
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
            Assessment.organization_id.in_(scope),
            Assessment.status == AssessmentStatus.PUBLISHED,
            Assessment.year == extent.year,
            Assessment.quarter.between(_quarter(extent.days[0]), _quarter(extent.days[1])),
            Assessment.as_of <= extent.as_of,
        )
        .order_by(Assessment.organization_id, Assessment.quarter, revisions.number)
    )
    return _newest(uow.session.execute(statement))


def _newest(rows: Iterable[Any]) -> tuple[QuarterGrade, ...]:
    """One for each organisation, quarter and sheet: the last of the rows."""
    found = {(row.organization_id, row.quarter, row.code): row for row in rows}
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
        for row in found.values()
    )


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def load_earlier(uow: UnitOfWork, extent: ReportScope) -> tuple[EarlierRecord, ...] | None:
    """What was completed in the same days of the year before; None when it is too much.

    Nothing that is restricted is among it.
    """
    scope = below(extent.organization.id, include_descendants=extent.include_descendants)
    statement = (
        select(ITEMS.id, ITEMS.kind, ITEMS.type, ITEMS.topic)
        .where(
            ITEMS.organization_id.in_(scope),
            ITEMS.deleted_at.is_(None),
            ITEMS.restricted == false(),
            ITEMS.status == Status.COMPLETED,
            ITEMS.opened_on <= extent.as_of,
            ITEMS.day.between(*days_before(extent.days, extent.as_of)),
        )
        .order_by(ITEMS.day, ITEMS.id)
        .limit(MAX_EARLIER + 1)
    )
    rows: Sequence[Any] = uow.connection.execute(statement).all()
    if len(rows) > MAX_EARLIER:
        return None
    return tuple(
        EarlierRecord(id=str(row.id), kind=row.kind, type=row.type, topic=row.topic) for row in rows
    )
