"""The arithmetic of assessments, their states and steps. Pure.

Points are multiples of 0.5: these are exact in binary, so sums and grade boundaries are exact.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.assessment.errors import AssessmentStepNotAllowed
from app.checklist.periods import quarters
from app.core.changes import Step, StepTable
from app.core.labels import LabelledEnum
from app.core.uow import Permission

FULL_POINTS = 100
STEP = 0.5


class Scoring(StrEnum):
    """How an item gets its points."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Measure(StrEnum):
    """What an automatic deduction counts; nobody is measured by signing in or by uploads."""

    LIST_NOT_PUBLISHED = "list_not_published"
    DUTIES_MISSING = "duties_missing"
    DUTIES_DONE_LATE = "duties_done_late"
    RECTIFICATIONS_OVERDUE = "rectifications_overdue"
    RECTIFICATIONS_MET_LATE = "rectifications_met_late"
    TRAINING_HOURS_SHORT = "training_hours_short"
    LATE_ENTRIES = "late_entries"
    FINDINGS_UNEXPLAINED = "findings_unexplained"


class CauseKind(StrEnum):
    """What a deduction points at."""

    OCCURRENCE = "occurrence"
    ITEM = "item"
    MEMBER = "member"
    FINDING = "finding"
    DUTY_LIST = "duty_list"


class Grade(LabelledEnum):
    """Grades (分类定级), the best first."""

    ADVANCED = "advanced", "先进"
    GOOD = "good", "较好"
    AVERAGE = "average", "一般"
    LAGGING = "lagging", "后进"


class AssessmentStatus(StrEnum):
    """States of an assessment: a published one is never changed."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"


class AssessmentStep(StrEnum):
    """What the superior does with an assessment as a whole."""

    CONFIRM = "confirm"
    RETURN = "return"
    PUBLISH = "publish"


SUPERIOR_ONLY = "确认、退回、公布考评和答复申诉，须由上级党组织有审批权限的人员进行。"
STEPS = StepTable(
    AssessmentStepNotAllowed,
    {
        AssessmentStep.CONFIRM: Step(
            {AssessmentStatus.DRAFT},
            AssessmentStatus.CONFIRMED,
            Permission.REVIEW,
            "只有草稿可以确认。",
            above=SUPERIOR_ONLY,
        ),
        AssessmentStep.RETURN: Step(
            {AssessmentStatus.CONFIRMED},
            AssessmentStatus.DRAFT,
            Permission.REVIEW,
            "只有已确认、未公布的考评可以退回；已公布的考评通过申诉更正。",
            above=SUPERIOR_ONLY,
        ),
        AssessmentStep.PUBLISH: Step(
            {AssessmentStatus.CONFIRMED},
            AssessmentStatus.PUBLISHED,
            Permission.REVIEW,
            "考评须先确认，才能公布；已公布的不再重复公布。",
            above=SUPERIOR_ONLY,
        ),
    },
)


class AppealDecision(StrEnum):
    """How the superior answers an appeal."""

    KEEP = "keep"
    ADJUST = "adjust"


class Ungraded(StrEnum):
    """Why an organisation is scored but not graded."""

    FOUNDED_LESS_THAN_A_YEAR_AGO = "founded_less_than_a_year_ago"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter as of a day, which is its last one once it is over."""

    year: int
    number: int
    first: date
    last: date
    as_of: date
    over: bool

    @classmethod
    def on(cls, year: int, number: int, today: date) -> "Quarter":
        """Return the quarter as of today; the caller has checked that it has begun."""
        first, last = quarter_days(year, number)
        return cls(year, number, first, last, min(today, last), today > last)

    @property
    def next_day(self) -> date:
        """The day after ``as_of``."""
        return self.as_of + timedelta(days=1)

    def holds(self, day: date | None) -> bool:
        """Tell whether a day lies in the quarter."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many points each grade is given; below the last it is 后进."""

    advanced: float
    good: float
    average: float


def quarter_days(year: int, number: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter (1 to 4)."""
    quarter = quarters(year)[number - 1]
    return quarter.first, quarter.last


def deducted(count: int, points_each: float, at_most: float) -> float:
    """Return what a number of things costs under one rule, in points."""
    return min(count * points_each, at_most)


def item_points(max_points: float, deductions: Iterable[float]) -> float:
    """Return what deductions leave of an item; never less than 0."""
    return max(0.0, max_points - sum(deductions))


def total_points(points: Iterable[float | None], bonus: float) -> float:
    """Sum the points of the items that have any, and the bonus."""
    return sum(item for item in points if item is not None) + bonus


def grade_of(points: float, thresholds: Thresholds, *, vetoed: bool) -> Grade:
    """Grade a total; a veto (一票否决) makes it 后进 whatever the points."""
    if vetoed or points < thresholds.average:
        return Grade.LAGGING
    if points >= thresholds.advanced:
        return Grade.ADVANCED
    return Grade.GOOD if points >= thresholds.good else Grade.AVERAGE


def why_ungraded(founded_on: date | None, last: date) -> Ungraded | None:
    """Tell why an organisation is not graded in a quarter that ends on ``last``; None if it is.

    One that was founded on a 29 February is a year old on the following 28 February.
    """
    if founded_on is None:
        return None
    year = founded_on.year + 1
    days = calendar.monthrange(year, founded_on.month)[1]
    anniversary = date(year, founded_on.month, min(founded_on.day, days))
    return Ungraded.FOUNDED_LESS_THAN_A_YEAR_AGO if last < anniversary else None
