"""Payloads of examinations: findings, the rules behind them, and explanations."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.checks.findings import ID_LENGTH, RuleCode, Severity
from app.core.pagination import MAX_LIMIT
from app.core.schemas import Day, LongText, Model
from app.items.rules import ItemKind

EARLIEST_YEAR, LATEST_YEAR = 1949, 2199
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR, description="年度", examples=[2018])]
FindingId = Annotated[str, Field(pattern=rf"^[0-9a-f]{{{ID_LENGTH}}}$")]


class FindingScope(Model):
    """Which year's records are examined, of which organisations."""

    year: Year
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False


class FindingFilters(FindingScope):
    """How findings are asked for."""

    as_of: Annotated[
        Day | None, Field(description="截至日期（党组织所在时区），默认今天；之后的记录和事件不计")
    ] = None
    code: Annotated[list[RuleCode], Field(max_length=50, description="规则代码，可重复")] = Field(
        default_factory=list
    )
    severity: Annotated[
        list[Severity],
        Field(max_length=3, description="程度：notice 提示、attention 注意、serious 重要，可重复"),
    ] = Field(default_factory=list)
    explained: Annotated[bool | None, Field(description="是否已作说明")] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="每页条数")] = 50
    cursor: Annotated[
        FindingId | None, Field(description="翻页标记，取自上一次结果：从这一条之后继续")
    ] = None


class ExplanationWrite(Model):
    """Why a finding is in order."""

    reason: Annotated[
        LongText, Field(description="说明", examples=["两个会议合并召开，签到表共用，已核实。"])
    ]


class ExplanationRead(Model):
    """An explanation as returned; a withdrawn or replaced one stays in the history."""

    id: UUID
    organization_id: UUID
    finding_id: str
    code: RuleCode
    reason: str
    explained_at: datetime
    explained_by_name: str
    withdrawn_at: Annotated[datetime | None, Field(description="撤回或被新的说明取代的时间")]
    withdrawn_by_name: str | None
    version: int


class FindingRecord(Model):
    """A record that a finding concerns."""

    id: UUID
    kind: ItemKind


class FindingRead(Model):
    """Something to look at before an inspector does: a reminder, not a verdict."""

    id: Annotated[str, Field(description="编号：同一规则、同一组记录始终相同")]
    code: RuleCode
    severity: Severity
    title: str
    message: Annotated[str, Field(description="情况与算式")]
    advice: Annotated[str, Field(description="建议怎么办")]
    organization_id: UUID
    organization_name: str
    on: Annotated[date | None, Field(description="涉及的日期")]
    period: Annotated[str | None, Field(description="涉及的期间，没有记录时填写，如 2018-Q3")]
    records: list[FindingRecord]
    explained: bool
    explanation: ExplanationRead | None


class FindingsRead(Model):
    """The findings of one examination, in a fixed order: severity, rule, day."""

    organization_id: UUID
    year: int
    as_of: date
    include_descendants: bool
    includes_supervision: Annotated[
        bool, Field(description="是否检查了监督执纪记录（须有监督执纪权限）")
    ]
    total: Annotated[int, Field(description="符合条件的体检结果总数")]
    items: list[FindingRead]
    next_cursor: Annotated[str | None, Field(description="下一页标记，没有则为空")]


class FindingRuleRead(Model):
    """A rule of the examination."""

    code: RuleCode
    severity: Severity
    severity_label: Annotated[str, Field(description="程度的中文名称", examples=["注意"])]
    title: str
    explanation: Annotated[str, Field(description="检查什么")]
    advice: Annotated[str, Field(description="建议怎么办")]


class FindingRulesBody(Model):
    """All rules, in the order in which their findings are listed within one severity."""

    items: list[FindingRuleRead]
