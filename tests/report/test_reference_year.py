"""The reference year: every expected fact is told with its number, nothing else is claimed."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.report.blocks import ComposedText, CountRef
from app.report.compose.outline import compose
from app.report.facts import Fact, Options
from tests.report.written import paragraphs, sentences, to_markdown, to_text
from tests.report.years import PLANS, SHORTCOMINGS, below, reference, year

FIRST_PERSON = Options(salutation="各位领导、同志们")
ORGANIZATION = Options(voice="organization")
BOTH = pytest.mark.parametrize("options", [FIRST_PERSON, ORGANIZATION], ids=["我", "组织"])


def part(summary: ComposedText, number: int) -> str:
    return "\n".join(paragraphs(summary, number))


def refs(summary: ComposedText, sentence_id: str) -> dict[str, CountRef]:
    [found] = [sentence for sentence in sentences(summary) if sentence.id == sentence_id]
    return {ref.label: ref for ref in found.counts}


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "三次党建工作专题会议",
        "两次意识形态专题会议",
        "两次党风廉政建设专题会议",
        "制定制度六项、修订制度两项",
        "文章一篇，题为《依法合规推进管内项目建设调研》",
        "提醒谈话六人、诫勉谈话两人",
        "党纪处分一人",
        "考核反馈的九个问题",
        "除“工会组织换届”一个问题经请示集团公司工会同意暂缓外，其余八个",
        "自查发现的五个问题",
        "民主生活会对照检查出的三个问题",
        "党员脱产教育培训班三期",
        "七项课题攻关，破解难点11处",
        "理论学习中心组学习四次",
        "党支部工作考评四次",
        "《“三重一大”集体决策制度》《总支委会议事制度》和《总支委工作细则》三项制度",
        "党群工作网",
        "赴小岗村重温改革历程",
        "组织诵读《红色家书》、共读《习近平讲故事》，共122人次参加",
        "销号率为94.12%（16/17）",
    ],
)
def test_expected_facts_are_told(options: Options, text: str) -> None:
    assert text in to_text(compose(reference(), options))


def test_seven_focuses_each_have_their_paragraph() -> None:
    assert [text[:8] for text in paragraphs(compose(reference()), 1)] == [
        *("一是聚焦理论武装", "二是聚焦党的领导", "三是聚焦党建质量", "四是聚焦一岗双责"),
        *("五是聚焦党风廉政", "六是聚焦问题整改", "七是聚焦中心工作"),
    ]


def test_numbers_open_their_records() -> None:
    summary = compose(reference())
    special = refs(summary, "p1.dual_responsibility.special.reporter")
    assert {label: ref.value for label, ref in special.items()} == {
        "党建工作专题会议": 3,
        "意识形态专题会议": 2,
        "党风廉政建设专题会议": 2,
    }
    solved = refs(summary, "p1.core_work.breakthrough.reporter")["破解难点"]
    assert (solved.basis, solved.value, len(solved.addends)) == ("sum", 11, 7)
    feedback = refs(summary, "p1.rectification.assessment_feedback")
    assert (feedback["销号"].value, feedback["暂缓"].value) == (8, 1)
    assert (feedback["暂缓"].unit, len(feedback["暂缓"].ids)) == ("个", 1)


@BOTH
def test_all_done_is_never_said_without_the_exception(options: Options) -> None:
    text = to_text(compose(reference(), options))
    assert "已全部整改" not in text
    assert "工会组织换届” 问题" not in text
    assert text.count("暂缓一个") == 1


@BOTH
def test_with_the_branches_what_is_owed_is_told_and_only_there(options: Options) -> None:
    summary = compose(reference(with_branches=True), options)
    assert "第二项目部党支部第三季度党员大会" not in part(summary, 1)
    assert "自查发现的六个问题中，已销号五个、正在整改一个（已逾期）" in part(summary, 1)
    assert "自查发现的五个问题" not in part(summary, 1)
    assert "已全部整改" not in to_text(summary)
    assert "第二项目部党支部第三季度党员大会应于9月30日前召开，截至12月31日尚未召开。" in part(
        summary, 2
    )
    assert (
        "第一项目部党支部“党员学习笔记抽查不合格”问题应于11月30日前完成整改，"
        "截至12月31日已逾期31天。" in part(summary, 2)
    )
    assert "督促第二项目部党支部补开第三季度党员大会" in part(summary, 3)
    assert "督促第一项目部党支部限期完成“党员学习笔记抽查不合格”问题的整改" in part(summary, 3)
    assert {finding.code for finding in summary.findings} == {
        *("plan_missed", "rectification_overdue")
    }


def test_authored_shortcomings_and_plans_come_first_and_numbering_goes_on() -> None:
    summary = compose(reference(with_branches=True))
    second, third = part(summary, 2), part(summary, 3)
    for notes, text in ((SHORTCOMINGS, second), (PLANS, third)):
        places = [text.index(note.title) for note in notes]
        assert places == sorted(places)
    assert [second.index(f"{number}是") for number in "六七八九"] == sorted(
        second.index(f"{number}是") for number in "六七八九"
    )
    assert third.startswith("2019年，我将重点抓好以下工作：一是落实责任")


def test_voices_differ_in_who_speaks_and_not_in_the_numbers() -> None:
    mine = compose(reference(), FIRST_PERSON)
    ours = compose(reference(), ORGANIZATION)
    assert "我主持" in to_text(mine)
    assert "我" not in to_text(ours).replace("我们", "")
    assert "总支书记先后主持制定" in to_text(ours)
    assert mine.head.title == f"{reference().year}年抓基层党建工作述职报告"
    assert ours.head.title == "指挥部党总支2018年度党建工作总结"
    assert [sentence.counts for sentence in sentences(mine)] == [
        sentence.counts for sentence in sentences(ours)
    ]


def test_supervision_is_counts_only_and_absent_for_those_who_may_not_see_it() -> None:
    summary = compose(reference())
    restricted = [fact for fact in reference().facts if fact.is_restricted]
    text = to_text(summary) + to_markdown(summary)
    assert "涉密" not in text
    assert all(name not in text for fact in restricted for name in fact.persons)
    closed = compose(replace(reference(), includes_supervision=False))
    absent = compose(
        replace(
            reference(),
            facts=tuple(fact for fact in reference().facts if not fact.is_restricted),
            includes_supervision=False,
        )
    )
    assert closed == absent
    assert closed.note is not None
    assert closed.note not in to_text(closed)
    for word in ("提醒谈话", "诫勉", "给予", "党纪处分"):
        assert word not in part(closed, 1)
    assert summary.note is None


def test_one_person_talked_to_twice_is_one_person() -> None:
    def talk(number: int) -> Fact:
        talks = [fact for fact in reference().facts if fact.kind == "talk"]
        first = next(fact for fact in talks if fact.is_restricted)
        return replace(first, id=str(UUID(int=number)))

    assert "提醒谈话一人" in to_text(compose(year([talk(1), talk(2)])))


def test_every_completed_record_is_cited() -> None:
    assert compose(reference()).uncited == ()


def test_the_same_facts_give_the_same_bytes_in_any_order() -> None:
    again = replace(reference(), facts=tuple(reversed(reference().facts)))
    assert to_text(compose(again)) == to_text(compose(reference()))
    assert compose(again) == compose(reference())


def test_what_is_planned_is_never_told_as_done() -> None:
    planned = [replace(fact, status="planned") for fact in reference().facts]
    cancelled = [replace(fact, status="cancelled") for fact in reference().facts]
    assert part(compose(year(planned)), 1) == "履职情况（待补充）。"
    assert part(compose(year(cancelled)), 1) == "履职情况（待补充）。"


def test_text_and_markdown_tell_the_same() -> None:
    summary = compose(reference(), FIRST_PERSON)
    text, markdown = to_text(summary), to_markdown(summary)
    assert text.splitlines()[0] == summary.head.title
    assert "各位领导、同志们：" in text
    assert "## 一、履职情况" in markdown
    assert all(sentence.text in text for sentence in sentences(summary))
    assert markdown.startswith(f"# {summary.head.title}\n")


def test_markdown_escapes_what_people_typed() -> None:
    [missed, _] = below()
    summary = compose(year([replace(missed, title="<b>*会*</b>会")]))
    assert "\\<b\\>\\*会\\*" in to_markdown(summary)
    assert "<b>*会*" in to_text(summary)


def test_markdown_shows_what_was_typed() -> None:
    typed = Options(salutation="各位 &amp; ![图](甲) *同志*")
    text = to_markdown(compose(reference(), typed))
    assert r"各位 \&amp; \!\[图\](甲) \*同志\*：" in text
