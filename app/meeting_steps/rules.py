"""States, steps and arithmetic of the four steps of a meeting; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.changes import Step, StepTable
from app.core.labels import LabelledEnum
from app.core.uow import Permission
from app.items.errors import IllegalTransition
from app.meeting_steps.errors import NotOnShow
from app.meetings.rules import MeetingType

MAX_LEAD_DAYS = 60
MAX_SHOWN_DAYS = 60
DEFAULT_SHOWN_DAYS = 7
FULL_MARKS = 100

# In days; practice announces date and theme of a 组织生活会 seven ahead, three is our own default.
DEFAULT_LEAD_DAYS: Mapping[MeetingType, int] = {
    **dict.fromkeys(MeetingType, 3),
    MeetingType.ORGANIZATIONAL_LIFE_MEETING: 7,
}


class FilingState(LabelledEnum):
    """What became of a filing (报备)."""

    FILED = "filed", "已报备"
    ACKNOWLEDGED = "acknowledged", "已阅备"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class FilingStatus(StrEnum):
    """How a meeting stands with its filing; one that was returned or withdrawn does not count."""

    NOT_FILED = "not_filed"
    IN_TIME = "in_time"
    LATE = "late"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class PublicationState(StrEnum):
    """Where a publication (公示) is on a day."""

    NOT_PUBLISHED = "not_published"
    SCHEDULED = "scheduled"
    ON_SHOW = "on_show"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class ReviewState(StrEnum):
    """A quality review (质量评估) being written, or done for good."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"


class ReviewGrade(StrEnum):
    """A total of 100 in words."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    NEEDS_IMPROVEMENT = "needs_improvement"


class FilingStep(StrEnum):
    """What is done with a filing that stands."""

    WITHDRAW = "withdraw"
    ACKNOWLEDGE = "acknowledge"
    RETURN = "return"


class PublicationStep(StrEnum):
    """What is done with a publication beside changing its days."""

    WITHDRAW = "withdraw"
    OBJECT = "object"


_FILED = frozenset({FilingState.FILED})
FILING_IN_FORCE = frozenset({FilingState.FILED, FilingState.ACKNOWLEDGED})
_DECIDED, _OWN = "{state}的报备无需再办理。", "不能审阅本人提交的报备，请由他人审阅。"
FILING_STEPS = StepTable(
    IllegalTransition,
    {
        FilingStep.WITHDRAW: Step(
            FILING_IN_FORCE, FilingState.WITHDRAWN, Permission.WRITE, "{state}的报备不能撤回。"
        ),
        FilingStep.ACKNOWLEDGE: Step(
            _FILED, FilingState.ACKNOWLEDGED, Permission.REVIEW, _DECIDED, _OWN
        ),
        FilingStep.RETURN: Step(_FILED, FilingState.RETURNED, Permission.REVIEW, _DECIDED, _OWN),
    },
    FilingState.labels(),
)
# Its state follows from days: taking it down sets one, an objection leaves it where it is.
PUBLICATION_STEPS = StepTable(
    NotOnShow,
    {
        PublicationStep.WITHDRAW: Step(
            {PublicationState.SCHEDULED, PublicationState.ON_SHOW, PublicationState.ENDED},
            PublicationState.WITHDRAWN,
            Permission.WRITE,
            "这次公示已经撤下。",
        ),
        PublicationStep.OBJECT: Step(
            {PublicationState.ON_SHOW},
            PublicationState.ON_SHOW,
            Permission.READ,
            "只能在公示期内提出意见。",
        ),
    },
)
_THRESHOLDS = ((90, ReviewGrade.EXCELLENT), (75, ReviewGrade.GOOD), (60, ReviewGrade.FAIR))


def file_by(planned_on: date, lead_days: int) -> date:
    """Return the last day on which a plan is filed in time; days are civil days."""
    return planned_on - timedelta(days=lead_days)


def filed_in_time(filed_on: date, planned_on: date, lead_days: int) -> bool:
    """Say whether a filing came its lead time before the planned day."""
    return filed_on <= file_by(planned_on, lead_days)


def filing_status(
    state: FilingState, filed_on: date, planned_on: date, lead_days: int
) -> FilingStatus:
    """Return the status of a filing: an outcome of its own, else in time or late."""
    if state == FilingState.RETURNED:
        return FilingStatus.RETURNED
    if state == FilingState.WITHDRAWN:
        return FilingStatus.WITHDRAWN
    in_time = filed_in_time(filed_on, planned_on, lead_days)
    return FilingStatus.IN_TIME if in_time else FilingStatus.LATE


def last_day_shown(starts_on: date, days: int) -> date:
    """Return the last day of a publication; the first counts, so one day ends as it begins."""
    return starts_on + timedelta(days=days - 1)


def publication_state(
    starts_on: date, ends_on: date, withdrawn_on: date | None, day: date
) -> PublicationState:
    """Return the state of a publication on a civil day; it is shown on first and last day too."""
    if withdrawn_on is not None and withdrawn_on <= day:
        return PublicationState.WITHDRAWN
    if day < starts_on:
        return PublicationState.SCHEDULED
    return PublicationState.ON_SHOW if day <= ends_on else PublicationState.ENDED


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of the default sheet; ``max_points`` of all criteria add up to 100."""

    code: str
    name: str
    max_points: int
    description: str


DEFAULT_SHEET: tuple[Criterion, ...] = (
    Criterion("preparation", "会前准备", 15, "计划按时报备，议题明确，通知到人。"),
    Criterion("attendance", "到会情况", 15, "应到、实到清楚，到会人数合乎规定，缺席有原因。"),
    Criterion("procedure", "会议程序", 20, "主持、记录齐备，需要表决的按程序表决。"),
    Criterion("content", "会议内容", 20, "内容切合会议类型和议题，讨论有实质。"),
    Criterion("resolutions", "决议事项", 15, "决议具体，写明责任人和时限，能够跟踪落实。"),
    Criterion("record", "记录与公示", 15, "记录及时、真实、完整，按要求公示。"),
)


@dataclass(frozen=True, slots=True)
class ScoreError:
    """What is wrong with the score at a position (from 0) in the payload."""

    position: int
    field: str
    code: str
    message: str


def score_errors(
    limits: Mapping[str, int], scores: Iterable[tuple[str, int, str | None]]
) -> list[ScoreError]:
    """Check scores (code, points, reason) against the greatest points of a sheet's criteria.

    Each criterion is scored once, within its points; whoever deducts says why.
    """
    errors: list[ScoreError] = []
    seen: set[str] = set()
    for position, (code, points, reason) in enumerate(scores):
        if code not in limits:
            message = "评估表中没有这个项目，请核对代码"
            errors.append(ScoreError(position, "code", "criterion_unknown", message))
            continue
        if code in seen:
            message = "这个项目已经评过分"
            errors.append(ScoreError(position, "code", "criterion_repeated", message))
        seen.add(code)
        if points > limits[code]:
            message = f"不能超过该项满分 {limits[code]} 分"
            errors.append(ScoreError(position, "points", "points_above_limit", message))
        elif points < limits[code] and reason is None:
            message = "扣分须写明理由"
            errors.append(ScoreError(position, "reason", "reason_missing", message))
    return errors


def unscored(limits: Mapping[str, int], scored: Iterable[str]) -> list[str]:
    """Return the codes of a sheet that have no points yet, in the sheet's order."""
    scored_codes = set(scored)
    return [code for code in limits if code not in scored_codes]


def grade_of(total: int) -> ReviewGrade:
    """Return the grade of a total (0 to 100): from 90 优秀, 75 良好, 60 一般, below 待改进."""
    grades = (grade for threshold, grade in _THRESHOLDS if total >= threshold)
    return next(grades, ReviewGrade.NEEDS_IMPROVEMENT)
