"""Part one (履职情况): one paragraph for each focus under its headline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from app.activities.rules import ActivityType
from app.items.rules import ItemKind
from app.meetings.rules import MeetingType
from app.outputs.rules import OutputType
from app.report.blocks import Block, in_paragraph, opened, sentence
from app.report.book_documents import STRANDS, HeadlineSet, StrandName
from app.report.compose import activities, meetings, outputs, rectifications, talks, wording
from app.report.compose.counts import Clause
from app.report.compose.writer import Writer
from app.report.facts import Aggregate, Fact, FactSet
from app.talks.kind import KIND as TALK

SLOTS = ("first", "second")
Told = Sequence[tuple[str, Sequence[str]]]


def headlines(sets: Sequence[HeadlineSet], told: Told) -> Mapping[str, Clause]:
    """A headline with its comma for every focus, or none at all; no words come twice.

    `told` are the focuses in their order, each with its strands of work in their order. The first
    set counts that has words for all of them: headlines of one build, or no headlines.
    """
    for candidate in sets:
        if found := _words(candidate, told):
            return {
                focus: Clause(f"，{text}", phrase=f"headline.{candidate.code}")
                for (focus, _), text in zip(told, found, strict=True)
            }
    return {}


def _words(candidate: HeadlineSet, told: Told) -> list[str] | None:
    """Words for each focus in turn, the foremost that no focus before it took."""
    used: set[str] = set()
    texts = []
    for focus, strands in told:
        free = (words for words in _choices(candidate, focus, strands) if used.isdisjoint(words))
        words = next(free, None)
        if words is None:
            return None
        used.update(words)
        texts.append(candidate.template.format(**dict(zip(SLOTS, words, strict=False))))
    return texts


def _choices(
    candidate: HeadlineSet, focus: str, strands: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """What can be said of a focus: its own words first, then those of its foremost strands."""
    own: Mapping[Any, list[str]] = candidate.focuses.get(focus, {})
    general: Mapping[Any, list[str]] = candidate.strands
    order = [
        *(strand for strand in own if strand in strands),
        *(strand for strand in strands if strand not in own),
    ]
    said = [words for strand in order if (words := own.get(strand) or general.get(strand))]
    if "{second}" in candidate.template:
        for one, other in combinations(said, 2):
            yield from (pair for pair in product(one, other) if pair[0] != pair[1])
        return
    # Another strand tells more than another word for the same one.
    for place in range(max((len(words) for words in said), default=0)):
        yield from ((words[place],) for words in said if place < len(words))


QUOTED_OUTCOMES = 2
LONGEST_OUTCOME = 120
UNFOCUSED = "unfocused"
OPENING = ".opening"
_WITH_OUTCOMES = frozenset({ItemKind.MEETING, ItemKind.ACTIVITY, ItemKind.OUTPUT})

StrandWriter = Callable[[Writer, str, Sequence[Fact]], list[Block]]

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

_STRAND_WRITERS: Mapping[StrandName, StrandWriter] = {
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
    """The strand of work that a record belongs to; None for a kind without words in a report."""
    if record.kind not in _STRANDS:
        return None
    by_type, others = _STRANDS[record.kind]
    return by_type.get(record.type or "", others)


def is_reported(fact_set: FactSet, fact: Fact) -> bool:
    """True for what part one may tell: completed in the period, and every rectification of it."""
    if fact.is_restricted and not fact_set.includes_supervision:
        return False
    first, last = fact_set.days
    if fact.kind == ItemKind.RECTIFICATION:
        done = fact.completed_on if fact.status == "closed" else None
        return fact.status in rectifications.TOLD_STATES and (done is None or first <= done <= last)
    return fact.status == "completed" and (fact.day is None or first <= fact.day <= last)


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one paragraph; `name` is None for what has no focus."""

    code: str
    name: str | None
    facts: tuple[Fact, ...]


def groups_of(fact_set: FactSet, facts: Sequence[Fact]) -> list[Group]:
    """Facts by focus in the unit's order.

    All rectifications stand together, and so does supervision, because their totals are told
    by source and by family; a unit without these focuses finds them with the unfocused ones.
    """
    focuses = sorted(fact_set.focuses, key=lambda focus: (focus.position, focus.code))
    codes = {focus.code for focus in focuses}
    placed: dict[str, list[Fact]] = {}
    for fact in facts:
        code = fact.focus
        if fact.kind == ItemKind.RECTIFICATION:
            code = "rectification"
        elif fact.is_restricted:
            code = "integrity"
        placed.setdefault(code if code in codes else UNFOCUSED, []).append(fact)
    named = [(focus.code, focus.name) for focus in focuses]
    return [
        Group(code, name, tuple(placed[code]))
        for code, name in (*named, (UNFOCUSED, None))
        if code in placed
    ]


def strands_of(group: Group) -> list[str]:
    """The strands of work of a paragraph, in the order in which it tells them."""
    present = {strand_of(fact) for fact in group.facts}
    return [strand for strand in STRANDS if strand in present]


def write_group(
    writer: Writer, group: Group, where: str, number: str, headline: Clause
) -> list[Block]:
    """One paragraph: 一是聚焦…, its sentences, and what people wrote about the outcome.

    `number` is how it opens among the others; what has no focus has no opening but this.
    """
    key = f"{where}.{group.code}"
    sentences = write_strands(writer, group.facts, key, headline.text)
    if group.name is None:
        sentences[0] = opened(sentences[0], number)
        return in_paragraph(key, sentences)
    text = f"{number}聚焦{group.name}" + headline + "。"
    opening = writer.sentence(key + OPENING, text, group.facts)
    return in_paragraph(key, [opening, *sentences])


def write_strands(writer: Writer, members: Sequence[Fact], where: str, under: str) -> list[Block]:
    """The sentences on some records, with outcomes: one's own work first, then that of others.

    `under` are the words that stand above them.
    """
    writer.begin(under)
    own = [fact for fact in members if not _is_of_others(writer, fact)]
    others = [fact for fact in members if _is_of_others(writer, fact)]
    sentences = [*_by_strand(writer, own, where), *_by_strand(writer, others, where)]
    return _with_outcomes(members, sentences)


def _is_of_others(writer: Writer, fact: Fact) -> bool:
    """Told after one's own: what those below did, and their 三会一课 whoever was in the chair."""
    strand = strand_of(fact)
    if writer.is_own(fact) or strand in _ALL_TOGETHER:
        return False
    return strand == "routine" or not writer.is_reporter(fact)


def _by_strand(writer: Writer, members: Sequence[Fact], where: str) -> list[Block]:
    """The sentences on some records, strand by strand."""
    strands: dict[StrandName | None, list[Fact]] = {}
    for fact in members:
        strands.setdefault(strand_of(fact), []).append(fact)
    order = [strand for strand in STRANDS if strand in strands]
    lectures = strands.get("lecture", [])
    woven = activities.woven_lectures(writer, lectures, strands.get("training", []))
    in_courses = {fact.id for fact in woven}
    strands["lecture"] = [fact for fact in lectures if fact.id not in in_courses]
    sentences: list[Block] = []
    for strand in order:
        facts = strands[strand]
        if strand == "training":
            sentences += activities.trainings(writer, where, facts, woven)
        elif strand == "assessment":
            policies = strands.get("policy", [])
            sentences += activities.assessments(writer, where, facts, policies)
        elif facts:
            sentences += _STRAND_WRITERS[strand](writer, where, facts)
    return sentences


def _with_outcomes(facts: Sequence[Fact], sentences: Sequence[Block]) -> list[Block]:
    """Up to two outcomes in their writers' words, each right after the sentence it belongs to."""
    quotable = {
        fact.id: fact
        for fact in facts
        if fact.kind in _WITH_OUTCOMES
        and fact.outcome
        and 0 < len(wording.clean(fact.outcome)) <= LONGEST_OUTCOME
    }
    left = QUOTED_OUTCOMES
    result: list[Block] = []
    for block in sentences:
        result.append(block)
        for key in block.ids:
            fact = quotable.get(key)
            if fact is None or not left:
                continue
            alone = len(block.ids) == 1
            lead = "" if alone else f"其中，{wording.named(fact.title)}："
            text = lead + wording.full_stop(fact.outcome or "")
            result.append(sentence(f"p1.outcome.{key}", text, "quoted", ids=(key,)))
            left -= 1
    return result
