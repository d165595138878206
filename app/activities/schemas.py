"""Payloads of activities."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.activities.rules import ActivityType
from app.core.schemas import ApproximateCount, Day, LongText, Model, Name, field_error
from app.items.schemas import EventWrite, ItemFilters, ItemRead, ItemSummary, PersonField


def _tenths(value: float) -> float:
    if round(value, 1) != value:
        raise PydanticCustomError("hours_precision", "学时最多保留一位小数")
    return value


Hours = Annotated[
    float, Field(ge=0, le=1000, strict=True, allow_inf_nan=False), AfterValidator(_tenths)
]


class ActivityOwn(Model):
    """What an activity has beyond any record."""

    ends_on: Annotated[
        Day | None, Field(description="结束日期，连续多日时填写", examples=["2018-04-21"])
    ] = None
    place: Annotated[Name | None, Field(description="地点", examples=["小岗村"])] = None
    organizer: Annotated[
        Name | None, Field(description="组织者或主办单位", examples=["指挥部党总支"])
    ] = None
    participants: Annotated[ApproximateCount | None, Field(description="参加人数")] = None
    hours: Annotated[
        Hours | None, Field(description="每人学时，仅培训班，至多一位小数", examples=[16])
    ] = None
    content: Annotated[
        LongText | None,
        Field(description="活动内容", examples=["实地了解两个工区党员先锋岗的设置情况。"]),
    ] = None
    attendees: Annotated[
        list[PersonField], Field(max_length=2000, description="参加人员名单，每人只列一次")
    ] = Field(default_factory=list)


class ActivityWrite(EventWrite, ActivityOwn):
    """An activity as a client states it."""

    type: Annotated[ActivityType, Field(description="活动类型", examples=["field_visit"])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.hours is not None and self.type != ActivityType.TRAINING_COURSE:
            raise field_error("hours", "hours_of_training", "学时只在培训班中填写")
        start = self.happened_on or self.planned_on
        if self.ends_on and (start is None or self.ends_on < start):
            raise field_error(
                "ends_on", "ends_before_start", "结束日期不能早于开始日期，且须填发生日期或计划日期"
            )
        # Nor may an estimate be lower: reports would write 约五人 of thirty who are named.
        listed = len(self.attendees)
        if self.participants and self.participants.most < listed:
            message = f"参加人数不能少于名单上的 {listed} 人"
            raise field_error("participants", "participants_below_attendees", message)
        return self


class ActivityRead(ItemRead, ActivityOwn):
    """An activity as returned."""

    type: ActivityType


class ActivitySummary(ItemSummary):
    """An activity as listed."""

    ends_on: date | None
    place: str | None
    organizer: str | None
    participants: Annotated[ApproximateCount | None, Field(description="参加人数")]
    attendee_count: Annotated[int, Field(description="名单上的人数")]
    hours: float | None


class ActivityFilters(ItemFilters):
    """Filters of the list of activities."""

    type: Annotated[list[ActivityType], Field(max_length=20, description="活动类型，可重复")] = (
        Field(default_factory=list)
    )
    organizer: Annotated[Name | None, Field(description="组织者或主办单位")] = None
    member_id: Annotated[UUID | None, Field(description="参加人员在花名册中的编号")] = None
