"""What an examination reads: a constant number of statements, whatever the scope holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)

from app.activities.models import Activity
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.rules import ListStatus
from app.checks.models import FindingExplanation
from app.evidence.models import Evidence
from app.items.models import Item, ItemEvent
from app.items.rules import ItemKind
from app.meetings.models import Attendance, Meeting, Resolution
from app.meetings.rules import MeetingType
from app.organizations.models import Member, Organization, OrganizationAncestor
from app.organizations.queries import within
from app.rectifications.models import Rectification
from app.sanctions.models import Sanction
from app.talks.models import Talk, TalkPerson

ITEMS = Item.__table__.c
MEETINGS = Meeting.__table__.c
RECTIFICATIONS = Rectification.__table__.c
ACTIVITIES = Activity.__table__.c
TALKS = Talk.__table__.c
SANCTIONS = Sanction.__table__.c
OWN_TABLES = (MEETINGS, RECTIFICATIONS, ACTIVITIES, TALKS, SANCTIONS)
TEXT_READ = 4000  # characters of a text that are compared; the rest is not read

_SPINE = (
    ITEMS.id,
    ITEMS.kind,
    ITEMS.type,
    ITEMS.topic,
    ITEMS.title,
    ITEMS.organization_id,
    ITEMS.restricted,
    ITEMS.status,
    ITEMS.happened_on,
    ITEMS.completed_on,
    ITEMS.created_at,
    ITEMS.updated_at,
    func.substr(ITEMS.outcome, 1, TEXT_READ).label("outcome"),
)
_OWN = (
    MEETINGS.starts_at,
    MEETINGS.ends_at,
    MEETINGS.chair,
    MEETINGS.recorder,
    MEETINGS.lecturer,
    MEETINGS.expected,
    MEETINGS.present,
    MEETINGS.vote_eligible,
    MEETINGS.present_eligible,
    MEETINGS.votes,
    MEETINGS.appraisal,
    func.substr(MEETINGS.discussion, 1, TEXT_READ).label("discussion"),
    RECTIFICATIONS.found_on,
    func.substr(RECTIFICATIONS.corrective_measure, 1, TEXT_READ).label("corrective_measure"),
    ACTIVITIES.ends_on,
    ACTIVITIES.participants_value,
    ACTIVITIES.participants_approximate,
    func.substr(ACTIVITIES.content, 1, TEXT_READ).label("activity_content"),
    func.substr(TALKS.content, 1, TEXT_READ).label("talk_content"),
    SANCTIONS.person_member_id,
    SANCTIONS.person_name,
)


def _in_scope(column: ColumnElement[Any], *, include_descendants: bool) -> ColumnElement[bool]:
    """That a row belongs to the asked organisation, or to it and all below."""
    if not include_descendants:
        return column == bindparam("organization_id")
    return column.in_(
        select(OrganizationAncestor.descendant_id).where(
            OrganizationAncestor.ancestor_id == bindparam("organization_id")
        )
    )


def _of_the_year() -> ColumnElement[bool]:
    """What belongs to the year: what is dated in it, and rectifications that were open in it.

    The alternatives are written as no index has them: by the kind or the day alone SQLite would
    walk through every tree, and only the place's index is meant.
    """
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    rectification = ITEMS.kind.concat("") == ItemKind.RECTIFICATION
    day = func.coalesce(ITEMS.day, ITEMS.day)
    was_open = or_(ITEMS.completed_on.is_(None), ITEMS.completed_on >= first)
    return and_(
        ITEMS.day <= last,
        or_(and_(~rectification, day >= first), and_(rectification, was_open)),
    )


def _examined(
    statement: Select[Any], *, include_descendants: bool, supervised: bool
) -> Select[Any]:
    """The rows of records under examination: there on the day, not cancelled by then."""
    statement = statement.where(
        _in_scope(ITEMS.organization_id, include_descendants=include_descendants),
        ITEMS.deleted_at.is_(None),
        _of_the_year(),
        ITEMS.opened_on <= bindparam("as_of"),
        or_(ITEMS.cancelled_on.is_(None), ITEMS.cancelled_on > bindparam("as_of")),
    ).limit(bindparam("most"))
    return statement if supervised else statement.where(ITEMS.restricted == false())


def records(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The records with their kinds' own columns."""
    source: Any = Item.__table__
    for own in OWN_TABLES:
        source = source.outerjoin(own.item_id.table, own.item_id == ITEMS.id)
    statement = select(*_SPINE, *_OWN).select_from(source).order_by(ITEMS.id)
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def _children(table: type[Any], *columns: Any) -> Select[Any]:
    joined = table.__table__.join(Item.__table__, table.__table__.c.item_id == ITEMS.id)
    return select(table.__table__.c.item_id, *columns).select_from(joined)


def attendances(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The lists of names of the meetings."""
    rows = Attendance.__table__.c
    statement = _children(Attendance, rows.member_id, rows.name, rows.present)
    statement = statement.order_by(rows.item_id, rows.position)
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def resolutions(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """What the meetings resolved: who and by when."""
    rows = Resolution.__table__.c
    statement = _children(Resolution, rows.responsible_person, rows.due_on)
    statement = statement.order_by(rows.item_id, rows.position)
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def people_talked_with(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The people of each talk."""
    rows = TalkPerson.__table__.c
    statement = _children(TalkPerson, rows.member_id, rows.name)
    statement = statement.order_by(rows.item_id, rows.position)
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def steps(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The steps of each rectification up to the day, in order."""
    rows = ItemEvent.__table__.c
    statement = (
        _children(ItemEvent, rows.name, rows.status, rows.effective_on)
        .where(
            ITEMS.kind.concat("") == ItemKind.RECTIFICATION, rows.effective_on <= bindparam("as_of")
        )
        .order_by(rows.item_id, rows.effective_on, rows.sequence)
    )
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def evidence(*, include_descendants: bool, supervised: bool) -> Select[Any]:
    """The evidence that stood behind the records at the end of the day."""
    rows = Evidence.__table__.c
    statement = (
        _children(Evidence, rows.effective_on)
        .where(
            rows.created_at < bindparam("day_end"),
            or_(rows.deleted_at.is_(None), rows.deleted_at >= bindparam("day_end")),
        )
        .order_by(rows.item_id, rows.id)
    )
    return _examined(statement, include_descendants=include_descendants, supervised=supervised)


def places(*, include_descendants: bool) -> Select[Any]:
    """The organisations in scope."""
    rows = Organization.__table__.c
    columns = (rows.id, rows.name, rows.kind, rows.parent_id, rows.founded_on, rows.dissolved_on)
    place = _in_scope(rows.id, include_descendants=include_descendants)
    return select(*columns).where(place).order_by(rows.id).limit(bindparam("most"))


def assemblies(*, include_descendants: bool) -> Select[Any]:
    """What the year's published lists owe of assemblies, by period; a row for each list at least.

    What was waived, or what people linked a record to, is owed no more.
    """
    lists, lines, owed = (one.__table__.c for one in (DutyList, Duty, Occurrence))
    linked = exists().where(OccurrenceRecord.__table__.c.occurrence_id == owed.id)
    still = case((and_(owed.id.is_not(None), owed.waived_on.is_(None), ~linked), 1), else_=0)
    line = and_(lines.list_id == lists.id, lines.code == str(MeetingType.MEMBER_ASSEMBLY))
    period = (lists.organization_id, owed.period, owed.first_on, owed.last_on)
    source = DutyList.__table__.outerjoin(Duty.__table__, line)
    return (
        select(*period, func.sum(still).label("times"))
        .select_from(source.outerjoin(Occurrence.__table__, owed.duty_id == lines.id))
        .where(
            _in_scope(lists.organization_id, include_descendants=include_descendants),
            lists.year == bindparam("year"),
            lists.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
        )
        .group_by(*period)
        .order_by(lists.organization_id, owed.first_on)
        .limit(bindparam("most"))
    )


def members(*, include_descendants: bool) -> Select[Any]:
    """The rosters of the organisations in scope, with those who have left."""
    rows = Member.__table__.c
    columns = (rows.id, rows.organization_id, rows.name, rows.membership)
    place = _in_scope(rows.organization_id, include_descendants=include_descendants)
    statement = select(*columns, rows.joined_on, rows.left_on).where(place)
    return statement.order_by(rows.id).limit(bindparam("most"))


def standing(organization_id: UUID) -> Select[FindingExplanation]:
    """The explanations that stand at or below an organisation."""
    place = within(FindingExplanation.organization_id, [organization_id])
    return select(FindingExplanation).where(place, FindingExplanation.withdrawn_at.is_(None))


def explanations_of(
    organization_id: UUID, finding_id: str, *, supervised: bool
) -> Select[FindingExplanation]:
    """Every explanation of a finding at or below an organisation, standing or withdrawn."""
    statement = select(FindingExplanation).where(
        within(FindingExplanation.organization_id, [organization_id]),
        FindingExplanation.finding_id == finding_id,
    )
    return statement if supervised else statement.where(FindingExplanation.restricted.is_(False))
