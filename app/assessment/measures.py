"""The facts of a quarter, and the deductions that each measure makes of them. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.assessment.rules import CauseKind, Measure, Quarter, Scoring, deducted, item_points
from app.assessment.schemas import Cause, Deduction, ItemScore
from app.assessment.sheets import CHARGEABLE, OF_DUTIES, DeductionRule, SheetDocument, SheetItem
from app.checks.findings import RuleCode
from app.items.rules import Status, StepTaken, is_overdue


@dataclass(frozen=True, slots=True)
class AssessedOccurrence:
    """Something owed in the quarter, and the day of the record that fulfilled it, if any.

    The day is None also where the record is another organisation's, linked by hand.
    ``missing`` and ``late`` are as the responsibility list says; at most one of them is set, and
    neither of what was waived, for the reason ``waived``.
    """

    id: UUID
    code: str
    name: str
    period: str
    due_on: date
    fulfilled_on: date | None
    missing: bool
    late: bool
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class AssessedRectification:
    """A rectification as it was on the day, and the step by which it was last submitted."""

    id: UUID
    title: str
    status: Status
    due_on: date | None
    closed_on: date | None = None
    submitted: StepTaken | None = None


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A record of the quarter that was entered late (补录)."""

    id: UUID
    title: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class Learner:
    """A member on the roster, and the hours of training since the year began."""

    id: UUID
    name: str
    leads: bool
    hours: Decimal


@dataclass(frozen=True, slots=True)
class UnexplainedFinding:
    """A finding of the examination that nobody has explained."""

    id: str
    rule: RuleCode
    message: str


@dataclass(slots=True)
class Facts:
    """Everything that one organisation's automatic items follow from."""

    has_list: bool = False
    occurrences: list[AssessedOccurrence] = field(default_factory=list)
    rectifications: list[AssessedRectification] = field(default_factory=list)
    late_entries: list[LateEntry] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)
    findings: list[UnexplainedFinding] = field(default_factory=list)


def scored(
    sheet: SheetDocument, facts: Facts, quarter: Quarter, kept: Mapping[str, ItemScore]
) -> list[ItemScore]:
    """Score a sheet's automatic items by the facts; manual ones are as ``kept`` by their codes."""
    return [
        _automatic(item, facts, quarter)
        if item.scoring == Scoring.AUTOMATIC
        else kept.get(item.code) or _unscored(item)
        for item in sheet.items
    ]


def _unscored(item: SheetItem) -> ItemScore:
    return ItemScore(
        code=item.code, name=item.name, max_points=item.max_points, scoring=item.scoring
    )


def _automatic(item: SheetItem, facts: Facts, quarter: Quarter) -> ItemScore:
    deductions = [_deduction(rule, facts, quarter) for rule in item.deductions]
    points = item_points(item.max_points, (deduction.deducted for deduction in deductions))
    return _unscored(item).model_copy(update={"points": points, "deductions": deductions})


def _deduction(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Deduction:
    causes = list(CAUSES[rule.measure](rule, facts, quarter))
    points = deducted(len(causes), rule.points_each, rule.at_most)
    return Deduction(
        code=rule.code,
        name=rule.name,
        measure=rule.measure,
        examined=_examined(rule, facts, quarter),
        count=len(causes),
        points_each=rule.points_each,
        at_most=rule.at_most,
        deducted=points,
        arithmetic=_arithmetic(len(causes), rule, points),
        causes=causes,
        waived=list(_waived(rule, facts)),
    )


def _arithmetic(count: int, rule: DeductionRule, points: float) -> str:
    full = count * rule.points_each
    text = f"{count} × {rule.points_each:g} = {full:g} 分"
    return text if full == points else f"{text}，本条最多扣 {rule.at_most:g} 分，扣 {points:g} 分"


def _examined(rule: DeductionRule, facts: Facts, quarter: Quarter) -> int | None:
    """Return of how many things the counted ones are a part; None where there is no such number."""
    if rule.measure in OF_DUTIES:
        return sum(owed.waived is None for owed in _concerned(rule, facts))
    if rule.measure == Measure.RECTIFICATIONS_MET_LATE:
        return sum(quarter.holds(problem.closed_on) for problem in facts.rectifications)
    return len(facts.learners) if rule.measure == Measure.TRAINING_HOURS_SHORT else None


def _concerned(rule: DeductionRule, facts: Facts) -> Iterator[AssessedOccurrence]:
    return (owed for owed in facts.occurrences if rule.concerns(owed.code))


def _list_not_published(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    if not facts.has_list:
        yield Cause(kind=CauseKind.DUTY_LIST, text=f"{quarter.year} 年度责任清单未见公布")


def _missing(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for owed in _concerned(rule, facts):
        if owed.missing:
            yield _of_duty(owed, f"截至 {quarter.as_of} 未见完成记录")


def _waived(rule: DeductionRule, facts: Facts) -> Iterator[Cause]:
    """Yield what would be missing and costs nothing, since it was waived for a reason."""
    for owed in _concerned(rule, facts):
        if rule.measure == Measure.DUTIES_MISSING and owed.waived:
            yield _of_duty(owed, f"已免除：{owed.waived}")


def _done_late(rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    for owed in _concerned(rule, facts):
        if owed.late:
            yield _of_duty(owed, f"{owed.fulfilled_on} 完成" if owed.fulfilled_on else "逾期后完成")


def _of_duty(owed: AssessedOccurrence, result: str) -> Cause:
    text = f"{owed.name}（{owed.period}），应于 {owed.due_on} 前完成，{result}"
    return Cause(kind=CauseKind.OCCURRENCE, id=str(owed.id), text=text)


def _overdue(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    # A deadline on the quarter's last day has passed once the quarter is over.
    day = quarter.next_day if quarter.over else quarter.as_of
    for problem in facts.rectifications:
        if is_overdue(problem.status, problem.due_on, day):
            text = f"{problem.title}，整改时限 {problem.due_on}，截至 {quarter.as_of} 未提交验收"
            yield Cause(kind=CauseKind.ITEM, id=str(problem.id), text=text)


def _met_late(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for problem in facts.rectifications:
        step = problem.submitted
        if step is None or step.due_on is None or not quarter.holds(problem.closed_on):
            continue
        if step.on > step.due_on:
            text = f"{problem.title}，整改时限 {step.due_on}，{step.on} 提交验收"
            yield Cause(kind=CauseKind.ITEM, id=str(problem.id), text=text)


def _hours_short(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for learner in facts.learners:
        of_year = rule.leader_hours if learner.leads else rule.member_hours
        # A fourth of the year's hours is due by the end of each quarter.
        due = Decimal(of_year * quarter.number) / 4
        if learner.hours < due:
            text = f"{learner.name}：已有 {learner.hours:g} 学时，到本季应有 {due:g} 学时"
            yield Cause(kind=CauseKind.MEMBER, id=str(learner.id), text=text)


def _late_entries(_rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    for record in facts.late_entries:
        text = f"{record.title}，{record.happened_on} 发生，补录"
        yield Cause(kind=CauseKind.ITEM, id=str(record.id), text=text)


def _findings(rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    codes = rule.findings or CHARGEABLE
    for finding in facts.findings:
        if finding.rule in codes:
            yield Cause(kind=CauseKind.FINDING, id=finding.id, text=finding.message)


CAUSES: Mapping[Measure, Callable[[DeductionRule, Facts, Quarter], Iterator[Cause]]] = {
    Measure.LIST_NOT_PUBLISHED: _list_not_published,
    Measure.DUTIES_MISSING: _missing,
    Measure.DUTIES_DONE_LATE: _done_late,
    Measure.RECTIFICATIONS_OVERDUE: _overdue,
    Measure.RECTIFICATIONS_MET_LATE: _met_late,
    Measure.TRAINING_HOURS_SHORT: _hours_short,
    Measure.LATE_ENTRIES: _late_entries,
    Measure.FINDINGS_UNEXPLAINED: _findings,
}
