"""The life of a stored report. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class ReportStatus(StrEnum):
    """States of a report: only a draft is edited, a finalised one is never changed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    FINALISED = "finalised"


REPORT_STATUS_LABELS: Mapping[ReportStatus, str] = {
    ReportStatus.DRAFT: "草稿",
    ReportStatus.SUBMITTED: "已提交审阅",
    ReportStatus.APPROVED: "已审阅同意",
    ReportStatus.FINALISED: "已定稿",
}


class ReportStep(StrEnum):
    """What can be done with a report as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    FINALISE = "finalise"


# From where each step leads, to where, and what is said when it does not.
STEPS: Mapping[ReportStep, tuple[frozenset[ReportStatus], ReportStatus, str]] = {
    ReportStep.SUBMIT: (
        frozenset({ReportStatus.DRAFT}),
        ReportStatus.SUBMITTED,
        "只有草稿可以提交审阅。",
    ),
    ReportStep.RETURN: (
        frozenset({ReportStatus.SUBMITTED, ReportStatus.APPROVED}),
        ReportStatus.DRAFT,
        "只有已提交或已审阅、尚未定稿的报告可以退回。",
    ),
    ReportStep.APPROVE: (
        frozenset({ReportStatus.SUBMITTED}),
        ReportStatus.APPROVED,
        "只有已提交审阅的报告可以审阅同意。",
    ),
    ReportStep.WITHDRAW: (
        frozenset({ReportStatus.SUBMITTED, ReportStatus.APPROVED}),
        ReportStatus.DRAFT,
        "只有已提交或已审阅、尚未定稿的报告可以撤回。",
    ),
    ReportStep.FINALISE: (
        frozenset({ReportStatus.APPROVED}),
        ReportStatus.FINALISED,
        "只有经上级审阅同意的报告可以定稿。",
    ),
}
# These are decisions of the superior; the others are the unit's own.
REVIEWED_STEPS = frozenset({ReportStep.RETURN, ReportStep.APPROVE})


class VersionReason(StrEnum):
    """Why a version was kept."""

    KEPT = "kept"
    SUBMITTED = "submitted"
    FINALISED = "finalised"


class ChangeKind(StrEnum):
    """What became of a sentence between two texts."""

    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


class UpdateKind(StrEnum):
    """What the records of today make of a sentence."""

    CHANGED = "changed"
    NEW = "new"
    VANISHED = "vanished"
