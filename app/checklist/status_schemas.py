"""Payloads of coverage, of what is still missing, and of the three lists."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.checklist.rules import State, Tally
from app.checklist.schemas import YearParameters
from app.core.schemas import Day, Model
from app.items.rules import Status
from app.rulesets.rules import Confidence, Wording

Month = Annotated[
    str, Field(pattern=r"^(19[2-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$", examples=["2018-09"])
]
PeriodName = Annotated[
    str,
    Field(
        pattern=r"^(19[2-9]\d|20\d\d|21\d\d)(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$",
        description="只看这一期：最后一天在期内的责任事项；年、半年、季度或月份，须在该年度之内",
        examples=["2018-Q3"],
    ),
]


class TallyRead(Model):
    """How many things were owed, and how they stand."""

    owed: Annotated[int, Field(description="应完成（不含已免除和待人确认）")]
    done: Annotated[int, Field(description="按时完成")]
    done_late: Annotated[int, Field(description="逾期后完成")]
    missing: Annotated[int, Field(description="到期未完成")]
    not_yet_due: Annotated[int, Field(description="尚未到期")]
    waived: Annotated[int, Field(description="已免除")]
    to_confirm: Annotated[
        int, Field(description="到期待人确认：系统无从自动核对，关联记录后算完成")
    ]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Show a tally."""
        return cls.model_validate(tally, from_attributes=True)


class PlaceName(Model):
    """An organisation by name."""

    organization_id: UUID
    organization_name: str


class DutyName(Model):
    """A duty's heading in the matrix."""

    code: str
    name: str


class PlaceTally(PlaceName):
    """How one organisation stands."""

    tally: TallyRead


class DutyTally(DutyName):
    """How one duty stands over all organisations in scope."""

    tally: TallyRead


class WithoutList(Model):
    """Of whom nothing can be told, because they have not published a list of the year."""

    without_list: Annotated[
        list[PlaceName], Field(description="尚未公布责任清单、无从核对的组织，至多列出 500 个")
    ] = Field(default_factory=list)
    without_list_total: Annotated[int, Field(description="这样的组织共有几个")] = 0
    without_list_note: Annotated[str | None, Field(description="对此的说明；没有则为空")] = None


class CoverageRead(WithoutList):
    """The coverage of a year's lists; the total is the sum of the organisations'."""

    organization_id: UUID
    year: int
    period: str | None
    as_of: date
    total: TallyRead
    organizations: Annotated[list[PlaceTally], Field(description="范围内的组织，按现在的隶属关系")]
    duties: list[DutyTally]


class RuleRead(Model):
    """On what grounds something is owed."""

    quantity: Annotated[str, Field(description="频次或目标")]
    source: Annotated[str | None, Field(description="依据")]
    article: Annotated[str | None, Field(description="条款")]
    confidence: Confidence
    wording: Annotated[Wording, Field(description="一般 或 应当")]


class RecordLink(Model):
    """A record that fulfils something."""

    id: UUID
    kind: str
    title: str
    happened_on: date
    late_entry: Annotated[bool, Field(description="是否补录")]


class OccurrenceRead(Model):
    """One thing owed, and how it stands."""

    id: UUID
    organization_id: UUID
    organization_name: str
    owed_by_id: Annotated[UUID, Field(description="由谁完成：组织本身，或其党小组")]
    owed_by_name: str
    code: str
    name: Annotated[str, Field(description="责任内容")]
    measures: Annotated[str | None, Field(description="工作措施")]
    focus: Annotated[str | None, Field(description="责任类别代码")]
    focus_name: Annotated[str | None, Field(description="责任类别")]
    period: Annotated[str, Field(description="期间", examples=["2018-Q3"])]
    first_on: date
    last_on: date
    number: Annotated[int, Field(description="本期第几次")]
    due_on: Annotated[date | None, Field(description="完成时限；随事件而定的，事件发生前为空")]
    state: Annotated[State, Field(description="完成情况")]
    state_label: Annotated[str, Field(description="完成情况的名称", examples=["到期未完成"])]
    days_overdue: Annotated[int | None, Field(description="到期未完成的天数")]
    fulfilled_on: Annotated[
        date | None, Field(description="完成日期；尚未完成，或无权查看所依据的记录时为空")
    ]
    records: Annotated[list[RecordLink], Field(description="完成所依据的记录，只列有权查看的")]
    records_hidden: Annotated[int, Field(description="另有几条无权查看的记录（计入完成情况）")]
    responsible_person: str | None
    responsible_post: str | None
    responsible_department: str | None
    evidence: Annotated[list[str], Field(description="应有的佐证材料")]
    rule: RuleRead
    waived_reason: str | None
    version: int


class OccurrencesBody(Model):
    """Things owed, with the totals of those listed."""

    organization_id: UUID
    as_of: date
    tally: TallyRead
    items: list[OccurrenceRead]


class OutstandingBody(WithoutList):
    """本月还差什么: each thing with its rule and source."""

    organization_id: UUID
    month: str
    as_of: date
    items: Annotated[list[OccurrenceRead], Field(description="时限在本月、尚未完成的")]
    earlier: Annotated[
        list[OccurrenceRead],
        Field(description="此前到期、仍未完成的：本年度和上一年度清单，更早的不再列出"),
    ]


class PartParameters(YearParameters):
    """A year or one period of it, a day on which to look, a part of the tree."""

    period: PeriodName | None = None


class OccurrenceParameters(PartParameters):
    """Which of a year's things to list."""

    state: Annotated[list[State], Field(max_length=5, description="完成情况")] = Field(
        default_factory=list
    )
    code: Annotated[str | None, Field(max_length=130, description="责任项代码")] = None


class OutstandingParameters(Model):
    """本月还差什么."""

    month: Annotated[Month, Field(description="月份")]
    as_of: Annotated[Day | None, Field(description="截至日期，缺省为今天")] = None
    include_descendants: Annotated[
        bool, Field(description="包括下级组织；无论截至哪天，都按现在的隶属关系")
    ] = False


class Cell(Model):
    """One duty of one organisation in one month, by the period's last day."""

    code: str
    month: Annotated[int, Field(description="月份")]
    states: Annotated[list[State], Field(description="该月各次的完成情况")]


class MatrixRow(PlaceName):
    """One organisation's year."""

    cells: list[Cell]


class MatrixRead(Model):
    """Organisation × month × duty."""

    organization_id: UUID
    year: int
    period: str | None
    as_of: date
    duties: list[DutyName]
    rows: list[MatrixRow]


class IssueRead(Model):
    """A line of the 问题清单: a rectification."""

    id: UUID
    title: str
    organization_id: UUID
    organization_name: str
    status: Annotated[Status, Field(description="截至当日的状态")]
    source: str
    due_on: Annotated[date | None, Field(description="截至当日的整改时限")]
    responsible_person: str | None
    responsible_department: str | None


class IssueList(Model):
    """问题清单: what was found and how it stood on the day."""

    organization_id: UUID
    year: int
    as_of: date
    items: list[IssueRead]


class PersonDuties(PlaceName):
    """A line of the 责任清单: who answers for how much in an organisation."""

    responsible: Annotated[str, Field(description="责任人、责任岗位或责任部门")]
    tally: TallyRead
    codes: Annotated[list[str], Field(description="所负责的责任项")]


class ResponsibilityList(Model):
    """责任清单: the year's things by organisation and by who answers for them."""

    organization_id: UUID
    year: int
    as_of: date
    items: list[PersonDuties]
