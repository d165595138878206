"""The life of a year's list and of its lines: pure."""

from collections.abc import Mapping
from enum import StrEnum

from app.checklist.errors import ListStepNotAllowed
from app.core.actor import Permission
from app.core.steps import Step, StepTable


class ListStatus(StrEnum):
    """States of a year's list: only a draft is edited, a published one is amended."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CLOSED = "closed"


LIST_STATUS_LABELS: Mapping[ListStatus, str] = {
    ListStatus.DRAFT: "草拟中",
    ListStatus.IN_REVIEW: "待审定",
    ListStatus.PUBLISHED: "已公布",
    ListStatus.CLOSED: "已办结",
}


class ListStep(StrEnum):
    """What can be done with a list as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"


STEPS = StepTable(
    ListStepNotAllowed,
    {
        ListStep.SUBMIT: Step(
            {ListStatus.DRAFT},
            ListStatus.IN_REVIEW,
            Permission.WRITE,
            "只有草拟中的清单可以提交审定。",
        ),
        ListStep.RETURN: Step(
            {ListStatus.IN_REVIEW},
            ListStatus.DRAFT,
            Permission.REVIEW,
            "只有待审定的清单可以退回。",
        ),
        ListStep.PUBLISH: Step(
            {ListStatus.IN_REVIEW},
            ListStatus.PUBLISHED,
            Permission.REVIEW,
            "只有待审定的清单可以公布；已公布的清单通过调整来改变。",
            own="不能公布本人提交的清单，请由他人审定公布。",
        ),
        ListStep.CLOSE: Step(
            {ListStatus.PUBLISHED},
            ListStatus.CLOSED,
            Permission.REVIEW,
            "只有已公布的清单可以办结。",
        ),
        ListStep.REOPEN: Step(
            {ListStatus.CLOSED},
            ListStatus.PUBLISHED,
            Permission.REVIEW,
            "只有已办结的清单可以重新打开。",
        ),
    },
)
