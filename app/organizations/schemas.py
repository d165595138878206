"""Payloads of organisations and members."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.core.changes import partial
from app.core.clock import is_zone
from app.core.schemas import Day, Model, Name
from app.organizations.rules import Membership, OrganizationKind, Post


def _known_zone(value: str) -> str:
    if not is_zone(value):
        raise PydanticCustomError("time_zone_unknown", "不认识的时区，请填写如 Asia/Shanghai")
    return value


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]


class OrganizationWrite(Model):
    """An organisation as a client states it."""

    name: Annotated[Name, Field(description="名称", examples=["第一项目部党支部"])]
    kind: Annotated[OrganizationKind, Field(description="组织类型", examples=["party_branch"])]
    parent_id: Annotated[UUID | None, Field(description="上级党组织；不填为根组织")] = None
    time_zone: Annotated[
        TimeZone | None, Field(description="时区，只能在根组织设置，下级随根组织")
    ] = None
    founded_on: Annotated[Day | None, Field(description="成立日期", examples=["2016-03-18"])] = None
    last_election_on: Annotated[Day | None, Field(description="最近一次换届日期")] = None
    dissolved_on: Annotated[Day | None, Field(description="撤销日期")] = None


_FIXED = {
    "kind": "组织类型设立后不能修改；改建的请撤销原组织后新建",
    "parent_id": "上级党组织不能在这里修改，请用移动（POST …/moves）",
}
OrganizationPatch: TypeAlias = partial(OrganizationWrite, "OrganizationPatch", fixed=_FIXED)  # type: ignore[valid-type]  # made from the payload


class OrganizationRead(Model):
    """An organisation as it is returned."""

    id: UUID
    parent_id: UUID | None
    root_id: UUID
    kind: OrganizationKind
    name: str
    time_zone: str
    founded_on: date | None
    last_election_on: date | None
    term_election_due_on: Annotated[
        date | None, Field(description="换届到期日：上次换届（或成立）日期加任期")
    ]
    dissolved_on: date | None
    created_at: datetime
    version: int


class OrganizationMove(Model):
    """A move below another organisation of the same tree."""

    parent_id: Annotated[
        UUID,
        Field(
            description="新的上级党组织；全部记录（包括以往年度的）随之转入其统计、清单和新起草的报告，"
            "已起草的报告不变"
        ),
    ]


class OrganizationPeriodRead(Model):
    """What an organisation was called and where it hung during a time."""

    name: str
    parent_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None


class MemberWrite(Model):
    """A member as a client states it."""

    name: Annotated[Name, Field(description="姓名", examples=["张明"])]
    membership: Annotated[Membership, Field(description="党员类别")] = Membership.FULL_MEMBER
    post: Annotated[Post, Field(description="职务")] = Post.MEMBER
    votes: Annotated[
        bool | None, Field(description="是否有表决权；不填时正式党员有、预备党员没有")
    ] = None
    joined_on: Annotated[Day, Field(description="组织关系转入日期", examples=["2017-01-05"])]
    left_on: Annotated[Day | None, Field(description="组织关系转出日期")] = None


MemberPatch: TypeAlias = partial(MemberWrite, "MemberPatch")  # type: ignore[valid-type]  # made from the payload


class MemberRead(Model):
    """A member as returned."""

    id: UUID
    organization_id: UUID
    name: str
    membership: Membership
    post: Post
    votes: bool
    joined_on: date
    left_on: date | None
    created_at: datetime
    version: int
