"""What a summary reads: a constant number of statements, whatever the period holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from app.activities.models import Activity
from app.core.columns import UuidText
from app.items.models import ExtensionRequest, Focus, Item, ItemEvent
from app.items.rules import ItemKind
from app.meetings.models import Meeting
from app.organizations.models import Member, Organization, OrganizationAncestor
from app.organizations.rules import Post
from app.outputs.models import Output
from app.rectifications.models import Rectification
from app.sanctions.models import Sanction
from app.talks.models import Talk, TalkPerson

ITEMS = Item.__table__.c
MEETINGS = Meeting.__table__.c
RECTIFICATIONS = Rectification.__table__.c
ACTIVITIES = Activity.__table__.c
OUTPUTS = Output.__table__.c
TALKS = Talk.__table__.c
SANCTIONS = Sanction.__table__.c
KINDS = (MEETINGS, RECTIFICATIONS, ACTIVITIES, OUTPUTS, TALKS, SANCTIONS)


def as_text(column: KeyedColumnElement[Any]) -> ColumnElement[Any]:
    """An id as the text that facts hold."""
    return type_coerce(column, UuidText()).label(column.name)


_SPINE = (
    as_text(ITEMS.id),
    ITEMS.version,
    ITEMS.kind,
    ITEMS.type,
    ITEMS.topic,
    ITEMS.title,
    as_text(ITEMS.organization_id),
    ITEMS.actor_kind,
    ITEMS.actor_post,
    ITEMS.actor_name,
    ITEMS.opened_on,
    ITEMS.happened_on,
    ITEMS.planned_on,
    ITEMS.due_on,
    ITEMS.completed_on,
    ITEMS.cancelled_on,
    ITEMS.outcome,
    ITEMS.late_entry,
    ITEMS.responsible_person,
    ITEMS.responsible_department,
)
_OWN = (
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


def in_scope(column: ColumnElement[UUID], *, include_descendants: bool) -> ColumnElement[bool]:
    """That a row belongs to the organisation, or to it and all below."""
    if not include_descendants:
        return column == bindparam("organization_id")
    below = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id == bindparam("organization_id")
    )
    return column.in_(below)


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a report's period, and the last day of the period after it."""

    first: date
    last: date
    until: date


def told_of(span: Span) -> ColumnElement[bool]:
    """That a record can be told of in a period's report.

    What happened or should have happened in the period, what is planned for the next one, and the
    rectifications that were open in the period.

    The alternatives are written as no index has them: by the kind or the day alone SQLite would
    walk through every tree, and only the place's index is meant.
    """
    rectification = ITEMS.kind.concat("") == ItemKind.RECTIFICATION
    day = func.coalesce(ITEMS.day, ITEMS.day)
    return and_(
        ITEMS.day <= span.until,
        or_(
            and_(~rectification, day >= span.first),
            and_(rectification, _open(day, span)),
        ),
    )


def open_in(span: Span) -> ColumnElement[bool]:
    """That a rectification was open at some time of a period."""
    return _open(ITEMS.day, span)


def _open(day: ColumnElement[date], span: Span) -> ColumnElement[bool]:
    still = or_(ITEMS.completed_on.is_(None), ITEMS.completed_on >= span.first)
    return and_(day <= span.last, still)


def scoped(
    statement: Select[Any], span: Span, *, include_descendants: bool, supervised: bool
) -> Select[Any]:
    """A statement over records, kept to those in scope that the reader may see."""
    place = in_scope(ITEMS.organization_id, include_descendants=include_descendants)
    statement = statement.where(place, *_there(told_of(span)))
    return statement if supervised else statement.where(ITEMS.restricted == false())


def _there(told: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return ITEMS.deleted_at.is_(None), told, ITEMS.opened_on <= bindparam("as_of")


def records(span: Span, *, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The first ``most`` records that a summary may tell of, with their kinds' own columns."""
    source: Any = Item.__table__.outerjoin(Focus, Focus.id == ITEMS.focus_id)
    for own in KINDS:
        source = source.outerjoin(own.item_id.table, own.item_id == ITEMS.id)
    statement = select(*_SPINE, *_OWN, Focus.__table__.c.code.label("focus")).select_from(source)
    return (
        scoped(statement, span, include_descendants=include_descendants, supervised=supervised)
        .order_by(ITEMS.day, ITEMS.id)
        .limit(bindparam("most"))
    )


def people_talked_with(span: Span, *, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The people of each talk."""
    people = TalkPerson.__table__.c
    statement = select(as_text(people.item_id), people.member_id, people.name).select_from(
        TalkPerson.__table__.join(Item.__table__, people.item_id == ITEMS.id)
    )
    return scoped(statement, span, include_descendants=include_descendants, supervised=supervised)


def steps(span: Span, *, include_descendants: bool) -> Select[Any]:
    """The steps of each rectification up to a day, in order."""
    events = ItemEvent.__table__.c
    # Told apart by its table, not by its kind: the index by kind would lead through every tree.
    source = ItemEvent.__table__.join(Item.__table__, events.item_id == ITEMS.id).join(
        Rectification.__table__, RECTIFICATIONS.item_id == ITEMS.id
    )
    return (
        select(
            as_text(events.item_id),
            events.name,
            events.status,
            events.due_on,
            events.effective_on,
            events.note,
            events.details,
        )
        .select_from(source)
        .where(
            in_scope(ITEMS.organization_id, include_descendants=include_descendants),
            *_there(open_in(span)),
            events.effective_on <= bindparam("as_of"),
        )
        .order_by(events.item_id, events.effective_on, events.sequence)
    )


def later_extensions(span: Span, *, include_descendants: bool) -> Select[Any]:
    """Extensions approved after a day, latest first: before them the earlier deadline held.

    Those of ordinary records count; a rectification's deadline comes from its steps.
    """
    asked = ExtensionRequest.__table__.c
    # From the records to their requests, and without naming a kind: as a join, or with the
    # alternative of `told_of`, SQLite begins with the rows of every tree.
    dated = ITEMS.day.between(span.first, span.until)
    told = select(ITEMS.id).where(
        in_scope(ITEMS.organization_id, include_descendants=include_descendants), *_there(dated)
    )
    return (
        select(as_text(asked.item_id), asked.previous_due_on)
        .where(
            asked.item_id.in_(told),
            asked.state == "approved",
            asked.decided_on > bindparam("as_of"),
        )
        .order_by(asked.decided_at.desc())
    )


def organizations(*, include_descendants: bool) -> Select[Any]:
    """The organisations in scope, the asked one first."""
    columns = Organization.__table__.c
    distance = OrganizationAncestor.__table__.c
    statement = (
        select(as_text(columns.id), columns.name, columns.founded_on, columns.dissolved_on)
        .select_from(
            Organization.__table__.join(
                OrganizationAncestor.__table__, distance.descendant_id == columns.id
            )
        )
        .where(distance.ancestor_id == bindparam("organization_id"))
        .order_by(distance.distance, columns.id)
    )
    return statement if include_descendants else statement.where(distance.distance == 0)


FOCUSES = (
    select(Focus.code, Focus.name, Focus.position)
    .where(Focus.root_id == bindparam("root_id"))
    .order_by(Focus.position)
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
