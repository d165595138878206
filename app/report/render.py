"""A summary as plain text and as Markdown; nothing is decided here."""

import re

from app.report.composition.summary import Summary

INDENT = "　　"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_LIST_START = re.compile(r"^(\d+)([.)])|^([-+])(?=\s)")


def to_text(summary: Summary) -> str:
    """Plain text: a title, headings, indented paragraphs; one line each, ending in a newline."""
    lines = [summary.title, ""]
    if summary.salutation:
        lines.append(f"{summary.salutation}：")
    for section in summary.sections:
        if section.heading:
            lines.append(section.heading)
        lines += [INDENT + paragraph.text for paragraph in section.paragraphs]
    if summary.note:
        lines += ["", f"{INDENT}注：{summary.note}"]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """What people typed, so that Markdown shows it as it stands."""
    text = _MARKDOWN.sub(r"\\\1", text)
    return _LIST_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", text)


def to_markdown(summary: Summary) -> str:
    """Markdown: # for the title, ## for the parts; what people typed is escaped."""
    blocks = [f"# {escaped(summary.title)}"]
    if summary.salutation:
        blocks.append(f"{escaped(summary.salutation)}：")
    for section in summary.sections:
        if section.heading:
            blocks.append(f"## {escaped(section.heading)}")
        blocks += [escaped(paragraph.text) for paragraph in section.paragraphs]
    if summary.note:
        blocks.append(f"> 注：{escaped(summary.note)}")
    return "\n\n".join(blocks) + "\n"
