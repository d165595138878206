"""What a reader would stumble over: things told twice, lists that name nothing, stale sources."""

from dataclasses import replace
from datetime import date

from app.report.compose.outline import compose
from app.report.facts import Fact, FactSet, Options
from tests.report import surroundings
from tests.report.special_years import fifty, full
from tests.report.written import sentences, to_text
from tests.report.years import BRANCHES, HQ, fact, on, year

OWN = (HQ, "指挥部党总支")
ASSEMBLY, YEARLY = 0, 4


def planned(due: date) -> Fact:
    return fact("meeting", "member_assembly", "党员大会", status="planned", due_on=due)


def told(fact_set: FactSet, voice: str = "organization") -> str:
    return to_text(compose(fact_set, Options(voice=voice)))  # type: ignore[arg-type]


def test_a_planned_meeting_and_the_duty_it_would_have_met_are_told_once() -> None:
    states = ["done", "done", "missing", "done"]
    line = surroundings.line(surroundings.Ids(), OWN, ASSEMBLY, states)
    meeting = planned(on(9, 30))
    summary = compose(year([meeting], duties=(line,)))
    text = to_text(summary)
    assert "第三季度支部党员大会应于9月28日前完成" in text
    assert "工作计划有落空" not in text
    assert "补上未落实的计划" not in text
    for part in ("p2", "p3"):
        assert any(
            meeting.id in one.ids for one in sentences(summary) if one.id.startswith(f"{part}.dut")
        )


def test_a_plan_of_another_quarter_is_told_besides() -> None:
    states = ["done", "done", "missing", "done"]
    line = surroundings.line(surroundings.Ids(), OWN, ASSEMBLY, states)
    text = told(year([planned(on(6, 30))], duties=(line,)))
    assert "责任清单有缺项" in text
    assert "二是工作计划有落空。党员大会应于6月30日前召开" in text


def test_policies_without_telling_names_are_counted() -> None:
    made = [
        fact("output", "policy_document", "考勤办法", happened_on=on(month, 9)) for month in (2, 3)
    ]
    text = told(year(made))
    assert "2月和3月，组织形成制度两项。" in text
    for fact_set in (full(), fifty()):
        assert "包括。" not in told(fact_set)


def test_one_theme_is_not_studied_one_after_the_other() -> None:
    held = [
        fact("meeting", "central_group_study", "条例学习", happened_on=on(month, 9))
        for month in (2, 3)
    ]
    assert "理论学习中心组学习两次，内容为条例。" in told(year(held))


def test_a_source_younger_than_the_year_grounds_nothing() -> None:
    line = surroundings.line(surroundings.Ids(), OWN, YEARLY, ["missing"])
    for source, words in (
        ("《甲规定》（2016），基层参照", "按照《甲规定》（基层参照）"),
        ("《乙规定》（2019）", "年度组织生活会应于12月28日前完成"),
    ):
        text = told(year([], duties=(replace(line, source=source, article=None),)))
        assert words in text
        assert "（2016）" not in text
        assert "乙规定" not in text


def test_one_shortcoming_has_no_number() -> None:
    line = surroundings.line(surroundings.Ids(), OWN, YEARLY, ["missing"])
    text = told(year([], duties=(line,), period="q4", as_of=on(12, 31)))
    assert "一是" not in text
    assert "　责任清单有缺项。" in text
    assert "　补齐清单缺项，" in text


def test_the_lower_grades_are_not_named_where_the_lowest_are_counted() -> None:
    text = told(fifty())
    assert "第一季度，12个党组织定为后进，七个党组织定为一般" in text


def test_organisations_below_go_by_name_once_and_after_ones_own_work() -> None:
    text = told(full())
    names = "、".join([*BRANCHES][:-1]) + "和" + [*BRANCHES][-1]
    paragraphs = [one for one in text.splitlines() if "是聚焦" in one]
    assert sum(one.count(names) for one in paragraphs) == 1
    for one in paragraphs[1:]:
        assert one.count("所属党组织") == 1
