"""What can go wrong with a year's list."""

from app.core.errors import AppError


class ListNotEditable(AppError):
    """The list is not a draft any more."""

    code = "list_not_editable"
    title = "清单已不能直接修改"


class ListNotPublished(AppError):
    """Only a published list has occurrences and is amended."""

    code = "list_not_published"
    title = "清单尚未公布或已办结"


class ListStepNotAllowed(AppError):
    """A step that the list's state does not allow."""

    code = "list_step_not_allowed"
    title = "清单当前状态不允许这一步"


class DutyCodeTaken(AppError):
    """Another line of the list has the code."""

    code = "duty_code_taken"
    title = "责任项代码重复"


class OccurrenceConflict(AppError):
    """An occurrence that is waived, or a link that does not fit."""

    code = "occurrence_conflict"
    title = "责任事项当前状态不允许这一步"


class CoverageTooLarge(AppError):
    """More is owed in the scope than can be worked out in one answer."""

    code = "coverage_too_large"
    title = "范围过大"
