"""Part one (履职情况): one paragraph for each focus under its headline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import Any

from app.activities.rules import ActivityType
from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.outputs.rules import OutputType
from app.report.blocks import Block, in_paragraph, opened, sentence
from app.report.book_documents import STRANDS, HeadlineSet, StrandName
from app.report.compose import activities, meetings, outputs, rectifications, talks, wording
from app.report.compose.counts import Clause, by_key
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact, FactSet
from app.talks.kind import KIND as TALK

_HEADLINE_SLOTS = ("first", "second")
FocusStrands = Sequence[tuple[str, Sequence[str]]]
"""The focuses that are told, in their order, each with its strands of work in their order."""


def headlines(sets: Sequence[HeadlineSet], focuses: FocusStrands) -> Mapping[str, Clause]:
    """Return a headline with its comma for every focus, or none at all; no words come twice.

    The first set that has words for all focuses counts: headlines of one build, or no headlines.
    """
    for candidate in sets:
        if texts := _headline_texts(candidate, focuses):
            return {
                focus: Clause(f"，{text}", phrase=f"headline.{candidate.code}")
                for (focus, _), text in zip(focuses, texts, strict=True)
            }
    return {}


def _headline_texts(candidate: HeadlineSet, focuses: FocusStrands) -> list[str] | None:
    """Return a headline for each focus, with the foremost words that no focus before it took."""
    used: set[str] = set()
    texts = []
    for focus, strands in focuses:
        free = (words for words in _choices(candidate, focus, strands) if used.isdisjoint(words))
        words = next(free, None)
        if words is None:
            return None
        used.update(words)
        texts.append(candidate.template.format(**dict(zip(_HEADLINE_SLOTS, words, strict=False))))
    return texts


def _choices(
    candidate: HeadlineSet, focus: str, strands: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield what can be said of a focus: its own words first, then those of its strands."""
    own: Mapping[Any, list[str]] = candidate.focuses.get(focus, {})
    general: Mapping[Any, list[str]] = candidate.strands
    order = [
        *(strand for strand in own if strand in strands),
        *(strand for strand in strands if strand not in own),
    ]
    choices = [words for strand in order if (words := own.get(strand) or general.get(strand))]
    if "{second}" in candidate.template:
        for firsts, seconds in combinations(choices, 2):
            yield from (pair for pair in product(firsts, seconds) if pair[0] != pair[1])
        return
    # Another strand tells more than another word for the same one.
    for index in range(max(map(len, choices), default=0)):
        yield from ((words[index],) for words in choices if index < len(words))


_QUOTED_OUTCOMES = 2
_LONGEST_OUTCOME = 120
_UNFOCUSED = "unfocused"
OPENING = ".opening"
_WITH_OUTCOMES = frozenset({ItemKind.MEETING, ItemKind.ACTIVITY, ItemKind.OUTPUT})

_StrandWriter = Callable[[Writer, str, Sequence[Fact]], list[Block]]

# By kind: the strand that its types with words of their own belong to, and that of all its others.
# A kind that is not here has no words in a report: what was done is listed as not told of.
_STRANDS: Mapping[str, tuple[Mapping[str, StrandName], StrandName]] = {
    ItemKind.MEETING: (
        {
            **dict.fromkeys(meetings.ROUTINE_TYPES, "routine"),
            MeetingType.CENTRAL_GROUP_STUDY: "study",
            MeetingType.SPECIAL_MEETING: "special",
            MeetingType.PARTY_LECTURE: "lecture",
        },
        "meeting",
    ),
    ItemKind.TALK: (dict.fromkeys(TALK.supervised, "supervision"), "talk"),
    ItemKind.SANCTION: ({}, "supervision"),
    ItemKind.RECTIFICATION: ({}, "rectification"),
    ItemKind.ACTIVITY: (
        {ActivityType.QUARTERLY_ASSESSMENT: "assessment", ActivityType.TRAINING_COURSE: "training"},
        "activity",
    ),
    ItemKind.OUTPUT: (
        {
            OutputType.POLICY_DOCUMENT: "policy",
            OutputType.TASK_BREAKTHROUGH: "breakthrough",
            OutputType.ARTICLE: "article",
            OutputType.PLATFORM: "platform",
            OutputType.AWARD: "award",
        },
        "material",
    ),
}

_STRAND_WRITERS: Mapping[StrandName, _StrandWriter] = {
    "policy": outputs.policies,
    "study": meetings.studies,
    "special": meetings.specials,
    "routine": meetings.routines,
    "lecture": meetings.lectures,
    "meeting": meetings.others,
    "platform": outputs.platforms,
    "activity": activities.activities,
    "talk": talks.talks,
    "supervision": talks.supervision,
    "rectification": rectifications.rectifications,
    "breakthrough": outputs.breakthroughs,
    "article": outputs.articles,
    "award": outputs.awards,
    "material": outputs.materials,
}

# Told by source and by family: their totals take in the organisations below.
_ALL_TOGETHER: frozenset[StrandName | None] = frozenset({"rectification", "supervision"})


def strand_of(record: Fact | Aggregate) -> StrandName | None:
    """Return the strand of work of a record; None for a kind without words in a report."""
    strands = _STRANDS.get(record.kind)
    return strands[0].get(record.type or "", strands[1]) if strands else None


def is_reported(fact_set: FactSet, fact: Fact) -> bool:
    """Return whether part one tells it: completed in the period, or a rectification of it."""
    if fact.is_restricted and not fact_set.includes_supervision:
        return False
    first, last = fact_set.days
    if fact.kind == ItemKind.RECTIFICATION:
        closed_on = fact.completed_on if fact.status == "closed" else None
        is_in_period = closed_on is None or first <= closed_on <= last
        return is_in_period and fact.status in rectifications.TOLD_STATES
    return fact.status == "completed" and (fact.day is None or first <= fact.day <= last)


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one paragraph; `name` is None for what has no focus."""

    code: str
    name: str | None
    facts: tuple[Fact, ...]


def groups_of(fact_set: FactSet, facts: Sequence[Fact]) -> list[Group]:
    """Group facts by focus in the organisation's order.

    All rectifications stand together, and so does supervision, because their totals are told by
    source and by family; without these focuses they are among what has none.
    """
    focuses = sorted(fact_set.focuses, key=lambda focus: (focus.position, focus.code))
    codes = {focus.code for focus in focuses}
    by_code: dict[str, list[Fact]] = {}
    for fact in facts:
        code = fact.focus
        if fact.kind == ItemKind.RECTIFICATION:
            code = "rectification"
        elif fact.is_restricted:
            code = "integrity"
        by_code.setdefault(code if code in codes else _UNFOCUSED, []).append(fact)
    named = [(focus.code, focus.name) for focus in focuses]
    return [
        Group(code, name, tuple(by_code[code]))
        for code, name in (*named, (_UNFOCUSED, None))
        if code in by_code
    ]


def strands_of(group: Group) -> list[str]:
    """Return the strands of work of a paragraph, in the order in which it tells them."""
    present = {strand_of(fact) for fact in group.facts}
    return [strand for strand in STRANDS if strand in present]


def write_group(
    writer: Writer, group: Group, prefix: str, number: str, headline: Clause
) -> list[Block]:
    """Write a paragraph: 一是聚焦…, its sentences, and what people wrote about the outcome.

    `number` is how it opens among the others; what has no focus has no opening but this.
    """
    key = f"{prefix}.{group.code}"
    sentences = write_strands(writer, group.facts, key, headline.text)
    if group.name is None:
        sentences[0] = opened(sentences[0], number)
        return in_paragraph(key, sentences)
    text = f"{number}聚焦{group.name}" + headline + "。"
    opening = writer.sentence(key + OPENING, text, group.facts)
    return in_paragraph(key, [opening, *sentences])


def write_strands(writer: Writer, members: Sequence[Fact], prefix: str, under: str) -> list[Block]:
    """Write the sentences on some records, with outcomes: one's own work first, then others'.

    `under` is the heading or headline above them.
    """
    writer.begin(under)
    parts = by_key(members, partial(_is_of_others, writer))
    own, others = parts.get(False, []), parts.get(True, [])
    sentences = [*_by_strand(writer, own, prefix), *_by_strand(writer, others, prefix)]
    return _with_outcomes(members, sentences)


def _is_of_others(writer: Writer, fact: Fact) -> bool:
    """Return whether it is told last: what others did, and 三会一课 of those below in any case."""
    if writer.is_own(fact):
        return False
    strand = strand_of(fact)
    if strand in _ALL_TOGETHER:
        return False
    return strand == "routine" or not writer.is_reporter(fact)


def _by_strand(writer: Writer, members: Sequence[Fact], prefix: str) -> list[Block]:
    """Write the sentences on some records, strand by strand."""
    strands = by_key(members, strand_of)
    order = [strand for strand in STRANDS if strand in strands]
    lectures = strands.get("lecture", [])
    woven = activities.woven_lectures(writer, lectures, strands.get("training", []))
    in_courses = {fact.id for fact in woven}
    strands["lecture"] = [fact for fact in lectures if fact.id not in in_courses]
    sentences: list[Block] = []
    for strand in order:
        facts = strands[strand]
        if strand == "training":
            sentences += activities.trainings(writer, prefix, facts, woven)
        elif strand == "assessment":
            policies = strands.get("policy", [])
            sentences += activities.assessments(writer, prefix, facts, policies)
        elif facts:
            sentences += _STRAND_WRITERS[strand](writer, prefix, facts)
    return sentences


def _with_outcomes(facts: Sequence[Fact], sentences: Sequence[Block]) -> list[Block]:
    """Add up to two outcomes in their authors' words, each after the sentence it belongs to."""
    quotable = {
        fact.id: fact
        for fact in facts
        if fact.kind in _WITH_OUTCOMES
        and fact.outcome
        and 0 < len(wording.clean(fact.outcome)) <= _LONGEST_OUTCOME
    }
    left = _QUOTED_OUTCOMES
    result: list[Block] = []
    for block in sentences:
        result.append(block)
        for key in block.ids:
            fact = quotable.get(key)
            if fact is None or not left:
                continue
            lead = "" if len(block.ids) == 1 else f"其中，{wording.named(fact.title)}："
            text = lead + wording.full_stop(fact.outcome or "")
            result.append(sentence(f"p1.outcome.{key}", text, "quoted", ids=(key,)))
            left -= 1
    return result
