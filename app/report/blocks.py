"""A report as blocks that people edit: headings, sentences, their own text, tables. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.core.canonical import sha256_of
from app.report.composition.summary import (
    Basis,
    CountRef,
    Ground,
    Section,
    Sentence,
    SentenceKind,
    SourceKind,
    Summary,
)

BlockKind = Literal["heading", "sentence", "text", "table"]
HeadingLevel = Literal[1, 2, 3, 4]
Origin = SentenceKind
COUNTS = TypeAdapter(tuple[CountRef, ...])
# The key of the note that drafts of earlier versions had as their last block.
NOTE = "note"
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Cells:
    """What a table holds; `weights` are the columns' shares of the width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. Neighbours of one `paragraph` run together; headings and tables stand alone.

    A generated block keeps what it was made from: `key` (the sentence's id), the `generated`
    text, its numbers and its records. What people add has none of these. The text of a table is
    its caption. A removed block is kept and not shown. `outdated` says that the records have
    changed since and the person's own words were kept. `agent` and `full` are the sentence's
    (``Sentence``), `agent` None where nobody knows whose deed it tells.
    """

    kind: BlockKind
    paragraph: str
    text: str
    id: UUID | None = None
    level: HeadingLevel | None = None
    cells: Cells | None = None
    key: str | None = None
    origin: Origin | None = None
    generated: str | None = None
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    counts: tuple[CountRef, ...] = ()
    ids: tuple[str, ...] = ()
    notes: tuple[UUID, ...] = ()
    sources: tuple[Ground, ...] = ()
    agent: str | None = None
    full: str | None = None
    edited: bool = False
    removed: bool = False
    added: bool = False
    outdated: bool = False
    unsupported_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above and below the text."""

    title: str
    salutation: str | None = None
    byline: str | None = None
    signatory: str | None = None
    signed_on: date | None = None


def blocks_of(summary: Summary) -> tuple[Block, ...]:
    """A composed summary as blocks, in reading order."""
    return tuple(block for section in summary.sections for block in _of_section(section))


def _of_section(section: Section) -> Iterator[Block]:
    if section.heading:
        yield Block(
            kind="heading",
            paragraph=f"{section.id}.heading",
            text=section.heading,
            level=section.level,
            key=f"{section.id}.heading",
            origin="generated",
            generated=section.heading,
        )
    for paragraph in section.paragraphs:
        for sentence in paragraph.sentences:
            yield _of_sentence(paragraph.id, sentence)


def _of_sentence(paragraph: str, sentence: Sentence) -> Block:
    return Block(
        kind="sentence",
        paragraph=paragraph,
        text=sentence.text,
        key=sentence.id,
        origin=sentence.kind,
        generated=sentence.text,
        phrase=sentence.phrase,
        parameters=sentence.parameters,
        counts=sentence.counts,
        ids=sentence.ids,
        notes=sentence.notes,
        sources=sentence.sources,
        agent=sentence.agent,
        full=sentence.full,
    )


def fingerprint(block: Block) -> str | None:
    """SHA-256 of what a block was generated as: its words and numbers; None for what people added.

    Blocks with the same one read alike, though they may stand on different records.
    """
    if block.generated is None:
        return None
    counts = [
        [count.label, str(count.value), count.unit, count.printed, count.approximate]
        for count in block.counts
    ]
    return sha256_of({"kind": block.kind, "text": block.generated, "counts": counts})


def shown(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks that are in the text."""
    return tuple(block for block in blocks if not block.removed)


def runs_of(blocks: Iterable[Block]) -> Iterator[tuple[Block, ...]]:
    """The blocks as they stand together: one heading or table, or the sentences of a paragraph."""
    for (kind, _), group in groupby(shown(blocks), key=_place):
        found = tuple(group)
        yield from ((found,) if kind == "paragraph" else ((block,) for block in found))


def _place(block: Block) -> tuple[str, str]:
    return ("alone" if block.kind in {"heading", "table"} else "paragraph", block.paragraph)


def _records(count: CountRef) -> str:
    return f"共{len(count.ids)}{_NOUNS[count.source]}"


def _persons(count: CountRef) -> str:
    return f"{len(count.ids)}条记录中按人计，同一人只计一次，共{count.value}人"


def _sum(count: CountRef) -> str:
    # A long sum is not checked in a margin: the trace lists each of them.
    values = [value for _, value in count.addends]
    if len(values) == 1:
        return "1条记录所载"
    terms = "+".join(map(str, values[:MOST_TERMS]))
    more = f"+…（共{len(values)}项）" if len(values) > MOST_TERMS else ""
    return f"{terms}{more}={count.value}" + ("，含约数" if count.approximate else "")


def _difference(count: CountRef) -> str:
    most, least = sorted((len(count.ids), len(count.earlier)), reverse=True)
    return f"{most}－{least}={count.value}"


def _tally(count: CountRef) -> str:
    own = len(count.ids)
    below = f"所属党组织合计{int(count.value or 0) - own}"
    told = f"{own}条记录+{below}={count.value}" if own else below
    return told + ("，含约数" if count.approximate else "")


_NOUNS: Mapping[SourceKind, str] = {
    "record": "条记录",
    "occurrence": "项责任事项",
    "finding": "条体检提示",
    "assessment": "项考评结果",
    "earlier_record": "条上年（同期）记录",
    "organization": "个党组织",
    "withheld": "项",
}
ARITHMETIC: Mapping[Basis, Callable[[CountRef], str]] = {
    "records": _records,
    "persons": _persons,
    "sum": _sum,
    "rate": lambda count: count.arithmetic or "",
    "difference": _difference,
    "stated": lambda _: "照录所依据的结果",
    "fewer": lambda _: "",
    "tally": _tally,
}
"""How a number of each basis came about; of a withheld one nothing is said."""


def arithmetic_of(count: CountRef) -> str:
    """How a number came about, in words for whoever checks it."""
    return ARITHMETIC[count.basis](count)


def told(count: CountRef) -> str:
    """A number as it is printed, and how it came about unless it is printed with that."""
    said, how = f"{count.label}：{count.printed}", arithmetic_of(count)
    return f"{said}，{how}" if how and how not in said else said
