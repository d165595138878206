"""A report as plain text, Markdown, JSON and HTML."""

import json
import re
from dataclasses import dataclass, field
from html import escape

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
    annex_mark,
    refuse_unwritable,
    salutation_line,
    signed_line,
    title_lines,
    unix_lines,
    written_day,
)

INDENT = "　　"
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LINE_START = re.compile(r"^(\s*)(?:(\d+)([.)])|([-+=]))(?=\s|$|=|-)")
_DEEPEST = 6


@dataclass(slots=True)
class Notes:
    """Remarks gathered while a text is written; `form` is the mark that stands for each."""

    form: str
    shown: bool
    kept: list[str] = field(default_factory=list)

    def mark(self, run: Run) -> str:
        """What stands behind a run that has a remark."""
        if not self.shown or not run.remark:
            return ""
        self.kept.append(run.remark)
        return self.form.format(len(self.kept))


def to_text(document: Document, variant: DocumentVariant = "final") -> bytes:
    """Plain text in UTF-8: a line for each heading and, indented, for each paragraph.

    Cells of a row are parted by tabs.

    Remarks are numbered notes at the end, in the review variant alone.
    """
    refuse_unwritable(document)
    notes = Notes("〔{}〕", shown=variant == "review")
    lines = [_flat(document.title)]
    if document.byline:
        lines.append(_flat(document.byline))
    lines.append("")
    if document.salutation:
        lines.append(_flat(salutation_line(document.salutation)))
    lines += _text_of(document.body, notes)
    lines += [INDENT + _flat(line) for line in annex_list(document)]
    if document.signatory:
        lines.append(_flat(document.signatory))
    if document.signed_on:
        lines.append(written_day(document.signed_on))
    for number, annex in enumerate(document.annexes, start=1):
        lines += ["", annex_mark(number, len(document.annexes)), _flat(annex.title), ""]
        lines += _text_of(annex.elements, notes)
    if notes.kept:
        lines += ["", "批注："]
        lines += [f"〔{at}〕{unix_lines(said)}" for at, said in enumerate(notes.kept, start=1)]
    return ("\n".join(lines) + "\n").encode()


def _text_of(elements: tuple[Element, ...], notes: Notes) -> list[str]:
    lines: list[str] = []
    for element in elements:
        if isinstance(element, Heading):
            lines.append(_flat(element.text))
        elif isinstance(element, DocumentParagraph):
            runs = (run.text + notes.mark(run) for run in element.runs)
            lines.append(INDENT + unix_lines("".join(runs)))
        else:
            rows = (element.header, *element.rows)
            cells = ("\t".join(_flat(cell) for cell in row) for row in rows)
            lines += [*([_flat(element.caption)] if element.caption else []), *cells]
    return lines


def to_markdown(document: Document, variant: DocumentVariant = "final") -> bytes:
    """Markdown in UTF-8; what people typed is escaped, line breaks stay line breaks.

    Remarks are footnotes, in the review variant alone.
    """
    refuse_unwritable(document)
    notes = Notes("[^{}]", shown=variant == "review")
    blocks = [f"# {_inline(document.title)}"]
    if document.byline:
        blocks.append(_inline(document.byline))
    if document.salutation:
        blocks.append(_inline(salutation_line(document.salutation)))
    blocks += _markdown_of(document.body, notes, below=1)
    blocks += [_block(line) for line in annex_list(document)]
    if document.signatory:
        blocks.append(_inline(document.signatory))
    if document.signed_on:
        blocks.append(written_day(document.signed_on))
    for number, annex in enumerate(document.annexes, start=1):
        mark = annex_mark(number, len(document.annexes))
        blocks += ["---", f"## {mark} {_inline(annex.title)}"]
        blocks += _markdown_of(annex.elements, notes, below=2)
    for number, said in enumerate(notes.kept, start=1):
        blocks.append(f"[^{number}]: " + _block(said).replace("\n", "\n    "))
    return ("\n\n".join(blocks) + "\n").encode()


def _markdown_of(elements: tuple[Element, ...], notes: Notes, *, below: int) -> list[str]:
    blocks: list[str] = []
    for element in elements:
        if isinstance(element, Heading):
            level = min(element.level + below, _DEEPEST)
            blocks.append(f"{'#' * level} {_inline(element.text)}")
        elif isinstance(element, DocumentParagraph):
            blocks.append(_paragraph(element, notes))
        else:
            blocks += [f"**{_inline(element.caption)}**"] if element.caption else []
            blocks.append(_markdown_table(element))
    return blocks


def _paragraph(paragraph: DocumentParagraph, notes: Notes) -> str:
    """The runs with their marks; without any, the text as one piece."""
    if not notes.shown:
        return _block(paragraph.text)
    return "".join(_block(run.text) + notes.mark(run) for run in paragraph.runs)


def _markdown_table(table: Table) -> str:
    rows = [table.header, ("---",) * len(table.header)]
    lines = [" | ".join(cell if row is rows[1] else _inline(cell) for cell in row) for row in rows]
    lines += [" | ".join(_inline(cell) for cell in row) for row in table.rows]
    return "\n".join(f"| {line} |" for line in lines)


def _block(text: str) -> str:
    """A paragraph: a backslash before a line's end is a break that stays."""
    return "\\\n".join(escaped(line) for line in unix_lines(text).split("\n"))


def _inline(text: str) -> str:
    """A text that has to stay on one line."""
    return escaped(_flat(text))


def escaped(line: str) -> str:
    """A line that people typed, so that Markdown shows it as it stands."""
    marked = _MARKS.sub(r"\\\1", line)
    return _LINE_START.sub(
        lambda found: f"{found[1]}{found[2] or ''}\\{found[3] or found[4]}", marked
    )


def _flat(text: str) -> str:
    return unix_lines(text).replace("\n", " ").replace("\t", " ")


def to_json(document: Document, variant: DocumentVariant = "final") -> bytes:
    """The document as JSON in UTF-8; remarks are in the review variant alone."""
    refuse_unwritable(document)
    reviewed = variant == "review"
    day = document.signed_on
    told = {
        "title": document.title,
        "byline": document.byline,
        "salutation": document.salutation,
        "body": [_element_as_json(element, reviewed=reviewed) for element in document.body],
        "signatory": document.signatory,
        "signed_on": day.isoformat() if day else None,
        "annexes": [
            {
                "title": annex.title,
                "elements": [
                    _element_as_json(element, reviewed=reviewed) for element in annex.elements
                ],
            }
            for annex in document.annexes
        ],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _element_as_json(element: Element, *, reviewed: bool) -> dict[str, object]:
    if isinstance(element, Heading):
        return {"kind": "heading", "level": element.level, "text": element.text}
    if isinstance(element, DocumentParagraph):
        runs = [
            {"text": run.text, **({"remark": run.remark} if reviewed and run.remark else {})}
            for run in element.runs
        ]
        return {"kind": "paragraph", "runs": runs}
    return {
        "kind": "table",
        "caption": element.caption,
        "header": element.header,
        "rows": element.rows,
        "weights": element.weights,
    }


STYLESHEET = "/static/report.css"
_HEAD = (
    '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="icon" href="data:,">\n'
    '<link rel="stylesheet" href="{stylesheet}">\n</head>\n<body>\n<main class="report">\n'
)
_FOOT = "</main>\n</body>\n</html>\n"


def to_html(document: Document, variant: DocumentVariant = "final") -> bytes:
    """A complete page in UTF-8, printed on A4; remarks are footnotes of the review variant."""
    refuse_unwritable(document)
    page = _Page(reviewed=variant == "review")
    body = "".join(
        (
            f'<h1 class="title">{_titled(document.title)}</h1>\n',
            _line("byline", document.byline),
            _line("salutation", document.salutation and salutation_line(document.salutation)),
            page.elements(document.body, below=1),
            *(_line("annex-item", line) for line in annex_list(document)),
            _line("signature", document.signatory),
            _line("signature", signed_line(document)),
            *(
                page.annex(annex, number, len(document.annexes))
                for number, annex in enumerate(document.annexes, start=1)
            ),
            page.notes(),
        )
    )
    head = _HEAD.format(title=escape(document.title), stylesheet=STYLESHEET)
    return f"{head}{body}{_FOOT}".encode()


class _Page:
    """A page in the making, with the remarks met so far."""

    def __init__(self, *, reviewed: bool) -> None:
        self._reviewed = reviewed
        self._remarks: list[str] = []

    def elements(self, elements: tuple[Element, ...], *, below: int) -> str:
        return "".join(self._element(element, below) for element in elements)

    def annex(self, annex: Annex, number: int, of: int) -> str:
        return (
            f'<section class="annex">\n<p class="annex-mark">{annex_mark(number, of)}</p>\n'
            f'<h2 class="title">{_titled(annex.title)}</h2>\n'
            f"{self.elements(annex.elements, below=2)}</section>\n"
        )

    def notes(self) -> str:
        if not self._remarks:
            return ""
        rows = "".join(
            f'<li id="note-{number}"><a href="#mark-{number}">{_text(remark)}</a></li>\n'
            for number, remark in enumerate(self._remarks, start=1)
        )
        return f'<section class="notes">\n<h2>批注</h2>\n<ol>\n{rows}</ol>\n</section>\n'

    def _element(self, element: Element, below: int) -> str:
        if isinstance(element, Heading):
            level = element.level + below
            return f'<h{level} class="level{element.level}">{_text(element.text)}</h{level}>\n'
        if isinstance(element, DocumentParagraph):
            runs = (self._run(run.text, run.remark) for run in element.runs)
            return f'<p class="body">{"".join(runs)}</p>\n'
        return _table(element)

    def _run(self, text: str, remark: str | None) -> str:
        if not (self._reviewed and remark):
            return _text(text)
        self._remarks.append(remark)
        number = len(self._remarks)
        link = f'<a href="#note-{number}">[{number}]</a>'
        return f'<mark id="mark-{number}">{_text(text)}</mark><sup>{link}</sup>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.header)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows
    )
    caption = f"<caption>{_text(table.caption)}</caption>\n" if table.caption else ""
    return f"<table>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _line(kind: str, text: str | None) -> str:
    return f'<p class="{kind}">{_text(text)}</p>\n' if text else ""


def _titled(title: str) -> str:
    return "<br>".join(escape(line) for line in title_lines(title))


def _text(text: str) -> str:
    return escape(unix_lines(text)).replace("\n", "<br>")
