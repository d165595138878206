"""Payloads of the year's lists, and of duties towards members."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.checklist.rules import ListStatus, ListStep
from app.core.pagination import PageParameters
from app.core.schemas import Day, LongText, Model, Name, field_error
from app.organizations.rules import OrganizationKind, Post
from app.rulesets.schemas import Code, Obligation
from app.talks.rules import PairType

MAX_CHANGES = 100
# 党员教育管理工作条例 第二十条 as practised: hours a year, for members and for leading members.
MEMBER_HOURS = 32
LEADER_HOURS = 56
AskedYear = Annotated[int, Field(ge=1921, le=2199)]
Hours = Annotated[int, Field(ge=0, le=1000)]


class DutyWrite(Obligation):
    """A line of a list as people state it: an obligation, and who answers for it."""

    responsible_person: Annotated[Name | None, Field(description="责任人")] = None


class DutyRead(DutyWrite):
    """A line of a list as returned."""

    id: UUID
    list_id: UUID
    position: Annotated[int, Field(description="序号")]
    rule_set: Annotated[str | None, Field(description="出自哪个规则库；自拟的为空")]
    rule_set_revision: Annotated[int | None, Field(description="规则库的第几次修订")]
    effective_from: Annotated[date, Field(description="从哪天起有效")]
    effective_until: Annotated[date, Field(description="到哪天（不含）为止")]
    version: int


class DrawUp(Model):
    """A wish to draw up lists."""

    year: Annotated[AskedYear, Field(description="年度", examples=[2018])]
    include_descendants: Annotated[bool, Field(description="下级组织一并拟订")] = False


class DutyListSummary(Model):
    """A list without its lines."""

    id: UUID
    organization_id: UUID
    organization_name: str
    year: int
    status: ListStatus
    published_at: datetime | None
    published_by_name: str | None
    duties: Annotated[int, Field(description="责任项数")]
    version: int


class DrawnUp(Model):
    """What drawing up did: the new lists, and how many organisations had theirs already."""

    items: list[DutyListSummary]
    existing: Annotated[int, Field(description="已有清单、未再拟订的组织数")]


class AmendmentRead(Model):
    """A change of a published list."""

    number: int
    effective_on: date
    reason: str
    changes: Annotated[dict[str, Any], Field(description="新增、调整、终止的责任项")]
    made_at: datetime
    made_by_name: str


class DutyListRead(DutyListSummary):
    """A list with its lines and its history."""

    items: list[DutyRead]
    amendments: list[AmendmentRead]


class StepWrite(Model):
    """A step of the list as a whole."""

    step: Annotated[ListStep, Field(description="提交、退回、公布、办结、重新打开")]
    note: Annotated[LongText | None, Field(description="说明；退回和重新打开时必填")] = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.step in {ListStep.RETURN, ListStep.REOPEN} and self.note is None:
            raise field_error("note", "note_required", "退回或重新打开时请写明原因")
        return self


class AmendmentWrite(Model):
    """A change of a published list: lines added, replaced under their code, or ended."""

    effective_on: Annotated[Day, Field(description="从哪天起生效", examples=["2018-07-01"])]
    reason: Annotated[LongText, Field(description="调整原因")]
    add: Annotated[list[DutyWrite], Field(max_length=MAX_CHANGES, description="新增")] = Field(
        default_factory=list
    )
    replace: Annotated[
        list[DutyWrite], Field(max_length=MAX_CHANGES, description="调整：同代码的新内容")
    ] = Field(default_factory=list)
    end: Annotated[list[Code], Field(max_length=MAX_CHANGES, description="终止的代码")] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _says_something_once(self) -> Self:
        codes = [*(duty.code for duty in (*self.add, *self.replace)), *self.end]
        if not codes:
            raise field_error("add", "nothing_amended", "请至少新增、调整或终止一项")
        if len(set(codes)) < len(codes):
            raise field_error("add", "code_twice", "同一代码在一次调整中只能出现一次")
        return self


class ListFilters(PageParameters):
    """Filters of lists."""

    organization_id: Annotated[UUID | None, Field(description="组织")] = None
    include_descendants: Annotated[bool, Field(description="包括下级组织")] = False
    year: Annotated[AskedYear | None, Field(description="年度")] = None
    status: Annotated[ListStatus | None, Field(description="状态")] = None


class WaiverWrite(Model):
    """Why something need not be done."""

    reason: Annotated[LongText, Field(description="免除原因")]


class YearParameters(Model):
    """A year, a day on which to look, a part of the tree."""

    year: Annotated[AskedYear, Field(description="年度", examples=[2018])]
    as_of: Annotated[
        Day | None, Field(description="截至日期，缺省为今天；人员情况不晚于该年最后一天")
    ] = None
    include_descendants: Annotated[
        bool, Field(description="包括下级组织；无论截至哪天，都按现在的隶属关系")
    ] = False


class HoursParameters(YearParameters):
    """The same, with the hours that the unit asks for."""

    required: Annotated[Hours, Field(description="党员每年学时")] = MEMBER_HOURS
    required_of_leaders: Annotated[Hours, Field(description="书记和班子成员每年学时")] = (
        LEADER_HOURS
    )


class TermParameters(Model):
    """How far to look ahead."""

    months: Annotated[int, Field(ge=0, le=60, description="提前几个月")] = 6
    as_of: Annotated[Day | None, Field(description="截至日期，缺省为今天")] = None


class PairRead(Model):
    """Talks between two kinds of people."""

    pair_type: Annotated[PairType | None, Field(description="谈话双方；未注明的为空")]
    label: str
    talks: Annotated[int, Field(description="谈话次数")]


class RosterMemberRead(Model):
    """A member on the roster."""

    member_id: UUID
    name: str
    post: Post
    organization_id: UUID
    organization_name: str


class MemberTalks(RosterMemberRead):
    """The talks of a member."""

    talks: Annotated[int, Field(description="参加谈心谈话的次数")]


class TalkCoverage(Model):
    """谈心谈话 of a year by pair and by member (支部工作条例第十九条)."""

    year: int
    as_of: date
    pairs: list[PairRead]
    members: list[MemberTalks]
    without_talk: Annotated[int, Field(description="尚未谈过的人数")]


class MemberHours(RosterMemberRead):
    """The hours of a member."""

    hours: Annotated[Decimal, Field(description="已有学时")]
    required: Annotated[int, Field(description="应有学时")]
    missing: Annotated[Decimal, Field(description="尚差学时")]


class TrainingHours(Model):
    """学时 of a year by member (党员教育管理工作条例第二十条)."""

    year: int
    as_of: date
    members: list[MemberHours]
    short: Annotated[int, Field(description="学时未满的人数")]


class TermElection(Model):
    """An organisation whose term ends."""

    organization_id: UUID
    organization_name: str
    kind: OrganizationKind
    last_election_on: Annotated[date | None, Field(description="截至该日最近一次换届日期")]
    earlier_unknown: Annotated[
        bool, Field(description="为真时，该日之前的换届日期没有登记，届满日按成立日期推算")
    ] = False
    due_on: date
    days_left: Annotated[int, Field(description="距届满天数，已届满为负数")]


class TermElections(Model):
    """换届 look-ahead of a part of the tree, soonest first."""

    as_of: date
    until: date
    items: list[TermElection]
