"""From rows to facts: records and their evidence on the report's day, and whose report it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Row, Select, bindparam, or_, select, type_coerce

from app.activities.models import Activity
from app.core.clock import civil_day
from app.core.columns import UuidText
from app.evidence.models import Evidence, EvidenceRevision
from app.items.models import Focus, Item
from app.items.rules import ActorKind, ItemKind, days_overdue, is_overdue, person_key
from app.items.snapshot import ITEMS, Parts, Reach, RecordOnDay, RecordScope, of_records
from app.meetings.models import Meeting
from app.organizations.models import Member, Organization, OrganizationAncestor
from app.organizations.rules import Post
from app.outputs.models import Output
from app.rectifications.models import Rectification
from app.rectifications.rules import replay
from app.report.facts import Count, EvidenceFact, Fact
from app.sanctions.models import Sanction
from app.talks.models import Talk, TalkPerson

MEETINGS = Meeting.__table__.c
RECTIFICATIONS = Rectification.__table__.c
ACTIVITIES = Activity.__table__.c
OUTPUTS = Output.__table__.c
TALKS = Talk.__table__.c
SANCTIONS = Sanction.__table__.c
PEOPLE = TalkPerson.__table__.c
_KINDS = (MEETINGS, RECTIFICATIONS, ACTIVITIES, OUTPUTS, TALKS, SANCTIONS)
TABLES: tuple[Any, ...] = tuple(columns.item_id.table for columns in _KINDS)
_FOCUSES = Focus.__table__.c
_FOCUS = select(_FOCUSES.code).where(_FOCUSES.id == ITEMS.focus_id)

COLUMNS = (
    ITEMS.version,
    _FOCUS.scalar_subquery().label("focus"),
    ITEMS.actor_kind,
    ITEMS.actor_post,
    ITEMS.actor_name,
    ITEMS.planned_on,
    ITEMS.outcome,
    ITEMS.late_entry,
    ITEMS.responsible_person,
    ITEMS.responsible_department,
    MEETINGS.expected,
    MEETINGS.present,
    MEETINGS.lecturer,
    ACTIVITIES.participants_value,
    ACTIVITIES.participants_approximate,
    ACTIVITIES.hours,
    OUTPUTS.change,
    OUTPUTS.solved_difficulties,
    OUTPUTS.copies_value,
    OUTPUTS.copies_approximate,
    TALKS.person_times_value,
    TALKS.person_times_approximate,
    SANCTIONS.person_member_id,
    SANCTIONS.person_name,
    RECTIFICATIONS.source,
    RECTIFICATIONS.found_on,
)
TALKED_WITH = Parts(PEOPLE.item_id.table, (PEOPLE.member_id, PEOPLE.name))


def organizations(reach: Reach) -> Select[Any]:
    """The organisations in scope, the asked one first."""
    columns = Organization.__table__.c
    distance = OrganizationAncestor.__table__.c
    statement = (
        select(
            type_coerce(columns.id, UuidText()).label("id"),
            columns.name,
            columns.founded_on,
            columns.dissolved_on,
        )
        .select_from(
            Organization.__table__.join(
                OrganizationAncestor.__table__, distance.descendant_id == columns.id
            )
        )
        .where(distance.ancestor_id == bindparam("organization_id"))
        .order_by(distance.distance, columns.id)
    )
    return statement if reach == "subtree" else statement.where(distance.distance == 0)


FOCUSES = (
    select(_FOCUSES.code, _FOCUSES.name, _FOCUSES.position)
    .where(_FOCUSES.root_id == bindparam("root_id"))
    .order_by(_FOCUSES.position)
)
_MEMBERS = Member.__table__.c
SECRETARIES = select(_MEMBERS.name).where(
    _MEMBERS.organization_id == bindparam("organization_id"),
    _MEMBERS.post == Post.SECRETARY,
    _MEMBERS.joined_on <= bindparam("as_of"),
    or_(_MEMBERS.left_on.is_(None), _MEMBERS.left_on > bindparam("as_of")),
)
PARENT_NAME = select(Organization.__table__.c.name).where(
    Organization.__table__.c.id == bindparam("parent_id")
)


class Deed(Protocol):
    """A record as far as it says who did it."""

    @property
    def organization_id(self) -> str:
        """The organisation that it belongs to."""

    @property
    def actor_kind(self) -> str:
        """Whether a person did it, or an organisation."""

    @property
    def actor_post(self) -> str | None:
        """The post in which that person did it."""

    @property
    def actor_name(self) -> str | None:
        """That person's name."""

    @property
    def happened_on(self) -> date | None:
        """The day on which it was done."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """The reporting secretary's name, and whether another secretary acted in the period, too."""

    organization_id: str
    name: str | None = None
    several: bool = False

    def did(self, row: Deed) -> bool:
        """Whether a record is the reporter's own deed, not that of another in the same post."""
        if not by_secretary(row, self.organization_id):
            return False
        # Whose deed it is that names nobody is known only where there was but one secretary.
        return not self.several if row.actor_name is None else row.actor_name == self.name


def by_secretary(row: Deed, organization_id: str) -> bool:
    """Whether a record of an organisation was done by somebody as its secretary."""
    in_post = (row.actor_kind, row.actor_post) == (ActorKind.PERSON, Post.SECRETARY)
    return in_post and row.organization_id == organization_id


def reporter_of(
    organization_id: str, roster: Collection[str], rows: Iterable[Deed], as_of: date
) -> Reporter:
    """The only secretary on the roster of the day, else the only one who acted by then.

    Where neither tells, the name stays open: nobody's deeds are taken for the reporter's.
    """
    acted = {
        row.actor_name
        for row in rows
        if row.actor_name
        and row.happened_on
        and row.happened_on <= as_of
        and by_secretary(row, organization_id)
    }
    candidates = (acted & set(roster)) or acted if len(roster) != 1 else set(roster)
    name = next(iter(candidates)) if len(candidates) == 1 else None
    return Reporter(organization_id, name, several=len(acted | candidates) > 1)


EVIDENCE = Evidence.__table__.c
REVISIONS = EvidenceRevision.__table__.c


def evidence_revisions(scope: RecordScope) -> Select[Any]:
    """The files of the unrestricted records in scope, each with every upload."""
    source = EvidenceRevision.__table__.join(
        Evidence.__table__, EVIDENCE.id == REVISIONS.evidence_id
    ).join(Item.__table__, EVIDENCE.item_id == ITEMS.id)
    statement = (
        select(
            scope.id_of(EVIDENCE.id),
            scope.id_of(EVIDENCE.item_id),
            EVIDENCE.caption,
            EVIDENCE.effective_on,
            REVISIONS.filename,
            REVISIONS.sha256,
            REVISIONS.uploaded_at,
        )
        .select_from(source)
        .where(EVIDENCE.deleted_at.is_(None))
    )
    unrestricted = of_records(statement, replace(scope, restricted=False))
    return unrestricted.order_by(EVIDENCE.id, REVISIONS.number)


def evidence_as_of(rows: Iterable[Any], as_of: date, time_zone: str) -> tuple[EvidenceFact, ...]:
    """The newest file of each piece of evidence that was there on a day of the zone."""
    found = {
        row.id: EvidenceFact(
            id=row.id,
            record_id=row.item_id,
            filename=row.filename,
            sha256=row.sha256,
            caption=row.caption,
            effective_on=row.effective_on,
        )
        for row in rows
        if civil_day(row.uploaded_at, time_zone) <= as_of
    }
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """What the facts of one summary share."""

    reporter: Reporter
    as_of: date
    names: Mapping[str, str]
    people: Mapping[str, frozenset[str]]


def fact_of(record: RecordOnDay, context: SharedFacts) -> Fact:
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


def _own(row: Row[Any], context: SharedFacts) -> dict[str, Any]:
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
