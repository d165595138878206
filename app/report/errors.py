"""Rules of reports that a request can break."""

from app.core.errors import AppError


class ScopeTooLarge(AppError):
    """The summary would have to read more records than one text can tell of."""

    code = "summary_scope_too_large"
    title = "范围内记录过多"


class NotAcceptable(AppError):
    """The asked format is not offered."""

    status = 406
    code = "not_acceptable"
    title = "不提供所要求的格式"
