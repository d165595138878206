"""What the engine hands back: sections, paragraphs and sentences with the records behind them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from app.report.facts import RecordId

Basis = Literal["records", "sum", "persons", "rate", "tally"]
Measure = Literal["records", "organizations", "amount", "persons"]
SentenceKind = Literal["generated", "authored", "quoted", "placeholder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRef:
    """One printed number and what it was counted from.

    records: value == len(ids). sum: value == sum of addends. persons: value is the number of
    distinct people of the records in ids. rate: per cent, half-up at two decimals, `arithmetic`.
    tally: value == len(ids) + the sum of the `measure` of the tallies named; `queries` are the
    lists of the API that hold exactly the records counted in those tallies, no record twice.
    """

    label: str
    value: int | Decimal
    unit: str
    printed: str
    basis: Basis
    ids: tuple[RecordId, ...]
    approximate: bool = False
    addends: tuple[tuple[RecordId, int], ...] = ()
    arithmetic: str | None = None
    tallies: tuple[str, ...] = ()
    measure: Measure | None = None
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `ids` are records, `notes` are authored notes; a placeholder has neither.

    What is told from tallies alone has its `counts` for its sources.

    `phrase` is the phrase it was said with, `parameters` what its slots were filled with.
    """

    id: str
    text: str
    kind: SentenceKind = "generated"
    counts: tuple[CountRef, ...] = ()
    ids: tuple[RecordId, ...] = ()
    notes: tuple[UUID, ...] = ()
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together, with a stable id."""

    id: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The paragraph as it is read."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts; the lead has no heading."""

    id: str
    heading: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the clerk should look at; a reminder (提醒), never a verdict."""

    code: str
    severity: Literal["info", "reminder"]
    message: str
    ids: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A composed annual summary; the same facts and options give the same value."""

    title: str
    salutation: str | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    uncited: tuple[RecordId, ...]
    note: str | None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in reading order."""
        return tuple(
            sentence
            for section in self.sections
            for paragraph in section.paragraphs
            for sentence in paragraph.sentences
        )
