"""A report as plain text, Markdown, JSON and HTML."""

import json
import re
from dataclasses import dataclass, field
from html import escape

from app.report.files.model import (
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
    signed_line,
    title_lines,
    unix_lines,
)

INDENT = "　　"
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LINE_START = re.compile(r"^(\s*)(?:(\d+)([.)])|([-+=]))(?=\s|$|=|-)")
_DEEPEST = 6


@dataclass(slots=True)
class Notes:
    """Remarks gathered while a text is written, none of them unless `shown`.

    `form` is the mark of a remark, {0} being its number from 1.
    """

    form: str
    shown: bool
    remarks: list[str] = field(default_factory=list)

    def mark(self, run: Run) -> str:
        """Note the run's remark and return its mark; nothing for a run without one."""
        if not self.shown or not run.remark:
            return ""
        self.remarks.append(run.remark)
        return self.form.format(len(self.remarks))


def to_text(document: Document, variant: DocumentVariant = "final") -> bytes:
    """Write plain text in UTF-8: a line for each heading and, indented, for each paragraph.

    Cells of a row are parted by tabs. Remarks are numbered notes at the end, in the review variant
    alone.
    """
    refuse_unwritable(document)
    notes = Notes("〔{0}〕", shown=variant == "review")
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
    if day := signed_line(document):
        lines.append(day)
    for mark, annex in marked_annexes(document):
        lines += ["", mark, _flat(annex.title), "", *_text_of(annex.elements, notes)]
    if notes.remarks:
        lines += ["", "批注："]
        lines += [f"〔{n}〕{unix_lines(remark)}" for n, remark in enumerate(notes.remarks, start=1)]
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
    """Write Markdown in UTF-8; what people typed is escaped, line breaks stay line breaks.

    Remarks are footnotes, in the review variant alone.
    """
    refuse_unwritable(document)
    notes = Notes("[^{0}]", shown=variant == "review")
    blocks = [f"# {_inline(document.title)}"]
    if document.byline:
        blocks.append(_inline(document.byline))
    if document.salutation:
        blocks.append(_inline(salutation_line(document.salutation)))
    blocks += _markdown_of(document.body, notes, below=1)
    blocks += [_block(line) for line in annex_list(document)]
    if document.signatory:
        blocks.append(_inline(document.signatory))
    if day := signed_line(document):
        blocks.append(day)
    for mark, annex in marked_annexes(document):
        blocks += ["---", f"## {mark} {_inline(annex.title)}"]
        blocks += _markdown_of(annex.elements, notes, below=2)
    for number, remark in enumerate(notes.remarks, start=1):
        blocks.append(f"[^{number}]: " + _block(remark).replace("\n", "\n    "))
    return ("\n\n".join(blocks) + "\n").encode()


def _markdown_of(elements: tuple[Element, ...], notes: Notes, *, below: int) -> list[str]:
    blocks: list[str] = []
    for element in elements:
        if isinstance(element, Heading):
            level = min(element.level + below, _DEEPEST)
            blocks.append(f"{'#' * level} {_inline(element.text)}")
        elif isinstance(element, DocumentParagraph):
            runs = element.runs if notes.shown else (Run(element.text),)
            blocks.append("".join(_block(run.text) + notes.mark(run) for run in runs))
        else:
            blocks += [f"**{_inline(element.caption)}**"] if element.caption else []
            blocks.append(_markdown_table(element))
    return blocks


def _markdown_table(table: Table) -> str:
    head, *rows = ([_inline(cell) for cell in row] for row in (table.header, *table.rows))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _block(text: str) -> str:
    """Return a paragraph: a backslash before a line's end is a break that stays."""
    return "\\\n".join(escaped(line) for line in unix_lines(text).split("\n"))


def _inline(text: str) -> str:
    """Return a text that has to stay on one line."""
    return escaped(_flat(text))


def escaped(line: str) -> str:
    """Escape a line that people typed, so that Markdown shows it as it stands."""
    marked = _MARKS.sub(r"\\\1", line)
    return _LINE_START.sub(
        lambda start: f"{start[1]}{start[2] or ''}\\{start[3] or start[4]}", marked
    )


def _flat(text: str) -> str:
    return unix_lines(text).replace("\n", " ").replace("\t", " ")


def to_json(document: Document, variant: DocumentVariant = "final") -> bytes:
    """Write the document as JSON in UTF-8; remarks are in the review variant alone."""
    refuse_unwritable(document)
    is_review = variant == "review"
    day = document.signed_on
    content = {
        "title": document.title,
        "byline": document.byline,
        "salutation": document.salutation,
        "body": _json_of(document.body, is_review=is_review),
        "signatory": document.signatory,
        "signed_on": day.isoformat() if day else None,
        "annexes": [
            {"title": annex.title, "elements": _json_of(annex.elements, is_review=is_review)}
            for annex in document.annexes
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _json_of(elements: tuple[Element, ...], *, is_review: bool) -> list[dict[str, object]]:
    content: list[dict[str, object]] = []
    for element in elements:
        if isinstance(element, Heading):
            content.append({"kind": "heading", "level": element.level, "text": element.text})
        elif isinstance(element, DocumentParagraph):
            runs = [
                {"text": run.text, **({"remark": run.remark} if is_review and run.remark else {})}
                for run in element.runs
            ]
            content.append({"kind": "paragraph", "runs": runs})
        else:
            table = ("caption", "header", "rows", "weights")
            content.append({"kind": "table", **{name: getattr(element, name) for name in table}})
    return content


STYLESHEET = "/static/report.css"
_HEAD = (
    '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="icon" href="data:,">\n'
    '<link rel="stylesheet" href="{stylesheet}">\n</head>\n<body>\n<main class="report">\n'
)
_FOOT = "</main>\n</body>\n</html>\n"


def to_html(document: Document, variant: DocumentVariant = "final") -> bytes:
    """Write a complete page in UTF-8, printed on A4; remarks are notes of the review variant."""
    refuse_unwritable(document)
    notes = Notes('<sup><a href="#note-{0}">[{0}]</a></sup>', shown=variant == "review")
    content = (
        _HEAD.format(title=escape(document.title), stylesheet=STYLESHEET),
        f'<h1 class="title">{_titled(document.title)}</h1>\n',
        _line("byline", document.byline),
        _line("salutation", document.salutation and salutation_line(document.salutation)),
        _html_of(document.body, notes, below=1),
        *(_line("annex-item", line) for line in annex_list(document)),
        _line("signature", document.signatory),
        _line("signature", signed_line(document)),
        *(
            f'<section class="annex">\n<p class="annex-mark">{mark}</p>\n'
            f'<h2 class="title">{_titled(annex.title)}</h2>\n'
            f"{_html_of(annex.elements, notes, below=2)}</section>\n"
            for mark, annex in marked_annexes(document)
        ),
        _html_notes(notes),
        _FOOT,
    )
    return "".join(content).encode()


def _html_of(elements: tuple[Element, ...], notes: Notes, *, below: int) -> str:
    content = []
    for element in elements:
        if isinstance(element, Heading):
            tag = f"h{element.level + below}"
            text = _text(element.text)
            content.append(f'<{tag} class="level{element.level}">{text}</{tag}>\n')
        elif isinstance(element, DocumentParagraph):
            runs = "".join(_html_run(run, notes) for run in element.runs)
            content.append(f'<p class="body">{runs}</p>\n')
        else:
            content.append(_html_table(element))
    return "".join(content)


def _html_run(run: Run, notes: Notes) -> str:
    link = notes.mark(run)
    if not link:
        return _text(run.text)
    return f'<mark id="mark-{len(notes.remarks)}">{_text(run.text)}</mark>{link}'


def _html_notes(notes: Notes) -> str:
    if not notes.remarks:
        return ""
    rows = "".join(
        f'<li id="note-{number}"><a href="#mark-{number}">{_text(remark)}</a></li>\n'
        for number, remark in enumerate(notes.remarks, start=1)
    )
    return f'<section class="notes">\n<h2>批注</h2>\n<ol>\n{rows}</ol>\n</section>\n'


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.header)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows
    )
    caption = f"<caption>{_text(table.caption)}</caption>\n" if table.caption else ""
    return f"<table>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _line(css_class: str, text: str | None) -> str:
    return f'<p class="{css_class}">{_text(text)}</p>\n' if text else ""


def _titled(title: str) -> str:
    return "<br>".join(escape(line) for line in title_lines(title))


def _text(text: str) -> str:
    return escape(unix_lines(text)).replace("\n", "<br>")
