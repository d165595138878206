"""Payloads of talks."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.core.schemas import ApproximateCount, LongText, Model, Name, field_error
from app.items.schemas import EventWrite, ItemFilters, ItemRead, ItemSummary, PersonField
from app.talks.rules import FAMILIES, Family, PairType, TalkType, four_forms


class TalkPersonField(PersonField):
    """A person who was talked with."""

    post: Annotated[Name | None, Field(description="谈话对象职务", examples=["工程部部长"])] = None


class TalkOwn(Model):
    """What a talk has beyond any record."""

    talker: Annotated[Name | None, Field(description="谈话人", examples=["王建国"])] = None
    persons: Annotated[
        list[TalkPersonField],
        Field(max_length=200, description="谈话对象，每人只列一次；填写人次时可不列"),
    ] = Field(default_factory=list)
    person_times: Annotated[
        ApproximateCount | None,
        Field(description="谈话人次，仅谈心谈话；只掌握人次、不便逐人列出时填写"),
    ] = None
    pair_type: Annotated[
        PairType | None,
        Field(
            description="谈心谈话双方：支委之间、支委与党员、党员之间",
            examples=["committee_with_member"],
        ),
    ] = None
    place: Annotated[Name | None, Field(description="地点", examples=["第一项目部会议室"])] = None
    content: Annotated[
        LongText | None,
        Field(
            description="谈话要点，由填写人如实记录",
            examples=["了解现场党员倒班后的学习安排和家庭困难。"],
        ),
    ] = None
    opinions: Annotated[
        list[LongText],
        Field(
            max_length=100,
            description="谈话对象提出的意见建议",
            examples=[["希望组织生活安排避开夜班后的休息时间"]],
        ),
    ] = Field(default_factory=list)


class TalkWrite(EventWrite, TalkOwn):
    """A talk as a client states it."""

    type: Annotated[
        TalkType,
        Field(
            description="谈话类型；提醒谈话、批评教育、责令检查、诫勉谈话、函询需要监督执纪权限",
            examples=["heart_talk"],
        ),
    ]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_people(self)
        if self.pair_type and self.type != TalkType.HEART_TALK:
            raise field_error("pair_type", "pair_of_heart_talk", "谈话双方类别只在谈心谈话中填写")
        return self


def _check_people(talk: TalkWrite) -> None:
    """Insist on names (人), in every family; care talks alone may state 人次 in their place."""
    times, listed = talk.person_times, len(talk.persons)
    if times is None:
        if not listed:
            raise field_error(
                "persons", "persons_missing", "请列出谈话对象；谈心谈话只掌握人次时，可只填人次"
            )
        return
    if FAMILIES[talk.type] != Family.CARE:
        raise field_error(
            "person_times",
            "person_times_of_care",
            "人次只用于谈心谈话；其他谈话按人统计，请列出谈话对象",
        )
    # Nor may an estimate be lower: reports would write 约一人次 of five who are named.
    if times.most < max(1, listed):
        raise field_error(
            "person_times", "person_times_below_persons", "人次不能为零，也不能少于所列谈话对象人数"
        )


class TalkRead(ItemRead, TalkOwn):
    """A talk as returned."""

    type: TalkType

    @computed_field(
        description="谈话类别：care 谈心谈话、duty 约谈和廉政谈话、supervision 监督执纪"
    )
    def family(self) -> Family:
        """Return the family that the talk's type belongs to."""
        return FAMILIES[self.type]

    @computed_field(description="属于四种形态的第几种；不属于时为空")
    def four_forms(self) -> int | None:
        """Return which of the four forms the talk belongs to; None for none."""
        return four_forms(self.type)


class TalkSummary(ItemSummary):
    """A talk as listed."""

    family: Annotated[Family, Field(description="谈话类别")]
    four_forms: Annotated[int | None, Field(description="属于四种形态的第几种；不属于时为空")]
    talker: str | None
    pair_type: PairType | None
    place: str | None
    person_count: Annotated[int, Field(description="列出的谈话对象人数")]
    person_times: Annotated[ApproximateCount | None, Field(description="谈话人次")]


class TalkFilters(ItemFilters):
    """Filters of the list of talks."""

    type: Annotated[list[TalkType], Field(max_length=20, description="谈话类型，可重复")] = Field(
        default_factory=list
    )
    family: Annotated[
        list[Family], Field(max_length=3, description="谈话类别，可重复", examples=[["care"]])
    ] = Field(default_factory=list)
    pair_type: Annotated[
        list[PairType], Field(max_length=3, description="谈心谈话双方类别，可重复")
    ] = Field(default_factory=list)
    talker: Annotated[Name | None, Field(description="谈话人")] = None
    member_id: Annotated[UUID | None, Field(description="谈话对象在花名册中的编号")] = None
