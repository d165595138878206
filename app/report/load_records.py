"""Records and their evidence on the report's day as facts, and whose report it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, bindparam, or_, select, type_coerce

from app.activities.models import Activity
from app.core.clock import civil_day
from app.core.columns import UuidText
from app.evidence.models import Evidence, EvidenceRevision
from app.items.history import ITEMS
from app.items.models import Focus, Item
from app.items.rules import ActorKind, ItemKind, days_overdue, is_overdue, person_key
from app.items.snapshot import Parts, Reach, RecordOnDay, RecordScope, of_records
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
EVIDENCE = Evidence.__table__.c
REVISIONS = EvidenceRevision.__table__.c
_KINDS = (MEETINGS, RECTIFICATIONS, ACTIVITIES, OUTPUTS, TALKS, SANCTIONS)
TABLES: tuple[Any, ...] = tuple(columns.item_id.table for columns in _KINDS)
_FOCUSES = Focus.__table__.c
_FOCUS = select(_FOCUSES.code).where(_FOCUSES.id == ITEMS.focus_id)

COLUMNS = (
    *(ITEMS.version, _FOCUS.scalar_subquery().label("focus"), ITEMS.outcome, ITEMS.late_entry),
    *(ITEMS.actor_kind, ITEMS.actor_post, ITEMS.actor_name, ITEMS.planned_on),
    *(ITEMS.responsible_person, ITEMS.responsible_department),
    *(MEETINGS.expected, MEETINGS.present, MEETINGS.lecturer),
    *(ACTIVITIES.participants_value, ACTIVITIES.participants_approximate, ACTIVITIES.hours),
    *(OUTPUTS.change, OUTPUTS.solved_difficulties, OUTPUTS.copies_value),
    *(OUTPUTS.copies_approximate, TALKS.person_times_value, TALKS.person_times_approximate),
    *(SANCTIONS.person_member_id, SANCTIONS.person_name),
    *(RECTIFICATIONS.source, RECTIFICATIONS.found_on),
)
_PEOPLE = TalkPerson.__table__.c
TALKED_WITH = Parts(_PEOPLE.item_id.table, (_PEOPLE.member_id, _PEOPLE.name))


@lru_cache
def organizations(reach: Reach) -> Select[Any]:
    """Select the organisations in scope, the asked one first."""
    columns, distance = Organization.__table__.c, OrganizationAncestor.distance
    id_ = type_coerce(columns.id, UuidText()).label("id")
    statement = (
        select(id_, columns.name, columns.founded_on, columns.dissolved_on)
        .join(OrganizationAncestor, OrganizationAncestor.descendant_id == columns.id)
        .where(OrganizationAncestor.ancestor_id == bindparam("organization_id"))
        .order_by(distance, columns.id)
    )
    return statement if reach == "subtree" else statement.where(distance == 0)


FOCUSES = (
    select(_FOCUSES.code, _FOCUSES.name, _FOCUSES.position)
    .where(_FOCUSES.root_id == bindparam("root_id"))
    .order_by(_FOCUSES.position)
)
SECRETARIES = select(Member.name).where(
    Member.organization_id == bindparam("organization_id"),
    Member.post == Post.SECRETARY,
    Member.joined_on <= bindparam("as_of"),
    or_(Member.left_on.is_(None), Member.left_on > bindparam("as_of")),
)
PARENT_NAME = select(Organization.name).where(Organization.id == bindparam("parent_id"))


class Act(Protocol):
    """A record as far as it says who did it, and on which day: an ``ActorKind``, post and name."""

    organization_id: str
    actor_kind: str
    actor_post: str | None
    actor_name: str | None
    happened_on: date | None


@dataclass(frozen=True, slots=True)
class Reporter:
    """The reporting secretary's name, and whether another secretary acted in the period, too."""

    organization_id: str
    name: str | None = None
    several: bool = False

    def did(self, act: Act) -> bool:
        """Tell whether it is the reporter's own act, not that of another in the same post."""
        if not _by_secretary(act, self.organization_id):
            return False
        # Whose act it is that names nobody is known only where there was but one secretary.
        return not self.several if act.actor_name is None else act.actor_name == self.name


def reporter_of(
    organization_id: str, roster: Collection[str], acts: Iterable[Act], as_of: date
) -> Reporter:
    """Return the only secretary on the roster of the day, else the only one who acted by then.

    Where neither tells, the name stays open: nobody's acts are taken for the reporter's.
    """
    acted = {
        act.actor_name
        for act in acts
        if act.actor_name
        and act.happened_on
        and act.happened_on <= as_of
        and _by_secretary(act, organization_id)
    }
    candidates = (acted & set(roster)) or acted if len(roster) != 1 else set(roster)
    name = next(iter(candidates)) if len(candidates) == 1 else None
    return Reporter(organization_id, name, several=len(acted | candidates) > 1)


def _by_secretary(act: Act, organization_id: str) -> bool:
    """Tell whether somebody did it as the secretary of an organisation."""
    in_post = (act.actor_kind, act.actor_post) == (ActorKind.PERSON, Post.SECRETARY)
    return in_post and act.organization_id == organization_id


@lru_cache
def evidence_revisions(scope: RecordScope) -> Select[Any]:
    """Select the files of the unrestricted records in scope, each with every upload."""
    statement = (
        select(
            scope.id_of(EVIDENCE.id),
            scope.id_of(EVIDENCE.item_id),
            *(EVIDENCE.caption, EVIDENCE.effective_on),
            *(REVISIONS.filename, REVISIONS.sha256, REVISIONS.uploaded_at),
        )
        .select_from(
            EvidenceRevision.__table__.join(
                Evidence.__table__, EVIDENCE.id == REVISIONS.evidence_id
            ).join(Item.__table__, EVIDENCE.item_id == ITEMS.id)
        )
        .where(EVIDENCE.deleted_at.is_(None))
    )
    unrestricted = of_records(statement, replace(scope, restricted=False))
    return unrestricted.order_by(EVIDENCE.id, REVISIONS.number)


def evidence_as_of(rows: Iterable[Any], as_of: date, time_zone: str) -> tuple[EvidenceFact, ...]:
    """Return the newest file of each piece of evidence that was there on a day of the zone."""
    newest = {row.id: row for row in rows if civil_day(row.uploaded_at, time_zone) <= as_of}
    return tuple(
        EvidenceFact(
            id=row.id,
            record_id=row.item_id,
            filename=row.filename,
            sha256=row.sha256,
            caption=row.caption,
            effective_on=row.effective_on,
        )
        for row in newest.values()
    )


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """What the facts of one report share.

    ``names`` are the organisations' by id, ``people`` the opaque keys of the people of each talk.
    """

    reporter: Reporter
    as_of: date
    names: Mapping[str, str]
    people: Mapping[str, frozenset[str]]


def fact_of(record: RecordOnDay, shared: SharedFacts) -> Fact:
    """Return a record as a report tells of it."""
    row, due_on = record.row, record.due_on
    overdue = due_on is not None and is_overdue(record.status, due_on, shared.as_of)
    return Fact(
        id=record.id,
        version=row.version,
        kind=row.kind,
        type=row.type,
        topic=row.topic,
        title=row.title,
        organization_id=row.organization_id,
        organization_name=shared.names[row.organization_id],
        status=record.status.value,
        focus=row.focus,
        actor=row.actor_kind,
        actor_post=row.actor_post,
        actor_name=row.actor_name,
        is_reporter=shared.reporter.did(row),
        happened_on=record.happened_on,
        planned_on=row.planned_on,
        due_on=due_on,
        completed_on=record.completed_on,
        days_overdue=days_overdue(due_on, shared.as_of) if due_on and overdue else None,
        outcome=row.outcome,
        late_entry=row.late_entry,
        **_of_kind(row, shared),
        **(_rectification(record) if row.kind == ItemKind.RECTIFICATION else {}),
    )


def _of_kind(row: Row[Any], shared: SharedFacts) -> dict[str, Any]:
    """Return the numbers and names that a kind has beyond any record."""
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
        persons = shared.people.get(row.id, frozenset())
        return {"persons": persons, "person_times": _count(row, "person_times")}
    if row.kind == ItemKind.SANCTION:
        return {"persons": frozenset({person_key(row.person_member_id, row.person_name)})}
    return {}


def _rectification(record: RecordOnDay) -> dict[str, Any]:
    """Return where a problem came from, who sees to it, and what it has gone through."""
    row, course = record.row, replay(record.steps)
    suspended = course.suspended
    return {
        "source": row.source,
        "found_on": row.found_on,
        "responsible_person": row.responsible_person,
        "responsible_department": row.responsible_department,
        "was_returned": course.was_returned,
        "suspended_on": suspended and suspended.on,
        "suspension_approver": (suspended.details or {}).get("approver") if suspended else None,
        "suspension_reason": suspended and suspended.note,
    }


def _count(row: Row[Any], name: str) -> Count | None:
    value = getattr(row, f"{name}_value")
    return None if value is None else Count(value, bool(getattr(row, f"{name}_approximate")))
