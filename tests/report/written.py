"""A composed text as tests read it: written out as files hold it, and as the API shows it."""

from app.report.blocks import ComposedText
from app.report.drafts.block_rows import document_of
from app.report.files import plain
from app.report.schemas import Section, Sentence, summary_of


def to_text(text: ComposedText) -> str:
    """The text form that is read out."""
    return plain.to_text(document_of(text.head, text.blocks)).decode()


def to_markdown(text: ComposedText) -> str:
    """The Markdown form."""
    return plain.to_markdown(document_of(text.head, text.blocks)).decode()


def sections(text: ComposedText) -> tuple[Section, ...]:
    """The sections as the API shows them."""
    return summary_of(text).sections


def sentences(text: ComposedText) -> list[Sentence]:
    """Every sentence in reading order, as the API shows it."""
    return [
        sentence
        for section in sections(text)
        for paragraph in section.paragraphs
        for sentence in paragraph.sentences
    ]


def paragraphs(text: ComposedText, number: int) -> list[str]:
    """The paragraphs of one section, as they are read."""
    return [
        "".join(sentence.text for sentence in paragraph.sentences)
        for paragraph in sections(text)[number].paragraphs
    ]
