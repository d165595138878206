"""Payloads of filings and of lead times."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.core.schemas import LongText, Model, field_error
from app.meeting_steps.rules import MAX_LEAD_DAYS, FilingState, file_by, filed_in_time
from app.meetings.rules import MeetingType


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
