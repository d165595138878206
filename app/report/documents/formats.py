"""The formats that a report can be had in: a media type, a file's extension, a writer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.report.documents.html import to_html
from app.report.documents.layout import unix_lines
from app.report.documents.model import Document, Variant
from app.report.documents.plain import to_json, to_markdown, to_text
from app.report.documents.word.writing import to_word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|\u202a-\u202e\u2066-\u2069]')

Writer = Callable[[Document, Variant, bytes | None], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `content_type` is sent with the file, `write` takes a style template or None."""

    media_type: str
    extension: str
    content_type: str
    write: Writer


def _text(media_type: str, extension: str, write: Callable[[Document, Variant], bytes]) -> Format:
    content_type = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    return Format(
        media_type, extension, content_type, lambda document, variant, _: write(document, variant)
    )


FORMATS: Mapping[str, Format] = {
    offered.media_type: offered
    for offered in (
        Format(WORD, "docx", WORD, to_word),
        _text("text/html", "html", to_html),
        _text("text/markdown", "md", to_markdown),
        _text("text/plain", "txt", to_text),
        _text("application/json", "json", to_json),
    )
}
"""Every format by its media type, the one to be preferred first."""

NAMES: Mapping[str, Format] = {
    "docx": FORMATS[WORD],
    **{name: FORMATS[f"text/{name}"] for name in ("html", "markdown")},
    "text": FORMATS["text/plain"],
    "json": FORMATS["application/json"],
}
"""The same by the word that a query names it with."""


def file_name(document: Document, offered: Format, variant: Variant = "final") -> str:
    """What the file is called: the title, 审阅稿 when it holds remarks, the extension."""
    title = _NOT_IN_NAMES.sub("", unix_lines(document.title).replace("\n", ""))
    stem = title[:LONGEST_NAME].strip(" .") or "报告"
    reviewed = "（审阅稿）" if variant == "review" else ""
    return f"{stem}{reviewed}.{offered.extension}"
