"""Payloads of stored reports: what is asked for, heads, blocks."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.pagination import PageParameters
from app.core.schemas import Day, Model, Name, Title, field_error
from app.report.blocks import Citation, CountRef
from app.report.book_documents import Code, Voice
from app.report.drafts.rules import ReportStatus
from app.report.facts import PeriodCode
from app.report.schemas import Year

MOST_COLUMNS, MOST_ROWS = 12, 500


class HeadWrite(Model):
    """What stands above and below the text."""

    title: Annotated[Title, Field(description="标题", examples=["2018年抓基层党建工作述职报告"])]
    salutation: Annotated[Name | None, Field(description="称谓", examples=["各位领导、同志们"])] = (
        None
    )
    byline: Annotated[
        Name | None, Field(description="署名（标题下）", examples=["指挥部党总支书记 王志远"])
    ] = None
    signatory: Annotated[Name | None, Field(description="落款", examples=["指挥部党总支"])] = None
    signed_on: Annotated[Day | None, Field(description="落款日期", examples=["2018-12-10"])] = None


class ReportWrite(Model):
    """A report to be drafted from the year's records."""

    organization_id: Annotated[UUID, Field(description="报告的党组织")]
    year: Year
    form: Annotated[
        Code, Field(description="文种：提纲的代码，见报告用语", examples=["duty_report"])
    ]
    voice: Annotated[
        Voice | None, Field(description="人称：first_person 我，organization 组织；不填则按文种")
    ] = None
    period: Annotated[
        PeriodCode | None,
        Field(description="期间：year，first_half、second_half，q1 至 q4；不填则按文种"),
    ] = None
    numerals: Annotated[
        Literal["chinese", "arabic", "auto"], Field(description="数字写法：auto 为十以内用汉字")
    ] = "auto"
    as_of: Annotated[
        Day | None, Field(description="截至日期；默认今天，不能晚于今天，不晚于期间的最后一天")
    ] = None
    include_descendants: Annotated[bool, Field(description="是否包括全部下级组织")] = False
    include_supervision: Annotated[
        bool,
        Field(description="是否写入监督执纪谈话和处分的数量；写入后只有具备监督执纪权限的人可见"),
    ] = False
    small_counts: Annotated[
        Literal["exact", "withheld"],
        Field(description="监督执纪的小数目：exact 如实写，withheld 不足 3 人写作少于3人"),
    ] = "exact"
    title: Annotated[Title | None, Field(description="标题；不填则自动拟定")] = None
    salutation: Annotated[Name | None, Field(description="称谓；不填则用年度填报的称谓")] = None
    byline: Annotated[Name | None, Field(description="署名")] = None
    signatory: Annotated[Name | None, Field(description="落款")] = None


class ReportFilters(PageParameters):
    """Filters of reports."""

    organization_id: Annotated[UUID | None, Field(description="组织")] = None
    include_descendants: Annotated[bool, Field(description="包括下级组织")] = False
    year: Annotated[Year | None, Field(description="年度")] = None
    form: Annotated[Code | None, Field(description="文种的代码")] = None
    status: Annotated[ReportStatus | None, Field(description="状态")] = None


class ReportSummary(HeadWrite):
    """A report's head and where it stands."""

    id: UUID
    organization_id: UUID
    organization_name: str
    year: int
    form: str
    voice: Voice
    period: PeriodCode
    small_counts: Literal["exact", "withheld"]
    numerals: Literal["chinese", "arabic", "auto"]
    as_of: date
    include_descendants: bool
    restricted: Annotated[
        bool, Field(description="是否含监督执纪内容，只对有权限的人可见；不含的在审阅稿末尾注明")
    ]
    status: ReportStatus
    fact_set_number: Annotated[int, Field(description="现行事实集的序号")]
    predecessor_id: Annotated[UUID | None, Field(description="据以续写的已定稿报告")]
    created_at: datetime
    created_by_name: str
    updated_at: datetime
    submitted_at: datetime | None
    submitted_by_name: str | None
    decided_at: Annotated[datetime | None, Field(description="上级同意或退回的时间")]
    decided_by_name: str | None
    decision_note: str | None
    finalised_at: datetime | None
    finalised_by_name: str | None
    sha256: Annotated[str | None, Field(description="定稿时的校验值")]
    version: int


CellText = Annotated[str, Field(max_length=2000)]


class CellsField(Model):
    """A table's cells."""

    header: Annotated[
        list[CellText], Field(min_length=1, max_length=MOST_COLUMNS, description="表头")
    ]
    rows: Annotated[list[list[CellText]], Field(max_length=MOST_ROWS, description="各行")]
    weights: Annotated[
        list[Annotated[int, Field(ge=1, le=1000)]],
        Field(min_length=1, max_length=MOST_COLUMNS, description="各列宽度之比"),
    ]

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        columns = len(self.header)
        if len(self.weights) != columns or any(len(row) != columns for row in self.rows):
            raise field_error("rows", "not_rectangular", "每行的格数、列宽的个数应与表头一致")
        return self


class BlockSourceRead(Model):
    """What a block was generated from."""

    key: Annotated[str, Field(description="句子的固定编号")]
    kind: Literal["generated", "authored", "quoted", "placeholder"]
    text: Annotated[str, Field(description="生成时的原文")]
    phrase: str | None
    parameters: list[tuple[str, str]]
    counts: Annotated[list[CountRef], Field(description="其中的数字及其依据")]
    ids: Annotated[list[UUID], Field(description="依据的记录")]
    notes: Annotated[list[UUID], Field(description="依据的填报条目")]
    sources: Annotated[
        list[Citation], Field(description="记录之外的依据：责任事项、体检提示、考评、上年记录")
    ]
    agent: Annotated[
        str | None, Field(description="主体；述说本组织或不涉及主体的为空串", examples=["总支书记"])
    ] = None
    full: Annotated[
        str | None, Field(description="原文承上句省略了主体时，写明主体的说法；没有省略的为空")
    ] = None
    fact_set_number: int
    sha256: Annotated[str, Field(description="原文和数字的校验值")]


class BlockRead(Model):
    """A block of a report."""

    id: UUID
    position: int
    kind: Literal["heading", "sentence", "text", "table"]
    level: Annotated[int | None, Field(description="标题层次，1 为“一、”")]
    paragraph: Annotated[str, Field(description="所在自然段；相邻且相同的连成一段")]
    text: str
    cells: CellsField | None
    source: Annotated[BlockSourceRead | None, Field(description="生成依据；自行添加的内容没有")]
    edited: Annotated[bool, Field(description="文字经人工修改")]
    removed: Annotated[bool, Field(description="已从正文中删去（保留可恢复）")]
    added: Annotated[bool, Field(description="人工添加")]
    outdated: Annotated[bool, Field(description="记录已有变化，因经人工修改而未替换")]
    unsupported_numbers: Annotated[
        list[str], Field(description="没有记录支持的数字，提醒核对", examples=[["44"]])
    ]
    version: int


class ReportRead(ReportSummary):
    """A report with its blocks in order."""

    blocks: list[BlockRead]
