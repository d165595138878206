"""What composing gives: blocks by section, and reminders; how composed blocks are made."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from app.report.blocks import Block, Head, HeadingLevel, Origin
from app.report.facts import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the clerk should look at; a reminder (提醒), never a verdict."""

    code: str
    severity: Literal["info", "reminder"]
    message: str
    ids: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposedSection:
    """One part of a composed text by its id in the outline; a heading is its first block."""

    id: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedText:
    """A composed report; the same facts and options give the same value.

    `uncited` are the records that no block stands on, `note` is what whoever checks the report
    has to know and no part of the text.
    """

    head: Head
    sections: tuple[ComposedSection, ...]
    findings: tuple[Finding, ...]
    uncited: tuple[RecordId, ...]
    note: str | None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in reading order."""
        return tuple(block for section in self.sections for block in section.blocks)


def heading(key: str, text: str, level: HeadingLevel) -> Block:
    """A composed heading."""
    return Block(
        kind="heading",
        paragraph=key,
        text=text,
        level=level,
        key=key,
        origin="generated",
        generated=text,
    )


def sentence(
    key: str,
    text: str,
    origin: Origin = "generated",
    *,
    ids: tuple[str, ...] = (),
    notes: tuple[UUID, ...] = (),
) -> Block:
    """A composed sentence; it is a paragraph of its own until it is put into one."""
    return Block(
        kind="sentence",
        paragraph=key,
        text=text,
        key=key,
        origin=origin,
        generated=text,
        ids=ids,
        notes=notes,
        agent="",
    )


def in_paragraph(key: str, sentences: Iterable[Block]) -> list[Block]:
    """The sentences as one paragraph."""
    return [replace(block, paragraph=key) for block in sentences]


def opened(block: Block, words: str) -> Block:
    """A composed sentence behind these words, such as the number of its paragraph: 一是."""
    text = words + block.text
    full = None if block.full is None else words + block.full
    return replace(block, text=text, generated=text, full=full)
