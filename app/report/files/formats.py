"""The table of formats that every text of the report room is offered in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.evidence.formats import content_disposition
from app.report.files.model import Document, DocumentVariant, unix_lines
from app.report.files.plain import to_html, to_json, to_markdown, to_text
from app.report.files.word import to_word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|\u202a-\u202e\u2066-\u2069]')

FormatName = Literal["docx", "html", "markdown", "text", "json"]
FileWriter = Callable[[Document, DocumentVariant, bytes | None], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that texts are written in.

    `name` is the word that a query asks for it with, `label` what readers call it. `content_type`
    is sent with the file. `write` takes a style template or None; only a `styled` format uses one.
    """

    name: FormatName
    label: str
    media_type: str
    extension: str
    write: FileWriter
    styled: bool = False

    @property
    def content_type(self) -> str:
        """The media type, with the encoding where the format is text."""
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


def _plain(write: Callable[[Document, DocumentVariant], bytes]) -> FileWriter:
    return lambda document, variant, _: write(document, variant)


FORMATS: Mapping[str, Format] = {
    format_.media_type: format_
    for format_ in (
        Format("docx", "Word", WORD, "docx", to_word, styled=True),
        Format("html", "网页", "text/html", "html", _plain(to_html)),
        Format("markdown", "Markdown", "text/markdown", "md", _plain(to_markdown)),
        Format("text", "文本", "text/plain", "txt", _plain(to_text)),
        Format("json", "JSON", JSON, "json", _plain(to_json)),
    )
}
"""Every format by its media type; a new one is a line here, its name above and its writer."""

NAMES: Mapping[FormatName, Format] = {format_.name: format_ for format_ in FORMATS.values()}

RANGES: Mapping[str, str] = {"*/*": JSON, "text/*": "text/plain", "application/*": JSON}
"""The format that is sent to those who accept any of a range."""


def file_headers(
    document: Document, format_: Format, variant: DocumentVariant = "final"
) -> dict[str, str]:
    """Return the headers that a file is sent with."""
    return {
        "Content-Type": format_.content_type,
        "Content-Disposition": content_disposition(file_name(document, format_, variant)),
        "Vary": "Accept",
        "X-Content-Type-Options": "nosniff",
    }


def file_name(document: Document, format_: Format, variant: DocumentVariant = "final") -> str:
    """Return the file's name: the title, 审阅稿 when it holds remarks, the extension."""
    title = _NOT_IN_NAMES.sub("", unix_lines(document.title).replace("\n", ""))
    stem = title[:LONGEST_NAME].strip(" .") or "报告"
    suffix = "（审阅稿）" if variant == "review" else ""
    return f"{stem}{suffix}.{format_.extension}"
