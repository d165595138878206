"""The phrase table: no filler, no phrase bound to a year, a fallback for every rule."""

import pytest

from app.report.books.phrases import standard_phrases
from app.report.composition.headings import STRAND_NOUNS

PHRASES = standard_phrases()
TEXTS = [variant.text for variants in PHRASES.values() for variant in variants]
FILLER = (
    *(
        "进一步",
        "坚持",
        "用力",
        "不断",
        "狠抓",
        "切实",
        "显著",
        "成效",
        "取得",
        "圆满",
        "高度重视",
        "扎实",
    ),
    *("深入贯彻", "大力", "全面", "有力", "认真", "积极", "有效", "明显", "提升", "二个维护"),
)


@pytest.mark.parametrize("word", FILLER)
def test_phrases_claim_no_quality(word: str) -> None:
    assert not [text for text in TEXTS if word in text]


def test_phrases_belong_to_no_year() -> None:
    for words in ("十八大", "十九大", "二十大", "新时代", "两个维护", "四个意识", "四个自信"):
        assert not [text for text in TEXTS if words in text]


@pytest.mark.parametrize(
    "rule",
    sorted(rule for rule in PHRASES if rule != "supervision" and not rule.startswith("headline.")),
)
def test_a_rule_always_has_a_phrase(rule: str) -> None:
    least = min(len(variant.needs) for variant in PHRASES[rule])
    fallbacks = [variant.needs for variant in PHRASES[rule] if len(variant.needs) == least]
    assert least == 0 or {frozenset({"one"}), frozenset({"many"})} <= set(fallbacks)


def test_headlines_name_strands_that_exist() -> None:
    for rule, variants in PHRASES.items():
        for variant in variants if rule.startswith("headline.") else ():
            assert variant.needs <= set(STRAND_NOUNS)
