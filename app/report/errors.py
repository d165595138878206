"""Rules of reports that a request can break."""

from app.core.errors import AppError


class ScopeTooLarge(AppError):
    """The summary would have to read more records than one text can tell of."""

    code = "summary_scope_too_large"
    title = "范围内记录过多"
