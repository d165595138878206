"""A book in use: phrases, outlines and headlines after every layer was laid on."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import get_args

import yaml

from app.core.canonical import sha256_of
from app.report.books.documents import BookDocument, HeadlineSet, Outline, Phrase, document_data
from app.report.books.phrases import PhraseBook, Variant, standard_phrases, variant_key
from app.report.books.vocabulary import Voice

OUTLINES = Path(__file__).with_name("outlines.yaml")
HEADLINES = Path(__file__).with_name("headlines.yaml")
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Source:
    """A book of a chain, and the revision that was used."""

    code: str
    revision: int


@dataclass(frozen=True, slots=True)
class Book:
    """What a report is composed with; equal `sha256` means equal words.

    `headlines` are in the order in which they are tried.
    """

    phrases: PhraseBook
    outlines: Mapping[str, Outline]
    headlines: tuple[HeadlineSet, ...]
    sources: tuple[Source, ...]
    sha256: str


@cache
def standard_book() -> Book:
    """The book that is shipped with the program."""
    outlines = [Outline.model_validate(entry) for entry in _entries(OUTLINES)]
    headlines = tuple(HeadlineSet.model_validate(entry) for entry in _entries(HEADLINES))
    phrases = standard_phrases()
    content = [
        [outline.model_dump(mode="json") for outline in outlines],
        [headline.model_dump(mode="json") for headline in headlines],
        {rule: [_row(variant) for variant in variants] for rule, variants in phrases.items()},
    ]
    return Book(
        phrases,
        {outline.code: outline for outline in outlines},
        headlines,
        (Source(STANDARD, 1),),
        sha256_of(content),
    )


def _row(variant: Variant) -> list[object]:
    years = (variant.valid_from, variant.valid_to)
    return [variant.text, sorted(variant.needs), *years, variant.voice]


def _entries(path: Path) -> list[object]:
    entries: list[object] = yaml.safe_load(path.read_bytes())
    return entries


def laid_over(base: Book, document: BookDocument, revision: int) -> Book:
    """The book with one more layer.

    An outline replaces the one of its code, a set of headlines comes before those of the base or
    replaces the one of its code, a phrase replaces those with the same needs and voice.
    """
    mine = {entry.code for entry in document.headlines}
    kept = tuple(entry for entry in base.headlines if entry.code not in mine)
    phrases = dict(base.phrases)
    for rule in dict.fromkeys(phrase.rule for phrase in document.phrases):
        said = [phrase for phrase in document.phrases if phrase.rule == rule]
        phrases[rule] = _with(phrases.get(rule, ()), document.code, said)
    return Book(
        phrases,
        {**base.outlines, **{outline.code: outline for outline in document.outlines}},
        (*document.headlines, *kept),
        (*base.sources, Source(document.code, revision)),
        sha256_of([base.sha256, sha256_of(document_data(document))]),
    )


def _with(known: tuple[Variant, ...], code: str, said: Iterable[Phrase]) -> tuple[Variant, ...]:
    own: list[Variant] = []
    replaced: set[tuple[frozenset[str], Voice | None]] = set()
    seen: dict[str, int] = {}
    for phrase in said:
        needs = frozenset(phrase.needs)
        key = variant_key(phrase.rule, needs)
        seen[key] = seen.get(key, 0) + 1
        own.append(
            Variant(
                f"{code}:{key}/{seen[key]}",
                phrase.text,
                needs,
                phrase.valid_from,
                phrase.valid_to,
                phrase.voice,
            )
        )
        always = phrase.valid_from is None and phrase.valid_to is None
        if always and not phrase.together:
            replaced.add((needs, phrase.voice))
    kept = (left for variant in known if (left := _left(variant, replaced)))
    return (*own, *kept)


def _left(
    variant: Variant, replaced: AbstractSet[tuple[frozenset[str], Voice | None]]
) -> Variant | None:
    """What is left of a variant: one that fits both voices may go on in the other one."""
    if (variant.needs, None) in replaced:
        return None
    voices = (variant.voice,) if variant.voice else get_args(Voice)
    going_on = [voice for voice in voices if (variant.needs, voice) not in replaced]
    if len(going_on) == len(voices):
        return variant
    return replace(variant, voice=going_on[0]) if going_on else None
