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
from app.report.compose.below import below
from app.report.compose.closing import plans, shortcomings
from app.report.compose.counts import Clause, Counted, suppressed_ids, without_suppressed
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
from app.report.facts import AuthoredNote, Fact, FactSet, Options, PeriodCode


def meets(row: Counted, selector: Selector) -> bool:
    """Return whether a record, or records counted together, meet all that a condition states."""
    return (
        (not selector.kinds or row.kind in selector.kinds)
        and (not selector.types or row.type in selector.types)
        and (not selector.topics or row.topic in selector.topics)
        and (not selector.focuses or (isinstance(row, Fact) and row.focus in selector.focuses))
    )


def meets_any(row: Counted, selectors: Sequence[Selector]) -> bool:
    """Return whether a record meets one of the conditions; without any, every record does."""
    return not selectors or any(meets(row, selector) for selector in selectors)


def taken(facts: Sequence[Fact], entry: OutlineContent) -> list[Fact]:
    """Return the records that a content may take, in their order."""
    return [
        fact
        for fact in facts
        if meets_any(fact, entry.only) and not (entry.without and meets_any(fact, entry.without))
    ]


def may_take_supervision(selectors: Sequence[Selector]) -> bool:
    """Return whether talks and sanctions of supervision, which have no topic, can meet these."""
    return not selectors or any(
        (not selector.kinds or kind in selector.kinds)
        and (not selector.types or type_ in selector.types)
        for selector in selectors
        if not selector.topics
        for kind, type_ in SUPERVISED
    )


@dataclass(frozen=True, slots=True)
class SectionContext:
    """What a content is written from.

    `facts` are the records this content may take and no content before it took, `reported` all that
    the report tells of, `owed` what is owed of the records it may take; ids of paragraphs and
    sentences begin with `prefix`, `heading` stands above them; `task` is what the report is on,
    `is_whole` says that it is on all the work and not on some of it.
    """

    writer: Writer
    entry: OutlineContent
    prefix: str
    heading: str
    task: str
    is_whole: bool
    facts: Sequence[Fact]
    reported: Sequence[Fact]
    owed: Mapping[str, RecordShortcoming]


@dataclass(frozen=True, slots=True)
class SectionWriter:
    """How a content is written; one that takes its records leaves them to no other."""

    write: Callable[[SectionContext], list[Block]]
    takes: bool = False


def _lead(context: SectionContext) -> list[Block]:
    return lead(context.writer, context.reported, context.task)


def _comparison(context: SectionContext) -> list[Block]:
    block = comparison(context.writer, context.reported) if context.is_whole else None
    return [block] if block else []


def _coverage(context: SectionContext) -> list[Block]:
    return coverage(context.writer) if context.is_whole else []


def _below(context: SectionContext) -> list[Block]:
    return below(context.writer, context.heading)


def _previous(context: SectionContext) -> list[Block]:
    return previous(context.writer)


def _focuses(context: SectionContext) -> list[Block]:
    """Write one paragraph for each focus, with headlines of one build."""
    writer, entry = context.writer, context.entry
    groups = groups_of(writer.fact_set, context.facts)
    named = [(group.code, strands_of(group)) for group in groups if group.name]
    chosen = headlines(writer.book.headlines, named) if entry.headlines else {}
    return [
        block
        for position, group in enumerate(groups, start=1)
        for block in write_group(
            writer,
            group,
            context.prefix,
            _number(entry.numbering, position, group, len(groups)),
            chosen.get(group.code, Clause()),
        )
    ]


def _number(style: ParagraphNumbering, position: int, group: Group, length: int) -> str:
    """Return 一是 and its like among several, 此外 for what has no focus; nothing if alone."""
    if length == 1:
        return ""
    if group.name is None:
        return "此外，"
    if style == "plain":
        return ""
    ordinal = wording.ordinal(position)
    return f"{ordinal}是" if style == "ordinal" else f"第{ordinal}，"


def _work(context: SectionContext) -> list[Block]:
    """Write one paragraph without an opening, strand by strand."""
    if not context.facts:
        return []
    key = f"{context.prefix}.work"
    return in_paragraph(key, write_strands(context.writer, context.facts, key, context.heading))


def _closed_list(context: SectionContext) -> list[Block]:
    return closed_lists(context.writer, context.prefix, context.facts)


def _shortcomings(context: SectionContext) -> list[Block]:
    with_notes = _with_notes(context, context.writer.fact_set.shortcomings)
    return shortcomings(
        context.writer, context.owed, with_notes=with_notes, with_list=context.is_whole
    )


def _plans(context: SectionContext) -> list[Block]:
    with_notes = _with_notes(context, context.writer.fact_set.next_plans)
    return plans(context.writer, context.owed, with_notes=with_notes, with_list=context.is_whole)


def _with_notes(context: SectionContext, notes: Sequence[AuthoredNote]) -> bool:
    """People enter notes for years: in a shorter period nothing is said to be missing for them."""
    entry = context.entry
    return entry.notes and (bool(notes) or takes_notes(entry, context.writer.fact_set))


def takes_notes(entry: OutlineContent, fact_set: FactSet) -> bool:
    """Return whether people can enter what a content tells."""
    is_authored = entry.content in {"shortcomings", "plans"}
    return not is_authored or (entry.notes and fact_set.period == "year")


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
    """Return whether a period is a year, a half or a quarter."""
    return _KINDS[period]


def form_of(options: Options) -> str:
    """Return the form that is asked for; without one, the voice decides."""
    by_voice = "duty_report" if options.voice == "first_person" else "work_summary"
    return options.form or by_voice


def compose(
    fact_set: FactSet, options: Options | None = None, book: Book | None = None
) -> ComposedText:
    """Return a report with the records behind every sentence, as its form's outline orders it.

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
    facts = sorted(about, key=lambda fact: (fact.day or date.max, fact.id))
    aggregates = tuple(row for row in fact_set.tallies if meets_any(row, outline.about))
    fact_set = replace(fact_set, tallies=aggregates)
    reported = [fact for fact in facts if is_reported(fact_set, fact)]
    owed = shortcomings_by_reason(fact_set, facts)
    writer = Writer(fact_set, options, book)
    sections = _Sections(writer, outline, reported, owed)
    hidden = suppressed_ids(reported, writer.counting, options)
    composed = tuple(
        ComposedSection(key, tuple(without_suppressed(block, hidden) for block in blocks))
        for key, blocks in sections.write()
    )
    shown = [fact for fact in reported if fact.id not in hidden]
    uncited = tuple(fact.id for fact in shown if fact.id not in sections.cited)
    return ComposedText(
        head=ReportHead(title=_title(outline, fact_set), salutation=options.salutation),
        sections=composed,
        findings=findings(fact_set, shown, owed, uncited),
        uncited=uncited,
        note=note_of(fact_set, outline),
    )


def note_of(fact_set: FactSet, outline: Outline) -> str | None:
    """Return what whoever checks the report has to know of it; it is no part of the text."""
    if fact_set.includes_supervision or not may_take_supervision(outline.about):
        return None
    return SUPERVISION_NOTE


def _title(outline: Outline, fact_set: FactSet) -> str:
    return outline.title.format(
        year=fact_set.year,
        when=wording.when(fact_set),
        term=wording.term(fact_set),
        organization=fact_set.organization_name,
    )


@dataclass(slots=True)
class _Sections:
    """The sections in the making: which records were taken, which are cited, which number next."""

    writer: Writer
    outline: Outline
    reported: Sequence[Fact]
    owed: Mapping[str, RecordShortcoming]
    taken: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)

    def write(self) -> Iterator[tuple[str, list[Block]]]:
        """Yield the sections that have something to say, by their ids, numbered."""
        position = 0
        for section in self.outline.sections:
            title = self._heading(section)
            blocks = self._blocks(section)
            if not blocks and self._is_missed(section):
                text = f"{title or '本部分内容'}（待补充）。"
                blocks = [sentence(f"{section.id}.empty", text, "placeholder")]
            if not blocks:
                continue
            if title and section.numbering != "none":
                position += 1
                title = _numbered(section, position) + title
            if title:
                level: HeadingLevel = 2 if section.numbering == "parenthesized" else 1
                blocks = [heading(f"{section.id}.heading", title, level), *blocks]
            yield section.id, blocks

    def _is_missed(self, section: OutlineSection) -> bool:
        """Return whether an empty section is told as missing: something could be entered."""
        fact_set = self.writer.fact_set
        return section.required and any(takes_notes(entry, fact_set) for entry in section.contents)

    def _heading(self, section: OutlineSection) -> str | None:
        fact_set = self.writer.fact_set
        return section.heading and section.heading.format(
            year=fact_set.year,
            when=wording.when(fact_set),
            period=wording.heading_period(fact_set),
            next_period=wording.following(fact_set.period, fact_set.year).name,
        )

    def _blocks(self, section: OutlineSection) -> list[Block]:
        kind = period_kind(self.writer.fact_set.period)
        return [
            block
            for entry in section.contents
            if not entry.periods or kind in entry.periods
            for block in self._content(section, entry)
        ]

    def _content(self, section: OutlineSection, entry: OutlineContent) -> list[Block]:
        section_writer = CONTENTS[entry.content]
        facts = taken(self.reported, entry)
        if section_writer.takes:
            facts = [fact for fact in facts if fact.id not in self.taken and strand_of(fact)]
            self.taken.update(fact.id for fact in facts)
        context = SectionContext(
            writer=self.writer,
            entry=entry,
            prefix=f"{section.id}.{entry.id}" if entry.id else section.id,
            heading=self._heading(section) or "",
            task=self.outline.task,
            is_whole=not self.outline.about,
            facts=facts,
            reported=self.reported,
            owed=_owed(self.owed, entry),
        )
        blocks = section_writer.write(context)
        if section_writer.takes:
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
    left = ((code, taken(shortcoming.facts, entry)) for code, shortcoming in owed.items())
    return {code: RecordShortcoming(code, tuple(facts)) for code, facts in left if facts}


def _numbered(section: OutlineSection, position: int) -> str:
    ordinal = wording.ordinal(position)
    return f"{ordinal}、" if section.numbering == "chinese" else f"（{ordinal}）"
