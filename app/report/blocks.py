"""A report's text as one tree: head and blocks, composed, stored, edited, written out. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.core.canonical import sha256_of
from app.report.facts import RecordId

Basis = Literal["records", "sum", "persons", "rate", "difference", "stated", "fewer", "tally"]
SourceKind = Literal[
    "record", "occurrence", "finding", "assessment", "earlier_record", "organization", "withheld"
]
Measure = Literal["records", "organizations", "amount", "persons"]
BlockKind = Literal["heading", "sentence", "text", "table"]
HeadingLevel = Literal[1, 2, 3, 4]
Origin = Literal["generated", "authored", "quoted", "placeholder"]
# The key of the note that drafts of earlier versions had as their last block.
NOTE = "note"
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Ground:
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
    measure: Measure | None = None
    queries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.basis == "fewer":  # stored ones of old have the bound for their value
            object.__setattr__(self, "value", None)


COUNTS = TypeAdapter(tuple[CountRef, ...])


@dataclass(frozen=True, slots=True)
class Cells:
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
