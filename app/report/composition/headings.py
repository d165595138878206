"""The phrases after 聚焦…: of one build in a whole report, each from work that was done."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from app.report.books.documents import HeadlineSet
from app.report.composition.counts import Clause

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
