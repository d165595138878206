"""Rules of examinations that a request can break."""

from app.core.errors import AppError


class FindingsScopeTooLarge(AppError):
    """The examination would have to read more than one request may."""

    code = "findings_scope_too_large"
    title = "体检范围内记录过多"
