"""Composes a report: one fact set, options and a book in, one text out, always the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.report.blocks import Block, Head, HeadingLevel
from app.report.books.book import Book, standard_book
from app.report.books.documents import Outline, OutlineContent, OutlineSection
from app.report.books.vocabulary import PeriodKind
from app.report.composition import periods, selection, wording
from app.report.composition.contents import CONTENTS, Telling, takes_notes
from app.report.composition.discretion import concealed, withheld
from app.report.composition.findings import findings
from app.report.composition.gaps import Gap, gaps
from app.report.composition.performance import OPENING, is_told, strand_of
from app.report.composition.text import ComposedSection, ComposedText, heading, sentence
from app.report.composition.writer import Writer
from app.report.facts import Fact, FactSet, Options, PeriodCode

SUPERVISION_NOTE = "本文未纳入监督执纪谈话和党纪处分方面的内容。"

_KINDS: Mapping[PeriodCode, PeriodKind] = {
    "year": "year",
    "first_half": "half",
    "second_half": "half",
    **dict.fromkeys(("q1", "q2", "q3", "q4"), "quarter"),
}


def period_kind(period: PeriodCode) -> PeriodKind:
    """Whether a period is a year, a half or a quarter."""
    return _KINDS[period]


def form_of(options: Options) -> str:
    """The form that is asked for; without one, the voice decides."""
    by_voice = "duty_report" if options.voice == "first_person" else "work_summary"
    return options.form or by_voice


def _in_order(fact: Fact) -> tuple[date, str]:
    return fact.day or date.max, str(fact.id)


def compose(
    fact_set: FactSet, options: Options | None = None, book: Book | None = None
) -> ComposedText:
    """A report with the records behind every sentence, as its form's outline orders it.

    The order in which facts are given does not matter. Only completed records of the period are
    told as done; the lead's totals do not count as citing a record. What the options withhold is
    cited by no sentence, and no reminder counts it.

    Raises:
        KeyError: the book has no outline of the form.
    """
    options = options or Options()
    book = book or standard_book()
    outline = book.outlines[form_of(options)]
    about = [fact for fact in fact_set.facts if selection.meets_any(fact, outline.about)]
    facts = sorted(about, key=_in_order)
    tallies = tuple(one for one in fact_set.tallies if selection.meets_any(one, outline.about))
    fact_set = replace(fact_set, tallies=tallies)
    told = [fact for fact in facts if is_told(fact_set, fact)]
    owed = gaps(fact_set, facts)
    course = _Course(Writer(fact_set, options, book), outline, told, owed)
    hidden = withheld(told, options)
    sections = tuple(
        ComposedSection(key, tuple(concealed(block, hidden) for block in blocks))
        for key, blocks in course.sections()
    )
    shown = [fact for fact in told if fact.id not in hidden]
    uncited = tuple(fact.id for fact in shown if fact.id not in course.cited)
    return ComposedText(
        head=Head(title=_title(outline, fact_set), salutation=options.salutation),
        sections=sections,
        findings=findings(fact_set, shown, owed, uncited),
        uncited=uncited,
        note=note_of(fact_set, outline),
    )


def note_of(fact_set: FactSet, outline: Outline) -> str | None:
    """What whoever checks the report has to know of it; it is no part of the text."""
    if fact_set.includes_supervision or not selection.may_take_supervision(outline.about):
        return None
    return SUPERVISION_NOTE


def _title(outline: Outline, fact_set: FactSet) -> str:
    return outline.title.format(
        year=fact_set.year,
        when=periods.when(fact_set),
        term=periods.term(fact_set),
        organization=fact_set.organization_name,
    )


@dataclass(slots=True)
class _Course:
    """The sections in the making: which records were taken, which are cited, which number next."""

    writer: Writer
    outline: Outline
    told: Sequence[Fact]
    owed: Mapping[str, Gap]
    taken: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)

    def sections(self) -> Iterator[tuple[str, list[Block]]]:
        """The sections that have something to say, by their ids, numbered."""
        position = 0
        for section in self.outline.sections:
            words = self._heading(section)
            blocks = self._blocks(section)
            if not blocks and self._is_missed(section):
                text = f"{words or '本部分内容'}（待补充）。"
                blocks = [sentence(f"{section.id}.empty", text, "placeholder")]
            if not blocks:
                continue
            if words and section.numbering != "none":
                position += 1
                words = _numbered(section, position) + words
            if words:
                level: HeadingLevel = 2 if section.numbering == "parenthesized" else 1
                blocks = [heading(f"{section.id}.heading", words, level), *blocks]
            yield section.id, blocks

    def _is_missed(self, section: OutlineSection) -> bool:
        """Whether an empty section is told as missing: people could have entered something."""
        fact_set = self.writer.fact_set
        return section.required and any(takes_notes(one, fact_set) for one in section.contents)

    def _heading(self, section: OutlineSection) -> str | None:
        fact_set = self.writer.fact_set
        return section.heading and section.heading.format(
            year=fact_set.year,
            when=periods.when(fact_set),
            period=periods.heading_period(fact_set),
            next_period=periods.following(fact_set.period, fact_set.year).name,
        )

    def _blocks(self, section: OutlineSection) -> list[Block]:
        kind = period_kind(self.writer.fact_set.period)
        found = []
        for entry in section.contents:
            if not entry.periods or kind in entry.periods:
                found += self._told(section, entry)
        return found

    def _told(self, section: OutlineSection, entry: OutlineContent) -> list[Block]:
        teller = CONTENTS[entry.content]
        facts = selection.taken(self.told, entry)
        if teller.takes:
            facts = [fact for fact in facts if fact.id not in self.taken and strand_of(fact)]
            self.taken.update(fact.id for fact in facts)
        telling = Telling(
            writer=self.writer,
            entry=entry,
            where=f"{section.id}.{entry.id}" if entry.id else section.id,
            heading=self._heading(section) or "",
            task=self.outline.task,
            is_whole=not self.outline.about,
            facts=facts,
            told=self.told,
            owed=_owed(self.owed, entry),
        )
        blocks = teller.tell(telling)
        if teller.takes:
            self.cited.update(
                key
                for block in blocks
                if not (block.key or "").endswith(OPENING)
                for key in block.ids
            )
        return blocks


def _owed(owed: Mapping[str, Gap], entry: OutlineContent) -> dict[str, Gap]:
    left = ((code, selection.taken(gap.facts, entry)) for code, gap in owed.items())
    return {code: Gap(code, tuple(facts)) for code, facts in left if facts}


def _numbered(section: OutlineSection, position: int) -> str:
    ordinal = wording.ordinal(position)
    return f"{ordinal}、" if section.numbering == "chinese" else f"（{ordinal}）"
