"""The frozen context of an examination, and how it is made from rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.core.clock import civil_day
from app.items.rules import ItemKind, Status, person_key
from app.items.snapshot import RecordOnDay
from app.organizations.rules import Membership
from app.rectifications.rules import replay


@dataclass(frozen=True, slots=True)
class ExaminedOrganization:
    """An organisation in scope; its parent may lie outside of it."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None = None
    founded_on: date | None = None
    dissolved_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwedAssembly:
    """How many assemblies a list owes in a period, but for those waived or linked by hand."""

    period: str
    first: date
    last: date
    times: int


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A member of an organisation in scope, from the day of joining to the day of leaving."""

    id: UUID
    organization_id: UUID
    name: str
    is_full: bool
    joined_on: date
    left_on: date | None = None

    def was_there(self, day: date) -> bool:
        """Tell whether the member belonged there on a day; the day of leaving still counts."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """A person on an attendance list; ``member_id`` is the roster's, if known."""

    name: str
    present: bool = True
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote in numbers of people; ``kind`` is resolution or election."""

    matter: str
    kind: str
    eligible: int
    present_eligible: int
    yes: int
    no: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution: whether it says who carries it out and by when."""

    has_responsible: bool
    has_deadline: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExaminedRecord:
    """A record as of the examination's day, equal to nothing but itself.

    ``happened_on`` is set if it took place (of a rectification: the day of discovery);
    ``written_on`` is the day on which its row was last written. ``participants`` is an exact
    number. ``persons`` are keys of who was talked with or sanctioned. ``closing_steps`` name a
    rectification's steps since it was opened or last reopened, if ``closed_on`` is set.
    ``evidence`` are the days that its pieces of evidence speak of.
    """

    id: UUID
    kind: str
    type: str
    title: str
    organization_id: UUID
    written_on: date
    topic: str | None = None
    restricted: bool = False
    happened_on: date | None = None
    ends_on: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    chair: str | None = None
    recorder: str | None = None
    lecturer: str | None = None
    expected: int | None = None
    present: int | None = None
    vote_eligible: int | None = None
    present_eligible: int | None = None
    participants: int | None = None
    attendance: tuple[AttendanceLine, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    resolutions: tuple[Resolved, ...] = ()
    appraisal: tuple[int, int, int, int] | None = None
    persons: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    closed_on: date | None = None
    closing_steps: tuple[str, ...] = ()
    evidence: tuple[date | None, ...] = ()

    @property
    def label(self) -> str:
        """How a message names the record; a restricted one is not named."""
        return "该监督执纪记录" if self.restricted else f"“{self.title}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationContext:
    """An organisation, or it and all below, in one year, as of one day.

    ``organizations`` are those in scope, ``root_id`` is the asked one. ``assemblies`` are what the
    published lists of the year owe, by organisation; who has no list is not there.
    """

    root_id: UUID
    year: int
    as_of: date
    organizations: Mapping[UUID, ExaminedOrganization]
    records: tuple[ExaminedRecord, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
    assemblies: Mapping[UUID, Sequence[OwedAssembly]] = field(default_factory=dict)
    _by_name: Mapping[str, list[RosterEntry]] = field(init=False)
    _by_organization: Mapping[UUID, list[RosterEntry]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the roster, once for all rules."""
        by_name: dict[str, list[RosterEntry]] = {}
        by_organization: dict[UUID, list[RosterEntry]] = {}
        for entry in self.roster:
            by_name.setdefault(entry.name, []).append(entry)
            by_organization.setdefault(entry.organization_id, []).append(entry)
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_by_organization", by_organization)

    def named(self, name: str) -> Sequence[RosterEntry]:
        """Return the members of this name on any roster in scope."""
        return self._by_name.get(name, ())

    def roster_of(self, organization_id: UUID) -> Sequence[RosterEntry]:
        """Return the members whom an organisation has or had."""
        return self._by_organization.get(organization_id, ())

    def meetings(self) -> Sequence[ExaminedRecord]:
        """Return the meetings that took place."""
        return [
            record
            for record in self.records
            if record.kind == ItemKind.MEETING and record.happened_on
        ]

    def organization_of(self, records: Iterable[ExaminedRecord]) -> UUID:
        """Return the lowest organisation in scope at or above those of all records."""
        first, *others = [self._chain(record.organization_id) for record in records]
        shared = set(first).intersection(*others)
        return next(organization for organization in first if organization in shared)

    def _chain(self, organization_id: UUID) -> list[UUID]:
        """List an organisation and those above it, as far as the scope goes."""
        chain: list[UUID] = []
        current = self.organizations.get(organization_id)
        while current and current.id != self.root_id:
            chain.append(current.id)
            current = self.organizations.get(current.parent_id) if current.parent_id else None
        return [*chain, self.root_id]


GRADES = ("excellent", "qualified", "basically_qualified", "unqualified")
TEXTS = ("discussion", "activity_content", "talk_content", "corrective_measure", "outcome")
_MEETING_FIELDS = (
    *("starts_at", "ends_at", "chair", "recorder", "lecturer"),
    *("expected", "present", "vote_eligible", "present_eligible"),
)
_BALLOT_FIELDS = tuple(ballot_field.name for ballot_field in fields(Ballot))


def roster_entry(row: Row[Any]) -> RosterEntry:
    """Make a member from the roster's row."""
    is_full = row.membership == Membership.FULL_MEMBER
    return RosterEntry(row.id, row.organization_id, row.name, is_full, row.joined_on, row.left_on)


@dataclass(frozen=True, slots=True)
class RecordMaker:
    """Makes examined records from their rows and from what these have in other tables, by record.

    They are as of one day and seen from ``today``, in the organisation's ``zone``.
    """

    as_of: date
    today: date
    zone: str
    attendance: Mapping[UUID, list[AttendanceLine]]
    resolutions: Mapping[UUID, list[Resolved]]
    persons: Mapping[UUID, list[str]]
    evidence: Mapping[UUID, list[date | None]]

    def record(self, record: RecordOnDay) -> ExaminedRecord:
        """Make a record as the examination looks at it."""
        row = record.row
        persons = {*self.persons.get(row.id, ())}
        if row.person_name:
            persons.add(person_key(row.person_member_id, row.person_name))
        exact = row.participants_value is not None and not row.participants_approximate
        is_rectification = row.kind == ItemKind.RECTIFICATION
        closed_on = record.completed_on if is_rectification else None
        return ExaminedRecord(
            id=row.id,
            kind=row.kind,
            type=row.type,
            topic=row.topic,
            title=row.title,
            organization_id=row.organization_id,
            restricted=row.restricted,
            written_on=civil_day(row.updated_at, self.zone),
            happened_on=row.found_on if is_rectification else self._happened_on(record),
            ends_on=row.ends_on,
            participants=row.participants_value if exact else None,
            persons=frozenset(persons),
            texts=tuple(text for name in TEXTS if (text := getattr(row, name))),
            evidence=tuple(self.evidence.get(row.id, ())),
            closed_on=closed_on,
            closing_steps=replay(record.steps).steps if closed_on else (),
            **(self._meeting(row) if row.kind == ItemKind.MEETING else {}),
        )

    def _happened_on(self, record: RecordOnDay) -> date | None:
        """Return when it took place, as far as that was known on the day.

        What lies after the day had not happened then; but what lies after today was entered as
        done although it cannot be, and is shown as it stands.
        """
        row = record.row
        day: date | None = row.happened_on
        if record.happened_on or day is None or day <= self.today:
            return record.happened_on
        entered = civil_day(row.created_at, self.zone) <= self.as_of
        return day if row.status == Status.COMPLETED and entered else None

    def _meeting(self, row: Row[Any]) -> dict[str, Any]:
        """Return what a meeting has beyond any record."""
        graded = row.appraisal
        return {
            **{name: getattr(row, name) for name in _MEETING_FIELDS},
            "attendance": tuple(self.attendance.get(row.id, ())),
            "resolutions": tuple(self.resolutions.get(row.id, ())),
            "ballots": tuple(
                Ballot(*(vote[name] for name in _BALLOT_FIELDS)) for vote in row.votes or ()
            ),
            "appraisal": tuple(graded.get(grade, 0) for grade in GRADES) if graded else None,
        }


def assemblies(rows: Iterable[Row[Any]]) -> dict[UUID, list[OwedAssembly]]:
    """Group by organisation what lists owe of assemblies; an empty list has no such line."""
    by_organization: dict[UUID, list[OwedAssembly]] = {}
    for row in rows:
        owed = by_organization.setdefault(row.organization_id, [])
        if row.period is not None:
            owed.append(OwedAssembly(row.period, row.first_on, row.last_on, int(row.times)))
    return by_organization
