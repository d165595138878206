"""The phrase book: for each rule the ways of saying it and what each one presupposes.

A variant is used when the facts have every feature it needs; the most demanding ones win, and
equals take turns, so that two paragraphs with the same kind of fact do not read alike.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("phrases.yaml")


@dataclass(frozen=True, slots=True)
class Variant:
    """A template, the features of the facts without which it would not be true, and its years."""

    id: str
    text: str
    needs: frozenset[str] = frozenset()
    valid_from: int | None = None
    valid_to: int | None = None

    def holds_in(self, year: int) -> bool:
        """Whether the words belong to a report of this year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


PhraseBook = Mapping[str, tuple[Variant, ...]]


def choose(
    variants: Sequence[Variant], features: AbstractSet[str], year: int
) -> tuple[Variant, ...]:
    """The variants of the year whose needs the facts meet, only the most demanding ones."""
    fitting = [
        variant for variant in variants if variant.needs <= features and variant.holds_in(year)
    ]
    most = max((len(variant.needs) for variant in fitting), default=0)
    return tuple(variant for variant in fitting if len(variant.needs) == most)


@cache
def standard_phrases() -> PhraseBook:
    """The phrases that are shipped with the program."""
    rules = yaml.safe_load(FILE.read_bytes())["phrases"]
    return {rule: tuple(_variants(rule, entries)) for rule, entries in rules.items()}


def _variants(rule: str, entries: Sequence[Mapping[str, object]]) -> list[Variant]:
    """The variants with their ids: the rule, what is needed, which one of several."""
    seen: dict[str, int] = {}
    variants = []
    for entry in entries:
        needs: list[str] = sorted(entry.get("needs", ()))  # type: ignore[call-overload]
        key = "/".join((rule, "+".join(needs) or "plain"))
        seen[key] = seen.get(key, 0) + 1
        variants.append(Variant(f"{key}/{seen[key]}", str(entry["text"]), frozenset(needs)))
    return variants
