"""Payloads of the annual summary, of its inputs, of report books and of style templates."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import Field, TypeAdapter

from app.core.errors import FieldError
from app.core.schemas import Day, LongText, Model, Name, Title
from app.org_documents.kinds import (
    DocumentRevisionRead,
    OrgDocumentFilters,
    OrgDocumentRead,
    StatusPatch,
)
from app.report.blocks import (
    Block,
    Citation,
    ComposedSection,
    ComposedText,
    CountRef,
    Finding,
    TextOrigin,
)
from app.report.book_documents import Code, Voice
from app.report.facts import PeriodCode, RecordId, Unread
from app.report.models import BookStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `ids` are records, `notes` authored notes, `sources` anything else.

    A placeholder has none of them.

    What is told from tallies alone has its `counts` for its sources.

    `phrase` is the phrase it was said with, `parameters` what its slots were filled with.

    `agent` is who did what it tells, empty for the organisation that speaks and where the sentence
    names its own; `full` is its text with the subject that was left out because the sentence
    before has the same one, None when nothing was left out.
    """

    id: str
    text: str
    kind: TextOrigin = "generated"
    counts: tuple[CountRef, ...] = ()
    ids: tuple[RecordId, ...] = ()
    notes: tuple[UUID, ...] = ()
    sources: tuple[Citation, ...] = ()
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    agent: str = ""
    full: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together, with a stable id."""

    id: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts; the lead has no heading. `level` 1 is 一、, 2 is （一）."""

    id: str
    heading: str | None
    paragraphs: tuple[Paragraph, ...]
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A composed annual summary; the same facts and options give the same value."""

    title: str
    salutation: str | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    uncited: tuple[RecordId, ...]
    note: str | None


SUMMARY = TypeAdapter(Summary)


def summary_of(text: ComposedText) -> Summary:
    """Return a composed text in the form that the API shows it in."""
    return Summary(
        title=text.head.title,
        salutation=text.head.salutation,
        sections=tuple(_section(section) for section in text.sections),
        findings=text.findings,
        uncited=text.uncited,
        note=text.note,
    )


def _section(section: ComposedSection) -> Section:
    first = section.blocks[0]
    heading = first.text if first.kind == "heading" else None
    sentences = section.blocks if heading is None else section.blocks[1:]
    paragraphs = tuple(
        Paragraph(key, tuple(_sentence(block) for block in blocks))
        for key, blocks in groupby(sentences, key=lambda block: block.paragraph)
    )
    level = cast("Literal[1, 2]", first.level or 1)  # outlines number two levels of headings
    return Section(section.id, heading, paragraphs, level)


def _sentence(block: Block) -> Sentence:
    return Sentence(
        id=block.key or "",
        text=block.text,
        kind=block.origin or "generated",
        counts=block.counts,
        ids=block.ids,
        notes=block.notes,
        sources=block.sources,
        phrase=block.phrase,
        parameters=block.parameters,
        agent=block.agent or "",
        full=block.full,
    )


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
        PeriodCode | None, Field(description="期间：全年、上下半年或季度；默认取文种通常的期间")
    ] = None
    voice: Annotated[
        Voice | None,
        Field(
            description="人称：first_person 书记述职（我），organization 组织工作总结；"
            "默认随文种，都不写为 first_person"
        ),
    ] = None
    as_of: Annotated[
        Day | None, Field(description="截至日期；默认今天，不能晚于今天，不晚于期间的最后一天")
    ] = None
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False
    numerals: Annotated[
        Literal["chinese", "arabic", "auto"], Field(description="数字写法：auto 为十以内用汉字")
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


class BookHintRead(Model):
    """Something in a book that deserves a second look; never a refusal."""

    pointer: Annotated[str, Field(description="在文件中的位置", examples=["#/phrases/0/text"])]
    code: str
    detail: Annotated[str, Field(description="提醒")]

    @classmethod
    def of(cls, hint: FieldError) -> "BookHintRead":
        """Return a reminder as it is shown."""
        return cls(pointer=hint.pointer or "#", code=hint.code, detail=hint.detail)


class ReportBookRead(OrgDocumentRead[BookStatus]):
    """A report book as returned; what it says is its document."""

    based_on: Annotated[str, Field(description="以 standard（标准）或 superior（上级）为基础")]


class ReportBookPatch(StatusPatch[BookStatus]):
    """Put a report book in force, back on the shelf, or out of use."""


class ReportBookFilters(OrgDocumentFilters[BookStatus]):
    """Filters of the list of report books."""


class ReportBookRevisionRead(DocumentRevisionRead):
    """A revision as listed."""


class PreviewParameters(SummaryParameters):
    """Which report to try a book on."""

    year: Annotated[Year, Field(description="年度", examples=[2018])]


class BookPreview(Model):
    """A report as it would read with a book; nothing was saved."""

    text: Annotated[str, Field(description="全文")]
    summary: Summary
    hints: Annotated[list[BookHintRead], Field(description="用语提醒，仅供参考")]


class BookSourceRead(Model):
    """A book of a chain, and its revision."""

    code: Annotated[str, Field(description="代码", examples=["standard"])]
    revision: Annotated[int, Field(description="修订号")]


class FormRead(Model):
    """A form of report that an organisation can use."""

    code: Annotated[str, Field(description="文种代码", examples=["duty_report"])]
    name: Annotated[str, Field(description="文种名称", examples=["书记述职报告"])]
    voices: Annotated[list[str], Field(description="人称，首个为默认")]
    periods: Annotated[list[str], Field(description="期间种类")]


class OrganizationBook(Model):
    """What an organisation's reports are written with."""

    organization_id: UUID
    sources: Annotated[list[BookSourceRead], Field(description="从标准起，一层层叠加的各套")]
    sha256: Annotated[str, Field(description="叠加后内容的 SHA-256；相同即用语相同")]
    forms: list[FormRead]


class ReportTemplateWrite(Model):
    """A style template: nothing is stated but the file."""


class ReportTemplateRead(Model):
    """The style template that applies to an organisation's reports."""

    organization_id: Annotated[UUID, Field(description="上传模板的党组织")]
    organization_name: Annotated[str, Field(examples=["集团公司党委"])]
    inherited: Annotated[bool, Field(description="是否沿用上级党组织的模板")]
    number: Annotated[int, Field(description="第几次上传")]
    filename: Annotated[str, Field(description="上传时的文件名", examples=["公文样式.docx"])]
    size: Annotated[int, Field(description="字节数")]
    sha256: Annotated[str, Field(description="文件的 SHA-256，十六进制")]
    missing_styles: Annotated[
        list[str],
        Field(description="模板中没有、由系统补上的样式", examples=[["公文称谓", "公文页码"]]),
    ]
    uploaded_at: datetime
    uploaded_by_name: str
    version: Annotated[
        int | None, Field(description="更换或撤下时写入 If-Match；沿用上级模板时为空")
    ]
