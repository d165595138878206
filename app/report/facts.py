"""What a report is made from: one frozen set of facts."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.items import focuses
from app.kinds import SUPERVISED

# Ids are only gathered, compared and written out here: as text they need no object for each.
RecordId = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
GradeCode = Literal["advanced", "good", "average", "lagging"]
Unread = Literal["duties", "findings", "earlier"]
TopicCode = Literal["party_building", "ideology", "integrity"]
ActorCode = Literal["organization", "person"]
PolicyChangeCode = Literal["created", "revised"]
Condition = Literal["overdue", "returned"]
StatusCode = Literal[
    "planned", "completed", "cancelled", "open", "in_progress", "submitted", "closed", "suspended"
]
OrganizationKindCode = Literal[
    "party_committee", "work_committee", "general_branch", "party_branch", "party_group"
]
PeriodCode = Literal["year", "first_half", "second_half", "q1", "q2", "q3", "q4"]

_MONTHS: dict[PeriodCode, tuple[int, int]] = {
    "year": (1, 12),
    "first_half": (1, 6),
    "second_half": (7, 12),
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
}


@lru_cache  # asked for every record of a report
def period_days(period: PeriodCode, year: int) -> tuple[date, date]:
    """Return the first and the last day of a period of a year."""
    first, last = _MONTHS[period]
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def days_before(days: tuple[date, date], as_of: date) -> tuple[date, date]:
    """Return the days of the year before that a period is compared with: up to the same day."""
    first, last = days
    if as_of < last:
        return _year_before(first), _year_before(as_of)
    # A period that is over is compared as a whole: the whole of last year's February, too.
    return _year_before(first), _year_before(last, to_end_of_month=True)


def _year_before(day: date, *, to_end_of_month: bool = False) -> date:
    length = monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, length if to_end_of_month else min(day.day, length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Something owed that was not done by its deadline; `group` is the party group that owes it."""

    id: RecordId
    period: str
    due_on: date | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Something owed that was waived, and why."""

    id: RecordId
    period: str
    reason: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCoverage:
    """How one line of an organisation's responsibility list stands on the report's day.

    `done`, `done_late` and `late_entries` are ids of things owed (occurrences); what rests on a
    record that was entered late is in `late_entries` as well. What is owed by the day is done,
    done late or missing; what is not due yet is left out. `unlinked` is due, too, but only people
    can say by which record it was done, and nobody has: it is not said to be missing.
    `meeting_types` are the types of meetings that fulfil it, when any meeting of them does and
    nothing else.
    """

    organization_id: RecordId
    organization_name: str
    code: str
    name: str
    position: int
    focus: str | None = None
    source: str | None = None
    article: str | None = None
    meeting_types: tuple[str, ...] = ()
    done: tuple[RecordId, ...] = ()
    done_late: tuple[RecordId, ...] = ()
    late_entries: tuple[RecordId, ...] = ()
    missing: tuple[Missed, ...] = ()
    unlinked: tuple[RecordId, ...] = ()
    waived: tuple[Waived, ...] = ()

    @property
    def owed(self) -> tuple[RecordId, ...]:
        """What was to be done by the day."""
        return (*self.done, *self.done_late, *(missed.id for missed in self.missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding of the examination that nobody has explained; never about restricted records."""

    id: str
    code: str
    name: str
    organization_id: RecordId
    organization_name: str
    record_ids: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterGrade:
    """A published assessment of a quarter, with what an appeal has made of it."""

    id: RecordId
    organization_id: RecordId
    organization_name: str
    quarter: int
    sheet: str
    sheet_name: str
    points: Decimal
    grade: GradeCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRecord:
    """A record completed in the same days of the year before; only counted, never described."""

    id: RecordId
    kind: str
    type: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a person entered; approximate ones print as 20余 or 约23."""

    value: int
    approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One record as of the report's day; `kind` is the name of its kind.

    `persons` are opaque keys for counting distinct people (人) and are never printed;
    `person_times` counts repeats (人次). Dates are days in the organisation's zone.
    `quantity` is how many copies or issues an output stands for; without it the record is one.
    """

    id: RecordId
    version: int
    kind: str
    type: str
    title: str
    organization_id: RecordId
    organization_name: str
    status: StatusCode
    topic: TopicCode | None = None
    focus: str | None = None
    actor: ActorCode = "organization"
    actor_post: str | None = None
    actor_name: str | None = None
    is_reporter: bool = False
    happened_on: date | None = None
    planned_on: date | None = None
    due_on: date | None = None
    completed_on: date | None = None
    outcome: str | None = None
    late_entry: bool = False
    expected: int | None = None
    present: int | None = None
    participants: Count | None = None
    hours: Decimal | None = None
    persons: frozenset[str] = frozenset()
    person_times: Count | None = None
    solved_difficulties: int | None = None
    quantity: Count | None = None
    change: PolicyChangeCode | None = None
    place: str | None = None
    lecturer: str | None = None
    source: str | None = None
    found_on: date | None = None
    suspended_on: date | None = None
    suspension_approver: str | None = None
    suspension_reason: str | None = None
    days_overdue: int | None = None
    was_returned: bool = False
    responsible_person: str | None = None
    responsible_department: str | None = None

    @property
    def deadline(self) -> date | None:
        """The day by which a planned record was to take place."""
        return self.due_on or self.planned_on

    @property
    def day(self) -> date | None:
        """The day that decides the reporting year: when it happened, else when it was done."""
        return self.happened_on or self.completed_on

    @property
    def is_restricted(self) -> bool:
        """True for supervision talks and sanctions: counted, never described."""
        return (self.kind, self.type) in SUPERVISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Records of one sort below the organisation that were counted and not read.

    What was done in the period by kind, type, topic and change; the rectifications of the period
    by their state on the report's day, and once more those among the unfinished that are overdue,
    or were returned; what is planned and overdue by kind.
    `organizations` is how many have such records.
    `amount` is the person-times of talks, the participants of activities or the copies of outputs,
    and `persons` the number of distinct people: each None unless every record tells it (copies:
    unless any does).
    """

    kind: str
    type: str | None = None
    topic: TopicCode | None = None
    change: PolicyChangeCode | None = None
    status: StatusCode | None = None
    condition: Condition | None = None
    records: int
    organizations: int
    amount: Count | None = None
    persons: int | None = None

    @property
    def key(self) -> str:
        """The name by which a number refers to it."""
        parts = (self.kind, self.type, self.topic, self.change, self.status, self.condition)
        return ".".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ReportFocus:
    """One category of the responsibility list (责任类别), in the unit's own order."""

    code: str
    name: str
    position: int


DEFAULT_FOCUSES = tuple(
    ReportFocus(code, name, position)
    for position, (code, name) in enumerate(focuses.DEFAULT_FOCUSES, 1)
)


@dataclass(frozen=True, slots=True)
class AuthoredNote:
    """A shortcoming, plan or commitment in its author's words; `result` only for last year's."""

    id: UUID
    title: str
    detail: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class PreviousYear:
    """What last year's report admitted and promised."""

    shortcomings: tuple[AuthoredNote, ...] = ()
    commitments: tuple[AuthoredNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFact:
    """A file behind a record, as it stood on the report's day; never of a restricted record."""

    id: RecordId
    record_id: RecordId
    filename: str
    sha256: str
    caption: str | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSet:
    """Everything one summary may say.

    With `includes_supervision` False the reader may not see supervision talks and sanctions.
    `branch_names` are the organisations below that are in scope, whether they have facts or not.
    `earlier` are last year's records of the same days (``days_before``). What was too much to be
    worked out at once is named in `unread`, and the report says nothing about it.
    `evidence` is loaded for documents that list it, else empty.
    Where there is too much below to be read, `tallies` hold its totals, the facts are the
    organisation's own alone and `branch_names` is empty.
    `reporter` is the reporting secretary's name, where it is known; it is compared, never printed.
    """

    organization_id: RecordId
    organization_name: str
    organization_kind: OrganizationKindCode
    parent_name: str | None
    year: int
    as_of: date
    facts: tuple[Fact, ...]
    focuses: tuple[ReportFocus, ...] = DEFAULT_FOCUSES
    shortcomings: tuple[AuthoredNote, ...] = ()
    next_plans: tuple[AuthoredNote, ...] = ()
    previous: PreviousYear = PreviousYear()
    includes_supervision: bool = True
    include_descendants: bool = False
    branch_names: tuple[str, ...] = ()
    period: PeriodCode = "year"
    duties: tuple[DutyCoverage, ...] = ()
    findings: tuple[OpenFinding, ...] = ()
    grades: tuple[QuarterGrade, ...] = ()
    earlier: tuple[EarlierRecord, ...] = ()
    unread: tuple[Unread, ...] = ()
    evidence: tuple[EvidenceFact, ...] = ()
    tallies: tuple[Aggregate, ...] = ()
    reporter: str | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the period."""
        return period_days(self.period, self.year)

    @property
    def is_over(self) -> bool:
        """Whether the report's day is the last of its period or later."""
        return self.as_of >= self.days[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to tell it: whose voice, which numerals, which form, whom to address.

    Without a form, the secretary gives a duty report and the organisation a work summary.
    With `small_counts` withheld, numbers of supervision below three are printed as 少于3.
    """

    voice: Literal["first_person", "organization"] = "first_person"
    numerals: Literal["chinese", "arabic", "auto"] = "auto"
    form: str | None = None
    salutation: str | None = None
    small_counts: Literal["exact", "withheld"] = "exact"
