"""Payloads of assessments, their steps, appeals and the trend."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, computed_field, model_validator

from app.assessment.rules import (
    AppealDecision,
    AssessmentStatus,
    AssessmentStep,
    CauseKind,
    Grade,
    Measure,
    Scoring,
    Ungraded,
)
from app.assessment.sheets import QUARTERLY, EntryCode, NoOrSomePoints, SheetCode, SomePoints
from app.core.pagination import PageParameters
from app.core.schemas import LongText, Model, Name, field_error
from app.items.schemas import HistoryEntry

Year = Annotated[int, Field(ge=1949, le=2199, description="年度", examples=[2018])]
QuarterNumber = Annotated[int, Field(ge=1, le=4, description="季度", examples=[3])]
MOST_YEARS = 10


class AssessmentsWrite(Model):
    """Which quarter to assess, by which sheet."""

    year: Year
    quarter: QuarterNumber
    sheet: Annotated[SheetCode, Field(description="考评表代码")] = QUARTERLY
    include_descendants: Annotated[
        bool, Field(description="为真时一次考评本级及全部下级中的党支部；为假时只考评该组织")
    ] = False


class Cause(Model):
    """One thing that was counted: what to look at, and to appeal against."""

    kind: CauseKind
    id: Annotated[str | None, Field(description="所指事项、记录、党员或体检结果的编号")] = None
    text: Annotated[str, Field(description="情况")]


class Deduction(Model):
    """What one rule of the sheet took off, with its arithmetic."""

    code: str
    name: Annotated[str, Field(description="扣分规则")]
    measure: Measure
    examined: Annotated[int | None, Field(description="共核对多少项；没有这个数的为空")] = None
    count: Annotated[int, Field(description="计数")]
    points_each: float
    at_most: float
    deducted: Annotated[float, Field(description="扣分")]
    arithmetic: Annotated[str, Field(description="算式", examples=["2 × 3 = 6 分"])]
    causes: Annotated[list[Cause], Field(description="逐项依据")]
    waived: Annotated[
        list[Cause], Field(description="已免除、不扣分的事项及理由（截至计算之日）")
    ] = Field(default_factory=list)


class ItemScore(Model):
    """An item of an assessment."""

    code: str
    name: str
    max_points: float
    scoring: Scoring
    points: Annotated[float | None, Field(description="得分；人工项目未评分时为空")] = None
    reason: Annotated[str | None, Field(description="人工评分的理由")] = None
    deductions: list[Deduction] = Field(default_factory=list)


class ManualScore(Model):
    """The points of a manual item."""

    code: EntryCode
    points: Annotated[NoOrSomePoints, Field(description="得分，以 0.5 分为单位", examples=[13])]
    reason: Annotated[LongText, Field(description="评分理由", examples=["牵头攻克隧道涌水难点"])]


class BonusWrite(Model):
    """Points beyond the sheet."""

    points: Annotated[SomePoints, Field(description="加分", examples=[2])]
    reason: Annotated[LongText, Field(description="加分理由", examples=["获评市级先进基层党组织"])]


class VetoWrite(Model):
    """A ground of the sheet's veto list."""

    code: EntryCode
    reason: Annotated[LongText, Field(description="否决理由")]


class ScoresWrite(Model):
    """Everything that people score, as a whole: what is not sent is not scored (any more)."""

    scores: Annotated[list[ManualScore], Field(max_length=50, description="人工项目的得分")] = (
        Field(default_factory=list)
    )
    bonus: Annotated[BonusWrite | None, Field(description="加分；没有则为空")] = None
    veto: Annotated[VetoWrite | None, Field(description="一票否决；没有则为空")] = None


class AssessmentStepWrite(Model):
    """Confirm an assessment, return it, or publish it."""

    step: Annotated[AssessmentStep, Field(description="confirm 确认、return 退回、publish 公布")]
    note: Annotated[LongText | None, Field(description="说明")] = None


class AssessmentSummary(Model):
    """An assessment as listed."""

    id: UUID
    organization_id: UUID
    organization_name: str
    year: int
    quarter: int
    sheet: Annotated[str, Field(description="考评表代码")]
    sheet_revision: Annotated[int, Field(description="考评表修订号")]
    status: AssessmentStatus
    as_of: Annotated[date, Field(description="自动项目截至的日期")]
    quarter_over: Annotated[bool, Field(description="计算时该季度是否已结束")]
    points: Annotated[float, Field(description="得分合计（含加分）")]
    grade: Annotated[
        Grade | None, Field(description="等次；不定级的为空，评分齐全、季度结束前也为空")
    ]
    final_points: Annotated[float, Field(description="申诉处理后的得分")]
    final_grade: Annotated[Grade | None, Field(description="申诉处理后的等次")]
    ungraded: Annotated[Ungraded | None, Field(description="不定级的原因")]
    veto: Annotated[str | None, Field(description="一票否决情形的代码")]
    version: int


class AssessmentsCreated(Model):
    """What was computed, and who had an assessment by this sheet already."""

    items: list[AssessmentSummary]
    existing: Annotated[list[UUID], Field(description="该季度已按同一考评表考评、未改动的组织")]


class AssessmentRead(AssessmentSummary):
    """An assessment, whole."""

    items: list[ItemScore]
    bonus: float
    bonus_reason: str | None
    veto_reason: str | None
    computed_at: datetime
    computed_by_name: str
    scored_at: datetime | None
    scored_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    published_at: datetime | None
    published_by_name: str | None

    @computed_field(description="尚未评分的项目代码")
    def unscored(self) -> list[str]:
        """The manual items without points."""
        return [item.code for item in self.items if item.points is None]


class AssessmentFilters(PageParameters):
    """Filters of the list of assessments."""

    organization_id: Annotated[UUID | None, Field(description="党组织")] = None
    include_descendants: Annotated[bool, Field(description="包括下级组织")] = False
    year: Annotated[Year | None, Field(description="年度")] = None
    quarter: Annotated[QuarterNumber | None, Field(description="季度")] = None
    sheet: Annotated[SheetCode | None, Field(description="考评表代码")] = None
    status: Annotated[list[AssessmentStatus], Field(max_length=3, description="状态，可重复")] = (
        Field(default_factory=list)
    )
    grade: Annotated[list[Grade], Field(max_length=4, description="等次（申诉处理后），可重复")] = (
        Field(default_factory=list)
    )


class AppealWrite(Model):
    """Why an item's points are wrong."""

    item: Annotated[EntryCode, Field(description="考评项目代码", examples=["three_meetings"])]
    text: Annotated[
        LongText, Field(description="申诉内容", examples=["八月党小组会已召开，记录当时未登记。"])
    ]


class AppealAnswer(Model):
    """The superior's answer."""

    decision: Annotated[AppealDecision, Field(description="keep 维持、adjust 调整")]
    points: Annotated[NoOrSomePoints | None, Field(description="调整后的得分，调整时填写")] = None
    reason: Annotated[LongText, Field(description="理由", examples=["经核实会议确已召开。"])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.points is not None) != (self.decision == AppealDecision.ADJUST):
            raise field_error("points", "points_of_adjustment", "调整时填写得分，维持时不填")
        return self


class AppealRead(Model):
    """An appeal and its answer."""

    id: UUID
    assessment_id: UUID
    item_code: str
    text: str
    points_before: Annotated[float, Field(description="申诉时的得分")]
    made_at: datetime
    made_by_name: str
    decision: Annotated[AppealDecision | None, Field(description="答复；尚未答复为空")]
    points_after: Annotated[float | None, Field(description="调整后的得分")]
    decision_reason: str | None
    decided_at: datetime | None
    decided_by_name: str | None
    version: int


class TrendParameters(Model):
    """Which years to look at, and how much of the tree."""

    sheet: Annotated[SheetCode, Field(description="考评表代码")] = QUARTERLY
    year_from: Annotated[Year | None, Field(description="起始年度，默认前年")] = None
    year_to: Annotated[Year | None, Field(description="截止年度，默认今年")] = None
    include_descendants: Annotated[bool, Field(description="包括下级组织")] = False

    @model_validator(mode="after")
    def _span(self) -> Self:
        if self.year_from and self.year_to and not 0 <= self.year_to - self.year_from < MOST_YEARS:
            message = f"截止年度不早于起始年度，最多 {MOST_YEARS} 年"
            raise field_error("year_to", "years_unfit", message)
        return self


class TrendQuarter(Model):
    """A quarter's published result, after appeals."""

    assessment_id: UUID
    year: int
    quarter: int
    points: float
    grade: Grade | None


class TrendRow(Model):
    """The quarters of an organisation, in order."""

    organization_id: UUID
    organization_name: Name
    quarters: list[TrendQuarter]


class TrendRead(Model):
    """Published points and grades by quarter; organisations without any are not listed."""

    organization_id: UUID
    sheet: str
    year_from: int
    year_to: int
    rows: list[TrendRow]


class AssessmentHistory(Model):
    """What became of an assessment, oldest first."""

    items: list[HistoryEntry]
