"""A document as a page to be read and printed: escaped text, one linked stylesheet, no script."""

from html import escape

from app.report.documents.characters import refuse_unwritable
from app.report.documents.layout import (
    annex_list,
    annex_mark,
    salutation_line,
    signed_line,
    title_lines,
    unix_lines,
)
from app.report.documents.model import Annex, Document, Element, Heading, Paragraph, Table, Variant

STYLESHEET = "/static/report.css"
_HEAD = (
    '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="icon" href="data:,">\n'
    '<link rel="stylesheet" href="{stylesheet}">\n</head>\n<body>\n<main class="report">\n'
)
_FOOT = "</main>\n</body>\n</html>\n"


def to_html(document: Document, variant: Variant = "final") -> bytes:
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
        if isinstance(element, Paragraph):
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
