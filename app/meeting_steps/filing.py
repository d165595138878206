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
from app.meeting_steps.schemas import shown
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


_LEAD_TIME_TRAIL = Trail("filing_lead_times", owner="root_id")


def _row(uow: UnitOfWork, root_id: UUID) -> FilingLeadTimes | None:
    statement = select(FilingLeadTimes).where(FilingLeadTimes.root_id == root_id)
    return uow.session.scalars(statement).one_or_none()


def lead_days(uow: UnitOfWork, root_id: UUID, meeting_type: MeetingType) -> int:
    """The lead time of a type of meeting in a tree, in days."""
    row = _row(uow, root_id)
    own: int | None = row.days.get(meeting_type) if row else None
    return DEFAULT_LEAD_DAYS[meeting_type] if own is None else own


def read_lead_times(uow: UnitOfWork, root_id: UUID) -> LeadTimesRead:
    """The lead times of every type of meeting in a tree."""
    return _shown(_row(uow, root_id))


def _shown(row: FilingLeadTimes | None) -> LeadTimesRead:
    own = row.days if row else {}
    entries = [
        LeadTimeRead(type=kind, days=own.get(kind, days), default=kind not in own)
        for kind, days in DEFAULT_LEAD_DAYS.items()
    ]
    return LeadTimesRead(items=entries, version=row.version if row else 0)


def write_lead_times(
    uow: UnitOfWork, root_id: UUID, wish: LeadTimesWrite, if_match: str | None
) -> LeadTimesRead:
    """Replace a tree's own lead times; filings keep the lead time that they were judged by.

    Raises:
        VersionMismatch: somebody else changed them; version 0 stands for the defaults.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    row = _row(uow, root_id)
    expect_version(row.version if row else 0, if_match)
    before = _shown(row).model_dump(mode="json")
    days = {str(entry.type): entry.days for entry in wish.items}
    if row is None:
        row = FilingLeadTimes(id=new_id(), root_id=root_id, days=days, updated_at=uow.now())
        uow.session.add(row)
    else:
        row.days, row.updated_at = days, uow.now()
    uow.session.flush()
    after = _shown(row)
    _LEAD_TIME_TRAIL.note_as(
        uow, "filing_lead_times.written", row, before, after.model_dump(mode="json")
    )
    return after


_TRAIL = Trail("filing")


def find_filing(uow: UnitOfWork, meeting: Meeting) -> Filing | None:
    """The filing of a meeting that the actor may see, if there is one."""
    statement = select(Filing).where(Filing.meeting_id == meeting.id)
    return uow.session.scalars(statement).one_or_none()


def get_filing(uow: UnitOfWork, meeting: Meeting) -> Filing:
    """The filing of a meeting that the actor may see, or NotFound."""
    return existing(find_filing(uow, meeting), "这次会议还没有报备。")


def present(filing: Filing, meeting: Meeting) -> FilingRead:
    """A filing as it is returned, compared with the plan as it is now."""
    moved = meeting.planned_on != filing.planned_on or meeting.type != filing.meeting_type
    return shown(FilingRead, filing, plan_changed=moved)


def file_plan(uow: UnitOfWork, meeting: Meeting, wish: FilingWrite, if_match: str | None) -> Filing:
    """File the plan of a meeting, or file it anew.

    While plan and filing agree, a correction of the note keeps the day on which it was filed; any
    other new filing counts from today. What a superior said of the former one is in the trail.

    Raises:
        FilingNotPossible: the meeting is not planned, has no day, or the day is over.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    filing, before = find_filing(uow, meeting), None
    if filing is None:
        filing = Filing(id=new_id(), meeting_id=meeting.id)
        uow.session.add(filing)
        same = False
    else:
        expect_version(filing.version, if_match)
        before = _state(filing, meeting)
        same = filing.state in FILING_IN_FORCE and not before["plan_changed"]
    _fill(uow, filing, meeting, same=same)
    filing.state, filing.note = FilingState.FILED, wish.note
    filing.decided_at = filing.decided_by_name = filing.decision_note = None
    filing.withdrawn_at = filing.withdrawn_by_name = filing.withdrawal_reason = None
    uow.session.flush()
    _note(uow, "filing.filed", filing, meeting, before)
    return filing


def _fill(uow: UnitOfWork, filing: Filing, meeting: Meeting, *, same: bool) -> None:
    today = today_at(uow, meeting)
    if meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，不能再报备；报备应在会前完成。")
    if meeting.planned_on is None:
        raise FilingNotPossible("会议还没有计划日期，请先填写计划日期再报备。")
    if meeting.planned_on < today:
        raise FilingNotPossible("计划日期已过，不能再报备；如已改期，请先更正计划日期。")
    if not same:
        kind = MeetingType(meeting.type)
        filing.meeting_type, filing.planned_on = kind, meeting.planned_on
        filing.lead_days = lead_days(uow, meeting.organization.root_id, kind)
        filing.filed_on = today
    filing.filed_at = uow.now()
    filing.filed_by, filing.filed_by_name = uow.actor.user_id, uow.actor.name


def withdraw_filing(
    uow: UnitOfWork, filing: Filing, meeting: Meeting, wish: FilingWithdrawal
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
    filing.withdrawal_reason = wish.reason
    uow.session.flush()
    _note(uow, "filing.withdrawn", filing, meeting, before)


def decide_filing(uow: UnitOfWork, filing: Filing, meeting: Meeting, wish: FilingDecision) -> None:
    """Acknowledge a filing, or return it with a word on what is missing.

    Raises:
        FilingNotPossible: it would be returned after the meeting.
        IllegalTransition: it is not waiting for a decision.
        OwnRequest: who filed may not decide.
    """
    name = FilingStep.ACKNOWLEDGE if wish.acknowledged else FilingStep.RETURN
    step = FILING_STEPS[name]
    require_step(uow, step, meeting.organization_id)
    FILING_STEPS.refuse_state(name, FilingState(filing.state))
    step.refuse_own(uow.actor, filing.filed_by)
    if not wish.acknowledged and wish.note is None:
        raise ValidationFailed.at("#/note", "missing", "退回时请写明意见")
    if not wish.acknowledged and meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，报备不能再退回。")
    before = _state(filing, meeting)
    filing.state = step.target
    filing.decided_at, filing.decided_by_name = uow.now(), uow.actor.name
    filing.decision_note = wish.note
    uow.session.flush()
    _note(uow, f"filing.{filing.state}", filing, meeting, before)


def _state(filing: Filing, meeting: Meeting) -> dict[str, Any]:
    return present(filing, meeting).model_dump(mode="json")


def _note(
    uow: UnitOfWork, action: str, filing: Filing, meeting: Meeting, before: dict[str, Any] | None
) -> None:
    _TRAIL.note_as(uow, action, filing, before, _state(filing, meeting), owner=meeting)
