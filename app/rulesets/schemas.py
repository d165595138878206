"""Rule sets as documents and payloads: obligations, frequencies, deadlines, changes."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from app.core.changes import partial
from app.core.schemas import Day, LongText, Model, Name, Title, field_error
from app.items.rules import ItemKind
from app.org_documents.kinds import (
    DocumentContent,
    DocumentRevisionRead,
    OrgDocumentFilters,
    OrgDocumentRead,
    StatusPatch,
)
from app.organizations.rules import OrganizationKind
from app.rulesets.recurrence import RruleRefused, parse_rrule
from app.rulesets.rules import (
    Confidence,
    DueRule,
    Every,
    Having,
    MonthOfPeriod,
    RuleSetStatus,
    Wording,
)
from app.talks.rules import PairType

MAX_RULES = 300
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}(:[a-z][a-z0-9_]{0,59})?$")]
RuleYear = Annotated[int, Field(ge=1921, le=2199, strict=True)]


class Frequency(Model):
    """How often: ``times`` in every period; ``once`` is on a stated day; RRULE is RFC 5545's."""

    every: Annotated[Every, Field(description="频次：每月、每季度、每半年、每年、一次或日历规则")]
    times: Annotated[int, Field(ge=1, le=31, strict=True, description="每期次数")] = 1
    on: Annotated[Day | None, Field(description="只做一次的日子")] = None
    rrule: Annotated[
        str | None, Field(min_length=1, max_length=200, description="RFC 5545 的 RRULE")
    ] = None

    @model_validator(mode="after")
    def _fields_fit_frequency(self) -> Self:
        if (self.every == Every.ONCE) != (self.on is not None):
            raise field_error("on", "on_of_once", "只做一次的责任项必须写明日子，其他频次不写")
        if (self.every == Every.RRULE) != (self.rrule is not None):
            raise field_error("rrule", "rrule_of_rrule", "日历规则必须写 RRULE，其他频次不写")
        try:
            if self.rrule is not None:
                parse_rrule(self.rrule)
        except RruleRefused as error:
            raise field_error("rrule", "rrule_refused", str(error)) from error
        if self.times > 1 and self.every in {Every.ONCE, Every.RRULE}:
            raise field_error("times", "times_of_period", "只做一次或按日历规则的，次数只能是 1")
        return self


class EndOfPeriod(Model):
    """Due on the last day of the period."""

    rule: Literal[DueRule.END_OF_PERIOD] = DueRule.END_OF_PERIOD


class DayOfMonth(Model):
    """Due on day n of the period's first or last month, or on that month's last day if shorter."""

    rule: Literal[DueRule.DAY]
    day: Annotated[int, Field(ge=1, le=31, strict=True)]
    month: MonthOfPeriod = MonthOfPeriod.LAST


class WorkingDay(Model):
    """Due on the n-th working day of the period's first or last month."""

    rule: Literal[DueRule.WORKING_DAY]
    number: Annotated[int, Field(ge=1, le=18, strict=True)]
    month: MonthOfPeriod = MonthOfPeriod.LAST


class FixedDate(Model):
    """Due on a day of the year; 29 February is the 28th in a common year."""

    rule: Literal[DueRule.FIXED_DATE]
    month: Annotated[int, Field(ge=1, le=12, strict=True)]
    day: Annotated[int, Field(ge=1, le=31, strict=True)]


class AfterEvent(Model):
    """Due some days after the record that fulfils another rule; not owed before that."""

    rule: Literal[DueRule.AFTER_EVENT]
    event: Code
    days: Annotated[int, Field(ge=0, le=366, strict=True)]


Due = Annotated[
    EndOfPeriod | DayOfMonth | WorkingDay | FixedDate | AfterEvent, Field(discriminator="rule")
]


class Counts(Model):
    """Which records fulfil an obligation; no types, topics or pairs means any."""

    kind: ItemKind
    types: Annotated[list[str], Field(max_length=20)] = Field(default_factory=list)
    topics: Annotated[list[str], Field(max_length=20)] = Field(default_factory=list)
    pair_types: Annotated[
        list[PairType], Field(max_length=3, description="谈心谈话双方；不写为任何双方")
    ] = Field(default_factory=list)
    having: Having | None = None


class Obligation(Model):
    """Something owed: what, how often, by when, by whom, on what grounds.

    What ``counts`` names fulfils it; with nothing named, only a record that people link by hand
    does. A record serves one duty, unless the two name each other in ``shares_with``.
    """

    code: Annotated[Code, Field(description="代码", examples=["member_assembly"])]
    name: Annotated[Name, Field(description="责任内容", examples=["支部党员大会"])]
    for_each_group: Annotated[bool, Field(description="每个党小组各算一次")] = False
    focus: Annotated[Code | None, Field(description="责任类别")] = None
    measures: Annotated[LongText | None, Field(description="工作措施")] = None
    quantity: Annotated[Title, Field(description="频次或目标", examples=["每季度至少一次"])]
    frequency: Frequency
    due: Due = Field(default_factory=EndOfPeriod)
    counts: Annotated[list[Counts], Field(max_length=10, description="哪些记录算完成")] = Field(
        default_factory=list
    )
    shares_with: Annotated[list[Code], Field(max_length=20, description="可合并完成的责任项")] = (
        Field(default_factory=list)
    )
    responsible_post: Annotated[Name | None, Field(description="责任岗位")] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    evidence: Annotated[list[Title], Field(max_length=20, description="应有的佐证材料")] = Field(
        default_factory=list
    )
    source: Annotated[
        Title | None,
        Field(
            description="依据；文件标题后注明年份的，此前的年度不引用",
            examples=["《中国共产党支部工作条例（试行）》（2018）"],
        ),
    ] = None
    article: Annotated[Name | None, Field(description="条款", examples=["第十一条"])] = None
    confidence: Annotated[Confidence, Field(description="依据的可靠程度")] = Confidence.PRACTICE
    wording: Annotated[Wording, Field(description="一般 或 应当")] = Wording.GENERALLY

    @model_validator(mode="after")
    def _article_is_known(self) -> Self:
        if self.article and self.confidence == Confidence.GENERAL:
            raise field_error("article", "article_unverified", "未核实的依据不写条款")
        return self


class Rule(Obligation):
    """An obligation of organisations of some kinds, in the years in which it holds."""

    applies_to: Annotated[list[OrganizationKind], Field(min_length=1, description="适用的组织")]
    valid_from: Annotated[RuleYear | None, Field(description="从哪一年起")] = None
    valid_to: Annotated[RuleYear | None, Field(description="到哪一年止")] = None

    @model_validator(mode="after")
    def _years_and_groups_fit(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise field_error("valid_to", "years_reversed", "止于的年份不能早于开始的年份")
        if self.for_each_group and OrganizationKind.PARTY_BRANCH not in self.applies_to:
            raise field_error("for_each_group", "groups_of_branches", "只有党支部下设党小组")
        return self


STANDARD = "standard"
SetCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_RuleFields = partial(Rule, "RuleFields", without=("code",), deep=False)


class RuleChange(_RuleFields):  # type: ignore[valid-type, misc]  # made from Rule
    """Fields of a rule of the underlying set that are different here; ``null`` empties one."""

    code: Annotated[Code, Field(description="要调整的责任项代码", examples=["theme_party_day"])]


class RuleSetDocument(DocumentContent):
    """A rule set as people write it (``format`` is the format's version, 1)."""

    code: Annotated[SetCode, Field(description="规则集代码", examples=["zhihuibu"])]
    name: Annotated[Name, Field(description="规则集名称", examples=["指挥部党总支责任项规则"])]
    based_on: Annotated[
        SetCode | None,
        Field(description="以哪一套为基础：standard 或上级（或本级）规则集的代码；空为自成一套"),
    ] = STANDARD
    rules: Annotated[list[Rule], Field(max_length=MAX_RULES, description="新增的责任项")] = Field(
        default_factory=list
    )
    changes: Annotated[
        list[RuleChange], Field(max_length=MAX_RULES, description="调整：代码和要改的字段")
    ] = Field(default_factory=list)
    removes: Annotated[list[Code], Field(max_length=MAX_RULES, description="去掉的责任项代码")] = (
        Field(default_factory=list)
    )


class StandardDocument(RuleSetDocument):
    """The rule set that is shipped with the program."""

    version: Annotated[int, Field(ge=1, description="标准规则集的版本")]


def document_data(document: RuleSetDocument) -> dict[str, Any]:
    """Return the document as plain values without defaults; read back it is the same."""
    data: dict[str, Any] = {
        "format": document.format,
        "code": document.code,
        "name": document.name,
        "based_on": document.based_on,
        "rules": [_rule_data(rule) for rule in document.rules],
        "changes": [_change_data(change) for change in document.changes],
        "removes": list(document.removes),
    }
    if isinstance(document, StandardDocument):
        data["version"] = document.version
    return {key: value for key, value in data.items() if value != []}


def _rule_data(rule: Rule) -> dict[str, Any]:
    data = _compact(rule.model_dump(mode="json"))
    return {
        name: value
        for name, value in data.items()
        if Rule.model_fields[name].is_required() or value != _default(name)
    }


def _default(name: str) -> object:
    value = Rule.model_fields[name].get_default(call_default_factory=True)
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _change_data(change: RuleChange) -> dict[str, Any]:
    fields = change.model_dump(mode="json", include=change.model_fields_set)
    return {"code": change.code} | {name: _compact(value) for name, value in fields.items()}


def _compact(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Remove None and [] inside a value: such fields of a rule's parts are empty by default."""
    if isinstance(value, list):
        return [_compact(entry) for entry in value]
    if isinstance(value, dict):
        compact = {key: _compact(entry) for key, entry in value.items()}
        return {key: entry for key, entry in compact.items() if entry is not None and entry != []}
    return value


class RuleSetRead(OrgDocumentRead[RuleSetStatus]):
    """A rule set as returned; what it says is its document."""

    based_on: Annotated[str | None, Field(description="以哪一套为基础；空为自成一套")]


class RuleSetPatch(StatusPatch[RuleSetStatus]):
    """Put a rule set in force, back on the shelf, or out of use."""


class RuleSetFilters(OrgDocumentFilters[RuleSetStatus]):
    """Filters of the list of rule sets."""


class RuleSetRevisionRead(DocumentRevisionRead):
    """A revision as listed."""


class OriginRead(Model):
    """A rule set, and its revision, that says something."""

    set_code: Annotated[str, Field(description="规则集代码", examples=["standard"])]
    revision: Annotated[int, Field(description="修订号")]


class EffectiveRuleRead(Model):
    """A rule that applies, and where it comes from."""

    rule: Rule
    origin: Annotated[OriginRead, Field(description="由哪套规则集提出")]
    changed_by: Annotated[OriginRead | None, Field(description="最后由哪套规则集调整；未调整为空")]


class ConflictRead(Model):
    """Something that a rule set says and that does not fit what it builds on."""

    set_code: str
    code: str
    detail: str


class RulesParameters(Model):
    """Which year's rules are asked for."""

    year: Annotated[
        int | None, Field(ge=1921, le=2199, description="年度，默认本年", examples=[2018])
    ] = None


class OrganizationRules(Model):
    """The rules that an organisation goes by in a year."""

    organization_id: UUID
    year: int
    rule_set: Annotated[OriginRead, Field(description="所用的规则集：最近一级启用的，没有则为标准")]
    items: list[EffectiveRuleRead]
    conflicts: Annotated[
        list[ConflictRead], Field(description="与基础规则集不相容、未采用之处；通常为空")
    ]
