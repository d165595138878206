"""The word list of proofreading, read once and made into patterns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("words.yaml")
NUMBER = r"(?:\d+|[一二两三四五六七八九十百千]+)"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A number with a wrong measure word before or after its noun, and the usual word."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    right: str


@dataclass(frozen=True, slots=True)
class WordList:
    """Fillers, wrong set phrases with the right ones, set phrases with their first year."""

    fillers: re.Pattern[str]
    wrong: Mapping[str, str]
    wrong_pattern: re.Pattern[str]
    years: Mapping[str, int]
    units: tuple[UnitRule, ...]


def any_of(words: Sequence[str]) -> str:
    """Make a pattern of these words, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _unit_rule(entry: Mapping[str, Any]) -> UnitRule:
    nouns, wrong = any_of(entry["nouns"]), any_of(entry["wrong"])
    return UnitRule(
        before=re.compile(
            # 三份会议纪要 counts something else.
            rf"(?<!第){NUMBER}(?P<unit>{wrong})(?P<noun>{nouns})(?=[和及]|[^一-龥]|$)"
        ),
        after=re.compile(rf"(?P<noun>{nouns}){NUMBER}(?P<unit>{wrong})(?![一-龥])"),
        right=entry["right"],
    )


def _wrong_pattern(wrong: Iterable[str], unless: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Make a pattern of the wrong words, but not where they read on as another: 做为民服务的人."""
    patterns = (
        re.escape(word) + (f"(?!{any_of(unless[word])})" if word in unless else "")
        for word in sorted(wrong, key=len, reverse=True)
    )
    return re.compile("|".join(patterns))


@cache
def word_list() -> WordList:
    """Read the shipped word list."""
    data = yaml.safe_load(FILE.read_bytes())
    return WordList(
        fillers=re.compile(any_of(data["fillers"])),
        wrong=data["wrong"],
        wrong_pattern=_wrong_pattern(data["wrong"], data["unless"]),
        years=data["years"],
        units=tuple(_unit_rule(entry) for entry in data["units"]),
    )
