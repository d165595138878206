"""The phrase book: for each rule the ways of saying it and what each one presupposes.

A variant is used when the facts have every feature it needs; the most demanding ones win, and
equals take turns, so that two paragraphs with the same kind of fact do not read alike.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import PlainSerializer

from app.report.books.vocabulary import Voice

FILE = Path(__file__).with_name("phrases.yaml")
# Written out in order, so that a frozen book has the same bytes in every process.
Features = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


@dataclass(frozen=True, slots=True)
class Variant:
    """A template, the features of the facts without which it would not be true, and its years.

    `voice` keeps it for reports in that voice.
    """

    id: str
    text: str
    needs: Features = frozenset()
    valid_from: int | None = None
    valid_to: int | None = None
    voice: Voice | None = None

    def holds_in(self, year: int) -> bool:
        """Whether the words belong to a report of this year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)

    def suits(self, voice: Voice) -> bool:
        """Whether the words belong to a report in this voice."""
        return self.voice in {None, voice}


PhraseBook = Mapping[str, tuple[Variant, ...]]


def choose(
    variants: Sequence[Variant], features: AbstractSet[str], year: int, voice: Voice
) -> tuple[Variant, ...]:
    """The variants of the year and voice whose needs the facts meet, the most demanding ones."""
    fitting = [
        variant
        for variant in variants
        if variant.needs <= features and variant.holds_in(year) and variant.suits(voice)
    ]
    most = max((len(variant.needs) for variant in fitting), default=0)
    return tuple(variant for variant in fitting if len(variant.needs) == most)


@cache
def standard_phrases() -> PhraseBook:
    """The phrases that are shipped with the program."""
    rules = yaml.safe_load(FILE.read_bytes())["phrases"]
    return {rule: tuple(_variants(rule, entries)) for rule, entries in rules.items()}


def variant_key(rule: str, needs: AbstractSet[str]) -> str:
    """The rule and what is needed, as the beginning of a variant's id."""
    return "/".join((rule, "+".join(sorted(needs)) or "plain"))


def _variants(rule: str, entries: Sequence[Mapping[str, Any]]) -> list[Variant]:
    """The variants with their ids: the rule, what is needed, which one of several."""
    seen: dict[str, int] = {}
    variants = []
    for entry in entries:
        needs = frozenset(entry.get("needs", ()))
        key = variant_key(rule, needs)
        seen[key] = seen.get(key, 0) + 1
        variants.append(
            Variant(
                f"{key}/{seen[key]}",
                entry["text"],
                needs,
                entry.get("valid_from"),
                entry.get("valid_to"),
                entry.get("voice"),
            )
        )
    return variants
