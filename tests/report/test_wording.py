from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.compose import wording
from tests.support.properties import examples

_VALUES = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **dict(zip("十百千万亿", (10, 100, 1000, 10_000, 100_000_000), strict=True)),
}


def read(text: str) -> int:
    """A Chinese numeral read back by its own rule: digits times places, 万 and 亿 as groups."""
    total = group = digit = 0
    for character in text:
        value = _VALUES[character]
        if value < 10:
            digit = value
        elif value < 10_000:
            group += (digit or 1) * value
            digit = 0
        else:
            total += (group + digit) * value
            group = digit = 0
    return total + group + digit


@examples(200)
@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_chinese_numbers_read_back(value: int) -> None:
    text = wording.chinese_number(value)
    assert read(text) == value
    assert "零零" not in text
    assert not (value and text.endswith("零"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "零"), (10, "十"), (12, "十二"), (20, "二十"), (102, "一百零二")),
        *((110, "一百一十"), (1010, "一千零一十"), (10_000, "一万"), (10_010, "一万零一十")),
        *((100_000, "十万"), (100_001, "十万零一"), (110_500, "十一万零五百")),
    ],
)
def test_chinese_numbers(value: int, text: str) -> None:
    assert wording.chinese_number(value) == text


def test_a_negative_number_is_no_count() -> None:
    with pytest.raises(ValueError, match="-1"):
        wording.chinese_number(-1)


@pytest.mark.parametrize(
    ("value", "numerals", "text"),
    [
        *((2, "auto", "两次"), (2, "chinese", "两次"), (2, "arabic", "2次")),
        *((10, "auto", "十次"), (11, "auto", "11次"), (12, "chinese", "十二次")),
        *((22, "chinese", "二十二次"), (200, "chinese", "二百次"), (2000, "chinese", "两千次")),
    ],
)
def test_two_is_liang_before_a_measure_word(
    value: int, numerals: wording.Numerals, text: str
) -> None:
    assert wording.quantity(value, "次", numerals) == text


def test_ordinals_keep_er() -> None:
    assert [wording.ordinal(position) for position in (1, 2, 12)] == ["一", "二", "十二"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(20, "20余份"), (23, "约23份"), (10, "十余份"), (3, "约三份"), (120, "120余份")],
)
def test_approximate_numbers(value: int, text: str) -> None:
    assert wording.quantity(value, "份", "auto", approximate=True) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("总支委工作细则", "《总支委工作细则》"),
        ("“三重一大”集体决策制度", "《“三重一大”集体决策制度》"),
        ("《党建工作责任制实施办法》", "《党建工作责任制实施办法》"),
        ("“季度考评办法”", "“季度考评办法”"),
        ("关于印发《考评办法》的通知", "“关于印发《考评办法》的通知”"),
        ("《甲》和《乙》", "“《甲》和《乙》”"),
    ],
)
def test_works_are_wrapped_once(title: str, text: str) -> None:
    assert wording.work_title(title) == text


def test_quotation_marks_inside_quotation_marks_are_single() -> None:
    assert wording.quoted("诵读《红色家书》") == "“诵读《红色家书》”"
    assert wording.quoted("开展“七一”慰问") == "“开展‘七一’慰问”"


def test_only_noun_phrases_stand_without_quotation_marks() -> None:
    assert wording.named("纪念建党97周年系列活动") == "纪念建党97周年系列活动"
    assert wording.named("开展慰问活动") == "“开展慰问活动”"
    assert wording.named("诵读《红色家书》") == "“诵读《红色家书》”"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["甲"], "甲"),
        (["甲", "乙"], "甲和乙"),
        (["甲", "乙", "丙"], "甲、乙和丙"),
        (["《甲》", "《乙》", "《丙》"], "《甲》《乙》和《丙》"),
        (["“甲”", "乙", "丙"], "“甲”、乙和丙"),
    ],
)
def test_lists(items: list[str], text: str) -> None:
    assert wording.join(items) == text


@given(st.integers(min_value=1, max_value=30))
def test_deng_stands_only_after_a_list_that_was_cut(length: int) -> None:
    items = [f"{letter}项" for letter in "abcdefghijklmnopqrstuvwxyzABCD"[:length]]
    text = wording.names(items)
    shown = [item for item in items if item in text]
    assert text.endswith("等") is (len(shown) < length)
    assert shown == items[: len(shown)]
    assert "和" not in text or len(shown) == length


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("党员脱产教育培训班（第一期）", "党员脱产教育培训班"),
        ("第三季度党支部工作考评", "党支部工作考评"),
        ("2018年度总结大会", "总结大会"),
        ("3月主题党日", "主题党日"),
        ("第二季度", "第二季度"),
    ],
)
def test_stems_lose_their_numbering(title: str, stem: str) -> None:
    assert wording.stem(title) == stem


@pytest.mark.parametrize(
    ("months", "text"),
    [
        ([3], "3月"),
        ([3, 3], "3月"),
        ([3, 4], "3月和4月"),
        ([1, 2, 3], "1月至3月"),
        ([4, 7, 10, 12], "4月、7月、10月和12月"),
        ([1, 3, 5, 7, 9], "1月至9月"),
    ],
)
def test_months(months: list[int], text: str) -> None:
    assert wording.months([date(2018, month, 9) for month in months]) == text


def test_a_day_of_another_year_tells_its_year() -> None:
    assert wording.day(date(2018, 3, 2), 2018) == "3月2日"
    assert wording.day(date(2019, 3, 2), 2018) == "2019年3月2日"


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("评出先进支部一个", "评出先进支部一个。"),
        ("已完成。", "已完成。"),
        ("大家说“好！”", "大家说“好！”"),
        ("一行\n两行 ", "一行 两行。"),
    ],
)
def test_a_missing_full_stop_is_all_that_is_added(text: str, ended: str) -> None:
    assert wording.full_stop(text) == ended
