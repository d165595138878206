"""Small numbers of supervision: printed as fewer than three, and nothing that gives them away."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.report.composition.counts import Clause, Counting
from app.report.composition.summary import Paragraph, Sentence, Source
from app.report.facts import Fact, Options

SMALLEST_TOLD = 3
MARK = Source("withheld", "supervision")


def _family(fact: Fact) -> str:
    """What is counted together: each type of talk by itself, all sanctions as one."""
    return "sanction" if fact.kind == "sanction" else fact.type


def withheld(facts: Iterable[Fact], options: Options) -> frozenset[str]:
    """The records of families whose number is too small to be told; none when all are told."""
    if options.small_counts == "exact":
        return frozenset()
    families: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.is_restricted:
            families.setdefault(_family(fact), []).append(fact)
    counting = Counting(options.numerals)
    return frozenset(
        fact.id
        for members in families.values()
        if is_small(counting.people(members, ""))
        for fact in members
    )


def is_small(number: Clause) -> bool:
    """Whether a printed number is one that is withheld."""
    return any(ref.value < SMALLEST_TOLD for ref in number.counts)


def guarded(counting: Counting, number: Clause, options: Options) -> Clause:
    """The number, or that there are fewer than three."""
    if options.small_counts == "exact" or not is_small(number):
        return number
    (ref,) = number.counts
    return counting.fewer(SMALLEST_TOLD, ref.unit, ref.label)


def concealed(paragraph: Paragraph, ids: AbstractSet[str]) -> Paragraph:
    """The paragraph without the ids; a sentence that had some says that something is withheld."""
    if not ids:
        return paragraph
    return replace(paragraph, sentences=tuple(_without(one, ids) for one in paragraph.sentences))


def _without(sentence: Sentence, ids: AbstractSet[str]) -> Sentence:
    if ids.isdisjoint(sentence.ids):
        return sentence
    kept = tuple(key for key in sentence.ids if key not in ids)
    return replace(sentence, ids=kept, sources=(*sentence.sources, MARK))
