"""A report as a Word file by GB/T 9704-2012: the body as WordprocessingML, and the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate, pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordDocument
from docx.oxml.parser import parse_xml

from app.report.files.model import (
    Annex,
    Document,
    DocumentParagraph,
    DocumentVariant,
    Element,
    Heading,
    Run,
    Table,
    annex_list,
    marked_annexes,
    refuse_unwritable,
    salutation_line,
    signature_starts,
    signed_line,
    title_lines,
    unix_lines,
    width,
)
from app.report.files.word_package import blank, open_word, save_word
from app.report.files.word_styles import (
    ANNEX_LIST,
    ANNEX_MARK,
    ANNEX_TITLE,
    BODY,
    BYLINE,
    CAPTION,
    HEADINGS,
    LINE,
    NAMESPACES,
    SALUTATION,
    SIGNATURE,
    TABLE_CELL,
    TABLE_HEAD,
    TEXT_WIDTH,
    TITLE,
    OoxmlElement,
    Style,
)

COMMENTATOR = "系统"
CHARACTER = 320
_NO_AUTO_SPACE = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_SHORT_CELL = 8.0
_CONTROL = re.compile(r"([\n\t])")
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>", "": ""}
_HINT = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What a paragraph has beyond its style.

    `before` and `after` are in twentieths of a point, each `indent` in characters.
    """

    keep_next: bool = False
    new_page: bool = False
    before: int = 0
    after: int = 0
    indent: tuple[tuple[str, float], ...] = ()
    align: str | None = None
    outline: int | None = None
    auto_space: bool = True

    def xml(self) -> str:
        """Return the properties that follow the name of the style in `w:pPr`."""
        spacing = (("before", self.before), ("after", self.after))
        space = "".join(f' w:{name}="{value}"' for name, value in spacing if value)
        indent = "".join(
            f' w:{side}Chars="{round(chars * 100)}" w:{side}="{round(chars * CHARACTER)}"'
            for side, chars in self.indent
        )
        return "".join(
            (
                "<w:keepNext/>" if self.keep_next else "",
                "<w:pageBreakBefore/>" if self.new_page else "",
                "" if self.auto_space else _NO_AUTO_SPACE,
                f"<w:spacing{space}/>" if space else "",
                f"<w:ind{indent}/>" if indent else "",
                f'<w:jc w:val="{self.align}"/>' if self.align else "",
                "" if self.outline is None else f'<w:outlineLvl w:val="{self.outline}"/>',
            )
        )


@dataclass(slots=True)
class WordBody:
    """A body in the making: `ids` are the stylesheet's, `remarks` the comments so far.

    Unless `is_review`, remarks are left out.
    """

    ids: Mapping[str, str]
    is_review: bool
    remarks: list[str] = field(default_factory=list)

    def document(self, document: Document) -> str:
        """Return the whole body, without its section."""
        body = "".join(self._elements(document.body, last_stays=_is_signed(document)))
        annexes = "".join(self._annex(mark, annex) for mark, annex in marked_annexes(document))
        return self._opening(document) + body + self._closing(document) + annexes

    def comments(self) -> str:
        """Return the comments of the remarks that were written."""
        return "".join(
            f'<w:comment w:id="{number}" w:author="{COMMENTATOR}" w:initials="{COMMENTATOR}">'
            f'<w:p><w:pPr><w:pStyle w:val="{self.ids["annotation text"]}"/></w:pPr>'
            f"<w:r>{self._reference()}<w:annotationRef/></w:r>{text_xml(remark)}</w:p>"
            "</w:comment>"
            for number, remark in enumerate(self.remarks)
        )

    def _opening(self, document: Document) -> str:
        after = 0 if document.byline else LINE
        title = "\n".join(title_lines(document.title))
        paragraphs = [self._paragraph(TITLE, title, Extra(keep_next=True, after=after))]
        if document.byline:
            paragraphs.append(self._paragraph(BYLINE, document.byline, Extra(after=LINE)))
        if document.salutation:
            paragraphs.append(self._paragraph(SALUTATION, salutation_line(document.salutation)))
        return "".join(paragraphs)

    def _elements(self, elements: Sequence[Element], *, last_stays: bool = False) -> list[str]:
        content = []
        for position, element in enumerate(elements, start=1):
            if isinstance(element, Heading):
                extra = Extra(keep_next=True, outline=element.level - 1)
                content.append(self._paragraph(HEADINGS[element.level], element.text, extra))
            elif isinstance(element, DocumentParagraph):
                runs = "".join(self._run(run) for run in element.runs)
                stays = last_stays and position == len(elements)
                content.append(self._framed(BODY, runs, Extra(keep_next=stays)))
            else:
                content.append(self._table(element))
        return content

    def _closing(self, document: Document) -> str:
        """Return the list of annexes, then who signs and when; a line stays free before each."""
        paragraphs = []
        listed = annex_list(document)
        for index, line in enumerate(listed):
            # 附件： takes three characters, a number with its point and space one: long titles
            # go on below their own first character.
            hanging = 1.0 if index else 4.0 if len(listed) > 1 else 3.0
            left = 6.0 if len(listed) > 1 else 5.0
            extra = Extra(
                keep_next=_is_signed(document),
                before=0 if index else LINE,
                indent=(("left", left), ("hanging", hanging)),
            )
            paragraphs.append(self._paragraph(ANNEX_LIST, line, extra))
        signed = [document.signatory, signed_line(document)]
        starts = signature_starts(document)
        lines = [(text, start) for text, start in zip(signed, starts, strict=True) if text]
        for index, (text, start) in enumerate(lines):
            extra = Extra(
                keep_next=index < len(lines) - 1,
                before=0 if index else LINE,
                indent=(("left", start),),
                align="left",
                auto_space=False,
            )
            paragraphs.append(self._paragraph(SIGNATURE, text, extra))
        return "".join(paragraphs)

    def _annex(self, mark: str, annex: Annex) -> str:
        """Return an annex on a page of its own: its mark top left, its title on the third line."""
        top = Extra(keep_next=True, new_page=True, after=LINE)
        third = Extra(keep_next=True, after=LINE, outline=0)
        return "".join(
            (
                self._paragraph(ANNEX_MARK, mark, top),
                self._paragraph(ANNEX_TITLE, "\n".join(title_lines(annex.title)), third),
                *self._elements(annex.elements),
            )
        )

    def _table(self, table: Table) -> str:
        widths = column_widths(table.weights)
        columns = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(widths)
        aligned = [
            "center" if all(width(cell) <= _SHORT_CELL for cell in column) else "left"
            for column in columns
        ]
        head = self._row(table.header, widths, ["center"] * len(widths), TABLE_HEAD)
        rows = "".join(self._row(row, widths, aligned, TABLE_CELL) for row in table.rows)
        grid = "".join(f'<w:gridCol w:w="{column_width}"/>' for column_width in widths)
        caption = alternative = ""
        if table.caption:
            caption = self._paragraph(CAPTION, table.caption, Extra(keep_next=True))
            quoted = quoteattr(_CONTROL.sub(" ", unix_lines(table.caption)))
            alternative = f"<w:tblCaption w:val={quoted}/>"
        return (
            f"{caption}<w:tbl><w:tblPr>"
            f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
            f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
            '<w:tblLayout w:type="fixed"/>'
            f"{alternative}</w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
        )

    def _row(
        self, cells: Sequence[str], widths: Sequence[int], aligned: Sequence[str], style: Style
    ) -> str:
        is_head = style is TABLE_HEAD
        content = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{column_width}" w:type="dxa"/>'
            '<w:vAlign w:val="center"/></w:tcPr>'
            f"{self._paragraph(style, cell, Extra(keep_next=is_head, align=align))}</w:tc>"
            for cell, column_width, align in zip(cells, widths, aligned, strict=True)
        )
        repeated = "<w:tblHeader/>" if is_head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{content}</w:tr>"

    def _paragraph(self, style: Style, text: str, extra: Extra | None = None) -> str:
        return self._framed(style, text_xml(text), extra or Extra())

    def _framed(self, style: Style, runs: str, extra: Extra) -> str:
        style_id = f'<w:pStyle w:val="{self.ids[style.name]}"/>'
        return f"<w:p><w:pPr>{style_id}{extra.xml()}</w:pPr>{runs}</w:p>"

    def _run(self, run: Run) -> str:
        if not (self.is_review and run.remark):
            return text_xml(run.text)
        number = len(self.remarks)
        self.remarks.append(run.remark)
        return (
            f'<w:commentRangeStart w:id="{number}"/>{text_xml(run.text)}'
            f'<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r>{self._reference()}<w:commentReference w:id="{number}"/></w:r>'
        )

    def _reference(self) -> str:
        return f'<w:rPr><w:rStyle w:val="{self.ids["annotation reference"]}"/></w:rPr>'


def _is_signed(document: Document) -> bool:
    return bool(document.signatory or document.signed_on)


def text_xml(text: str) -> str:
    """Return a run that holds a text as it stands; line breaks and tabs are Word's own."""
    if not text:
        return ""
    parts = _CONTROL.split(unix_lines(text))
    content = "".join(
        _MARKS[part] if part in _MARKS else f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in parts
    )
    return f"<w:r>{_HINT}{content}</w:r>"


def column_widths(weights: Sequence[int]) -> list[int]:
    """Return the columns' widths by their weights; together exactly the width of the text."""
    ends = [0, *(TEXT_WIDTH * weight // sum(weights) for weight in accumulate(weights))]
    return [end - start for start, end in pairwise(ends)]


def to_word(
    document: Document,
    variant: DocumentVariant = "final",
    template: bytes | None = None,
    *,
    justified: bool = True,
) -> bytes:
    """Write a .docx by GB/T 9704-2012; the same arguments give the same bytes.

    `review` carries each remark as a comment by 系统, `final` none. `template` is a checked style
    template. `justified` False is for the copy that LibreOffice turns into a PDF.

    Raises:
        TextNotWritable: a character that XML cannot hold.
    """
    refuse_unwritable(document)
    is_review = variant == "review"
    content, ids = blank(template, comments=is_review, justified=justified)
    body = WordBody(ids, is_review)
    word = open_word(content)
    _fill(word.element.body, f"<w:body {NAMESPACES}>{body.document(document)}</w:body>")
    if is_review:
        _fill(_comments(word), f"<w:comments {NAMESPACES}>{body.comments()}</w:comments>")
    _describe(word, document.title, document.signed_on)
    return save_word(word)


def _fill(target: OoxmlElement, xml: str) -> None:
    """Put the children of an element before what the target already holds."""
    for position, child in enumerate(list(parse_xml(xml))):
        target.insert(position, child)


def _comments(word: WordDocument) -> OoxmlElement:
    part: Any = next(
        relation.target_part
        for relation in word.part.rels.values()
        if relation.reltype.endswith("/comments")
    )
    return part.element


def _describe(word: WordDocument, title: str, day: date | None) -> None:
    """Set the file's properties: nothing of the machine, no time but the document's own day."""
    properties = word.core_properties
    properties.title = title[:255]
    properties.language = "zh-CN"
    if day is not None:
        instant = datetime(day.year, day.month, day.day, tzinfo=UTC)
        properties.created = properties.modified = instant
