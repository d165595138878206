"""What a section of a report may hold: each content of the vocabulary with its teller.

A new content is a word in ``books.vocabulary.ContentName``, a teller here, a line in an outline.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.report.blocks import Block
from app.report.books.documents import OutlineContent
from app.report.books.vocabulary import ContentName, ParagraphNumbering
from app.report.composition import wording
from app.report.composition.counts import Clause
from app.report.composition.gaps import Gap
from app.report.composition.headings import headlines
from app.report.composition.lacks import coverage
from app.report.composition.lead import lead, previous
from app.report.composition.parts import plans, shortcomings
from app.report.composition.performance import Group, groups_of, strands_of, tell, tell_strands
from app.report.composition.rules.comparison import comparison
from app.report.composition.rules.rectifications import closed_lists
from app.report.composition.rules.tallies import below
from app.report.composition.text import in_paragraph
from app.report.composition.writer import Writer
from app.report.facts import Fact, FactSet


@dataclass(frozen=True, slots=True)
class Telling:
    """What a teller works from.

    `facts` are the records this content may take and no content before it took, `told` all that
    the report tells of, `owed` what is owed of the records it may take; ids of paragraphs and
    sentences begin with `where`, `heading` stands above them; `task` is what the report is on,
    `is_whole` says that it is on all the work and not on some of it.
    """

    writer: Writer
    entry: OutlineContent
    where: str
    heading: str
    task: str
    is_whole: bool
    facts: Sequence[Fact]
    told: Sequence[Fact]
    owed: Mapping[str, Gap]


@dataclass(frozen=True, slots=True)
class Teller:
    """How a content is told; one that takes its records leaves them to no other."""

    tell: Callable[[Telling], list[Block]]
    takes: bool = False


def _lead(telling: Telling) -> list[Block]:
    return lead(telling.writer, telling.told, telling.task)


def _comparison(telling: Telling) -> list[Block]:
    """The totals beside those of the same days of the year before."""
    sentence = comparison(telling.writer, telling.told) if telling.is_whole else None
    return [sentence] if sentence else []


def _coverage(telling: Telling) -> list[Block]:
    """How the responsibility list stands, and the grades of the quarters."""
    return coverage(telling.writer) if telling.is_whole else []


def _below(telling: Telling) -> list[Block]:
    """The totals of the organisations below, where there was too much to be read."""
    return below(telling.writer, telling.heading)


def _previous(telling: Telling) -> list[Block]:
    return previous(telling.writer)


def _number(style: ParagraphNumbering, position: int, group: Group, many: int) -> str:
    """一是 and its like among several, 此外 for what has no focus; alone it has neither."""
    if many == 1:
        return ""
    if group.name is None:
        return "此外，"
    if style == "plain":
        return ""
    ordinal = wording.ordinal(position)
    return f"{ordinal}是" if style == "ordinal" else f"第{ordinal}，"


def _focuses(telling: Telling) -> list[Block]:
    """One paragraph for each focus, with headlines of one build."""
    writer, entry = telling.writer, telling.entry
    groups = groups_of(writer.fact_set, telling.facts)
    named = [(group.code, strands_of(group)) for group in groups if group.name]
    chosen = headlines(writer.book.headlines, named) if entry.headlines else {}
    return [
        block
        for position, group in enumerate(groups, start=1)
        for block in tell(
            writer,
            group,
            telling.where,
            _number(entry.numbering, position, group, len(groups)),
            chosen.get(group.code, Clause()),
        )
    ]


def _work(telling: Telling) -> list[Block]:
    """One paragraph without an opening, strand by strand."""
    if not telling.facts:
        return []
    key = f"{telling.where}.work"
    return in_paragraph(key, tell_strands(telling.writer, telling.facts, key, telling.heading))


def _closed_list(telling: Telling) -> list[Block]:
    """The rectifications that were closed, by name."""
    return closed_lists(telling.writer, telling.where, telling.facts)


def _with_notes(telling: Telling, *, entered: bool) -> bool:
    """People enter notes for years: in a shorter period nothing is said to be missing for them."""
    return telling.entry.notes and (entered or takes_notes(telling.entry, telling.writer.fact_set))


def takes_notes(entry: OutlineContent, fact_set: FactSet) -> bool:
    """Whether people can enter what a content tells."""
    is_authored = entry.content in {"shortcomings", "plans"}
    return not is_authored or (entry.notes and fact_set.period == "year")


def _shortcomings(telling: Telling) -> list[Block]:
    entered = bool(telling.writer.fact_set.shortcomings)
    with_notes = _with_notes(telling, entered=entered)
    return shortcomings(
        telling.writer, telling.owed, with_notes=with_notes, with_lacks=telling.is_whole
    )


def _plans(telling: Telling) -> list[Block]:
    entered = bool(telling.writer.fact_set.next_plans)
    with_notes = _with_notes(telling, entered=entered)
    return plans(telling.writer, telling.owed, with_notes=with_notes, with_lacks=telling.is_whole)


CONTENTS: Mapping[ContentName, Teller] = {
    "lead": Teller(_lead),
    "comparison": Teller(_comparison),
    "previous": Teller(_previous),
    "focuses": Teller(_focuses, takes=True),
    "work": Teller(_work, takes=True),
    "below": Teller(_below),
    "coverage": Teller(_coverage),
    "closed_list": Teller(_closed_list),
    "shortcomings": Teller(_shortcomings),
    "plans": Teller(_plans),
}
