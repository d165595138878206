"""The frozen context of an examination, and how rows become it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    """An organisation in scope; `parent_id` may lie outside of it."""

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
        """Whether the member belonged there on a day; the day of leaving still counts."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One line of an attendance list."""

    name: str
    present: bool = True
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote: its numbers of people; `kind` is resolution or election."""

    matter: str
    kind: str
    eligible: int
    present_eligible: int
    yes: int
    no: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """Something resolved: whether it says who does it and by when."""

    has_responsible: bool
    has_deadline: bool


@dataclass(frozen=True, slots=True)
class ExaminedEvidence:
    """Evidence that stands behind a record, and the day that it speaks of."""

    effective_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExaminedRecord:
    """One record as of the examination's day; a record is itself and nothing else is equal to it.

    `happened_on` is set when it took place (for a rectification: when the problem was found);
    `written_on` is the day on which its row was last written. `participants` is an exact number.
    `persons` are opaque keys of who was talked with or sanctioned. `closing_steps` are the names of
    a rectification's steps since it was opened (or last reopened), when `closed_on` is set.
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
    evidence: tuple[ExaminedEvidence, ...] = ()

    @property
    def label(self) -> str:
        """How a message names the record; restricted ones are not named."""
        return "该监督执纪记录" if self.restricted else f"“{self.title}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationContext:
    """One organisation, or it and all below, in one year, as of one day.

    `places` are the organisations in scope; `root_id` is the asked one. `assemblies` are what the
    published lists of the year owe, by organisation; who has no list is not there.
    """

    root_id: UUID
    year: int
    as_of: date
    places: Mapping[UUID, ExaminedOrganization]
    records: tuple[ExaminedRecord, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
    assemblies: Mapping[UUID, Sequence[OwedAssembly]] = field(default_factory=dict)
    _by_name: Mapping[str, list[RosterEntry]] = field(init=False)
    _by_place: Mapping[UUID, list[RosterEntry]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the roster, once for all rules."""
        names: dict[str, list[RosterEntry]] = {}
        places: dict[UUID, list[RosterEntry]] = {}
        for entry in self.roster:
            names.setdefault(entry.name, []).append(entry)
            places.setdefault(entry.organization_id, []).append(entry)
        object.__setattr__(self, "_by_name", names)
        object.__setattr__(self, "_by_place", places)

    def named(self, name: str) -> Sequence[RosterEntry]:
        """The members of this name on any roster in scope."""
        return self._by_name.get(name, ())

    def roster_of(self, place: UUID) -> Sequence[RosterEntry]:
        """The members whom an organisation has or had."""
        return self._by_place.get(place, ())

    def meetings(self) -> tuple[ExaminedRecord, ...]:
        """The meetings that took place."""
        return tuple(
            record for record in self.records if record.kind == "meeting" and record.happened_on
        )

    def place_of(self, records: tuple[ExaminedRecord, ...]) -> UUID:
        """The lowest organisation in scope that all of the records belong to or lie below."""
        chains = [self._above(record.organization_id) for record in records]
        shared = set(chains[0]).intersection(*chains[1:])
        return next((place for place in chains[0] if place in shared), self.root_id)

    def _above(self, place: UUID) -> list[UUID]:
        """An organisation and those above it, as far as the scope goes."""
        chain: list[UUID] = []
        current = self.places.get(place)
        while current and current.id != self.root_id:
            chain.append(current.id)
            current = self.places.get(current.parent_id) if current.parent_id else None
        return [*chain, self.root_id]


GRADES = ("excellent", "qualified", "basically_qualified", "unqualified")
TEXTS = ("discussion", "activity_content", "talk_content", "corrective_measure", "outcome")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What records hold in tables of their own, by record."""

    attendance: Mapping[UUID, list[AttendanceLine]]
    resolutions: Mapping[UUID, list[Resolved]]
    persons: Mapping[UUID, list[str]]
    evidence: Mapping[UUID, list[ExaminedEvidence]]


def attendee(row: Row[Any]) -> AttendanceLine:
    """One line of an attendance list."""
    return AttendanceLine(row.name, row.present, row.member_id)


def resolved(row: Row[Any]) -> Resolved:
    """One resolution."""
    return Resolved(row.responsible_person is not None, row.due_on is not None)


def proof(row: Row[Any]) -> ExaminedEvidence:
    """One piece of evidence."""
    return ExaminedEvidence(row.effective_on)


def place(row: Row[Any]) -> ExaminedOrganization:
    """One organisation."""
    return ExaminedOrganization(
        row.id, row.name, row.kind, row.parent_id, row.founded_on, row.dissolved_on
    )


def roster_entry(row: Row[Any]) -> RosterEntry:
    """One member."""
    is_full = row.membership == Membership.FULL_MEMBER
    return RosterEntry(row.id, row.organization_id, row.name, is_full, row.joined_on, row.left_on)


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read: as of which day, seen from which day, in which zone."""

    as_of: date
    today: date
    zone: str
    parts: Belongings

    def record(self, record: RecordOnDay) -> ExaminedRecord:
        """One record as the examination looks at it."""
        row, parts = record.row, self.parts
        persons = {*parts.persons.get(row.id, ())}
        if row.person_name:
            persons.add(person_key(row.person_member_id, row.person_name))
        exact = row.participants_value is not None and not row.participants_approximate
        is_rectification = row.kind == ItemKind.RECTIFICATION
        return ExaminedRecord(
            id=row.id,
            kind=row.kind,
            type=row.type,
            topic=row.topic,
            title=row.title,
            organization_id=row.organization_id,
            restricted=row.restricted,
            written_on=civil_day(row.updated_at, self.zone),
            happened_on=row.found_on if is_rectification else self._day(record),
            ends_on=row.ends_on,
            participants=row.participants_value if exact else None,
            persons=frozenset(persons),
            texts=tuple(text for name in TEXTS if (text := getattr(row, name))),
            evidence=tuple(parts.evidence.get(row.id, ())),
            **(_closing(record) if is_rectification else {}),
            **(_meeting(row, parts) if row.kind == ItemKind.MEETING else {}),
        )

    def _day(self, record: RecordOnDay) -> date | None:
        """When it took place, as far as that was known on the day.

        What lies after the day had not happened then; but what lies after today was entered as
        done although it cannot be, and is shown as it stands.
        """
        row = record.row
        day: date | None = row.happened_on
        if record.happened_on or day is None or day <= self.today:
            return record.happened_on
        entered = civil_day(row.created_at, self.zone) <= self.as_of
        return day if row.status == Status.COMPLETED and entered else None


def _closing(record: RecordOnDay) -> dict[str, Any]:
    """When a rectification was closed, and by which steps."""
    closed_on = record.completed_on
    return {
        "closed_on": closed_on,
        "closing_steps": replay(record.steps).steps if closed_on else (),
    }


def _meeting(row: Row[Any], parts: Belongings) -> dict[str, Any]:
    """What a meeting has beyond any record."""
    names = ("starts_at", "ends_at", "chair", "recorder", "lecturer")
    numbers = ("expected", "present", "vote_eligible", "present_eligible")
    graded = row.appraisal
    return {
        **{name: getattr(row, name) for name in (*names, *numbers)},
        "attendance": tuple(parts.attendance.get(row.id, ())),
        "resolutions": tuple(parts.resolutions.get(row.id, ())),
        "ballots": tuple(_ballot(vote) for vote in row.votes or ()),
        "appraisal": tuple(graded.get(grade, 0) for grade in GRADES) if graded else None,
    }


def _ballot(vote: Mapping[str, Any]) -> Ballot:
    numbers = ("eligible", "present_eligible", "yes", "no", "abstained")
    return Ballot(vote["matter"], vote["kind"], *(vote[name] for name in numbers))


def assemblies(rows: Iterable[Row[Any]]) -> dict[UUID, list[OwedAssembly]]:
    """What each published list owes of assemblies; nothing where it has no such line."""
    by_place: dict[UUID, list[OwedAssembly]] = {}
    for row in rows:
        owed = by_place.setdefault(row.organization_id, [])
        if row.period is not None:
            owed.append(OwedAssembly(row.period, row.first_on, row.last_on, int(row.times)))
    return by_place
