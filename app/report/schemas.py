"""Payloads of the annual summary and of what people enter for it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Day, LongText, Model, Name, Title
from app.report.books.documents import Code
from app.report.books.vocabulary import Voice
from app.report.facts import PeriodCode
from app.report.knowledge import Unread

EARLIEST_YEAR, LATEST_YEAR = 1949, 2199
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR, description="年度", examples=[2018])]


class NoteField(Model):
    """A shortcoming or a plan in the author's own words."""

    id: Annotated[UUID | None, Field(description="已有条目的编号；更正时保留它")] = None
    title: Annotated[Title, Field(description="要点", examples=["深入一线调研不够"])]
    detail: Annotated[LongText | None, Field(description="展开说明")] = None
    result: Annotated[
        LongText | None, Field(description="下一年度填写：整改结果或承诺兑现情况")
    ] = None


class ReportInputsWrite(Model):
    """What people enter for a year's report."""

    salutation: Annotated[Name | None, Field(description="称谓", examples=["各位领导、同志们"])] = (
        None
    )
    shortcomings: Annotated[list[NoteField], Field(max_length=50, description="存在问题")] = Field(
        default_factory=list
    )
    next_plans: Annotated[list[NoteField], Field(max_length=50, description="下一步打算")] = Field(
        default_factory=list
    )


class NoteRead(NoteField):
    """An entry as returned."""

    id: UUID


class ReportInputsRead(Model):
    """What was entered for a year's report."""

    organization_id: UUID
    year: int
    salutation: str | None
    shortcomings: list[NoteRead]
    next_plans: list[NoteRead]
    updated_at: datetime
    version: int


class SummaryParameters(Model):
    """How a summary is asked for."""

    form: Annotated[
        Code | None,
        Field(
            description="文种：duty_report 述职报告、work_summary 年度总结、"
            "half_year_summary 半年总结、quarterly_brief 季度小结、rectification_report 整改情况、"
            "integrity_report 党风廉政，或本单位自定的文种；默认随人称"
        ),
    ] = None
    period: Annotated[
        PeriodCode | None,
        Field(description="期间：全年、上下半年或季度；默认取文种通常的期间"),
    ] = None
    voice: Annotated[
        Voice | None,
        Field(
            description="人称：first_person 书记述职（我），organization 组织工作总结；"
            "默认随文种，都不写为 first_person"
        ),
    ] = None
    as_of: Annotated[
        Day | None,
        Field(description="截至日期；默认今天，不能晚于今天，不晚于期间的最后一天"),
    ] = None
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False
    numerals: Annotated[
        Literal["chinese", "arabic", "auto"],
        Field(description="数字写法：auto 为十以内用汉字"),
    ] = "auto"
    small_counts: Annotated[
        Literal["exact", "withheld"],
        Field(description="监督执纪人数：exact 如实，withheld 不足三人的只写少于3人"),
    ] = "exact"
    without: Annotated[
        list[Unread],
        Field(
            max_length=3,
            description="不读取的部分，可重复：duties 责任清单、findings 体检、earlier 上年度；"
            "总结中不写这些内容，生成较快",
        ),
    ] = Field(default_factory=list)
