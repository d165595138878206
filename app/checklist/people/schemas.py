"""Payloads of duties towards members."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.checklist.people.rules import LEADER_HOURS, MEMBER_HOURS
from app.checklist.scope import AskedYear
from app.core.schemas import Day, Model
from app.organizations.rules import OrganizationKind, Post
from app.talks.rules import PairType

Hours = Annotated[int, Field(ge=0, le=1000)]


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


class MemberRead(Model):
    """A member on the roster."""

    member_id: UUID
    name: str
    post: Post
    organization_id: UUID
    organization_name: str


class MemberTalks(MemberRead):
    """The talks of a member."""

    talks: Annotated[int, Field(description="参加谈心谈话的次数")]


class TalkCoverage(Model):
    """谈心谈话 of a year by pair and by member (支部工作条例第十九条)."""

    year: int
    as_of: date
    pairs: list[PairRead]
    members: list[MemberTalks]
    without_talk: Annotated[int, Field(description="尚未谈过的人数")]


class MemberHours(MemberRead):
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
