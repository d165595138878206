"""A document written as a Word file."""

from datetime import UTC, date, datetime
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.parser import parse_xml

from app.report.documents.characters import refuse_unwritable
from app.report.documents.model import Document, Variant
from app.report.documents.word.body import Writing
from app.report.documents.word.package import blank, opened, saved
from app.report.documents.word.parts import NAMESPACES, Element


def to_word(
    document: Document,
    variant: Variant = "final",
    template: bytes | None = None,
    *,
    justified: bool = True,
) -> bytes:
    """A .docx by GB/T 9704-2012; the same arguments give the same bytes.

    `review` carries each remark as a comment by 系统, `final` none. `template` is a checked style
    template. `justified` False is for the copy that LibreOffice turns into a PDF.

    Raises:
        TextNotWritable: a character that XML cannot hold.
    """
    refuse_unwritable(document)
    content, ids = blank(template, comments=variant == "review", justified=justified)
    writing = Writing(ids, reviewed=variant == "review")
    body = writing.document(document)
    word = opened(content)
    _fill(word.element.body, f"<w:body {NAMESPACES}>{body}</w:body>")
    if variant == "review":
        _fill(_comments(word), f"<w:comments {NAMESPACES}>{writing.comments()}</w:comments>")
    _describe(word, document.title, document.signed_on)
    return saved(word)


def _fill(target: Element, xml: str) -> None:
    """Put the children of an element before what the target already holds."""
    for position, child in enumerate(list(parse_xml(xml))):
        target.insert(position, child)


def _comments(word: WordDocument) -> Element:
    part: Any = next(
        relation.target_part
        for relation in word.part.rels.values()
        if relation.reltype.endswith("/comments")
    )
    return part.element


def _describe(word: WordDocument, title: str, day: date | None) -> None:
    """The file's properties: nothing of the machine, no time but the document's own day."""
    properties = word.core_properties
    properties.title = title[:255]
    properties.language = "zh-CN"
    if day is not None:
        instant = datetime(day.year, day.month, day.day, tzinfo=UTC)
        properties.created = properties.modified = instant
