"""The style template that the program brings: each style named by a line set in it."""

from datetime import date
from functools import lru_cache

from app.report.documents.model import Annex, Document, Heading, Paragraph, Run, Table
from app.report.documents.word.writing import to_word

FILE_NAME = "公文样式模板.docx"


def _line(text: str) -> Paragraph:
    return Paragraph((Run(text),))


@lru_cache(maxsize=1)
def shipped_template() -> bytes:
    """A Word file to change the styles in; its text is of no account."""
    return to_word(
        Document(
            title="公文标题：样式模板",
            byline="公文署名",
            salutation="公文称谓",
            body=(
                _line("公文正文：在 Word 或 WPS 中修改各样式的字体、字号后上传，正文不会被采用。"),
                Heading(1, "一、公文一级标题"),
                Heading(2, "（一）公文二级标题"),
                Heading(3, "1. 公文三级标题"),
                Heading(4, "（1）公文四级标题"),
                Table("公文表题", ("公文表头", "公文表头"), (("公文表格", "公文表格"),), (1, 1)),
            ),
            signatory="公文落款",
            signed_on=date(2026, 1, 1),
            annexes=(Annex("公文附件标题", (_line("公文正文"),)),),
        )
    )
