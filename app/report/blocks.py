"""A report as blocks in reading order: headings, sentences, people's own text, tables. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.core.ids import sha256_of
from app.report.facts import RecordId

Basis = Literal["records", "sum", "persons", "rate", "difference", "stated", "fewer", "tally"]
SourceKind = Literal[
    "record", "occurrence", "finding", "assessment", "earlier_record", "organization", "withheld"
]
CountMeasure = Literal["records", "organizations", "amount", "persons"]
BlockKind = Literal["heading", "sentence", "text", "table"]
HeadingLevel = Literal[1, 2, 3, 4]
TextOrigin = Literal["generated", "authored", "quoted", "placeholder"]
# The key of the note that drafts of earlier versions had as their last block.
NOTE = "note"
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence stands on besides records; of what is withheld the id tells only the kind."""

    kind: SourceKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRef:
    """One printed number and what it was counted from.

    records: value == len(ids). sum: value == sum of addends. persons: value is the number of
    distinct people of the records in ids. rate: per cent, half-up at two decimals, `arithmetic`.
    difference: value == abs(len(ids) - len(earlier)). stated: the value as the one source has it.
    fewer: the number itself is withheld; there is no value, and no ids.
    tally: value == len(ids) + the sum of the `measure` of the tallies named; `queries` are the
    lists of the API that hold exactly the records counted in those tallies, no record twice.

    `source` is what ids are ids of.
    """

    label: str
    value: int | Decimal | None
    unit: str
    printed: str
    basis: Basis
    ids: tuple[str, ...]
    source: SourceKind = "record"
    earlier: tuple[RecordId, ...] = ()
    approximate: bool = False
    addends: tuple[tuple[RecordId, int | Decimal], ...] = ()
    arithmetic: str | None = None
    tallies: tuple[str, ...] = ()
    measure: CountMeasure | None = None
    queries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.basis == "fewer":  # stored ones of old have the bound for their value
            object.__setattr__(self, "value", None)


COUNTS = TypeAdapter(tuple[CountRef, ...])


@dataclass(frozen=True, slots=True)
class TableCells:
    """What a table holds; `weights` are the columns' shares of the width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. Neighbours of one `paragraph` run together; headings and tables stand alone.

    A composed block keeps what it was made from: `key` (its stable name), the `generated` text,
    `phrase` and what its slots were filled with (`parameters`), its numbers (`counts`), its
    records (`ids`), authored notes (`notes`) and other sources. A placeholder stands on nothing;
    what is told from tallies alone has its counts for its sources. What people add has none of
    these.

    `agent` is who did what it tells: empty for the organisation that speaks and where the sentence
    names its own, None where nobody knows. `full` is its text with the subject that was left out
    because the sentence before has the same one, None when nothing was left out.

    The text of a table is its caption. A removed block is kept and not shown. `outdated` says that
    the records have changed since and the person's own words were kept.
    """

    kind: BlockKind
    paragraph: str
    text: str
    id: UUID | None = None
    level: HeadingLevel | None = None
    cells: TableCells | None = None
    key: str | None = None
    origin: TextOrigin | None = None
    generated: str | None = None
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    counts: tuple[CountRef, ...] = ()
    ids: tuple[str, ...] = ()
    notes: tuple[UUID, ...] = ()
    sources: tuple[Citation, ...] = ()
    agent: str | None = None
    full: str | None = None
    edited: bool = False
    removed: bool = False
    added: bool = False
    outdated: bool = False
    unsupported_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """What stands above and below the text."""

    title: str
    salutation: str | None = None
    byline: str | None = None
    signatory: str | None = None
    signed_on: date | None = None


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

    head: ReportHead
    sections: tuple[ComposedSection, ...]
    findings: tuple[Finding, ...]
    uncited: tuple[RecordId, ...]
    note: str | None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in reading order."""
        return tuple(block for section in self.sections for block in section.blocks)


def heading(key: str, text: str, level: HeadingLevel) -> Block:
    """Make a composed heading."""
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
    origin: TextOrigin = "generated",
    *,
    ids: tuple[str, ...] = (),
    notes: tuple[UUID, ...] = (),
) -> Block:
    """Make a composed sentence, a paragraph of its own until it is put into one."""
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
    """Return the sentences as one paragraph."""
    return [replace(block, paragraph=key) for block in sentences]


def opened(block: Block, opening: str) -> Block:
    """Put an opening before a composed sentence, such as the number of its paragraph: 一是."""
    text = opening + block.text
    full = None if block.full is None else opening + block.full
    return replace(block, text=text, generated=text, full=full)


def fingerprint(block: Block) -> str | None:
    """Return the SHA-256 of the words and numbers that a block was generated as.

    None for what people added. Blocks with the same one read alike, though they may stand on
    different records.
    """
    if block.generated is None:
        return None
    counts = [
        [count.label, str(count.value), count.unit, count.printed, count.approximate]
        for count in block.counts
    ]
    return sha256_of({"kind": block.kind, "text": block.generated, "counts": counts})


def shown(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks that are in the text."""
    return tuple(block for block in blocks if not block.removed)


def runs_of(blocks: Iterable[Block]) -> Iterator[tuple[Block, ...]]:
    """Go through what stands together: one heading or table, or the sentences of a paragraph."""
    kept_apart = {"heading", "table"}
    pairs = groupby(shown(blocks), key=lambda block: (block.kind in kept_apart, block.paragraph))
    for (apart, _), group in pairs:
        run = tuple(group)
        yield from ((block,) for block in run) if apart else (run,)


def arithmetic_of(count: CountRef) -> str:
    """Say how a number came about, for whoever checks it; of a withheld one say nothing."""
    return ARITHMETIC[count.basis](count)


def count_in_words(count: CountRef) -> str:
    """Return a number as it is printed, and how it came about unless it is printed with that."""
    sentence, arithmetic = f"{count.label}：{count.printed}", arithmetic_of(count)
    return f"{sentence}，{arithmetic}" if arithmetic and arithmetic not in sentence else sentence


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
    arithmetic = f"{own}条记录+{below}={count.value}" if own else below
    return arithmetic + ("，含约数" if count.approximate else "")


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
    "records": lambda count: f"共{len(count.ids)}{_NOUNS[count.source]}",
    "persons": lambda count: f"{len(count.ids)}条记录中按人计，同一人只计一次，共{count.value}人",
    "sum": _sum,
    "rate": lambda count: count.arithmetic or "",
    "difference": _difference,
    "stated": lambda _: "照录所依据的结果",
    "fewer": lambda _: "",
    "tally": _tally,
}
