"""Errors that requests about reports end with."""

from app.core.errors import AppError, FieldError


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

    def __init__(self, detail: str = "这套报告用语已停用，请先恢复为备用再修改。") -> None:
        super().__init__(detail)


class TextNotWritable(AppError):
    """A text holds a character that no file can hold."""

    code = "text_not_writable"
    title = "文字中有无法写入文件的字符"


class TemplateRefused(AppError):
    """A file that cannot serve as the style template of reports."""

    status = 422
    code = "report_template_refused"
    title = "样式模板不合要求"

    def __init__(self, reason: str, message: str) -> None:
        detail = f"样式模板：{message}"
        super().__init__(detail, flaws=[FieldError(reason, detail, pointer="#/file")])


class TemplateTooLarge(AppError):
    """More bytes came than a style template may have; `limit` is in bytes."""

    status = 413
    code = "report_template_too_large"
    title = "样式模板过大"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"样式模板：文件超过 {limit // 1_000_000} MB 的上限，请删去图片和正文，只留样式。"
        )


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
