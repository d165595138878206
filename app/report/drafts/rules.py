"""The life cycle of a stored report, and kinds of change between texts. Pure."""

from enum import StrEnum

from app.core.changes import Step, StepTable
from app.core.labels import LabelledEnum
from app.core.uow import Permission
from app.report.errors import ReportStepNotAllowed


class ReportStatus(LabelledEnum):
    """States of a report: only a draft is edited, a finalised one is never changed."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交审阅"
    APPROVED = "approved", "已审阅同意"
    FINALISED = "finalised", "已定稿"


class ReportStep(StrEnum):
    """What can be done with a report as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    FINALISE = "finalise"


_UNDER_REVIEW = frozenset({ReportStatus.SUBMITTED, ReportStatus.APPROVED})
_OWN = "不能审阅本人提交的报告，请由他人审阅。"
_ABOVE = "同意和退回报告，须由上级党组织有审批权限的人员进行。"
STEPS = StepTable(
    ReportStepNotAllowed,
    {
        ReportStep.SUBMIT: Step(
            {ReportStatus.DRAFT}, ReportStatus.SUBMITTED, Permission.WRITE, "只有草稿可以提交审阅。"
        ),
        ReportStep.RETURN: Step(
            _UNDER_REVIEW,
            ReportStatus.DRAFT,
            Permission.REVIEW,
            "只有已提交或已审阅、尚未定稿的报告可以退回。",
            _OWN,
            _ABOVE,
        ),
        ReportStep.APPROVE: Step(
            {ReportStatus.SUBMITTED},
            ReportStatus.APPROVED,
            Permission.REVIEW,
            "只有已提交审阅的报告可以审阅同意。",
            _OWN,
            _ABOVE,
        ),
        ReportStep.WITHDRAW: Step(
            _UNDER_REVIEW,
            ReportStatus.DRAFT,
            Permission.WRITE,
            "只有已提交或已审阅、尚未定稿的报告可以撤回。",
        ),
        ReportStep.FINALISE: Step(
            {ReportStatus.APPROVED},
            ReportStatus.FINALISED,
            Permission.WRITE,
            "只有经上级审阅同意的报告可以定稿。",
        ),
    },
)


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
