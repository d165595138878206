"""What the engine hands back: sections, paragraphs and sentences with the records behind them."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from uuid import UUID

from app.report.facts import RecordId

Basis = Literal["records", "sum", "persons", "rate", "difference", "stated", "fewer", "tally"]
SourceKind = Literal[
    "record", "occurrence", "finding", "assessment", "earlier_record", "organization", "withheld"
]
Measure = Literal["records", "organizations", "amount", "persons"]
SentenceKind = Literal["generated", "authored", "quoted", "placeholder"]


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
    kind: SentenceKind = "generated"
    counts: tuple[CountRef, ...] = ()
    ids: tuple[RecordId, ...] = ()
    notes: tuple[UUID, ...] = ()
    sources: tuple[Ground, ...] = ()
    phrase: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    agent: str = ""
    full: str | None = None

    def opened(self, number: str) -> "Sentence":
        """The same behind the number of its paragraph: 一是."""
        full = None if self.full is None else number + self.full
        return replace(self, text=number + self.text, full=full)


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
    """One of the parts; the lead has no heading. `level` 1 is 一、, 2 is （一）."""

    id: str
    heading: str | None
    paragraphs: tuple[Paragraph, ...]
    level: Literal[1, 2] = 1


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
