"""Rules of stored reports that a request can break."""

from app.core.errors import AppError


class ReportNotEditable(AppError):
    """Only a draft is edited; a submitted one is withdrawn or returned first."""

    code = "report_not_editable"
    title = "报告当前状态不能修改"


class ReportStepNotAllowed(AppError):
    """A step that the report's state does not allow."""

    code = "report_step_not_allowed"
    title = "报告当前状态不允许这一步"


class ReportNotFinalised(AppError):
    """Only a finalised report has a seal to verify and can be succeeded."""

    code = "report_not_finalised"
    title = "报告尚未定稿"


class ReportTooLong(AppError):
    """The report has as many blocks, versions or comments as one report can hold."""

    code = "report_too_long"
    title = "报告内容过多"


class FormGone(AppError):
    """The unit's book no longer has the outline that the report was drafted with."""

    code = "report_form_gone"
    title = "报告的文种已不存在"
