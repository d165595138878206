"""Score sheets (考评表) as documents: items, deductions, bonus, vetoes, grades."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import or_, select

from app.assessment.rules import FULL_POINTS, STEP, Measure, Scoring, Thresholds
from app.checklist.models import Duty, DutyList
from app.checks.findings import RuleCode
from app.core.errors import FieldError, ValidationFailed
from app.core.schemas import Model, Name, Title, field_error
from app.core.uow import UnitOfWork
from app.org_documents.parsing import from_yaml
from app.organizations.models import Organization
from app.rulesets.queries import newest_documents, rule_sets_by_code, standard_rule_set

# Rules that look at one record alone. Other findings compare records or rosters and depend on how
# much of the tree is examined at once: they are shown, but cost nothing.
CHARGEABLE = (
    RuleCode.PRESENT_OVER_EXPECTED,
    RuleCode.QUORUM_MISSED,
    RuleCode.BALLOT_QUORUM_MISSED,
    RuleCode.CLOSED_WITHOUT_ACCEPTANCE,
    RuleCode.COMPLETED_IN_FUTURE,
    RuleCode.DATED_AFTER_ENTRY,
    RuleCode.ATTENDANCE_LIST_DIFFERS,
    RuleCode.VOTES_DO_NOT_ADD_UP,
    RuleCode.RESOLUTION_WITHOUT_RESPONSIBLE,
    RuleCode.RESOLUTION_WITHOUT_DEADLINE,
    RuleCode.CLOSED_WITHOUT_EVIDENCE,
    RuleCode.TEXT_CONTRADICTS_NUMBERS,
    RuleCode.EVIDENCE_OUTSIDE_PERIOD,
)
OF_DUTIES = frozenset({Measure.DUTIES_MISSING, Measure.DUTIES_DONE_LATE})


def _halves(value: float) -> float:
    if value % STEP:
        raise PydanticCustomError("points_precision", "分值以 0.5 分为单位")
    return value


SomePoints = Annotated[
    float, Field(ge=STEP, le=FULL_POINTS, strict=True, allow_inf_nan=False), AfterValidator(_halves)
]
NoOrSomePoints = Annotated[
    float, Field(ge=0, le=FULL_POINTS, strict=True, allow_inf_nan=False), AfterValidator(_halves)
]
SheetCode = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$", description="考评表代码", examples=["quarterly"])
]
EntryCode = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$", description="代码", examples=["party_life"])
]
DutyCode = Annotated[str, Field(max_length=130, pattern=r"^[a-z0-9_:]+$")]
Hours = Annotated[int, Field(ge=0, le=1000, strict=True)]


class DeductionRule(Model):
    """So many points for each thing that a measure counts, up to a limit."""

    code: EntryCode
    name: Annotated[Title, Field(description="扣分规则", examples=["到期未开展，每次扣 3 分"])]
    measure: Annotated[Measure, Field(description="按什么计数", examples=["duties_missing"])]
    points_each: Annotated[SomePoints, Field(description="每项扣多少分", examples=[3])]
    at_most: Annotated[SomePoints, Field(description="本条最多扣多少分", examples=[25])]
    duties: Annotated[
        list[DutyCode], Field(max_length=100, description="只计这些责任项；空为全部")
    ] = Field(default_factory=list)
    except_duties: Annotated[
        list[DutyCode], Field(max_length=100, description="不计这些责任项")
    ] = Field(default_factory=list)
    findings: Annotated[
        list[RuleCode], Field(max_length=50, description="只计这些体检规则；空为全部可计的")
    ] = Field(default_factory=list)
    member_hours: Annotated[Hours, Field(description="党员全年学时")] = 32
    leader_hours: Annotated[Hours, Field(description="书记和班子成员全年学时")] = 56

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.duties or self.except_duties) and self.measure not in OF_DUTIES:
            raise field_error("measure", "duties_elsewhere", "责任项只用于按责任项计数的规则")
        if self.findings and self.measure != Measure.FINDINGS_UNEXPLAINED:
            raise field_error("measure", "findings_elsewhere", "体检规则只用于按体检结果计数的规则")
        if not set(CHARGEABLE).issuperset(self.findings):
            message = "只有单条记录自身能说明的体检结果可以扣分，请去掉其他规则"
            raise field_error("findings", "finding_not_chargeable", message)
        return self

    def concerns(self, duty: str) -> bool:
        """Tell whether a duty is counted; ``special_meeting`` stands for every topic of it."""
        names = {duty, duty.partition(":")[0]}
        named = not self.duties or not names.isdisjoint(self.duties)
        return named and names.isdisjoint(self.except_duties)


class SheetItem(Model):
    """One item of a sheet."""

    code: EntryCode
    name: Annotated[Name, Field(description="考评项目", examples=["三会一课"])]
    max_points: Annotated[SomePoints, Field(description="满分", examples=[25])]
    scoring: Annotated[Scoring, Field(description="自动计算或人工评分")]
    description: Annotated[Title | None, Field(description="考评内容")] = None
    deductions: Annotated[
        list[DeductionRule], Field(max_length=20, description="扣分规则，自动计算的项目填写")
    ] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if bool(self.deductions) != (self.scoring == Scoring.AUTOMATIC):
            message = "自动计算的项目应有扣分规则，人工评分的项目不写扣分规则"
            raise field_error("deductions", "deductions_of_automatic", message)
        _refuse_repeated(self.deductions, "deductions")
        return self


class Veto(Model):
    """A ground on which an organisation is 后进 whatever its points (一票否决)."""

    code: EntryCode
    name: Annotated[Title, Field(description="否决情形")]


class GradeThresholds(Model):
    """From how many points each grade is given; below the last it is 后进."""

    advanced: Annotated[SomePoints, Field(description="先进，不低于", examples=[90])]
    good: Annotated[SomePoints, Field(description="较好，不低于", examples=[75])]
    average: Annotated[SomePoints, Field(description="一般，不低于；再低为后进", examples=[60])]

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if not self.advanced > self.good > self.average:
            raise field_error("good", "grades_not_falling", "各等次的分数线应依次降低")
        return self


class SheetDocument(Model):
    """A score sheet as people write it (``format`` is the format's version, 1)."""

    format: Annotated[Literal[1], Field(description="格式版本，目前为 1")] = 1
    code: SheetCode
    name: Annotated[Name, Field(description="考评表名称", examples=["党支部季度考评表"])]
    items: Annotated[list[SheetItem], Field(min_length=1, max_length=50, description="考评项目")]
    bonus_at_most: Annotated[NoOrSomePoints, Field(description="加分上限", examples=[10])] = 0.0
    vetoes: Annotated[list[Veto], Field(max_length=50, description="一票否决情形")] = Field(
        default_factory=list
    )
    grades: Annotated[GradeThresholds, Field(description="各等次的分数线")]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _refuse_repeated(self.items, "items")
        _refuse_repeated(self.vetoes, "vetoes")
        total = sum(item.max_points for item in self.items)
        if total != FULL_POINTS:
            message = f"各项满分之和应为 {FULL_POINTS}，现为 {total:g}"
            raise field_error("items", "points_not_full", message)
        return self

    @property
    def thresholds(self) -> Thresholds:
        """From how many points each grade is given."""
        return Thresholds(self.grades.advanced, self.grades.good, self.grades.average)


def _refuse_repeated(entries: list[Any], field: str) -> None:
    counts = Counter(entry.code for entry in entries)
    repeated = [code for code, count in counts.items() if count > 1]
    if repeated:
        raise field_error(field, "code_repeated", f"代码“{repeated[0]}”写了两次，请改其中一个")


def document_data(document: SheetDocument) -> dict[str, Any]:
    """Return the document as plain values without defaults; read back it is the same."""
    data: dict[str, Any] = document.model_dump(mode="json", exclude_defaults=True)
    return {"format": document.format, **data}


FILE = Path(__file__).with_name("standard.yaml")
QUARTERLY = "quarterly"


class ShippedSheets(Model):
    """The file of shipped sheets."""

    sheets: Annotated[list[SheetDocument], Field(min_length=1)]


@cache
def shipped_sheets() -> Mapping[str, SheetDocument]:
    """Return the shipped sheets by code; a tree that changes one goes its own way from then on."""
    sheets = from_yaml(FILE.read_bytes(), ShippedSheets).document.sheets
    return {sheet.code: sheet for sheet in sheets}


def check_duties(uow: UnitOfWork, root_id: UUID, document: SheetDocument) -> None:
    """Check that the duties which a sheet names are in a rule set or on a list of the tree.

    Raises:
        ValidationFailed: some are not; all flaws at once.
    """
    named = dict(_named_duties(document))
    rule_sets = rule_sets_by_code(uow.session, [root_id]).get(root_id, {})
    documents = [standard_rule_set(), *newest_documents(uow.session, rule_sets.values()).values()]
    known = _families(rule.code for document in documents for rule in document.rules)
    unknown = set(named.values()).difference(known)
    if unknown:
        unknown -= _on_lists(uow, root_id, unknown)
    flaws = [
        FieldError(
            "duty_unknown", f"规则集和清单中都没有代码为“{code}”的责任项，请核对", pointer=pointer
        )
        for pointer, code in named.items()
        if code in unknown
    ]
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def _named_duties(document: SheetDocument) -> Iterator[tuple[str, str]]:
    """Yield pointers to the codes of duties that a sheet names, and the codes."""
    for at, item in enumerate(document.items):
        for number, rule in enumerate(item.deductions):
            for field, codes in (("duties", rule.duties), ("except_duties", rule.except_duties)):
                for position, code in enumerate(codes):
                    yield f"#/items/{at}/deductions/{number}/{field}/{position}", code


def _families(codes: Iterator[str]) -> Iterator[str]:
    """Yield codes, and what stands before the colon: ``special_meeting`` names every topic."""
    for code in codes:
        yield code
        yield code.partition(":")[0]


def _on_lists(uow: UnitOfWork, root_id: UUID, codes: set[str]) -> set[str]:
    """Read which codes are those of lines on some list of the tree."""
    statement = (
        select(Duty.code)
        .join(DutyList, DutyList.id == Duty.list_id)
        .join(Organization, Organization.id == DutyList.organization_id)
        .where(
            Organization.root_id == root_id,
            or_(Duty.code.in_(codes), *(Duty.code.startswith(f"{code}:") for code in codes)),
        )
        .distinct()
    )
    return set(_families(iter(uow.session.scalars(statement))))
