"""The life of a rectification, its sources and types: pure."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from app.core.changes import Step, StepTable
from app.core.labels import LabelledEnum
from app.core.uow import Permission
from app.items.errors import IllegalTransition
from app.items.rules import Status, StepTaken


class Source(LabelledEnum):
    """Where a problem came from (来源)."""

    INSPECTION = "inspection", "巡视巡察"
    ASSESSMENT_FEEDBACK = "assessment_feedback", "考核反馈"
    SELF_CHECK = "self_check", "自查"
    DEMOCRATIC_LIFE_MEETING = "democratic_life_meeting", "民主生活会"
    AUDIT = "audit", "审计"
    OTHER = "other", "其他"


class RectificationType(LabelledEnum):
    """How it is to be put right (类型)."""

    IMMEDIATE = "immediate", "立行立改"
    BY_DEADLINE = "by_deadline", "限期整改"
    LONG_TERM = "long_term", "长期坚持"


class StepName(StrEnum):
    """Steps that people take; extensions are decided by ``items.extensions``."""

    PROGRESS = "progress"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REOPENED = "reopened"


STATUS_LABELS: Mapping[Status, str] = {
    Status.OPEN: "未整改",
    Status.IN_PROGRESS: "整改中",
    Status.SUBMITTED: "待验收",
    Status.CLOSED: "已销号",
    Status.SUSPENDED: "暂缓",
}

_OWING = frozenset({Status.OPEN, Status.IN_PROGRESS})
_SUBMITTED = frozenset({Status.SUBMITTED})
_OWN = "不能验收本人提交的整改，请由他人验收。"


def _step(
    sources: AbstractSet[Status],
    target: Status,
    permission: Permission,
    name: str,
    own: str | None = None,
) -> Step[Status]:
    return Step(sources, target, permission, f"当前状态为“{{state}}”，不能{name}。", own)


STEPS = StepTable(
    IllegalTransition,
    {
        StepName.PROGRESS: _step(_OWING, Status.IN_PROGRESS, Permission.WRITE, "记录进展"),
        StepName.SUBMITTED: _step(_OWING, Status.SUBMITTED, Permission.WRITE, "提交验收"),
        StepName.ACCEPTED: _step(_SUBMITTED, Status.CLOSED, Permission.REVIEW, "验收销号", _OWN),
        StepName.RETURNED: _step(_SUBMITTED, Status.IN_PROGRESS, Permission.REVIEW, "退回", _OWN),
        StepName.SUSPENDED: _step(_OWING, Status.SUSPENDED, Permission.WRITE, "暂缓"),
        StepName.RESUMED: _step(
            {Status.SUSPENDED}, Status.IN_PROGRESS, Permission.WRITE, "恢复整改"
        ),
        StepName.REOPENED: _step(
            {Status.CLOSED}, Status.IN_PROGRESS, Permission.REVIEW, "重新整改"
        ),
    },
    STATUS_LABELS,
)


@dataclass(slots=True)
class Course:
    """What a rectification has gone through by the last of its steps.

    ``steps`` are the names of the steps since it was opened or last reopened. ``handed_in`` and
    ``suspended`` are the last steps of their kind, and ``was_returned`` whether it was ever
    returned: what came later does not undo them.
    """

    steps: tuple[str, ...] = ()
    handed_in: StepTaken | None = None
    suspended: StepTaken | None = None
    was_returned: bool = False


def replay(steps: Iterable[StepTaken]) -> Course:
    """Follow a rectification through its steps, given in order."""
    course = Course()
    since: list[str] = []
    for step in steps:
        if step.name == StepName.REOPENED:
            since.clear()
        elif step.name == StepName.SUBMITTED:
            course.handed_in = step
        elif step.name == StepName.SUSPENDED:
            course.suspended = step
        elif step.name == StepName.RETURNED:
            course.was_returned = True
        since.append(step.name)
    course.steps = tuple(since)
    return course
