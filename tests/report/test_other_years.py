"""Years unlike the reference: a branch, a poor one, an empty one, a very full one."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from app.report.compose.outline import compose
from app.report.facts import AuthoredNote, Count, Fact, FactSet, Options, PreviousYear
from tests.report.written import sentences, to_text
from tests.report.years import fact, on, rectification, year

QUALITY = "party_building_quality"
BELOW = tuple(f"{name}工区党支部" for name in "甲乙丙丁戊己庚辛壬癸")


def told(facts: list[Fact], **values: object) -> str:
    return to_text(compose(year(facts, **values)))


def branch_year() -> list[Fact]:
    quarters = list(zip((3, 6, 9, 11), ("学党章", "守纪律", "讲担当", "促生产"), strict=True))
    return [
        *(
            fact("meeting", "committee_meeting", f"{month}月支委会", focus=QUALITY, **held)
            for month in range(1, 13)
            for held in [{"happened_on": on(month, 5), "is_reporter": month > 4}]
        ),
        *(
            fact("meeting", "member_assembly", "党员大会", focus=QUALITY, happened_on=on(m, 10))
            for m, _ in quarters
        ),
        *(
            fact("meeting", "party_lecture", title, focus=QUALITY, happened_on=on(m, 11))
            for m, title in quarters
        ),
        fact("meeting", "theme_party_day", "主题党日", focus=QUALITY, happened_on=on(5, 4)),
    ]


def test_three_meetings_and_one_lecture_are_told_by_how_they_cover_the_year() -> None:
    text = told(branch_year(), organization_kind="party_branch")
    assert (
        "党支部全年召开支部党员大会四次（各季度均有安排）和支部委员会会议12次（逐月召开），"
        "其中我主持八次；开展主题党日一次。" in text
    )
    assert "组织党课四次，各季度均有安排，题目依次为“学党章”“守纪律”“讲担当”和“促生产”" in text


def test_a_missing_month_or_quarter_is_not_told_as_coverage() -> None:
    facts = [item for item in branch_year() if item.day not in {on(6, 5), on(6, 10)}]
    text = told(facts, organization_kind="party_branch")
    assert "支部党员大会三次和支部委员会会议11次" in text
    assert "逐月" not in text


def test_coverage_below_holds_only_when_every_branch_in_scope_has_it() -> None:
    facts = [
        fact("meeting", "committee_meeting", "支委会", branch=name, happened_on=on(month, 5))
        for name in BELOW[:2]
        for month in range(1, 13)
    ]
    scope = {"include_descendants": True, "branch_names": BELOW[:2]}
    assert "甲工区党支部和乙工区党支部全年召开支部委员会会议24次（均逐月召开）" in told(
        facts, **scope
    )
    assert "逐月" not in told(facts, **{**scope, "branch_names": BELOW[:3]})


def test_in_the_middle_of_a_year_only_whole_months_are_covered() -> None:
    facts = [
        fact("meeting", "committee_meeting", "支委会", happened_on=on(month, 5))
        for month in range(1, 6)
    ]
    text = told(facts, as_of=on(6, 20))
    assert "年初以来召开支部委员会会议五次（1月至5月逐月召开）" in text


def test_poor_attendance_is_told_and_ordinary_attendance_is_not() -> None:
    def assembly(present: int) -> str:
        return told(
            [
                fact(
                    *("meeting", "member_assembly", "党员大会"),
                    happened_on=on(3, 1),
                    expected=30,
                    present=present,
                )
            ]
        )

    assert "应到30人、实到20人" in assembly(20)
    assert "应到" not in assembly(28)


def test_an_empty_year_is_short_and_honest() -> None:
    summary = compose(year([]))
    text = to_text(summary)
    assert text.count("（待补充）") == 4
    assert {sentence.kind for sentence in sentences(summary)} == {"placeholder"}
    assert len(text) < 150


def test_a_single_open_problem() -> None:
    problem = rectification(
        *("audit", "报销手续不全"), status="open", due_on=on(11, 1), days_overdue=60
    )
    text = told([problem])
    assert "审计指出的一个问题目前尚未启动整改（已逾期）。" in text
    assert "“报销手续不全”问题应于11月1日前完成整改，截至12月31日已逾期60天。" in text
    assert "限期完成“报销手续不全”问题的整改" in text


def test_returned_unfinished_submitted_and_suspended_are_each_named() -> None:
    text = told(
        [
            rectification("audit", "甲项", status="in_progress", was_returned=True),
            rectification("audit", "乙项", status="in_progress", due_on=on(3, 1, 2019)),
            rectification("audit", "丙项", status="submitted"),
            rectification("audit", "丁项", status="suspended"),
        ]
    )
    assert "暂缓一个、待验收一个、正在整改两个" in text
    assert "“甲项”问题曾提交验收后被退回，截至12月31日仍在整改。" in text
    assert "“乙项”问题的整改时限为2019年3月1日，目前尚未完成。" in text
    assert "配合完成“丙项”问题的验收" in text
    assert "“丁项”问题暂缓整改，至今没有办结。" in text
    assert "明确“丁项”问题恢复整改的时间" in text


def full_year() -> FactSet:
    facts = [
        fact(*("activity", "field_visit", f"走访班组{name}"), branch=owner, focus="core_work",
             happened_on=on(month, 3), participants=Count(5))
        for name in "子丑寅卯辰巳午未申酉戌亥"
        for owner in BELOW
        for month in range(1, 13)
    ]  # fmt: skip
    facts += [
        fact("output", "policy_document", f"{owner}规则", branch=owner, change="created")
        for owner in BELOW[:9]
    ]
    facts += [
        fact("meeting", "member_assembly", "党员大会", branch=owner, status="planned",
             planned_on=on(9, day))
        for owner in BELOW
        for day in range(1, 27)
    ]  # fmt: skip
    facts += [
        rectification("audit", f"{owner}缺项", branch=owner, status="open", due_on=on(11, 1),
                      days_overdue=number)
        for number, owner in enumerate(BELOW, start=30)
    ]  # fmt: skip
    return year(facts, include_descendants=True, branch_names=BELOW)


def test_long_lists_are_cut_with_their_number() -> None:
    text = to_text(compose(full_year()))
    assert "等九项制度" in text
    assert "等活动1440次，共7200人次参加" in text
    assert "等260项" in text
    assert "等十个问题，其中逾期最长的39天" in text
    assert "督促有关党组织" in text
    assert len(text) < 2500


def test_talk_families_are_never_summed() -> None:
    text = told(
        [
            *(
                fact("talk", "heart_talk", "x", person_times=Count(number, approximate=True))
                for number in (40, 30)
            ),
            fact("talk", "duty_talk", "x", persons=frozenset({"a", "b"})),
            fact("talk", "duty_talk", "x", persons=frozenset({"b"})),
            fact("talk", "integrity_talk", "x", persons=frozenset({"a"})),
        ]
    )
    assert "谈心谈话70余人次、约谈两人、廉政谈话一人" in text


def test_last_years_promises_are_told_with_their_results() -> None:
    summary = compose(
        year(
            [],
            previous=PreviousYear(
                (AuthoredNote(UUID(int=1), "深入一线不够", None, "全年调研12次"),),
                (AuthoredNote(UUID(int=2), "建成党员活动室"),),
            ),
        )
    )
    text = to_text(summary)
    assert "关于上年度查摆的“深入一线不够”，全年调研12次。" in text
    assert "关于上年度承诺的“建成党员活动室”，办理结果（待补充）。" in text
    assert "previous_unanswered" in {finding.code for finding in summary.findings}


def test_details_of_notes_stand_after_their_topic() -> None:
    notes = (AuthoredNote(UUID(int=1), "政工经验不足", "学习还不系统"),)
    assert "一是政工经验不足。学习还不系统。" in told([], shortcomings=notes)


def test_an_outcome_is_quoted_as_written_but_never_of_a_talk() -> None:
    text = told(
        [
            fact(*("activity", "warning_education", "参观教育基地"), outcome="撰写心得28篇"),
            fact("talk", "heart_talk", "x", outcome="对方承认错误"),
        ]
    )
    assert "组织参观教育基地。撰写心得28篇。" in text
    assert "承认" not in text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"focus": None}, "no_focus"),
        ({"late_entry": True}, "late_entries"),
        ({"expected": 3, "present": 4}, "attendance_over_expected"),
    ],
)
def test_findings(change: dict[str, object], code: str) -> None:
    clean = fact("meeting", "member_assembly", "党员大会", focus=QUALITY, happened_on=on(3, 1))
    assert code not in {finding.code for finding in compose(year([clean])).findings}
    changed = replace(clean, **change)  # type: ignore[arg-type]
    [found] = [item for item in compose(year([changed])).findings if item.code == code]
    assert found.ids == (clean.id,)


def test_a_suspension_without_approver_is_reported() -> None:
    found = compose(year([rectification("audit", "甲", status="suspended")])).findings
    assert "suspension_unapproved" in {finding.code for finding in found}


def test_another_years_records_do_not_count() -> None:
    late = fact("meeting", "member_assembly", "党员大会", happened_on=on(1, 3, 2019))
    closed = rectification("audit", "甲", completed_on=on(1, 3, 2017))
    assert "没有已办结的工作记录" in told([late, closed])


def test_planned_events_of_next_year_are_plans() -> None:
    facts = [
        fact(*("meeting", "member_assembly", f"第{quarter}季度党员大会"), status="planned",
             planned_on=on(month, 9, 2019))
        for quarter, month in (("一", 3), ("二", 6))
    ]  # fmt: skip
    text = told(facts)
    assert "包括第一季度党员大会（3月9日）和第二季度党员大会（6月9日）两项。" in text
    assert "尚未召开" not in text


def test_courses_briefings_and_awards() -> None:
    text = told(
        [
            fact(*("activity", "training_course", "党务培训班"), participants=Count(28, True),
                 hours=Decimal("1.5")),
            fact("output", "briefing", "党建简报", quantity=Count(12)),
            fact("output", "material", "学习材料", quantity=Count(20, approximate=True)),
            fact("output", "award", "先进党支部"),
        ]
    )  # fmt: skip
    assert "举办党务培训班一期，培训约28人，累计1.5学时。" in text
    assert "编发简报12期" in text
    assert "材料20余份" in text
    assert "获得“先进党支部”表彰" in text


def test_numerals_can_be_all_chinese_or_all_arabic() -> None:
    facts = branch_year()
    chinese = to_text(compose(year(facts), Options(numerals="chinese")))
    arabic = to_text(compose(year(facts), Options(numerals="arabic")))
    assert "支部委员会会议十二次" in chinese
    assert "支部党员大会4次" in arabic
