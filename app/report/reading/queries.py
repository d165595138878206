"""What a report reads: the columns of its records, and the statements that are its own."""

from typing import Any

from sqlalchemy import Select, bindparam, or_, select, type_coerce

from app.activities.models import Activity
from app.core.columns import UuidText
from app.items.models import Focus
from app.items.snapshot import ITEMS, Parts, Reach
from app.meetings.models import Meeting
from app.organizations.models import Member, Organization, OrganizationAncestor
from app.organizations.rules import Post
from app.outputs.models import Output
from app.rectifications.models import Rectification
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
