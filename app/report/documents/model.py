"""What every format of a report is written from: a title, elements in order, annexes."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Variant = Literal["final", "review"]
Level = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Run:
    """Text that stands together; `remark` is its Word comment in the review variant."""

    text: str
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 一、, 2 （一）, 3 1., 4 （1）; the text holds its number."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body; the runs follow each other without a gap."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The paragraph as it is read."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; `weights` are the columns' shares of the width.

    The caption may be empty: where a table is all of an annex, the annex's title says it.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]


Element = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件), on a page of its own."""

    title: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report to be written out; the same document gives the same bytes in every format.

    `byline` names who reports (署名), `signatory` and `signed_on` end the text (落款).
    """

    title: str
    byline: str | None = None
    salutation: str | None = None
    body: tuple[Element, ...] = ()
    signatory: str | None = None
    signed_on: date | None = None
    annexes: tuple[Annex, ...] = ()
