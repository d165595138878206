"""Numbers in people's own words: however they are spelt, a wrong one is seen, and no other."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.blocks import CountRef
from app.report.book import standard_book
from app.report.compose.outline import compose
from app.report.compose.wording import chinese_number
from app.report.drafts.numerals import (
    Support,
    chinese_value,
    quantities,
    support_of,
    unsupported_numbers,
)
from app.report.facts import FactSet, Options
from tests.report.golden import PERIODS, reference_period
from tests.report.special_years import SPECIAL
from tests.report.test_properties import make_year, options, seeds
from tests.support.properties import examples

FORMAL = str.maketrans("一二三四五六七八九十百千万", "壹贰叁肆伍陆柒捌玖拾佰仟萬")
SHORT = {"二十": "廿", "三十": "卅"}


def counted(*values: int) -> Support:
    return support_of(
        [
            CountRef(label="数", value=value, unit="次", printed="", basis="sum", ids=("a",))
            for value in values
        ],
        (),
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("召开会议十几次", "十几"),
        ("召开会议四回", "四"),
        ("召开会议四 次", "四"),
        ("开设课程九门", "九"),
        ("组织参观九趟", "九"),
        ("形成成果九大类", "九"),
        ("会议次数为九", "九"),
        ("会议次数为十。", "十"),
        ("比上年翻两番", "翻两番"),
        ("是上年的三倍", "三倍"),
        ("三分之二以上党员参加", "三分之二"),
        ("三成以上党员参加", "三成"),
        ("半数党员参加", "半数"),
        ("廿次调研", "廿"),
        ("卅人", "卅"),
        ("俩次", "俩"),
        ("仨人", "仨"),
        ("壹佰人", "壹佰"),
        ("柒次", "柒"),
        ("走访廿三户", "廿三"),
        ("走访二十三户", "二十三"),
        ("走访数十次", "数十"),
        ("走访几百户", "几百"),
        ("走访近百户", "近百"),
        ("走访百余户", "百余"),
        ("走访十来户", "十来"),
        ("走访30几户", "30几"),
        ("走访一百零三户", "一百零三"),
        ("走访一户", "一"),
    ],
)
def test_a_number_that_nothing_bears_out_is_seen_whole(text: str, wrong: str) -> None:
    assert unsupported_numbers(text, counted(1_000_003)) == (wrong,)


SPELLINGS = ("chinese", "arabic", "formal", "short", "spaced", "wide", "bare")


def spelt(value: int, spelling: str) -> str:
    chinese = chinese_number(value)
    if spelling == "arabic":
        return f"{value}次"
    if spelling == "wide":
        return "".join(chr(ord("０") + int(digit)) for digit in str(value)) + "次"
    if spelling == "formal":
        return chinese.translate(FORMAL) + "次"
    if spelling == "short":
        for long, short in SHORT.items():
            if chinese.startswith(long):
                chinese = short + chinese.removeprefix(long)
    if spelling == "spaced":
        return f"{chinese} 次"
    return f"次数为{chinese}" if spelling == "bare" else f"{chinese}次"


@examples(300)
@given(
    st.integers(1, 9999),
    st.sampled_from(SPELLINGS),
    st.sampled_from("次回趟门户名册"),
    st.integers(1, 9),
)
def test_every_spelling_of_a_number_is_read(value: int, spelling: str, unit: str, off: int) -> None:
    said = f"召开会议{spelt(value, spelling).replace('次', unit)}，形成记录。"
    assert unsupported_numbers(said, counted(value)) == ()
    assert len(unsupported_numbers(said, counted(value + off))) == 1, said


@examples(100)
@given(st.integers(1, 9999))
def test_formal_and_short_signs_have_the_value_of_the_usual_ones(value: int) -> None:
    usual = chinese_number(value)
    assert chinese_value(usual.translate(FORMAL)) == value
    assert chinese_value(spelt(value, "short").removesuffix("次")) == value


@examples(100)
@given(st.integers(2, 9), st.integers(0, 9), st.sampled_from(["几", "余", "多"]))
def test_over_leaves_the_last_place_open(tens: int, digit: int, over: str) -> None:
    text = f"走访{chinese_number(tens * 10)}{over}户"
    found = unsupported_numbers(text, counted(tens * 10 + digit))
    assert (found == ()) is (digit > 0)


def test_what_a_source_says_vaguely_may_be_said_again() -> None:
    support = support_of((), (), ["三分之二以上党员参加，走访数十次"])
    assert unsupported_numbers("走访数十次，三分之二党员参加", support) == ()
    assert unsupported_numbers("走访数百次，四分之三党员参加", support) == ("数百", "四分之三")


@pytest.mark.parametrize(
    "text",
    [
        "十分重视，千方百计，陆续完成，零星问题，一致同意，统一安排，进一步落实。",
        "在四川、三峡库区的第三工区，二公司和三标段的职工学习三会一课制度。",
        "落实“三重一大”、党建一把手责任，落实十四五规划，开展五四、七一活动。",
        "百姓满意，万众一心，两级党委、两委成员再三叮嘱，收拾场地，张三、李四参加。",
        "一季度起逐步推开，三级安全教育，四季度收官，一方面学习，一线职工参加。",
        "一是学习，二是调研，三是整改；（四）总结；第五次学习。",
    ],
)
def test_words_with_numerals_are_no_numbers(text: str) -> None:
    assert unsupported_numbers(text, counted()) == ()


def golden() -> list[tuple[FactSet, Options]]:
    found = []
    for outline in standard_book().outlines.values():
        facts = reference_period(PERIODS.get(outline.code, "year"))
        found += [(facts, Options(voice=v, form=outline.code)) for v in outline.voices]
    for make in SPECIAL.values():
        found += [
            (make(), Options(voice="first_person", form="duty_report")),
            (make(), Options(voice="organization", form="work_summary")),
        ]
    return found


def check_every_sentence(facts: FactSet, how: Options) -> None:
    """As when somebody rewords a sentence, and as when it is typed into the report anew."""
    by_id = {fact.id: fact for fact in facts.facts}
    years = [f"{year}年" for year in range(facts.year - 1, facts.year + 2)]
    told = [one for one in compose(facts, how).blocks if one.kind == "sentence"]
    for one in told:
        cited = [by_id[key] for key in one.ids if not by_id[key].is_restricted]
        said = [*years, one.generated or "", *(value for _, value in one.parameters)]
        support = support_of(one.counts, cited, said, [facts.as_of])
        assert unsupported_numbers(one.text, support) == (), one.text
        assert unsupported_numbers(f"此外，{one.text}", support) == (), one.text


def test_no_sentence_of_a_golden_text_raises_an_alarm() -> None:
    for facts, how in golden():
        check_every_sentence(facts, how)


@examples(40)
@given(seeds, options)
def test_no_sentence_of_any_year_does(seed: int, how: Options) -> None:
    check_every_sentence(make_year(seed, 40), how)


def test_the_numbers_of_golden_texts_are_read_as_they_are_counted() -> None:
    """Without the sentence to lean on, its counts and records bear out nearly every number."""
    total, alarms = 0, list[str]()
    for facts, how in golden():
        by_id = {fact.id: fact for fact in facts.facts}
        years = [f"{year}年" for year in range(facts.year - 1, facts.year + 2)]
        for one in compose(facts, how).blocks:
            if one.kind != "sentence" or one.origin != "generated" or not one.counts:
                continue
            cited = [by_id[key] for key in one.ids]
            values = [value for _, value in one.parameters]
            support = support_of(one.counts, cited, years, [facts.as_of])
            support = replace(support, names=(*support.names, *values))
            total += len(list(quantities(one.text)))
            alarms += unsupported_numbers(one.text, support)
    assert total > 500
    assert len(alarms) / total < Decimal("0.02"), alarms
