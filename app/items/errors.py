"""Rules of the spine that a request can break."""

from app.core.errors import AppError


class IllegalTransition(AppError):
    """The record's state does not allow this step."""

    code = "illegal_transition"
    title = "当前状态不允许此操作"


class DeadlineFixed(AppError):
    """A deadline that was set changes by an approved extension only."""

    code = "deadline_fixed"
    title = "时限不能直接修改"


class ExtensionPending(AppError):
    """A request is still waiting for its decision."""

    code = "extension_pending"
    title = "已有待审批的延期申请"


class ExtensionOutdated(AppError):
    """The deadline has moved since the request was made."""

    code = "extension_outdated"
    title = "时限已变动，申请需重新提交"


class DeadlineRequired(AppError):
    """What has no deadline cannot be extended."""

    code = "deadline_required"
    title = "没有时限，无需延期"


class OrganizationRequired(AppError):
    """The question has no single answer over trees in several time zones."""

    status = 422
    code = "organization_required"
    title = "请指定党组织或截至日期"


class FocusTaken(AppError):
    """The tree has a category of this code or name already."""

    code = "focus_taken"
    title = "责任类别重复"
