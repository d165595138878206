"""The facts of a quarter, and from facts to deductions: what each measure counts. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.assessment.rules import CauseKind, Measure, Quarter, Scoring, deducted, item_points
from app.assessment.schemas import Cause, Deduction, ItemScore
from app.assessment.sheets import CHARGEABLE, DeductionRule, SheetDocument, SheetItem
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
class Problem:
    """A rectification as it was on the day, and the step by which it was last handed in."""

    id: UUID
    title: str
    status: Status
    due_on: date | None
    closed_on: date | None = None
    handed_in: StepTaken | None = None


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
class Slip:
    """A finding of the examination that nobody has explained."""

    id: str
    rule: RuleCode
    message: str


@dataclass(slots=True)
class Facts:
    """Everything that one organisation's automatic items follow from."""

    has_list: bool = False
    owed: list[AssessedOccurrence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    late_entries: list[LateEntry] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


CauseCounter = Callable[[DeductionRule, Facts, Quarter], Iterator[Cause]]


def scored(
    sheet: SheetDocument, facts: Facts, quarter: Quarter, kept: Mapping[str, ItemScore]
) -> list[ItemScore]:
    """A sheet's items: the automatic ones as the facts say, the manual ones as they were scored."""
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
    return ItemScore(
        code=item.code,
        name=item.name,
        max_points=item.max_points,
        scoring=item.scoring,
        points=item_points(item.max_points, (one.deducted for one in deductions)),
        deductions=deductions,
    )


def _deduction(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Deduction:
    causes = list(COUNTS[rule.measure](rule, facts, quarter))
    taken = deducted(len(causes), rule.points_each, rule.at_most)
    return Deduction(
        code=rule.code,
        name=rule.name,
        measure=rule.measure,
        examined=_examined(rule, facts, quarter),
        count=len(causes),
        points_each=rule.points_each,
        at_most=rule.at_most,
        deducted=taken,
        arithmetic=_arithmetic(len(causes), rule, taken),
        causes=causes,
        waived=list(_waived(rule, facts)),
    )


def _arithmetic(count: int, rule: DeductionRule, taken: float) -> str:
    raw = count * rule.points_each
    words = f"{count} × {rule.points_each:g} = {raw:g} 分"
    return words if raw == taken else f"{words}，本条最多扣 {rule.at_most:g} 分，扣 {taken:g} 分"


def _examined(rule: DeductionRule, facts: Facts, quarter: Quarter) -> int | None:
    """Of how many things the counted ones are a part, where there is such a number."""
    if rule.measure in {Measure.DUTIES_MISSING, Measure.DUTIES_DONE_LATE}:
        return sum(rule.concerns(one.code) for one in facts.owed if one.waived is None)
    if rule.measure == Measure.RECTIFICATIONS_MET_LATE:
        return sum(quarter.holds(problem.closed_on) for problem in facts.problems)
    if rule.measure == Measure.TRAINING_HOURS_SHORT:
        return len(facts.learners)
    return None


def _list_not_published(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    if not facts.has_list:
        yield Cause(kind=CauseKind.DUTY_LIST, text=f"{quarter.year} 年度责任清单未见公布")


def _missing(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for one in facts.owed:
        if one.missing and rule.concerns(one.code):
            yield _of_duty(one, f"截至 {quarter.as_of} 未见完成记录")


def _waived(rule: DeductionRule, facts: Facts) -> Iterator[Cause]:
    """What would be missing and costs nothing, since it was waived for a reason."""
    for one in facts.owed:
        if rule.measure == Measure.DUTIES_MISSING and one.waived and rule.concerns(one.code):
            yield _of_duty(one, f"已免除：{one.waived}")


def _done_late(rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    for one in facts.owed:
        if one.late and rule.concerns(one.code):
            day = f"{one.fulfilled_on} " if one.fulfilled_on else "逾期后"
            yield _of_duty(one, f"{day}完成")


def _of_duty(one: AssessedOccurrence, what: str) -> Cause:
    words = f"{one.name}（{one.period}），应于 {one.due_on} 前完成，{what}"
    return Cause(kind=CauseKind.OCCURRENCE, id=str(one.id), text=words)


def _overdue(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    # A deadline on the quarter's last day has passed once the quarter is over.
    day = quarter.next_day if quarter.over else quarter.as_of
    for problem in facts.problems:
        if is_overdue(problem.status, problem.due_on, day):
            words = f"{problem.title}，整改时限 {problem.due_on}，截至 {quarter.as_of} 未提交验收"
            yield Cause(kind=CauseKind.ITEM, id=str(problem.id), text=words)


def _met_late(_rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for problem in facts.problems:
        step = problem.handed_in
        if step is None or step.due_on is None or not quarter.holds(problem.closed_on):
            continue
        if step.on > step.due_on:
            words = f"{problem.title}，整改时限 {step.due_on}，{step.on} 提交验收"
            yield Cause(kind=CauseKind.ITEM, id=str(problem.id), text=words)


def _hours_short(rule: DeductionRule, facts: Facts, quarter: Quarter) -> Iterator[Cause]:
    for learner in facts.learners:
        due = _due_hours(rule, learner, quarter)
        if learner.hours < due:
            words = f"{learner.name}：已有 {learner.hours:g} 学时，到本季应有 {due:g} 学时"
            yield Cause(kind=CauseKind.MEMBER, id=str(learner.id), text=words)


def _due_hours(rule: DeductionRule, learner: Learner, quarter: Quarter) -> Decimal:
    """The part of a year's hours that is due by the quarter's end: a fourth for each quarter."""
    year = rule.leader_hours if learner.leads else rule.member_hours
    return Decimal(year * quarter.number) / 4


def _late_entries(_rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    for record in facts.late_entries:
        words = f"{record.title}，{record.happened_on} 发生，补录"
        yield Cause(kind=CauseKind.ITEM, id=str(record.id), text=words)


def _findings(rule: DeductionRule, facts: Facts, _quarter: Quarter) -> Iterator[Cause]:
    codes = rule.findings or CHARGEABLE
    for slip in facts.slips:
        if slip.rule in codes:
            yield Cause(kind=CauseKind.FINDING, id=slip.id, text=slip.message)


COUNTS: Mapping[Measure, CauseCounter] = {
    Measure.LIST_NOT_PUBLISHED: _list_not_published,
    Measure.DUTIES_MISSING: _missing,
    Measure.DUTIES_DONE_LATE: _done_late,
    Measure.RECTIFICATIONS_OVERDUE: _overdue,
    Measure.RECTIFICATIONS_MET_LATE: _met_late,
    Measure.TRAINING_HOURS_SHORT: _hours_short,
    Measure.LATE_ENTRIES: _late_entries,
    Measure.FINDINGS_UNEXPLAINED: _findings,
}
