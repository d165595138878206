"""The shipped book: no filler, no phrase bound to a year, a fallback for every rule."""

from itertools import chain
from typing import get_args

import pytest

from app.report.book import choose, standard_book, standard_phrases
from app.report.book_documents import STRANDS, ContentName
from app.report.compose.outline import CONTENTS

PHRASES = standard_phrases()
HEADLINES = [
    word
    for entry in standard_book().headlines
    for strands in (entry.strands, *entry.focuses.values())
    for word in chain.from_iterable(strands.values())
]
TEXTS = [variant.text for variants in PHRASES.values() for variant in variants] + HEADLINES
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


@pytest.mark.parametrize("rule", sorted(rule for rule in PHRASES if rule != "supervision"))
def test_a_rule_always_has_a_phrase(rule: str) -> None:
    least = min(len(variant.needs) for variant in PHRASES[rule])
    fallbacks = [variant.needs for variant in PHRASES[rule] if len(variant.needs) == least]
    assert least == 0 or {frozenset({"one"}), frozenset({"many"})} <= set(fallbacks)


def test_headlines_of_a_set_have_one_build_and_all_strands() -> None:
    assert {len(word) for word in HEADLINES} == {4}
    for entry in standard_book().headlines:
        assert set(entry.strands) == set(STRANDS)


def test_every_content_has_its_teller() -> None:
    assert set(CONTENTS) == set(get_args(ContentName))


# What can be told of the same kind of work in several paragraphs, and the features it comes with.
REPEATED = {
    **{
        f"policy.{change}": ["one", "dated one", "many", "dated many"]
        for change in ("created", "revised", "unstated")
    },
    "study": ["dated", "dated themes", "dated many themes", "dated many quarters themes"],
    "special": ["", "halves", "halves kinds"],
    "routine": ["", "several"],
    "lecture": ["dated titles", "dated many titles", "dated many quarters titles"],
    "meeting": ["", "dated"],
    "assessment": ["dated", "dated quarters"],
    "activity.one": ["dated"],
    "activity.many": ["dated", "dated spread"],
    "training": ["dated", "dated lectures"],
    "platform": ["", "dated"],
    "breakthrough": ["dated one", "dated many"],
    "article": ["dated", "dated many"],
    "award": ["dated", "dated many"],
    "briefing": ["dated"],
    "material": ["", "cut"],
    "talk": ["", "dated spread"],
    "rectification.excepted": ["", "dated spread"],
    "rectification.mixed": [""],
    "rectification.only": ["", "one_state"],
    "rectification.list": ["many"],
    "missed.one": ["planned", "due"],
    "overdue.one": ["", "due", "due returned"],
    "returned.one": [""],
    "unfinished.one": ["", "due"],
    "suspended.one": ["", "dated", "approved", "approved dated"],
}


@pytest.mark.parametrize(
    ("rule", "features"), [(rule, known) for rule, all_ in REPEATED.items() for known in all_]
)
def test_what_comes_several_times_has_three_wordings(rule: str, features: str) -> None:
    for voice in ("first_person", "organization"):
        fitting = choose(PHRASES[rule], frozenset(features.split()), 2018, voice)
        assert len(fitting) >= 3
        assert len({variant.text for variant in fitting}) == len(fitting)
