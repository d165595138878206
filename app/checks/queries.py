"""What an examination reads: the columns of its records, and the statements that are its own."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, exists, func, or_, select

from app.activities.models import Activity
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.rules import ListStatus
from app.checks.models import FindingExplanation
from app.evidence.models import Evidence
from app.items.snapshot import ITEMS, Parts, Reach, in_reach
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

COLUMNS = (
    ITEMS.created_at,
    ITEMS.updated_at,
    func.substr(ITEMS.outcome, 1, TEXT_READ).label("outcome"),
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
# What stood behind the records at the end of the day.
EVIDENCE = Parts(
    _EVIDENCE.item_id.table,
    (_EVIDENCE.effective_on,),
    (_EVIDENCE.id,),
    (
        _EVIDENCE.created_at < _DAY_END,
        or_(_EVIDENCE.deleted_at.is_(None), _EVIDENCE.deleted_at >= _DAY_END),
    ),
)


def places(reach: Reach) -> Select[Any]:
    """The organisations in scope."""
    rows = Organization.__table__.c
    columns = (rows.id, rows.name, rows.kind, rows.parent_id, rows.founded_on, rows.dissolved_on)
    place = in_reach(rows.id, reach)
    return select(*columns).where(place).order_by(rows.id)


def assemblies(reach: Reach) -> Select[Any]:
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
            in_reach(lists.organization_id, reach),
            lists.year == bindparam("year"),
            lists.status.in_([ListStatus.PUBLISHED, ListStatus.CLOSED]),
        )
        .group_by(*period)
        .order_by(lists.organization_id, owed.first_on)
    )


def members(reach: Reach) -> Select[Any]:
    """The rosters of the organisations in scope, with those who have left."""
    rows = Member.__table__.c
    columns = (rows.id, rows.organization_id, rows.name, rows.membership)
    place = in_reach(rows.organization_id, reach)
    statement = select(*columns, rows.joined_on, rows.left_on).where(place)
    return statement.order_by(rows.id)


def active_explanations(organization_id: UUID) -> Select[FindingExplanation]:
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
