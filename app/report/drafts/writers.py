"""A document as JSON, plain text and Markdown; nothing is decided here."""

from collections.abc import Callable, Iterator, Mapping

from app.report.documents.model import Document, Element, Heading, Paragraph, Run, Table
from app.report.drafts.schemas import DocumentElement, DocumentRead, DocumentRun, HeadWrite
from app.report.render import INDENT, escaped


def to_json(document: Document) -> bytes:
    """The document as data."""
    head = {name: getattr(document, name) for name in HeadWrite.model_fields}
    shown = DocumentRead(**head, body=[_data(element) for element in document.body])
    return shown.model_dump_json().encode()


def _data(element: Element) -> DocumentElement:
    if isinstance(element, Heading):
        return DocumentElement(kind="heading", text=element.text, level=element.level)
    if isinstance(element, Table):
        return DocumentElement(
            kind="table",
            text=element.caption,
            header=list(element.header),
            rows=[list(row) for row in element.rows],
            weights=list(element.weights),
        )
    runs = [DocumentRun(text=run.text, remark=run.remark) for run in element.runs]
    return DocumentElement(kind="paragraph", text=element.text, runs=runs)


def to_text(document: Document) -> bytes:
    """Plain text: one line for each paragraph; remarks as numbered notes at the end."""
    notes: list[str] = []
    lines = [document.title, ""]
    if document.byline:
        lines += [document.byline, ""]
    if document.salutation:
        lines.append(f"{document.salutation}：")
    lines += [line for element in document.body for line in _text(element, notes)]
    lines += _closing(document)
    if notes:
        lines += ["", "依据："]
        lines += [f"〔{at}〕{note}" for at, note in enumerate(notes, start=1)]
    return ("\n".join(lines) + "\n").encode()


def _text(element: Element, notes: list[str]) -> Iterator[str]:
    if isinstance(element, Heading):
        yield element.text
    elif isinstance(element, Table):
        yield element.caption
        yield from ("｜".join(row) for row in (element.header, *element.rows))
    else:
        yield INDENT + "".join(run.text + _mark(run, notes, "〔{}〕") for run in element.runs)


def to_markdown(document: Document) -> bytes:
    """Markdown: what people typed is escaped; remarks are footnotes."""
    notes: list[str] = []
    blocks = [f"# {escaped(document.title)}"]
    if document.byline:
        blocks.append(escaped(document.byline))
    if document.salutation:
        blocks.append(f"{escaped(document.salutation)}：")
    blocks += [_markdown(element, notes) for element in document.body]
    blocks += [escaped(line) for line in _closing(document) if line]
    for at, note in enumerate(notes, start=1):
        blocks.append(f"[^{at}]: {escaped(note)}".replace("\n", "\n    "))
    return ("\n\n".join(blocks) + "\n").encode()


def _markdown(element: Element, notes: list[str]) -> str:
    if isinstance(element, Heading):
        return f"{'#' * (element.level + 1)} {escaped(element.text)}"
    if isinstance(element, Table):
        rows = [_row(row) for row in (element.header, *element.rows)]
        rule = f"|{' --- |' * len(element.header)}"
        return "\n".join([f"{escaped(element.caption)}\n", rows[0], rule, *rows[1:]])
    return _paragraph(element, notes)


def _row(cells: tuple[str, ...]) -> str:
    inner = " | ".join(escaped(cell).replace("\n", "<br>") for cell in cells)
    return f"| {inner} |"


def _paragraph(paragraph: Paragraph, notes: list[str]) -> str:
    return "".join(escaped(run.text) + _mark(run, notes, "[^{}]") for run in paragraph.runs)


def _mark(run: Run, notes: list[str], form: str) -> str:
    if run.remark is None:
        return ""
    notes.append(run.remark)
    return form.format(len(notes))


def _closing(document: Document) -> list[str]:
    day = document.signed_on
    lines = [document.signatory or "", f"{day.year}年{day.month}月{day.day}日" if day else ""]
    kept = [line for line in lines if line]
    return ["", *kept] if kept else []


FORMATS: Mapping[str, Callable[[Document], bytes]] = {
    "application/json": to_json,
    "text/plain": to_text,
    "text/markdown": to_markdown,
}
NEGOTIABLE = {
    "*/*": "application/json",
    "text/*": "text/plain",
    "application/*": "application/json",
}
