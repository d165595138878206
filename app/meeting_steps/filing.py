"""Filing (报备) of a meeting: announced ahead of its day, within the lead time of the tree."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator
from sqlalchemy import select

from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.schemas import LongText, Model, field_error
from app.core.uow import Permission, UnitOfWork
from app.items.rules import Status
from app.meeting_steps.errors import FilingNotPossible
from app.meeting_steps.models import Filing, FilingLeadTimes
from app.meeting_steps.queries import today_at
from app.meeting_steps.rules import (
    DEFAULT_LEAD_DAYS,
    FILING_IN_FORCE,
    FILING_STEPS,
    MAX_LEAD_DAYS,
    FilingState,
    FilingStep,
    file_by,
    filed_in_time,
)
from app.meeting_steps.schemas import as_payload
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.organizations.queries import require, require_step


class FilingWrite(Model):
    """What is said when a plan is filed; day and type are the meeting's own."""

    note: Annotated[
        LongText | None,
        Field(description="报备说明", examples=["拟学习新修订条例，请总支派员列席"]),
    ] = None


class FilingWithdrawal(Model):
    """Why a filing is taken back before the meeting."""

    reason: Annotated[LongText, Field(description="撤回原因", examples=["主要议题尚未成熟，改期"])]


class FilingDecision(Model):
    """What a superior says of a filing."""

    acknowledged: Annotated[bool, Field(description="同意备案为 true，退回为 false")]
    note: Annotated[
        LongText | None,
        Field(description="意见；退回时必填", examples=["请补充查摆问题议题后重新报备"]),
    ] = None


class FilingRead(Model):
    """The plan of a meeting as filed."""

    id: UUID
    meeting_id: UUID
    state: FilingState
    meeting_type: Annotated[MeetingType, Field(description="报备时的会议类型")]
    planned_on: Annotated[date, Field(description="报备时的计划日期")]
    lead_days: Annotated[int, Field(description="报备时规定的提前天数")]
    filed_on: Annotated[date, Field(description="报备日期（党组织所在时区）")]
    filed_at: datetime
    filed_by_name: str
    note: str | None
    plan_changed: Annotated[bool, Field(description="报备之后计划日期或会议类型已变动，宜重新报备")]
    decided_at: datetime | None
    decided_by_name: str | None
    decision_note: str | None
    withdrawn_at: datetime | None
    withdrawn_by_name: str | None
    withdrawal_reason: str | None
    version: int

    @computed_field(description="最迟应在哪一天报备")
    def file_by(self) -> date:
        """The last day on which the filing would have been in time."""
        return file_by(self.planned_on, self.lead_days)

    @computed_field(description="是否按时报备：报备日期加提前天数不晚于计划日期")
    def in_time(self) -> bool:
        """Whether the plan was filed its lead time ahead."""
        return filed_in_time(self.filed_on, self.planned_on, self.lead_days)


class LeadTimeField(Model):
    """How many days ahead one type of meeting is filed."""

    type: Annotated[
        MeetingType, Field(description="会议类型", examples=["organizational_life_meeting"])
    ]
    days: Annotated[
        int, Field(ge=0, le=MAX_LEAD_DAYS, strict=True, description="提前天数", examples=[7])
    ]


class LeadTimesWrite(Model):
    """A tree's own lead times; types that are not listed keep the default."""

    items: Annotated[list[LeadTimeField], Field(max_length=50, description="与默认不同的提前天数")]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({entry.type for entry in self.items}) < len(self.items):
            raise field_error("items", "type_repeated", "同一会议类型只能填写一次")
        return self


class LeadTimeRead(LeadTimeField):
    """One type's lead time, and where it comes from."""

    default: Annotated[bool, Field(description="是否为默认天数")]


class LeadTimesRead(Model):
    """The lead times of every type of meeting in a tree."""

    items: list[LeadTimeRead]
    version: Annotated[int, Field(description="从未改动过为 0")]


_TRAIL = Trail("filing")
_LEAD_TIMES_TRAIL = Trail("filing_lead_times", owner="root_id")


def read_lead_times(uow: UnitOfWork, root_id: UUID) -> LeadTimesRead:
    """Return the lead times of every type of meeting in a tree."""
    return _lead_times_payload(_own_lead_times(uow, root_id))


def write_lead_times(
    uow: UnitOfWork, root_id: UUID, payload: LeadTimesWrite, if_match: str | None
) -> LeadTimesRead:
    """Replace a tree's own lead times; filings keep the lead time that they were judged by.

    Raises:
        VersionMismatch: somebody else changed them; version 0 stands for the defaults.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    row = _own_lead_times(uow, root_id)
    expect_version(row.version if row else 0, if_match)
    before = _lead_times_payload(row).model_dump(mode="json")
    days = {str(entry.type): entry.days for entry in payload.items}
    if row is None:
        row = FilingLeadTimes(id=new_id(), root_id=root_id, days=days, updated_at=uow.now())
        uow.session.add(row)
    else:
        row.days, row.updated_at = days, uow.now()
    uow.session.flush()
    lead_times = _lead_times_payload(row)
    after = lead_times.model_dump(mode="json")
    _LEAD_TIMES_TRAIL.note_as(uow, "filing_lead_times.written", row, before, after)
    return lead_times


def _own_lead_times(uow: UnitOfWork, root_id: UUID) -> FilingLeadTimes | None:
    statement = select(FilingLeadTimes).where(FilingLeadTimes.root_id == root_id)
    return uow.session.scalars(statement).one_or_none()


def _lead_times_payload(row: FilingLeadTimes | None) -> LeadTimesRead:
    own = row.days if row else {}
    entries = [
        LeadTimeRead(type=kind, days=own.get(kind, days), default=kind not in own)
        for kind, days in DEFAULT_LEAD_DAYS.items()
    ]
    return LeadTimesRead(items=entries, version=row.version if row else 0)


def find_filing(uow: UnitOfWork, meeting: Meeting) -> Filing | None:
    """Return the filing of a meeting that the actor may see, if there is one."""
    statement = select(Filing).where(Filing.meeting_id == meeting.id)
    return uow.session.scalars(statement).one_or_none()


def get_filing(uow: UnitOfWork, meeting: Meeting) -> Filing:
    """Return the filing of a meeting that the actor may see; raises ``NotFound``."""
    return existing(find_filing(uow, meeting), "这次会议还没有报备。")


def filing_payload(filing: Filing, meeting: Meeting) -> FilingRead:
    """Return a filing as a payload, compared with the plan as it is now."""
    changed = meeting.planned_on != filing.planned_on or meeting.type != filing.meeting_type
    return as_payload(FilingRead, filing, plan_changed=changed)


def file_plan(
    uow: UnitOfWork, meeting: Meeting, payload: FilingWrite, if_match: str | None
) -> Filing:
    """File the plan of a meeting, or file it anew.

    While plan and filing agree, a correction of the note keeps the day on which it was filed; any
    other new filing counts from today. What a superior decided on the former one is in the trail.

    Raises:
        FilingNotPossible: the meeting is not planned, has no day, or the day is over.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    filing, before, agrees = find_filing(uow, meeting), None, False
    if filing is None:
        filing = Filing(id=new_id(), meeting_id=meeting.id)
        uow.session.add(filing)
    else:
        expect_version(filing.version, if_match)
        before = _state(filing, meeting)
        agrees = filing.state in FILING_IN_FORCE and not before["plan_changed"]
    planned_on = _day_to_file(uow, meeting)
    if not agrees:
        _copy_plan(uow, filing, meeting, planned_on)
    filing.filed_at = uow.now()
    filing.filed_by, filing.filed_by_name = uow.actor.user_id, uow.actor.name
    filing.state, filing.note = FilingState.FILED, payload.note
    filing.decided_at = filing.decided_by_name = filing.decision_note = None
    filing.withdrawn_at = filing.withdrawn_by_name = filing.withdrawal_reason = None
    uow.session.flush()
    _note(uow, "filing.filed", filing, meeting, before)
    return filing


def withdraw_filing(
    uow: UnitOfWork, filing: Filing, meeting: Meeting, payload: FilingWithdrawal
) -> None:
    """Take a filing back before the meeting takes place.

    Raises:
        FilingNotPossible: the meeting has taken place, or is cancelled.
        IllegalTransition: the filing was returned or withdrawn already.
    """
    step = FILING_STEPS[FilingStep.WITHDRAW]
    require_step(uow, step, meeting.organization_id)
    if meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，报备不能再撤回。")
    FILING_STEPS.refuse_state(FilingStep.WITHDRAW, FilingState(filing.state))
    before = _state(filing, meeting)
    filing.state = step.target
    filing.withdrawn_at, filing.withdrawn_by_name = uow.now(), uow.actor.name
    filing.withdrawal_reason = payload.reason
    uow.session.flush()
    _note(uow, "filing.withdrawn", filing, meeting, before)


def decide_filing(
    uow: UnitOfWork, filing: Filing, meeting: Meeting, payload: FilingDecision
) -> None:
    """Acknowledge a filing, or return it with a note on what is missing.

    Raises:
        FilingNotPossible: it would be returned after the meeting.
        IllegalTransition: it is not waiting for a decision.
        OwnRequest: who filed may not decide.
        ValidationFailed: it would be returned without a note.
    """
    name = FilingStep.ACKNOWLEDGE if payload.acknowledged else FilingStep.RETURN
    step = FILING_STEPS[name]
    require_step(uow, step, meeting.organization_id)
    FILING_STEPS.refuse_state(name, FilingState(filing.state))
    step.refuse_own(uow.actor, filing.filed_by)
    if not payload.acknowledged and payload.note is None:
        raise ValidationFailed.at("#/note", "missing", "退回时请写明意见")
    if not payload.acknowledged and meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，报备不能再退回。")
    before = _state(filing, meeting)
    filing.state = step.target
    filing.decided_at, filing.decided_by_name = uow.now(), uow.actor.name
    filing.decision_note = payload.note
    uow.session.flush()
    _note(uow, f"filing.{filing.state}", filing, meeting, before)


def _day_to_file(uow: UnitOfWork, meeting: Meeting) -> date:
    """Return the planned day of a meeting that can be filed; raises ``FilingNotPossible``."""
    if meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，不能再报备；报备应在会前完成。")
    if meeting.planned_on is None:
        raise FilingNotPossible("会议还没有计划日期，请先填写计划日期再报备。")
    if meeting.planned_on < today_at(uow, meeting):
        raise FilingNotPossible("计划日期已过，不能再报备；如已改期，请先更正计划日期。")
    return meeting.planned_on


def _copy_plan(uow: UnitOfWork, filing: Filing, meeting: Meeting, planned_on: date) -> None:
    """Set what the filing is judged by: type and day of the plan, lead time and today."""
    kind = MeetingType(meeting.type)
    row = _own_lead_times(uow, meeting.organization.root_id)
    own: int | None = row.days.get(kind) if row else None
    filing.meeting_type, filing.planned_on = kind, planned_on
    filing.lead_days = DEFAULT_LEAD_DAYS[kind] if own is None else own
    filing.filed_on = today_at(uow, meeting)


def _state(filing: Filing, meeting: Meeting) -> dict[str, Any]:
    return filing_payload(filing, meeting).model_dump(mode="json")


def _note(
    uow: UnitOfWork, action: str, filing: Filing, meeting: Meeting, before: dict[str, Any] | None
) -> None:
    _TRAIL.note_as(uow, action, filing, before, _state(filing, meeting), owner=meeting)
