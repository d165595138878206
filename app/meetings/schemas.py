"""Payloads of meetings."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.core.schemas import Day, Headcount, LongText, Model, Name, TimeOfDay, Title, field_error
from app.items.schemas import EventWrite, ItemFilters, ItemLink, ItemRead, ItemSummary, PersonField
from app.meetings.rules import (
    BallotKind,
    MatterClass,
    MeetingType,
    Topic,
    adopted,
    quorum_met,
    vote_quorum_met,
)


class AttendanceField(PersonField):
    """One person's attendance: from the roster, or by name."""

    present: Annotated[bool, Field(description="是否到会")] = True
    reason: Annotated[Title | None, Field(description="缺席原因")] = None

    @model_validator(mode="after")
    def _reason_of_absence(self) -> Self:
        if self.present and self.reason:
            raise field_error("reason", "reason_of_present", "到会人员不填缺席原因")
        return self


class VoteField(Model):
    """One ballot: who could vote, who was there, and how they voted."""

    matter: Annotated[Title, Field(description="表决事项", examples=["通过年度党建工作计划"])]
    kind: Annotated[BallotKind, Field(description="一般表决或选举")] = BallotKind.RESOLUTION
    eligible: Annotated[Headcount, Field(description="应到会有表决权人数", examples=[15])]
    present_eligible: Annotated[Headcount, Field(description="到会有表决权人数", examples=[13])]
    yes: Annotated[Headcount, Field(description="赞成", examples=[12])]
    no: Annotated[Headcount, Field(description="反对")] = 0
    abstained: Annotated[Headcount, Field(description="弃权")] = 0

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.present_eligible > self.eligible:
            raise field_error(
                "present_eligible",
                "present_exceeds_eligible",
                "到会有表决权人数不能多于应到会有表决权人数",
            )
        if self.yes + self.no + self.abstained > self.present_eligible:
            raise field_error(
                "yes", "votes_exceed_present", "赞成、反对、弃权之和不能多于到会有表决权人数"
            )
        return self


class VoteRead(VoteField):
    """A ballot with what follows from its numbers."""

    @computed_field(description="到会人数是否达到规定；无人有表决权时为空")
    def quorum_met(self) -> bool | None:
        """Tell whether enough of those entitled were there."""
        return vote_quorum_met(self.present_eligible, self.eligible, self.kind)

    @computed_field(description="是否通过：赞成超过应到会有表决权人数的半数")
    def adopted(self) -> bool:
        """Tell whether the vote carries; one without a quorum does not."""
        enough = vote_quorum_met(self.present_eligible, self.eligible, self.kind)
        return bool(enough) and adopted(self.yes, self.eligible)


class OpinionField(Model):
    """Who spoke for what on a matter."""

    name: Annotated[Name, Field(description="发言人")]
    opinion: Annotated[LongText, Field(description="意见")]


class MatterField(Model):
    """One 三重一大 matter: its class, the opinions and the decision."""

    matter: Annotated[Title, Field(description="事项")]
    matter_class: Annotated[MatterClass, Field(description="类别")]
    opinions: Annotated[list[OpinionField], Field(max_length=100, description="发表意见")] = Field(
        default_factory=list
    )
    decision: Annotated[LongText | None, Field(description="决策结果")] = None


class AppraisalField(Model):
    """The result of 民主评议党员: how many members got which grade."""

    excellent: Annotated[Headcount, Field(description="优秀")] = 0
    qualified: Annotated[Headcount, Field(description="合格")] = 0
    basically_qualified: Annotated[Headcount, Field(description="基本合格")] = 0
    unqualified: Annotated[Headcount, Field(description="不合格")] = 0


class ResolutionField(Model):
    """Something resolved, with who does it by when, so that it can become a record of its own."""

    id: Annotated[UUID | None, Field(description="已有决议的编号；更正时保留它")] = None
    text: Annotated[LongText, Field(description="决议或议定事项")]
    responsible_person: Annotated[Name | None, Field(description="责任人")] = None
    due_on: Annotated[Day | None, Field(description="完成时限")] = None
    # What was read may be sent back as it is; only its own route makes a record.
    record: Annotated[
        ItemLink | None,
        Field(
            description="由本决议产生的事项；只读，提交时不起作用",
            exclude=True,
            json_schema_extra={"readOnly": True},
        ),
    ] = None


class ResolutionRead(ResolutionField):
    """A resolution as returned."""

    id: UUID
    record: Annotated[ItemLink | None, Field(description="由本决议产生的事项")]


class MeetingOwn(Model):
    """What a meeting has beyond any record."""

    starts_at: Annotated[
        TimeOfDay | None, Field(description="开始时间，当地时刻", examples=["14:30"])
    ] = None
    ends_at: Annotated[TimeOfDay | None, Field(description="结束时间", examples=["16:00"])] = None
    place: Annotated[Name | None, Field(description="地点")] = None
    chair: Annotated[Name | None, Field(description="主持人")] = None
    recorder: Annotated[Name | None, Field(description="记录人")] = None
    lecturer: Annotated[Name | None, Field(description="主讲人（党课）")] = None
    expected: Annotated[Headcount | None, Field(description="应到人数", examples=[14])] = None
    present: Annotated[Headcount | None, Field(description="实到人数", examples=[13])] = None
    vote_eligible: Annotated[Headcount | None, Field(description="有表决权人数")] = None
    present_eligible: Annotated[Headcount | None, Field(description="到会有表决权人数")] = None
    attendance: Annotated[list[AttendanceField], Field(max_length=2000, description="到会情况")] = (
        Field(default_factory=list)
    )
    observers: Annotated[list[Name], Field(max_length=200, description="列席人员")] = Field(
        default_factory=list
    )
    agenda: Annotated[list[Title], Field(max_length=100, description="议题")] = Field(
        default_factory=list
    )
    discussion: Annotated[LongText | None, Field(description="发言要点")] = None
    votes: Annotated[list[VoteField], Field(max_length=100, description="表决")] = Field(
        default_factory=list
    )
    resolutions: Annotated[
        list[ResolutionField], Field(max_length=100, description="决议或议定事项")
    ] = Field(default_factory=list)
    matters: Annotated[list[MatterField], Field(max_length=100, description="三重一大事项")] = (
        Field(default_factory=list)
    )
    appraisal: Annotated[AppraisalField | None, Field(description="民主评议结果")] = None
    opinions_collected: Annotated[Headcount | None, Field(description="征求意见数")] = None
    problems_found: Annotated[list[Title], Field(max_length=200, description="查摆问题")] = Field(
        default_factory=list
    )
    criticisms: Annotated[Headcount | None, Field(description="批评意见数")] = None


class MeetingWrite(EventWrite, MeetingOwn):
    """A meeting as a client states it."""

    type: Annotated[MeetingType, Field(description="会议类型", examples=["special_meeting"])]
    topic: Annotated[Topic | None, Field(description="专题，仅专题会议填写")] = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_type(self)
        if self.ends_at and (self.starts_at is None or self.ends_at < self.starts_at):
            raise field_error(
                "ends_at", "ends_before_start", "结束时间不能早于开始时间，且须填开始时间"
            )
        _check_attendance(self)
        _check_resolutions(self)
        _check_votes(self)
        return self


def _check_type(meeting: MeetingWrite) -> None:
    if (meeting.type == MeetingType.SPECIAL_MEETING) != (meeting.topic is not None):
        raise field_error(
            "topic", "topic_of_special_meeting", "专题会议必须填写专题，其他会议不填专题"
        )
    if meeting.matters and meeting.type not in {MeetingType.MAJOR_DECISION, MeetingType.OTHER}:
        raise field_error(
            "matters", "matters_of_major_decision", "三重一大事项请登记为“三重一大”集体决策会议"
        )
    if meeting.appraisal and meeting.type not in {
        MeetingType.DEMOCRATIC_APPRAISAL,
        MeetingType.ORGANIZATIONAL_LIFE_MEETING,
    }:
        raise field_error(
            "appraisal", "appraisal_elsewhere", "评议结果只在民主评议或组织生活会填写"
        )


def _check_attendance(meeting: MeetingWrite) -> None:
    """Refuse numbers that contradict each other or the list; 实到 never exceeds 应到."""
    limits = (
        ("present", "expected", "实到人数不能多于应到人数"),
        ("present_eligible", "vote_eligible", "到会有表决权人数不能多于有表决权人数"),
        ("vote_eligible", "expected", "有表决权人数不能多于应到人数"),
        ("present_eligible", "present", "到会有表决权人数不能多于实到人数"),
    )
    for field, limit, message in limits:
        number, most = getattr(meeting, field), getattr(meeting, limit)
        if number is not None and most is not None and number > most:
            raise field_error(field, f"{field}_exceeds_{limit}", message)
    if not meeting.attendance:
        return
    listed, present = len(meeting.attendance), sum(entry.present for entry in meeting.attendance)
    if meeting.expected not in (None, listed) or meeting.present not in (None, present):
        raise field_error(
            "attendance",
            "attendance_differs",
            f"名单为应到 {listed} 人、实到 {present} 人，与填写的人数不一致，请核对",
        )


def _check_resolutions(meeting: MeetingWrite) -> None:
    day = meeting.happened_on or meeting.planned_on
    for number, resolution in enumerate(meeting.resolutions, start=1):
        if day and resolution.due_on and resolution.due_on < day:
            message = f"第 {number} 条决议的完成时限不能早于会议日期"
            raise field_error("resolutions", "due_before_meeting", message)


def _check_votes(meeting: MeetingWrite) -> None:
    """Refuse a ballot that counts more people than the meeting has, with or without a vote."""
    limits = {
        "eligible": (meeting.vote_eligible, meeting.expected),
        "present_eligible": (meeting.present_eligible, meeting.present),
    }
    for position, vote in enumerate(meeting.votes):
        for field, bounds in limits.items():
            most = min((bound for bound in bounds if bound is not None), default=None)
            if most is not None and getattr(vote, field) > most:
                message = f"表决的有表决权人数不能多于本次会议的人数（{most} 人）"
                raise field_error(f"votes.{position}.{field}", f"{field}_exceeds_meeting", message)


class MeetingRead(ItemRead, MeetingOwn):
    """A meeting as returned."""

    type: MeetingType
    topic: Topic | None
    votes: list[VoteRead]  # type: ignore[assignment]  # what was stated and what follows from it
    resolutions: list[ResolutionRead]  # type: ignore[assignment]  # each with its id

    @computed_field(description="是否达到规定到会人数；不适用或数据不足时为空")
    def quorum_met(self) -> bool | None:
        """Tell whether the meeting had its quorum."""
        return quorum_met(
            self.type,
            expected=self.expected,
            present=self.present,
            eligible=self.vote_eligible,
            present_eligible=self.present_eligible,
        )


class MeetingSummary(ItemSummary):
    """A meeting as listed."""

    place: str | None
    chair: str | None
    expected: int | None
    present: int | None


class MeetingFilters(ItemFilters):
    """Filters of the list of meetings."""

    type: Annotated[list[MeetingType], Field(max_length=20, description="会议类型，可重复")] = (
        Field(default_factory=list)
    )
    topic: Annotated[list[Topic], Field(description="专题，可重复")] = Field(default_factory=list)
    chair: Annotated[Name | None, Field(description="主持人")] = None
