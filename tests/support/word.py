"""The text of Word files, to be compared with what was written."""

from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from app.report.files.model import Document, pieces, title_lines, unix_lines

_MARKS = {qn("w:br"): "\n", qn("w:tab"): "\t"}


def text_of_word(content: bytes) -> tuple[str, ...]:
    """Read a Word file by paragraphs, in the order of reading; tables cell by cell."""
    body: Any = docx.Document(BytesIO(content)).element.body
    return tuple(_text(paragraph) for paragraph in body.iter(qn("w:p")))


def text_as_written(document: Document) -> tuple[str, ...]:
    """Give what ``text_of_word`` must read: the document's text, titles with their line breaks."""
    titles = {"标题", "附件标题"}
    return tuple(
        "\n".join(title_lines(piece.text)) if piece.part in titles else unix_lines(piece.text)
        for piece in pieces(document)
    )


def _text(paragraph: Any) -> str:  # noqa: ANN401 - an element
    marks = (qn("w:t"), *_MARKS)
    return "".join(_MARKS.get(mark.tag) or mark.text or "" for mark in paragraph.iter(*marks))
