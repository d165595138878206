"""The annual summary as the API shows it: sections, paragraphs and sentences of a composed text."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast
from uuid import UUID

from pydantic import TypeAdapter

from app.report.blocks import Block, CountRef, Ground, Origin
from app.report.composition.text import ComposedSection, ComposedText, Finding
from app.report.facts import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `ids` are records, `notes` authored notes, `sources` anything else.

    A placeholder has none of them.

    What is told from tallies alone has its `counts` for its sources.

    `phrase` is the phrase it was said with, `parameters` what its slots were filled with.

    `agent` is who did what it tells, empty for the organisation that speaks and where the sentence
    names its own; `full` is its text with the subject that was left out because the sentence
    before has the same one, None when nothing was left out.
    """

    id: str
    text: str
    kind: Origin = "generated"
    counts: tuple[CountRef, ...] = ()
    ids: tuple[RecordId, ...] = ()
    notes: tuple[UUID, ...] = ()
    sources: tuple[Ground, ...] = ()
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    agent: str = ""
    full: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together, with a stable id."""

    id: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts; the lead has no heading. `level` 1 is 一、, 2 is （一）."""

    id: str
    heading: str | None
    paragraphs: tuple[Paragraph, ...]
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A composed annual summary; the same facts and options give the same value."""

    title: str
    salutation: str | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    uncited: tuple[RecordId, ...]
    note: str | None


SUMMARY = TypeAdapter(Summary)


def summary_of(text: ComposedText) -> Summary:
    """A composed text in the form that the API shows it in."""
    return Summary(
        title=text.head.title,
        salutation=text.head.salutation,
        sections=tuple(_section(section) for section in text.sections),
        findings=text.findings,
        uncited=text.uncited,
        note=text.note,
    )


def _section(section: ComposedSection) -> Section:
    first = section.blocks[0]
    heading = first.text if first.kind == "heading" else None
    sentences = section.blocks if heading is None else section.blocks[1:]
    paragraphs = tuple(
        Paragraph(key, tuple(_sentence(block) for block in blocks))
        for key, blocks in groupby(sentences, key=lambda block: block.paragraph)
    )
    level = cast("Literal[1, 2]", first.level or 1)  # outlines number two levels of headings
    return Section(section.id, heading, paragraphs, level)


def _sentence(block: Block) -> Sentence:
    return Sentence(
        id=block.key or "",
        text=block.text,
        kind=block.origin or "generated",
        counts=block.counts,
        ids=block.ids,
        notes=block.notes,
        sources=block.sources,
        phrase=block.phrase,
        parameters=block.parameters,
        agent=block.agent or "",
        full=block.full,
    )
