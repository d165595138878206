"""The life of a year's list and of its lines: pure."""

from collections.abc import Mapping
from enum import StrEnum


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


# From where to where each step leads.
STEPS: Mapping[ListStep, tuple[ListStatus, ListStatus]] = {
    ListStep.SUBMIT: (ListStatus.DRAFT, ListStatus.IN_REVIEW),
    ListStep.RETURN: (ListStatus.IN_REVIEW, ListStatus.DRAFT),
    ListStep.PUBLISH: (ListStatus.IN_REVIEW, ListStatus.PUBLISHED),
    ListStep.CLOSE: (ListStatus.PUBLISHED, ListStatus.CLOSED),
    ListStep.REOPEN: (ListStatus.CLOSED, ListStatus.PUBLISHED),
}
# These are decisions of whoever reviews; the others are the unit's own.
REVIEWED_STEPS = frozenset({ListStep.RETURN, ListStep.PUBLISH, ListStep.CLOSE, ListStep.REOPEN})
REFUSALS: Mapping[ListStep, str] = {
    ListStep.SUBMIT: "只有草拟中的清单可以提交审定。",
    ListStep.RETURN: "只有待审定的清单可以退回。",
    ListStep.PUBLISH: "只有待审定的清单可以公布；已公布的清单通过调整来改变。",
    ListStep.CLOSE: "只有已公布的清单可以办结。",
    ListStep.REOPEN: "只有已办结的清单可以重新打开。",
}
