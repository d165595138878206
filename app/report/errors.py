"""Rules of reports that a request can break."""

from app.core.errors import AppError, Flaw


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

    def __init__(self, reason: str, words: str) -> None:
        detail = f"样式模板：{words}"
        super().__init__(detail, flaws=[Flaw(reason, detail, pointer="#/file")])


class TemplateTooLarge(AppError):
    """More bytes came than a style template may have; `limit` is in bytes."""

    status = 413
    code = "report_template_too_large"
    title = "样式模板过大"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"样式模板：文件超过 {limit // 1_000_000} MB 的上限，请删去图片和正文，只留样式。"
        )
