"""Compose a report: facts, options and a book in, one text out, always the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.kinds import SUPERVISED
from app.report.blocks import (
    Block,
    ComposedSection,
    ComposedText,
    HeadingLevel,
    ReportHead,
    heading,
    in_paragraph,
    sentence,
)
from app.report.book import Book, standard_book
from app.report.book_documents import (
    ContentName,
    Outline,
    OutlineContent,
    OutlineSection,
    ParagraphNumbering,
    PeriodKind,
    Selector,
)
from app.report.compose import wording
from app.report.compose import wording as periods
from app.report.compose.below import below
from app.report.compose.closing import plans, shortcomings
from app.report.compose.counts import Clause, suppressed_ids, without_suppressed
from app.report.compose.findings import findings
from app.report.compose.lead import comparison, lead, previous
from app.report.compose.rectifications import closed_lists
from app.report.compose.shortcomings import RecordShortcoming, coverage, shortcomings_by_reason
from app.report.compose.work_done import (
    OPENING,
    Group,
    groups_of,
    headlines,
    is_reported,
    strand_of,
    strands_of,
    write_group,
    write_strands,
)
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact, FactSet, Options, PeriodCode


def meets(fact: Fact | Aggregate, selector: Selector) -> bool:
    """Whether a record, or records counted together, meet all that a condition states."""
    return (
        (not selector.kinds or fact.kind in selector.kinds)
        and (not selector.types or fact.type in selector.types)
        and (not selector.topics or fact.topic in selector.topics)
        and (not selector.focuses or (isinstance(fact, Fact) and fact.focus in selector.focuses))
    )


def meets_any(fact: Fact | Aggregate, selectors: Sequence[Selector]) -> bool:
    """Whether a record meets one of the conditions; without any, every record does."""
    return not selectors or any(meets(fact, selector) for selector in selectors)


def taken(facts: Sequence[Fact], entry: OutlineContent) -> list[Fact]:
    """The records that a content may take, in their order."""
    return [
        fact
        for fact in facts
        if meets_any(fact, entry.only) and not (entry.without and meets_any(fact, entry.without))
    ]


def may_take_supervision(selectors: Sequence[Selector]) -> bool:
    """Whether conditions can be met by talks and sanctions of supervision, which have no topic."""
    return not selectors or any(_may_take(one) for one in selectors)


def _may_take(selector: Selector) -> bool:
    return not selector.topics and any(
        (not selector.kinds or kind in selector.kinds)
        and (not selector.types or type_ in selector.types)
        for kind, type_ in SUPERVISED
    )


@dataclass(frozen=True, slots=True)
class SectionContext:
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
    owed: Mapping[str, RecordShortcoming]


@dataclass(frozen=True, slots=True)
class SectionWriter:
    """How a content is told; one that takes its records leaves them to no other."""

    tell: Callable[[SectionContext], list[Block]]
    takes: bool = False


def _lead(telling: SectionContext) -> list[Block]:
    return lead(telling.writer, telling.told, telling.task)


def _comparison(telling: SectionContext) -> list[Block]:
    """The totals beside those of the same days of the year before."""
    sentence = comparison(telling.writer, telling.told) if telling.is_whole else None
    return [sentence] if sentence else []


def _coverage(telling: SectionContext) -> list[Block]:
    """How the responsibility list stands, and the grades of the quarters."""
    return coverage(telling.writer) if telling.is_whole else []


def _below(telling: SectionContext) -> list[Block]:
    """The totals of the organisations below, where there was too much to be read."""
    return below(telling.writer, telling.heading)


def _previous(telling: SectionContext) -> list[Block]:
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


def _focuses(telling: SectionContext) -> list[Block]:
    """One paragraph for each focus, with headlines of one build."""
    writer, entry = telling.writer, telling.entry
    groups = groups_of(writer.fact_set, telling.facts)
    named = [(group.code, strands_of(group)) for group in groups if group.name]
    chosen = headlines(writer.book.headlines, named) if entry.headlines else {}
    return [
        block
        for position, group in enumerate(groups, start=1)
        for block in write_group(
            writer,
            group,
            telling.where,
            _number(entry.numbering, position, group, len(groups)),
            chosen.get(group.code, Clause()),
        )
    ]


def _work(telling: SectionContext) -> list[Block]:
    """One paragraph without an opening, strand by strand."""
    if not telling.facts:
        return []
    key = f"{telling.where}.work"
    return in_paragraph(key, write_strands(telling.writer, telling.facts, key, telling.heading))


def _closed_list(telling: SectionContext) -> list[Block]:
    """The rectifications that were closed, by name."""
    return closed_lists(telling.writer, telling.where, telling.facts)


def _with_notes(telling: SectionContext, *, entered: bool) -> bool:
    """People enter notes for years: in a shorter period nothing is said to be missing for them."""
    return telling.entry.notes and (entered or takes_notes(telling.entry, telling.writer.fact_set))


def takes_notes(entry: OutlineContent, fact_set: FactSet) -> bool:
    """Whether people can enter what a content tells."""
    is_authored = entry.content in {"shortcomings", "plans"}
    return not is_authored or (entry.notes and fact_set.period == "year")


def _shortcomings(telling: SectionContext) -> list[Block]:
    entered = bool(telling.writer.fact_set.shortcomings)
    with_notes = _with_notes(telling, entered=entered)
    return shortcomings(
        telling.writer, telling.owed, with_notes=with_notes, with_list=telling.is_whole
    )


def _plans(telling: SectionContext) -> list[Block]:
    entered = bool(telling.writer.fact_set.next_plans)
    with_notes = _with_notes(telling, entered=entered)
    return plans(telling.writer, telling.owed, with_notes=with_notes, with_list=telling.is_whole)


CONTENTS: Mapping[ContentName, SectionWriter] = {
    "lead": SectionWriter(_lead),
    "comparison": SectionWriter(_comparison),
    "previous": SectionWriter(_previous),
    "focuses": SectionWriter(_focuses, takes=True),
    "work": SectionWriter(_work, takes=True),
    "below": SectionWriter(_below),
    "coverage": SectionWriter(_coverage),
    "closed_list": SectionWriter(_closed_list),
    "shortcomings": SectionWriter(_shortcomings),
    "plans": SectionWriter(_plans),
}


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
    about = [fact for fact in fact_set.facts if meets_any(fact, outline.about)]
    facts = sorted(about, key=_in_order)
    tallies = tuple(one for one in fact_set.tallies if meets_any(one, outline.about))
    fact_set = replace(fact_set, tallies=tallies)
    told = [fact for fact in facts if is_reported(fact_set, fact)]
    owed = shortcomings_by_reason(fact_set, facts)
    writer = Writer(fact_set, options, book)
    course = _Course(writer, outline, told, owed)
    hidden = suppressed_ids(told, writer.counting, options)
    sections = tuple(
        ComposedSection(key, tuple(without_suppressed(block, hidden) for block in blocks))
        for key, blocks in course.sections()
    )
    shown = [fact for fact in told if fact.id not in hidden]
    uncited = tuple(fact.id for fact in shown if fact.id not in course.cited)
    return ComposedText(
        head=ReportHead(title=_title(outline, fact_set), salutation=options.salutation),
        sections=sections,
        findings=findings(fact_set, shown, owed, uncited),
        uncited=uncited,
        note=note_of(fact_set, outline),
    )


def note_of(fact_set: FactSet, outline: Outline) -> str | None:
    """What whoever checks the report has to know of it; it is no part of the text."""
    if fact_set.includes_supervision or not may_take_supervision(outline.about):
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
    owed: Mapping[str, RecordShortcoming]
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
        facts = taken(self.told, entry)
        if teller.takes:
            facts = [fact for fact in facts if fact.id not in self.taken and strand_of(fact)]
            self.taken.update(fact.id for fact in facts)
        telling = SectionContext(
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


def _owed(
    owed: Mapping[str, RecordShortcoming], entry: OutlineContent
) -> dict[str, RecordShortcoming]:
    left = ((code, taken(gap.facts, entry)) for code, gap in owed.items())
    return {code: RecordShortcoming(code, tuple(facts)) for code, facts in left if facts}


def _numbered(section: OutlineSection, position: int) -> str:
    ordinal = wording.ordinal(position)
    return f"{ordinal}、" if section.numbering == "chinese" else f"（{ordinal}）"
