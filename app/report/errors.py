"""Rules of reports that a request can break."""

from app.core.errors import AppError


class ScopeTooLarge(AppError):
    """The summary would have to read more records than one text can tell of."""

    code = "summary_scope_too_large"
    title = "范围内记录过多"


class ReportBookCodeTaken(AppError):
    """Another report book of the tree has this code."""

    code = "report_book_code_taken"
    title = "报告用语代码重复"


class ReportBookRetired(AppError):
    """A retired report book is not edited."""

    code = "report_book_retired"
    title = "报告用语已停用"
