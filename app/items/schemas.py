"""Payloads that every kind of record shares, extensions (延期) included."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.pagination import PageParameters
from app.core.schemas import Day, LongText, Model, Name, Title, field_error
from app.items.rules import ActorKind, ItemKind, Status
from app.organizations.rules import Post

FocusCode = Annotated[
    str,
    Field(
        max_length=64, pattern=r"^[a-z0-9_]+$", description="责任类别代码", examples=["integrity"]
    ),
]

TypeCode = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+$")]


class ActorField(Model):
    """Who did it (主体): the organisation, or a named person such as the secretary."""

    kind: Annotated[ActorKind, Field(description="组织或个人")] = ActorKind.ORGANIZATION
    name: Annotated[Name | None, Field(description="姓名，主体为个人时填写")] = None
    post: Annotated[Post | None, Field(description="职务，主体为个人时填写")] = None


class PersonField(Model):
    """A person on a record: from the roster, or by name."""

    one_value: ClassVar[bool] = True  # another member with the first one's name would be nobody

    member_id: Annotated[UUID | None, Field(description="花名册中的编号")] = None
    name: Annotated[
        Name | None, Field(description="姓名；来自花名册时可不填", examples=["张明"])
    ] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.member_id is None and self.name is None:
            raise field_error("name", "person_nameless", "请填写姓名，或从花名册选择")
        return self


class RecordWrite(Model):
    """What a client states of any record."""

    organization_id: Annotated[UUID, Field(description="所属党组织")]
    title: Annotated[Title, Field(description="名称")]
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None
    responsible_person: Annotated[Name | None, Field(description="责任人")] = None
    responsible_member_id: Annotated[UUID | None, Field(description="责任人在花名册中的编号")] = (
        None
    )
    responsible_post: Annotated[Name | None, Field(description="责任岗位")] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    co_responsible: Annotated[list[Name], Field(max_length=50, description="协同责任人或部门")] = (
        Field(default_factory=list)
    )
    due_on: Annotated[Day | None, Field(description="完成时限；设定后只能通过延期改变")] = None
    outcome: Annotated[LongText | None, Field(description="成效（自由文字，由填写人负责）")] = None
    origin_id: Annotated[
        UUID | None, Field(description="来源记录，如产生该事项的会议、谈话或调研")
    ] = None


class EventWrite(RecordWrite):
    """What a client states of something that takes place on a day."""

    actor: Annotated[ActorField, Field(description="主体")] = Field(default_factory=ActorField)
    planned_on: Annotated[Day | None, Field(description="计划日期")] = None
    happened_on: Annotated[
        Day | None, Field(description="实际发生日期；填写后即为已完成", examples=["2018-03-22"])
    ] = None


class ItemLink(Model):
    """A record that another one points at."""

    id: UUID
    kind: ItemKind
    title: str
    status: Status


class ItemRead(Model):
    """What is returned of any record."""

    id: UUID
    kind: ItemKind
    type: str
    title: str
    organization_id: UUID
    organization_name: str
    focus: str | None
    focus_name: str | None
    status: Status
    restricted: Annotated[bool, Field(description="是否属于监督执纪记录")]
    responsible_person: str | None
    responsible_member_id: UUID | None
    responsible_post: str | None
    responsible_department: str | None
    co_responsible: list[str]
    actor: ActorField
    planned_on: date | None
    original_due_on: Annotated[date | None, Field(description="最初时限，永久保留")]
    due_on: Annotated[date | None, Field(description="当前时限（最近一次批准的延期）")]
    happened_on: date | None
    completed_on: date | None
    overdue: Annotated[bool, Field(description="截至今日是否逾期")]
    days_overdue: Annotated[int | None, Field(description="逾期天数，未逾期为空")]
    outcome: str | None
    late_entry: Annotated[bool, Field(description="补录：登记明显晚于发生")]
    origin: ItemLink | None
    derived: Annotated[list[ItemLink], Field(description="由本记录产生的事项")]
    created_at: Annotated[datetime, Field(description="实际登记时间")]
    updated_at: datetime
    removed_on: Annotated[date | None, Field(description="删除日期，未删除为空")]
    version: int


class ItemSummary(Model):
    """A record as listed."""

    id: UUID
    kind: ItemKind
    type: str
    topic: str | None
    title: str
    organization_id: UUID
    organization_name: str
    focus: str | None
    focus_name: str | None
    status: Status
    responsible_person: str | None
    responsible_department: str | None
    planned_on: date | None
    original_due_on: date | None
    due_on: date | None
    happened_on: date | None
    completed_on: date | None
    overdue: bool
    days_overdue: int | None
    late_entry: bool
    created_at: datetime
    removed_on: Annotated[date | None, Field(description="删除日期，未删除为空")]
    version: int


def only_true(value: bool | None) -> bool | None:
    """A switch that can only be turned on."""
    if value is False:
        raise PydanticCustomError("only_true", "只支持 true；不需要时请去掉这个参数")
    return value


class WithRemoved(Model):
    """Whether what was removed is shown too."""

    include_deleted: Annotated[
        bool, Field(description="是否包括已删除的记录；须有查看审计记录的权限（管理员、检查人员）")
    ] = False


class ItemFilters(PageParameters, WithRemoved):
    """Filters of every list of records."""

    organization_id: Annotated[UUID | None, Field(description="党组织")] = None
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False
    include_own: Annotated[
        bool,
        Field(
            description="是否包括 organization_id 自身的记录；为 false 时只列其下级组织的，"
            "须与 include_descendants=true 同用"
        ),
    ] = True
    status: Annotated[
        list[Status], Field(description="状态，可重复；同时填写 as_of 时指当日的状态")
    ] = Field(default_factory=list)
    not_completed_before: Annotated[
        Day | None, Field(description="这一天以前尚未完成（销号）的；同时填写 as_of 时按当日情况")
    ] = None
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None
    happened_on_from: Annotated[Day | None, Field(description="发生日期不早于")] = None
    happened_on_to: Annotated[Day | None, Field(description="发生日期不晚于")] = None
    due_on_from: Annotated[
        Day | None, Field(description="时限不早于；同时填写 as_of 时指当日的时限")
    ] = None
    due_on_to: Annotated[
        Day | None, Field(description="时限不晚于；同时填写 as_of 时指当日的时限")
    ] = None
    late_entry: Annotated[bool | None, Field(description="是否补录")] = None
    q: Annotated[Title | None, Field(description="名称中包含的文字")] = None
    overdue: Annotated[
        bool | None,
        Field(description="只列逾期，按时限先后排列；不与其他排序并用"),
        AfterValidator(only_true),
    ] = None
    as_of: Annotated[
        Day | None,
        Field(
            description="截至哪一天（党组织所在时区），默认今天；"
            "与 overdue、status 或 not_completed_before 同用；"
            "所列状态、时限、完成日期和逾期天数均为当日的；当日尚未开始的不列，其后才删除的照列；"
            "上下级关系和名称按现在的，调整隶属关系或更名后，过去日期的查询随之改变"
        ),
    ] = None
    sort: Annotated[
        Literal["day", "-day", "due_on", "-due_on", "id", "-id"] | None,
        Field(description="排序：day 为发生（或计划）日期；前加 - 为倒序。默认 -day"),
    ] = None
    include_total: Annotated[bool, Field(description="是否返回总数")] = False


class AnyItemFilters(ItemFilters):
    """Filters of the list over all kinds."""

    kind: Annotated[list[ItemKind], Field(description="种类，可重复")] = Field(default_factory=list)
    type: Annotated[list[TypeCode], Field(max_length=20, description="类型，可重复")] = Field(
        default_factory=list
    )
    topic: Annotated[list[TypeCode], Field(max_length=20, description="专题，可重复")] = Field(
        default_factory=list
    )


class CancellationWrite(Model):
    """Why something will not take place."""

    reason: Annotated[
        LongText, Field(description="取消原因", examples=["与上级会议冲突，不再召开"])
    ]
    on: Annotated[Day | None, Field(description="取消日期，默认今天")] = None


class Removal(Model):
    """What is said when a record is removed."""

    reason: Annotated[
        LongText | None,
        Field(description="删除原因；已经完成、取消或有办理过程的记录必填", examples=["重复登记"]),
    ] = None


class HistoryEntry(Model):
    """One change of a record, from the audit trail."""

    sequence: int
    recorded_at: datetime
    user_name: str
    action: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class FocusWrite(Model):
    """A category of responsibility."""

    code: FocusCode
    name: Annotated[Name, Field(description="名称", examples=["党风廉政"])]
    position: Annotated[int, Field(ge=0, le=1000, description="排列次序")] = 100
    retired: Annotated[bool, Field(description="是否停用；停用后不再用于新记录")] = False


class FocusRead(FocusWrite):
    """A category as returned."""

    id: UUID
    version: int


class ExtensionWrite(Model):
    """A request for a later deadline."""

    due_on: Annotated[Day, Field(description="申请延至", examples=["2018-12-31"])]
    reason: Annotated[LongText, Field(description="延期理由")]


class ExtensionDecision(Model):
    """The decision on a request, by somebody other than who asked."""

    approved: Annotated[bool, Field(description="是否同意")]
    note: Annotated[LongText | None, Field(description="意见；不同意时必填")] = None
    on: Annotated[Day | None, Field(description="审批日期，默认今天；事后补录时填实际日期")] = None


class ExtensionRead(Model):
    """A request for a later deadline, with its decision."""

    id: UUID
    item_id: UUID
    previous_due_on: date
    requested_due_on: date
    reason: str
    state: Literal["pending", "approved", "denied", "withdrawn"]
    requested_at: datetime
    requested_by_name: str
    decided_on: date | None
    decided_at: datetime | None
    decided_by_name: str | None
    decision_note: str | None
