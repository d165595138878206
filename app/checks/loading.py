"""From records of a day, and rows, to the frozen context."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.checks.facts import (
    Attendee,
    Ballot,
    OwedAssembly,
    Place,
    Proof,
    Record,
    Resolved,
    RosterEntry,
)
from app.core.clock import civil_day
from app.items.rules import ItemKind, Status, person_key
from app.items.snapshot import RecordOnDay
from app.organizations.rules import Membership
from app.rectifications.rules import replay

GRADES = ("excellent", "qualified", "basically_qualified", "unqualified")
TEXTS = ("discussion", "activity_content", "talk_content", "corrective_measure", "outcome")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What records hold in tables of their own, by record."""

    attendance: Mapping[UUID, list[Attendee]]
    resolutions: Mapping[UUID, list[Resolved]]
    persons: Mapping[UUID, list[str]]
    evidence: Mapping[UUID, list[Proof]]


def attendee(row: Row[Any]) -> Attendee:
    """One line of an attendance list."""
    return Attendee(row.name, row.present, row.member_id)


def resolved(row: Row[Any]) -> Resolved:
    """One resolution."""
    return Resolved(row.responsible_person is not None, row.due_on is not None)


def proof(row: Row[Any]) -> Proof:
    """One piece of evidence."""
    return Proof(row.effective_on)


def place(row: Row[Any]) -> Place:
    """One organisation."""
    return Place(row.id, row.name, row.kind, row.parent_id, row.founded_on, row.dissolved_on)


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

    def record(self, record: RecordOnDay) -> Record:
        """One record as the examination looks at it."""
        row, parts = record.row, self.parts
        persons = {*parts.persons.get(row.id, ())}
        if row.person_name:
            persons.add(person_key(row.person_member_id, row.person_name))
        exact = row.participants_value is not None and not row.participants_approximate
        is_rectification = row.kind == ItemKind.RECTIFICATION
        return Record(
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
