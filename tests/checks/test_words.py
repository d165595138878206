"""Reading numbers out of sentences, and telling what is alike."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks.texts import (
    bigrams,
    core_of,
    number_of,
    passages,
    similar_pairs,
    stated_number,
    telling_parts,
)

CHINESE = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below ten thousand as it is written in Chinese."""
    words, waiting = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if waiting and words else "") + CHINESE[digit] + name
            waiting = False
        else:
            waiting = True
    return words.removeprefix("一") if words.startswith("一十") else words or "零"


@given(st.integers(0, 9999))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    assert number_of(in_chinese(number)) == number
    assert number_of(str(number)) == number
    assert stated_number(f"本次会议应到{in_chinese(number)}人。", "expected") == number


@pytest.mark.parametrize("words", ["百", "三五", "十十", "二〇一八", "十千", ""])
def test_what_is_no_number_is_not_read(words: str) -> None:
    assert number_of(words) is None


@pytest.mark.parametrize(
    ("text", "label", "number"),
    [
        ("应到会党员15名，实到13名", "expected", 15),
        ("应到会党员15名，实到13名", "present", 13),
        ("应到：２０人；实到人数为18人", "expected", 20),
        ("参加人数共计二十五人", "present", 25),
        ("应到两人", "expected", 2),
        ("实到12人，缺席3人", "absent", 3),
        ("应到20人，会议开始。应到20人", "expected", 20),
        ("应到20人，应到21人", "expected", None),
        ("实到20余人", "present", None),
        ("实到约20人", "present", None),
        ("上次会议应到20人，实到18人", "present", None),
        ("各小组参加人数5人", "present", None),
        ("各位同志：2018年度组织生活会应到20人", "expected", 20),
        ("未到会人数2人", "present", None),
        ("应到会有表决权党员14人", "expected", None),
        ("应到会人数未统计", "expected", None),
        ("会议时间20分钟", "present", None),
    ],
)
def test_only_what_is_clear_is_read(text: str, label: str, number: int | None) -> None:
    assert stated_number(text, label) == number


def test_titles_are_reduced_to_what_they_say() -> None:
    assert core_of("关于召开2018年度党建工作（专题）会议") == core_of("党建工作专题会议")
    assert core_of("2018年") == "2018年"
    assert telling_parts(core_of("第二期培训班")) != telling_parts(core_of("第一期培训班"))


titles = st.lists(st.text("党建工作专题会议学习", min_size=1, max_size=12), max_size=25)


@given(titles)
def test_pairs_are_those_that_all_comparisons_would_find(texts: list[str]) -> None:
    sets = [bigrams(text) for text in texts]
    expected = {
        (one, two)
        for one, two in combinations(range(len(sets)), 2)
        if 10 * len(sets[one] & sets[two]) >= 4 * (len(sets[one]) + len(sets[two]))
    }
    found = list(similar_pairs(sets))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_passages_are_long_and_blind_to_numbers() -> None:
    long = "会议研究了第3季度的工作安排。" * 8
    assert list(passages(["短句。", long])) == list(passages([long.replace("3", "十二")]))
    assert list(passages(["会议研究工作。" * 5])) == []
