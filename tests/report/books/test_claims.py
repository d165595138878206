"""A unit's words state nothing that no record bears out; what cannot be judged is pointed at."""

from typing import Any

import pytest

from app.report.book import standard_book, standard_phrases
from app.report.book_checks import flaws_of_template, free_words, hints_of
from app.report.book_documents import HEADING_SLOTS, TITLE_SLOTS, Phrase
from tests.report.books.makers import outline, phrase, read, refused

STUDY = "{span}，{doer}开展理论学习中心组学习{count}{attendance}"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"在我的带领下，{STUDY}。", {"speaker_stated"}),
        (f"本人主抓，{STUDY}。", {"speaker_stated"}),
        (STUDY.replace("{doer}", "我亲自{subject}{verb}") + "。", {"speaker_stated"}),
        (f"{STUDY}，获得上级表彰。", {"claim_unfounded"}),
        (f"{STUDY}，走在集团前列。", {"claim_unfounded"}),
        (f"{STUDY}，取得显著成效。", {"claim_unfounded"}),
        (f"{STUDY}，受到群众一致好评，在全集团推广。", {"claim_unfounded"}),
        (STUDY.replace("开展", "开展自我批评和") + "。", set()),
    ],
)
def test_phrases_neither_praise_nor_say_who(text: str, codes: set[str]) -> None:
    assert set(refused(phrases=[phrase("study", text, "dated")]).values()) == codes


@pytest.mark.parametrize(
    ("rule", "text", "needs", "said"),
    [
        ("study", f"{STUDY}，班子成员深受启发。", ["dated"], ["班子成员深受启发"]),
        ("study", f"{STUDY}收到预期效果。", ["dated"], ["收到预期效果"]),
        ("study", f"按照上级党委的统一部署，{STUDY}。", ["dated"], ["按照上级党委的统一部署"]),
        (
            "study",
            "{span}，{doer}面向全体职工和劳务人员组织开展学习{count}{attendance}。",
            ["dated"],
            ["面向全体职工和劳务人员组织开展学习"],
        ),
        ("platform", "{when}，{doer}建成{titles}并投入使用。", ["dated"], ["并投入使用"]),
        ("platform", "{when}，{doer}建成{titles}、交付职工。", ["dated"], ["交付职工"]),
        ("platform", "{when}，{doer}搭建{titles}。", ["dated"], []),
        ("briefing", "{doer}编印简报{count}（{span}）。", ["dated"], []),
    ],
)
def test_words_between_the_slots_are_pointed_at(
    rule: str, text: str, needs: list[str], said: list[str]
) -> None:
    made = read(phrases=[phrase(rule, text, *needs)])
    hints = [one for one in hints_of(made) if one.code == "words_of_ones_own"]
    assert [one.detail.split("”")[0] for one in hints] == [f"“{words}" for words in said]
    assert all(one.pointer == "#/phrases/0/text" for one in hints)


def test_no_shipped_wording_is_pointed_at() -> None:
    for rule, variants in standard_phrases().items():
        for variant in variants:
            one = Phrase(rule=rule, text=variant.text, needs=sorted(variant.needs))
            assert free_words(one) == [], variant.text


def test_an_award_may_be_told_in_words_of_honour() -> None:
    award = phrase("award", "{when}，{doer}荣获{titles}，共{count}。", "dated", "many")
    assert refused(phrases=[award]) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"heading": "所属支部全部达标"}, "claim_unfounded"),
        ({"heading": "问题已整改完毕"}, "claim_unfounded"),
        ({"heading": "我的工作"}, "speaker_stated"),
        ({"title": "{organization}{term}获得第一名报告"}, "claim_unfounded"),
        ({"title": "本人{term}报告"}, "speaker_stated"),
        ({"task": "取得优异成绩"}, "claim_unfounded"),
    ],
)
def test_headings_titles_and_tasks_conclude_nothing(changes: dict[str, Any], code: str) -> None:
    heading = changes.pop("heading", "工作情况")
    sections = [{"id": "p1", "heading": heading, "contents": [{"content": "work"}]}]
    found = refused(outlines=[outline(sections=sections, **changes)])
    assert set(found.values()) == {code}


def test_headlines_conclude_nothing_either() -> None:
    strands = {"study": ["学习达标"]}
    headlines = [{"code": "own", "template": "抓{first}", "strands": strands}]
    assert refused(headlines=headlines) == {"#/headlines/0/strands/study/0": "claim_unfounded"}


def test_every_shipped_heading_and_headline_would_be_accepted() -> None:
    book = standard_book()
    for one in book.outlines.values():
        assert flaws_of_template(one.title, TITLE_SLOTS) == []
        assert flaws_of_template(one.task, frozenset()) == []
        for section in one.sections:
            assert flaws_of_template(section.heading or "", HEADING_SLOTS) == []
    for entry in book.headlines:
        for table in (entry.strands, *entry.focuses.values()):
            for words in table.values():
                assert [flaws_of_template(text, frozenset()) for text in words] == [[]] * len(words)
