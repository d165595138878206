"""From rows to the frozen context: what each record was on the day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
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
from app.organizations.rules import Membership
from app.rectifications.rules import StepName

Value = TypeVar("Value")
GRADES = ("excellent", "qualified", "basically_qualified", "unqualified")
TEXTS = ("discussion", "activity_content", "talk_content", "corrective_measure", "outcome")


@dataclass(slots=True)
class Course:
    """A rectification's steps since it was opened or last reopened, and when they closed it."""

    closed_on: date | None = None
    steps: list[str] = field(default_factory=list)

    def follow(self, step: Row[Any]) -> None:
        """Take one step further."""
        if step.name == StepName.REOPENED:
            self.steps.clear()
        self.steps.append(step.name)
        self.closed_on = step.effective_on if step.status == Status.CLOSED else None


@dataclass(frozen=True, slots=True)
class Parts:
    """What records hold in tables of their own, by record."""

    attendance: Mapping[UUID, list[Attendee]]
    resolutions: Mapping[UUID, list[Resolved]]
    persons: Mapping[UUID, list[str]]
    evidence: Mapping[UUID, list[Proof]]
    courses: Mapping[UUID, Course]


def by_record(
    rows: Iterable[Row[Any]], make: Callable[[Row[Any]], Value]
) -> dict[UUID, list[Value]]:
    """What each record has, in the order of the rows."""
    found: dict[UUID, list[Value]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(make(row))
    return found


def attendee(row: Row[Any]) -> Attendee:
    """One line of an attendance list."""
    return Attendee(row.name, row.present, row.member_id)


def resolved(row: Row[Any]) -> Resolved:
    """One resolution."""
    return Resolved(row.responsible_person is not None, row.due_on is not None)


def person(row: Row[Any]) -> str:
    """The key of somebody who was talked with."""
    return person_key(row.member_id, row.name)


def proof(row: Row[Any]) -> Proof:
    """One piece of evidence."""
    return Proof(row.effective_on)


def courses(rows: Iterable[Row[Any]]) -> dict[UUID, Course]:
    """The course of each rectification, from its steps in order."""
    found: dict[UUID, Course] = {}
    for row in rows:
        found.setdefault(row.item_id, Course()).follow(row)
    return found


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
    parts: Parts

    def record(self, row: Row[Any]) -> Record:
        """One record as of the day."""
        parts = self.parts
        persons = {*parts.persons.get(row.id, ())}
        if row.person_name:
            persons.add(person_key(row.person_member_id, row.person_name))
        exact = row.participants_value is not None and not row.participants_approximate
        return Record(
            id=row.id,
            kind=row.kind,
            type=row.type,
            topic=row.topic,
            title=row.title,
            organization_id=row.organization_id,
            restricted=row.restricted,
            written_on=civil_day(row.updated_at, self.zone),
            ends_on=row.ends_on,
            participants=row.participants_value if exact else None,
            persons=frozenset(persons),
            texts=tuple(text for name in TEXTS if (text := getattr(row, name))),
            evidence=tuple(parts.evidence.get(row.id, ())),
            **self._course(row),
            **(_meeting(row, parts) if row.kind == ItemKind.MEETING else {}),
        )

    def _day(self, row: Row[Any]) -> date | None:
        """When it took place, as far as that was known on the day.

        What lies after the day had not happened then; but what lies after today was entered as
        done although it cannot be, and is shown as it stands.
        """
        day: date | None = row.happened_on
        if row.status != Status.COMPLETED or day is None or day <= self.as_of:
            return day if row.status == Status.COMPLETED else None
        entered = civil_day(row.created_at, self.zone) <= self.as_of
        return day if day > self.today and entered else None

    def _course(self, row: Row[Any]) -> dict[str, Any]:
        """When it took place; for a rectification, when it was found and how it was closed."""
        if row.kind != ItemKind.RECTIFICATION:
            return {"happened_on": self._day(row)}
        course = self.parts.courses.get(row.id)
        if course is None:  # brought in without its steps
            done = row.completed_on if row.status == Status.CLOSED else None
            course = Course(done if done and done <= self.as_of else None)
        return {
            "happened_on": row.found_on,
            "closed_on": course.closed_on,
            "closing_steps": tuple(course.steps) if course.closed_on else (),
        }


def _meeting(row: Row[Any], parts: Parts) -> dict[str, Any]:
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
    found: dict[UUID, list[OwedAssembly]] = {}
    for row in rows:
        owed = found.setdefault(row.organization_id, [])
        if row.period is not None:
            owed.append(OwedAssembly(row.period, row.first_on, row.last_on, int(row.times)))
    return found
