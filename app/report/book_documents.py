"""A report book as people write it: outlines, headlines, phrases."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, GetPydanticSchema, model_validator
from pydantic_core import core_schema

from app.core.schemas import Model, Name, Title, field_error
from app.kinds import KINDS
from app.org_documents.kinds import DocumentContent
from app.report.facts import TopicCode

Voice = Literal["first_person", "organization"]
PeriodKind = Literal["year", "half", "quarter"]
SectionNumbering = Literal["chinese", "parenthesized", "none"]
ParagraphNumbering = Literal["ordinal", "first", "plain"]

# What a section may hold. A new content is a word here and a writer in compose.outline.
ContentName = Literal[
    "lead",
    "comparison",
    "previous",
    "focuses",
    "work",
    "below",
    "coverage",
    "closed_list",
    "shortcomings",
    "plans",
]
# Contents that stand once in a report: their sentences have ids of their own.
ONCE: frozenset[ContentName] = frozenset(
    {"lead", "comparison", "previous", "below", "coverage", "shortcomings", "plans"}
)

StrandName = Literal[
    "policy",
    "study",
    "special",
    "routine",
    "meeting",
    "lecture",
    "assessment",
    "platform",
    "activity",
    "talk",
    "training",
    "supervision",
    "rectification",
    "breakthrough",
    "article",
    "award",
    "material",
]
# The order in which a paragraph tells them.
STRANDS: tuple[StrandName, ...] = get_args(StrandName)

TITLE_SLOTS = frozenset({"year", "when", "term", "organization"})
HEADING_SLOTS = frozenset({"year", "when", "period", "next_period"})
HEADLINE_SLOTS = frozenset({"first", "second"})

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
PlaceCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,79}$")]
BookYear = Annotated[int, Field(ge=1921, le=2199, strict=True)]
FourToTwenty = Annotated[Name, Field(max_length=20)]
MAX_PHRASES = 500
_KIND_NAMES = core_schema.literal_schema([str(kind.name) for kind in KINDS])
KindName = Annotated[str, GetPydanticSchema(lambda _source, _handler: _KIND_NAMES)]


class Selector(Model):
    """Records that meet all that is stated here; an empty list is no condition."""

    kinds: Annotated[list[KindName], Field(max_length=len(KINDS))] = Field(default_factory=list)
    types: Annotated[list[Code], Field(max_length=30)] = Field(default_factory=list)
    topics: Annotated[list[TopicCode], Field(max_length=3)] = Field(default_factory=list)
    focuses: Annotated[list[Code], Field(max_length=30)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        if not (self.kinds or self.types or self.topics or self.focuses):
            raise field_error("kinds", "selector_empty", "至少写明 kinds、types 等其中一项")
        return self


Selectors = Annotated[list[Selector], Field(max_length=20)]


class OutlineContent(Model):
    """What stands in a section: which teller, and which of the records it may take."""

    content: Annotated[ContentName, Field(description="内容")]
    id: Annotated[PlaceCode | None, Field(description="同一内容在一节中出现几次时用来区分")] = None
    only: Annotated[Selectors, Field(description="只写符合其中任一组条件的记录")] = Field(
        default_factory=list
    )
    without: Annotated[Selectors, Field(description="不写符合其中任一组条件的记录")] = Field(
        default_factory=list
    )
    periods: Annotated[list[PeriodKind], Field(max_length=3, description="只用于这些期间")] = Field(
        default_factory=list
    )
    numbering: Annotated[ParagraphNumbering, Field(description="段首：一是、第一或不写")] = (
        "ordinal"
    )
    headlines: Annotated[bool, Field(description="聚焦之后是否写小标题")] = True
    notes: Annotated[bool, Field(description="是否写入人工填写的不足或打算")] = True


class OutlineSection(Model):
    """A part of a report; without a heading it stands before the numbered parts."""

    id: Annotated[PlaceCode, Field(description="本节代码", examples=["p1"])]
    heading: Annotated[FourToTwenty | None, Field(description="标题，不写序号")] = None
    numbering: Annotated[SectionNumbering, Field(description="一、（一）或不编号")] = "chinese"
    contents: Annotated[list[OutlineContent], Field(min_length=1, max_length=20)]
    required: Annotated[bool, Field(description="没有内容时标为待补充；否则整节不出现")] = True

    @model_validator(mode="after")
    def _contents_are_told_apart(self) -> Self:
        names = [(entry.content, entry.id) for entry in self.contents]
        if len(set(names)) < len(names):
            raise field_error("contents", "content_repeated", "同一内容出现多次时须各写不同的 id")
        return self


class Outline(Model):
    """One form of report: its title, who speaks, which periods it takes, its parts in order."""

    code: Annotated[Code, Field(description="文种代码", examples=["duty_report"])]
    name: Annotated[Name, Field(description="文种名称", examples=["书记述职报告"])]
    title: Annotated[Title, Field(description="标题模板", examples=["{term}党建工作总结"])]
    task: Annotated[FourToTwenty, Field(description="报告的是什么", examples=["抓党建工作"])]
    voices: Annotated[
        list[Voice], Field(min_length=1, max_length=2, description="人称，首个为默认")
    ]
    periods: Annotated[list[PeriodKind], Field(min_length=1, max_length=3, description="期间种类")]
    about: Annotated[Selectors, Field(description="只写这些记录；不写为全部")] = Field(
        default_factory=list
    )
    sections: Annotated[list[OutlineSection], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _parts_are_told_apart(self) -> Self:
        ids = [section.id for section in self.sections]
        if len(set(ids)) < len(ids):
            raise field_error("sections", "section_repeated", "各节的 id 不能相同")
        contents = [entry.content for section in self.sections for entry in section.contents]
        if any(contents.count(content) > 1 for content in ONCE):
            message = "开头、上年度情况、存在问题和下一步打算在一份报告中各只写一次"
            raise field_error("sections", "content_repeated", message)
        return self


HeadlineWords = dict[StrandName, Annotated[list[FourToTwenty], Field(min_length=1, max_length=10)]]


class HeadlineSet(Model):
    """Headlines of one grammatical build: a template, and words for each strand of work."""

    code: Annotated[Code, Field(description="代码")]
    template: Annotated[Name, Field(max_length=30, examples=["抓{first}、抓{second}"])]
    strands: Annotated[HeadlineWords, Field(description="各类工作的说法")] = Field(
        default_factory=dict
    )
    focuses: Annotated[
        dict[Code, HeadlineWords], Field(max_length=50, description="某一责任类别自己的说法")
    ] = Field(default_factory=dict)


class Phrase(Model):
    """One way of saying what a rule tells, and what must hold for it to be true."""

    rule: Annotated[RuleName, Field(description="规则", examples=["study"])]
    text: Annotated[Title, Field(description="写法，花括号内由事实填写")]
    needs: Annotated[list[Code], Field(max_length=10, description="事实须具备的特征")] = Field(
        default_factory=list
    )
    voice: Annotated[Voice | None, Field(description="只用于这种人称")] = None
    valid_from: Annotated[BookYear | None, Field(description="从哪一年的报告起")] = None
    valid_to: Annotated[BookYear | None, Field(description="到哪一年的报告止")] = None
    together: Annotated[bool, Field(description="与原有写法轮用；否则取代特征相同的原有写法")] = (
        False
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise field_error("valid_to", "years_reversed", "止于的年份不能早于开始的年份")
        if len(set(self.needs)) < len(self.needs):
            raise field_error("needs", "feature_repeated", "特征不能重复")
        return self


class BookDocument(DocumentContent):
    """A unit's report book (``format`` is the format's version, 1)."""

    code: Annotated[Code, Field(description="代码", examples=["zhihuibu"])]
    name: Annotated[Name, Field(description="名称", examples=["指挥部党总支报告用语"])]
    based_on: Annotated[
        Literal["standard", "superior"],
        Field(description="以标准为基础，或以上级启用的为基础（上级没有即为标准）"),
    ] = "superior"
    outlines: Annotated[list[Outline], Field(max_length=30, description="提纲")] = Field(
        default_factory=list
    )
    headlines: Annotated[list[HeadlineSet], Field(max_length=10, description="小标题")] = Field(
        default_factory=list
    )
    phrases: Annotated[list[Phrase], Field(max_length=MAX_PHRASES, description="写法")] = Field(
        default_factory=list
    )


def document_data(document: BookDocument) -> dict[str, Any]:
    """Return the document as plain values without defaults; read back it is the same."""
    stated = document.model_dump(mode="json", exclude_defaults=True)
    always = {name: getattr(document, name) for name in ("format", "code", "name", "based_on")}
    return {**always, **stated}
