"""From rows to facts: what each record was on the summary's day. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from app.items.rules import (
    ItemKind,
    Status,
    days_overdue,
    is_overdue,
    ordinary_timeline,
    person_key,
    state_on,
)
from app.rectifications.rules import StepName
from app.report.facts import Count, Fact
from app.report.reading.reporter import Reporter


@dataclass(frozen=True, slots=True)
class Context:
    """What the facts of one summary share."""

    reporter: Reporter
    as_of: date
    names: Mapping[str, str]
    people: Mapping[str, frozenset[str]]
    steps: Mapping[str, "Course"]
    earlier_deadlines: Mapping[str, date]


@dataclass(slots=True)
class Course:
    """The course of a rectification up to the day."""

    status: Status = Status.OPEN
    due_on: date | None = None
    completed_on: date | None = None
    suspension: Mapping[str, Any] = field(default_factory=dict)
    was_returned: bool = False

    def follow(self, step: Row[Any]) -> None:
        """Take one step further."""
        self.status, self.due_on = Status(step.status), step.due_on
        self.completed_on = step.effective_on if self.status == Status.CLOSED else None
        self.was_returned |= step.name == StepName.RETURNED
        if step.name == StepName.SUSPENDED:
            details = step.details or {}
            self.suspension = {
                "suspended_on": step.effective_on,
                "suspension_approver": details.get("approver"),
                "suspension_reason": step.note,
            }


def courses(rows: Iterable[Row[Any]]) -> dict[str, Course]:
    """The course of each rectification, from its steps in order."""
    found: dict[str, Course] = defaultdict(Course)
    for row in rows:
        found[row.item_id].follow(row)
    return found


def people(rows: Iterable[Row[Any]]) -> dict[str, frozenset[str]]:
    """Opaque keys of the people of each talk."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.item_id].add(person_key(row.member_id, row.name))
    return {item: frozenset(keys) for item, keys in found.items()}


def fact_of(row: Row[Any], context: Context) -> Fact | None:
    """What a record was on the day; None when it was not there yet."""
    state = _rectification(row, context) if row.kind == ItemKind.RECTIFICATION else None
    state = state or _ordinary(row, context)
    if state is None:
        return None
    return Fact(
        id=row.id,
        version=row.version,
        kind=row.kind,
        type=row.type,
        topic=row.topic,
        title=row.title,
        organization_id=row.organization_id,
        organization_name=context.names[row.organization_id],
        focus=row.focus,
        actor=row.actor_kind,
        actor_post=row.actor_post,
        actor_name=row.actor_name,
        is_reporter=context.reporter.did(row),
        planned_on=row.planned_on,
        outcome=row.outcome,
        late_entry=row.late_entry,
        **_own(row, context),
        **state,
    )


def _ordinary(row: Row[Any], context: Context) -> dict[str, Any] | None:
    due_on = context.earlier_deadlines.get(row.id, row.due_on)
    timeline = ordinary_timeline(row.opened_on, due_on, (), row.happened_on, row.cancelled_on)
    moment = state_on(timeline, context.as_of)
    if moment is None:
        return None
    happened = row.happened_on if moment.status == Status.COMPLETED else None
    return {
        "status": moment.status,
        "due_on": due_on,
        "happened_on": happened,
        "completed_on": happened,
        "days_overdue": _lateness(moment.status, due_on, context.as_of),
    }


def _rectification(row: Row[Any], context: Context) -> dict[str, Any] | None:
    course = context.steps.get(row.id)
    if course is None:
        return None
    return {
        "status": course.status,
        "due_on": course.due_on,
        "completed_on": course.completed_on,
        "source": row.source,
        "found_on": row.found_on,
        "responsible_person": row.responsible_person,
        "responsible_department": row.responsible_department,
        "was_returned": course.was_returned,
        "days_overdue": _lateness(course.status, course.due_on, context.as_of),
        **course.suspension,
    }


def _lateness(status: Status, due_on: date | None, day: date) -> int | None:
    return days_overdue(due_on, day) if due_on and is_overdue(status, due_on, day) else None


def _own(row: Row[Any], context: Context) -> dict[str, Any]:
    """The numbers and names that a kind has beyond any record."""
    if row.kind == ItemKind.MEETING:
        return {"expected": row.expected, "present": row.present, "lecturer": row.lecturer}
    if row.kind == ItemKind.ACTIVITY:
        hours = Decimal(str(row.hours)) if row.hours is not None else None
        return {"participants": _count(row, "participants"), "hours": hours}
    if row.kind == ItemKind.OUTPUT:
        return {
            "change": row.change,
            "solved_difficulties": row.solved_difficulties,
            "quantity": _count(row, "copies"),
        }
    if row.kind == ItemKind.TALK:
        persons = context.people.get(row.id, frozenset())
        return {"persons": persons, "person_times": _count(row, "person_times")}
    if row.kind == ItemKind.SANCTION:
        return {"persons": frozenset({person_key(row.person_member_id, row.person_name)})}
    return {}


def _count(row: Row[Any], name: str) -> Count | None:
    value = getattr(row, f"{name}_value")
    return None if value is None else Count(value, bool(getattr(row, f"{name}_approximate")))
