"""A summary as plain text and as Markdown; nothing is decided here.

The note is for whoever checks the report and no part of what is read out.
"""

from app.report.composition.summary import Summary
from app.report.documents.plain import INDENT, escaped


def to_text(summary: Summary) -> str:
    """Plain text: a title, headings, indented paragraphs; one line each, ending in a newline."""
    lines = [summary.title, ""]
    if summary.salutation:
        lines.append(f"{summary.salutation}：")
    for section in summary.sections:
        if section.heading:
            lines.append(section.heading)
        lines += [INDENT + paragraph.text for paragraph in section.paragraphs]
    return "\n".join(lines) + "\n"


def to_markdown(summary: Summary) -> str:
    """Markdown: # for the title, ## for the parts; what people typed is escaped."""
    blocks = [f"# {escaped(summary.title)}"]
    if summary.salutation:
        blocks.append(f"{escaped(summary.salutation)}：")
    for section in summary.sections:
        if section.heading:
            blocks.append(f"## {escaped(section.heading)}")
        blocks += [escaped(paragraph.text) for paragraph in section.paragraphs]
    return "\n\n".join(blocks) + "\n"
