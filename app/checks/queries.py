"""Columns of the records that an examination reads, and its own statements."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select

from app.activities.models import Activity
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.rules import ListStatus
from app.checks.models import FindingExplanation
from app.evidence.models import Evidence
from app.items.history import ITEMS
from app.items.snapshot import Parts, Reach, in_reach
from app.meetings.models import Attendance, Meeting, Resolution
from app.meetings.rules import MeetingType
from app.organizations.models import Member, Organization
from app.organizations.queries import within
from app.rectifications.models import Rectification
from app.sanctions.models import Sanction
from app.talks.models import Talk, TalkPerson

MEETINGS = Meeting.__table__.c
RECTIFICATIONS = Rectification.__table__.c
ACTIVITIES = Activity.__table__.c
TALKS = Talk.__table__.c
SANCTIONS = Sanction.__table__.c
_KINDS = (MEETINGS, RECTIFICATIONS, ACTIVITIES, TALKS, SANCTIONS)
TABLES: tuple[Any, ...] = tuple(columns.item_id.table for columns in _KINDS)
TEXT_READ = 4000  # characters of a text that are compared; the rest is not read


def _text(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.substr(column, 1, TEXT_READ).label(name)


COLUMNS = (
    *(ITEMS.created_at, ITEMS.updated_at, _text("outcome", ITEMS.outcome)),
    *(MEETINGS.starts_at, MEETINGS.ends_at),
    *(MEETINGS.chair, MEETINGS.recorder, MEETINGS.lecturer),
    *(MEETINGS.expected, MEETINGS.present, MEETINGS.vote_eligible, MEETINGS.present_eligible),
    *(MEETINGS.votes, MEETINGS.appraisal, _text("discussion", MEETINGS.discussion)),
    *(RECTIFICATIONS.found_on, _text("corrective_measure", RECTIFICATIONS.corrective_measure)),
    *(ACTIVITIES.ends_on, ACTIVITIES.participants_value, ACTIVITIES.participants_approximate),
    *(_text("activity_content", ACTIVITIES.content), _text("talk_content", TALKS.content)),
    *(SANCTIONS.person_member_id, SANCTIONS.person_name),
)

_ATTENDANCE, _RESOLVED = Attendance.__table__.c, Resolution.__table__.c
_PEOPLE, _EVIDENCE = TalkPerson.__table__.c, Evidence.__table__.c
_DAY_END: Any = bindparam("day_end")
ATTENDANCES = Parts(
    _ATTENDANCE.item_id.table,
    (_ATTENDANCE.member_id, _ATTENDANCE.name, _ATTENDANCE.present),
    (_ATTENDANCE.position,),
)
RESOLUTIONS = Parts(
    _RESOLVED.item_id.table, (_RESOLVED.responsible_person, _RESOLVED.due_on), (_RESOLVED.position,)
)
TALKED_WITH = Parts(_PEOPLE.item_id.table, (_PEOPLE.member_id, _PEOPLE.name), (_PEOPLE.position,))
# The evidence that there was at the end of the day.
EVIDENCE = Parts(
    _EVIDENCE.item_id.table,
    (_EVIDENCE.effective_on,),
    (_EVIDENCE.id,),
    (
        _EVIDENCE.created_at < _DAY_END,
        or_(_EVIDENCE.deleted_at.is_(None), _EVIDENCE.deleted_at >= _DAY_END),
    ),
)


@lru_cache
def organizations(reach: Reach) -> Select[Any]:
    """Select the organisations in scope, as ``ExaminedOrganization`` has them."""
    rows = Organization.__table__.c
    columns = (rows.id, rows.name, rows.kind, rows.parent_id, rows.founded_on, rows.dissolved_on)
    return select(*columns).where(in_reach(rows.id, reach)).order_by(rows.id)


@lru_cache
def assemblies(reach: Reach) -> Select[Any]:
    """Select what the year's published lists owe of assemblies, by period.

    There is a row for each list at least. What was waived, or linked by hand to a record, is owed
    no more.
    """
    lists, lines, owed = DutyList.__table__.c, Duty.__table__.c, Occurrence.__table__.c
    linked = exists().where(OccurrenceRecord.__table__.c.occurrence_id == owed.id)
    still = case((and_(owed.id.is_not(None), owed.waived_on.is_(None), ~linked), 1), else_=0)
    line = and_(lines.list_id == lists.id, lines.code == str(MeetingType.MEMBER_ASSEMBLY))
    period = (lists.organization_id, owed.period, owed.first_on, owed.last_on)
    source = DutyList.__table__.outerjoin(Duty.__table__, line)
    return (
        select(*period, func.sum(still).label("times"))
        .select_from(source.outerjoin(Occurrence.__table__, owed.duty_id == lines.id))
        .where(
            in_reach(lists.organization_id, reach),
            lists.year == bindparam("year"),
            lists.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
        )
        .group_by(*period)
        .order_by(lists.organization_id, owed.first_on)
    )


@lru_cache
def members(reach: Reach) -> Select[Any]:
    """Select the rosters of the organisations in scope, with those who have left."""
    rows = Member.__table__.c
    columns = (rows.id, rows.organization_id, rows.name, rows.membership)
    in_scope = in_reach(rows.organization_id, reach)
    return select(*columns, rows.joined_on, rows.left_on).where(in_scope).order_by(rows.id)


def explanations(
    organization_id: UUID, finding_id: str, *, supervised: bool
) -> Select[FindingExplanation]:
    """Select all explanations of a finding at or below an organisation, active or withdrawn."""
    statement = select(FindingExplanation).where(
        within(FindingExplanation.organization_id, [organization_id]),
        FindingExplanation.finding_id == finding_id,
    )
    return statement if supervised else statement.where(FindingExplanation.restricted.is_(False))


def active_explanations(organization_id: UUID) -> Select[FindingExplanation]:
    """Select the explanations at or below an organisation that are not withdrawn."""
    return select(FindingExplanation).where(
        within(FindingExplanation.organization_id, [organization_id]),
        FindingExplanation.withdrawn_at.is_(None),
    )
