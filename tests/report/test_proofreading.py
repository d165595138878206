"""Proofreading: every rule finds what it is for and leaves alone what is right."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.book import standard_book
from app.report.compose.outline import compose
from app.report.drafts.block_rows import document_of
from app.report.drafts.files import hints_of
from app.report.drafts.proofreading import Hint, ProofLine, proofread, word_list
from app.report.facts import Options
from app.report.files.model import outside_gb2312
from tests.report.golden import PERIODS, reference_period
from tests.report.written import sentences
from tests.support.properties import examples

YEAR = 2018


def line(text: str, **more: object) -> ProofLine:
    fields: dict[str, object] = {
        "id": "a",
        "kind": "sentence",
        "paragraph": "p",
        "is_sourced": True,
    }
    return ProofLine(**{**fields, "text": text, **more})  # type: ignore[arg-type]


def found(text: str, year: int = YEAR, **more: object) -> list[tuple[str, str]]:
    return [(hint.code, hint.found) for hint in proofread([line(text, **more)], year)]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("坚决做到二个维护。", "wrong_phrase", "二个维护"),
        ("完善整改台帐三份。", "wrong_phrase", "台帐"),
        ("截止目前已办结8个。", "wrong_phrase", "截止目前"),
        ("党的二十大报告3次。", "phrase_out_of_year", "党的二十大"),
        ("进一步加强党员教育管理。", "vague_filler", "进一步加强"),
        ("召开会议二次。", "two", "二"),
        ("二〇一八年", "", ""),
        ("二零一八年共3次。", "year_zero", "二零一八年"),
        ("现有党员37个。", "unit", "个"),
        ("制定5次制度。", "unit", "次"),
        ("撰写文章三个。", "unit", "个"),
        ("制定制度两个。", "unit", "个"),
        ("整改问题三项。", "unit", "项"),
        ("召开会议三场。", "unit", "场"),
        ("开展谈话五次。", "unit", "次"),
        ("给予处分2次。", "unit", "次"),
        ("破解难点三个。", "unit", "个"),
        ("联系单位4个。", "unit", "个"),
        ("到会共40多余人。", "approximate_twice", "40多余"),
        ("形成约20余份材料。", "approximate_twice", "约20余"),
        ("形成近二十余份材料。", "approximate_twice", "近二十余"),
        ("形成约20份左右。", "approximate_twice", "约20份左右"),
        ("2018年12月03日召开会议3次。", "leading_zero", "0"),
        ("2018年03月召开会议3次。", "leading_zero", "0"),
        ("到会率百分之50。", "percent", "百分之50"),
        ("到会率百分之九十四点一二。", "percent", "百分之九十四点一二"),
        ("做为书记，主持3次。", "wrong_phrase", "做为"),
        ("统一按排3次。", "wrong_phrase", "按排"),
        ("部份党员参加3次。", "wrong_phrase", "部份"),
        ("组织组织生活会1次。", "doubled_word", "组织组织"),
        ("召开的的会议3次。", "doubled_word", "的的"),
        ("召开会议3次。。", "punctuation", "。。"),
        ("召开会议,讨论3项", "punctuation", ","),
        ("召开 会议3次。", "punctuation", " "),
        ("学习“两学一做3次。", "unbalanced", "“"),
        ("学习两学一做”3次。", "unbalanced", "”"),
        ("3" + "长" * 160, "long_sentence", "3" + "长" * 160),
    ],
)
def test_one_line(text: str, code: str, where: str) -> None:
    assert (code, where) in found(text) or (not code and found(text) == [])


@pytest.mark.parametrize(
    "text",
    [
        "召开第二次会议，共十二次、二十二个问题。",
        "二期工程3月完工，二次供水改造1处。",
        "召开党支部党员大会4次、支部委员会会议12次。",
        "现有党员37名，整改问题12个。",
        "一一核对，看了看3份材料。",
        "各党支部主题党日12次，党员25人次参加。",
        "制定《“三会一课”管理办法（试行）》1项。",
        "落实“两个维护”，参加3次学习。",
        "整理两份会议纪要、三篇调研报告、一个学习小组的4项活动制度。",
        "三名支部书记、五个党支部委员参加，12月3日、12月30日、2018年10月各1次。",
        "做为民服务的党员，按排查情况，各占部份额的50%，百分之百到会3次。",
        "约20份，40余人，近30户，十几次，谈话8人，处分1人，活动3场。",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_set_phrases_belong_to_their_years() -> None:
    assert found("学习党的二十大报告3次。", 2022) == []
    assert [code for code, _ in found("学习党的二十大报告3次。", 2021)] == ["phrase_out_of_year"]


def test_titles_are_quoted_as_they_are() -> None:
    title = "进一步加强二次供水台帐管理"
    assert found(f"制定《{title}》。", titles=(title,)) == []
    assert {code for code, _ in found(f"制定《{title}》。")} == {"vague_filler", "wrong_phrase"}
    assert ("vague_filler", "扎实推进") in found(f"扎实推进《{title}》。", titles=(title,))


def test_suggestions_can_be_typed() -> None:
    hints = proofread([line("召开会议二次，完善台帐。")], YEAR)
    assert [(hint.found, hint.suggestion) for hint in hints] == [("二", "两"), ("台帐", "台账")]
    assert all(hint.severity == "error" for hint in hints)


def headings(*texts: str, level: int = 2) -> list[ProofLine]:
    return [
        ProofLine(
            id=str(position), kind="heading", paragraph=f"h{position}", text=text, level=level
        )
        for position, text in enumerate(texts)
    ]


def codes(hints: tuple[Hint, ...]) -> list[tuple[str, str]]:
    return [(hint.code, hint.line_id) for hint in hints]


def test_a_heading_out_of_parallel() -> None:
    alike = ("（一）抓学习，强本领", "（二）抓制度，强根基", "（三）抓整改，强作风")
    assert codes(proofread(headings(*alike), YEAR)) == []
    other = (*alike, "（四）关于其他有关方面的工作")
    assert codes(proofread(headings(*other), YEAR)) == [("heading_not_parallel", "3")]
    assert codes(proofread(headings(*alike[:2], "（三）其他"), YEAR)) == [
        ("heading_not_parallel", "2")
    ]


def test_headings_of_different_parents_are_not_compared() -> None:
    lines = [
        ProofLine(id="x", kind="heading", paragraph="x", text="一、履职情况", level=1),
        *headings("（一）抓学习，强本领", "（二）抓制度，强根基"),
        ProofLine(id="y", kind="heading", paragraph="y", text="二、存在问题", level=1),
        ProofLine(id="z", kind="heading", paragraph="z", text="（一）其他", level=2),
    ]
    assert codes(proofread(lines, YEAR)) == []


def test_numbering_without_a_gap() -> None:
    first = line("一是召开会议3次。", id="a")
    third = line("三是整改8个。", id="b")
    hints = proofread([first, third], YEAR)
    assert [(hint.code, hint.line_id, hint.suggestion) for hint in hints] == [
        ("numbering", "b", "二")
    ]
    parts = headings("一、履职情况", "三、下一步打算", level=1)
    assert ("numbering", "1") in codes(proofread(parts, YEAR))
    again = [first, *headings("二、存在问题", level=1)[:1], line("一是迟报1次。", id="c")]
    assert ("numbering", "c") not in codes(proofread(again, YEAR))


def test_a_paragraph_without_a_fact() -> None:
    empty = line("思想认识得到统一。", is_sourced=False)
    assert codes(proofread([empty], YEAR)) == [("paragraph_without_fact", "a")]
    beside = line("召开会议三次。", id="b", is_sourced=False)
    assert codes(proofread([empty, beside], YEAR)) == []
    assert codes(proofread([line("思想认识得到统一。")], YEAR)) == []


@examples(300)
@given(
    st.lists(st.text("一二三是、，。的了“”《》（）次个 项党员会议0189年", max_size=30), max_size=6)
)
def test_every_hint_stands_where_it_says(texts: list[str]) -> None:
    lines = [line(text, id=str(position)) for position, text in enumerate(texts)]
    hints = proofread(lines, YEAR)
    assert hints == proofread(lines, YEAR)
    for hint in hints:
        text = texts[int(hint.line_id)]
        assert text[hint.start : hint.end] == hint.found
        assert hint.message


def test_the_word_list_is_consistent() -> None:
    known = word_list()
    for wrong, right in known.wrong.items():
        assert wrong != right
        assert not known.wrong_pattern.search(right), right
    assert not any(re.search(known.fillers, phrase) for phrase in known.years)


def test_our_own_texts_need_no_correction() -> None:
    for outline in standard_book().outlines.values():
        period = PERIODS.get(outline.code, "year")
        for voice in outline.voices:
            facts = reference_period(period)
            summary = compose(facts, Options(voice=voice, form=outline.code))
            known = {fact.id: fact for fact in facts.facts}
            hints = [hint for _, hint in hints_of(summary.blocks, known, facts.year)]
            # What is marked as left to people is pointed out, and nothing else.
            assert {hint.code for hint in hints} <= {"unfinished"}, hints
            text = document_of(summary.head, summary.blocks)
            assert outside_gb2312(text) == ()
            marked = [one for one in sentences(summary) if one.kind == "placeholder"]
            assert len(hints) == len(marked)


def test_a_list_may_begin_behind_its_opening() -> None:
    lines = [
        line("还存在以下不足：一是迟报1次；", id="a"),
        line("二是漏报1次。", id="b"),
        line("四是缺席1次。", id="c"),
    ]
    assert codes(proofread(lines, YEAR)) == [("numbering", "c")]
