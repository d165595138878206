"""From records to facts: what a report says of each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from app.items.rules import ItemKind, days_overdue, is_overdue, person_key
from app.items.snapshot import RecordOnDay
from app.rectifications.rules import replay
from app.report.facts import Count, Fact
from app.report.reading.reporter import Reporter


@dataclass(frozen=True, slots=True)
class Context:
    """What the facts of one summary share."""

    reporter: Reporter
    as_of: date
    names: Mapping[str, str]
    people: Mapping[str, frozenset[str]]


def fact_of(record: RecordOnDay, context: Context) -> Fact:
    """A record as a report tells of it."""
    row = record.row
    return Fact(
        id=record.id,
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
        **_state(record, context.as_of),
        **_own(row, context),
        **(_rectification(record) if row.kind == ItemKind.RECTIFICATION else {}),
    )


def _state(record: RecordOnDay, day: date) -> dict[str, Any]:
    """What it was on the day, and for how many days it had been overdue."""
    due_on, late = record.due_on, is_overdue(record.status, record.due_on, day)
    return {
        "status": record.status,
        "due_on": due_on,
        "happened_on": record.happened_on,
        "completed_on": record.completed_on,
        "days_overdue": days_overdue(due_on, day) if due_on and late else None,
    }


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


def _rectification(record: RecordOnDay) -> dict[str, Any]:
    """Where a problem came from, who sees to it, and what it has gone through."""
    row, course = record.row, replay(record.steps)
    own = {
        "source": row.source,
        "found_on": row.found_on,
        "responsible_person": row.responsible_person,
        "responsible_department": row.responsible_department,
        "was_returned": course.was_returned,
    }
    if course.suspended is None:
        return own
    return own | {
        "suspended_on": course.suspended.on,
        "suspension_approver": (course.suspended.details or {}).get("approver"),
        "suspension_reason": course.suspended.note,
    }


def _count(row: Row[Any], name: str) -> Count | None:
    value = getattr(row, f"{name}_value")
    return None if value is None else Count(value, bool(getattr(row, f"{name}_approximate")))
