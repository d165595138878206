"""No sentence says more, or other, than its records; lists match their counts."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from app.report.book import standard_phrases
from app.report.compose.outline import compose
from app.report.facts import Count, EarlierRecord, Fact, Options, PeriodCode
from tests.report.golden import FOLDER
from tests.report.tallying import tallied
from tests.report.written import sentences, to_markdown, to_text
from tests.report.years import BRANCHES, fact, on, rectification, year

FOCUSES = ("theoretical_study", "party_leadership", "integrity", "core_work")
INTEGRITY = Options(voice="organization", form="integrity_report")


def told(facts: list[Fact], *, voice: str = "organization", **values: object) -> str:
    return to_text(compose(year(facts, **values), Options(voice=voice)))  # type: ignore[arg-type]


def ledger() -> list[Fact]:
    """Nine fed back in spring: five closed by June, three in the third quarter, one left."""
    done = [on(month, 20) for month in (4, 4, 5, 6, 6, 7, 8, 9)]
    return [
        *(
            rectification("assessment_feedback", f"问题{n}", found_on=on(4, 2), completed_on=day)
            for n, day in enumerate(done)
        ),
        rectification("assessment_feedback", "问题九", status="in_progress", found_on=on(4, 2)),
        rectification("audit", "问题十", status="open", found_on=on(8, 2)),
    ]


def test_a_quarter_tells_of_what_was_under_way_in_it() -> None:
    text = told(ledger(), period="q3", as_of=on(9, 30))
    assert "本季度在办的四个考核反馈问题中，已销号三个、正在整改一个。" in text
    assert "整改台账上的问题五个（上期结转四个、新列入一个），其中" in text
    assert "考核反馈的" not in text
    assert "列入整改台账的问题五个" not in text


def test_a_rate_of_part_of_a_year_is_named_as_its_own() -> None:
    more = [
        rectification("self_check", f"自查{n}", found_on=on(7, 2), completed_on=on(8, 2))
        for n in range(6)
    ]
    text = told([*ledger(), *more], period="q3", as_of=on(9, 30))
    assert "以上问题合计11个，本季度销号率为81.82%（9/11）。" in text
    whole = told([*ledger(), *more])
    assert "以上问题合计16个，销号率为87.50%（14/16）。" in whole
    assert "考核反馈的九个问题" in whole


@pytest.mark.parametrize(
    ("period", "words"),
    [("year", "上年结转的整改问题两个"), ("first_half", "上期结转的整改问题两个")],
)
def test_what_is_older_than_the_period_is_not_new_on_the_ledger(
    period: PeriodCode, words: str
) -> None:
    old = [
        rectification("audit", f"旧账{n}", status="open", found_on=on(5, 1, 2017)) for n in range(2)
    ]
    assert words in told(old, period=period, as_of=on(6, 30))
    assert "新列入" not in told(old, period=period, as_of=on(6, 30))


def articles(*rows: tuple[str, int]) -> list[Fact]:
    return [fact("output", "article", title, happened_on=on(month, 5)) for title, month in rows]


def test_theme_days_are_no_meetings() -> None:
    facts = [
        fact("meeting", "committee_meeting", "支委会", happened_on=on(1, 5)),
        fact("meeting", "party_lecture", "学党章", happened_on=on(2, 5)),
        *(fact("meeting", "theme_party_day", "主题党日", happened_on=on(m, 5)) for m in (3, 4)),
    ]
    assert "举行会议、主题党日和党课四次" in told(facts)
    assert "举行主题党日两次" in told(facts[2:])
    earlier = (EarlierRecord(id="1", kind="meeting", type="theme_party_day"),)
    compared = told(facts, earlier=earlier)
    assert "主题党日由一次增加到两次，多一次" in compared
    assert "各类会议和学习一次，上年没有记录" in compared


BEHIND_THE_VERB = re.compile(r"(?:主持|(?<!党)组织|带头|牵头|讲授)[于在]\d")


def test_no_month_stands_behind_the_verb() -> None:
    for path in FOLDER.glob("*.txt"):
        assert not BEHIND_THE_VERB.search(path.read_text(encoding="utf-8")), path.name
    for variants in standard_phrases().values():
        for variant in variants:
            assert not re.search(r"\{doer(?:_seq)?\}[于在]\{", variant.text), variant.text


def test_a_sentence_without_a_subject_does_not_begin_with_its_month() -> None:
    for path in FOLDER.glob("*.txt"):
        assert not re.search(r"[。　]于\d", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("voice", ["first_person", "organization"])
def test_what_came_on_one_day_did_not_come_one_after_the_other(voice: str) -> None:
    same_day = [fact("output", "award", name, happened_on=on(7, 1)) for name in ("甲奖", "乙奖")]
    text = told([*articles(("论甲", 6), ("论乙", 6)), *same_day], voice=voice)
    assert "先后" not in text
    assert "《论甲》和《论乙》" in text
    assert "先后撰写文章两篇，分别为《论甲》和《论乙》" in told(articles(("论甲", 6), ("论乙", 9)))


def test_one_name_is_not_printed_for_two() -> None:
    text = told(articles(("论甲", 6), ("论甲", 6)))
    assert "6月，撰写文章两篇。" in text
    assert "分别为" not in text


def made(type_: str, title: str, copies: int | None = None) -> Fact:
    quantity = Count(copies) if copies else None
    return fact("output", type_, title, happened_on=on(5, 5), quantity=quantity)


def test_material_is_named_with_its_copies_and_nothing_is_said_to_be_cut() -> None:
    text = told([made("other", "支部品牌"), made("material", "宣传册", 2)])
    assert "形成“宣传册”材料两份。" in text
    assert "5月，形成其他成果一项：“支部品牌”。" in text
    assert "等材料" not in text
    two = told([made("material", "手册"), made("material", "宣传册", 2)])
    assert "形成材料三份，包括“手册”一份和“宣传册”两份。" in two


def test_one_meeting_is_not_announced_as_a_list() -> None:
    once = [fact("meeting", "forum", "青年座谈会", happened_on=on(5, 4))]
    held = [
        *(replace(one, id=f"{n}", focus=focus) for n, focus in enumerate(FOCUSES) for one in once),
        *(
            fact("talk", "integrity_talk", "x", persons=frozenset({"甲"}), focus=focus)
            for focus in FOCUSES
        ),
    ]
    text = told(held)
    assert "的会议有" not in text
    assert "的谈话有" not in text


def test_supervision_is_announced_once() -> None:
    given = [
        fact("talk", "reminder_talk", "x", persons=frozenset({name}), focus="integrity")
        for name in "甲乙丙"
    ]
    text = told(given)
    assert text.count("监督执纪") == 1
    report = to_text(compose(year(given), Options(voice="organization", form="integrity_report")))
    assert "监督执纪\n　　全年开展提醒谈话三人。" in report
    below = [replace(one, organization_id="1", organization_name="机关党支部") for one in given]
    tree = year(below, include_descendants=True, branch_names=tuple(BRANCHES))
    counted = to_text(compose(tallied(tree), INTEGRITY))
    assert "提醒谈话三人" in counted
    assert "监督执纪方面" not in counted


def test_a_branch_is_not_named_twice() -> None:
    due = fact(
        *("meeting", "member_assembly", "支部党员大会"),
        branch="第二项目部党支部",
        status="planned",
        planned_on=on(9, 10),
    )
    text = told([due], include_descendants=True, branch_names=("第二项目部党支部",))
    assert "支部支部" not in text
    assert "第二项目部党支部党员大会" in text


def test_what_is_suspended_is_not_dated_by_the_report() -> None:
    problem = rectification("audit", "甲项", status="suspended", suspension_approver="上级工会")
    assert "审计指出的一个问题经请示上级工会同意暂缓，尚未办结。" in told([problem])


def visits(*titles: str, **values: object) -> list[Fact]:
    return [
        fact("activity", "field_visit", title, happened_on=on(month, 3), **values)
        for month, title in enumerate(titles, start=5)
    ]


def test_titles_that_are_deeds_are_told_as_deeds() -> None:
    mine = visits("调研第一工区", "调研第二工区", is_reporter=True)
    assert "我先后调研第一工区和第二工区。" in told(mine, voice="first_person")
    crowd = visits("调研第一工区", "督查第二工区", is_reporter=True, participants=Count(5))
    assert "我先后带队调研第一工区、督查第二工区，共十人次参加。" in told(
        crowd, voice="first_person"
    )
    assert "开展安全生产督查。" in told(visits("安全生产督查"))
    assert "开展植树。" in told(visits("植树"))
    assert "组织学习《条例》。" in told(visits("学习《条例》"))


def test_a_span_is_left_out_where_it_tells_nothing() -> None:
    talks = [
        fact("talk", "heart_talk", "x", happened_on=on(month, 3), persons=frozenset({"甲"}))
        for month in (1, 6, 12)
    ]
    assert "1月至12月" not in told(talks)
    later = [*talks[1:], *articles(*((f"论{m}", m) for m in range(6, 13)))]
    assert told(later).count("6月至12月") == 1


def test_what_nobody_can_enter_is_not_said_to_be_missing() -> None:
    brief = Options(voice="organization", form="quarterly_brief")
    text = to_text(compose(year([], period="q3", as_of=on(9, 30)), brief))
    assert "需要注意" not in text
    assert "工作安排" not in text
    assert "一、工作开展情况\n　　工作开展情况（待补充）。" in text
    assert "存在问题" not in to_text(compose(year([]), INTEGRITY))
    assert "存在问题" in told([])


@pytest.mark.parametrize(
    ("form", "noted"),
    [("work_summary", True), ("integrity_report", True), ("rectification_report", False)],
)
def test_what_a_report_lacks_is_noted_beside_it_and_not_in_it(form: str, *, noted: bool) -> None:
    facts = year(articles(("论甲", 6)), includes_supervision=False)
    summary = compose(facts, Options(voice="organization", form=form))
    assert (summary.note is not None) is noted
    assert "未纳入" not in to_text(summary) + to_markdown(summary)
    assert "未纳入" not in "".join(block.text for block in summary.blocks)


def test_halves_of_hours_are_added_up() -> None:
    courses = [
        fact("activity", "training_course", "党务培训班", happened_on=on(month, 5), hours=hours)
        for month, hours in ((3, Decimal("8.0")), (6, Decimal("7.5")))
    ]
    summary = compose(year(courses), Options(voice="organization"))
    (count,) = (one for part in sentences(summary) for one in part.counts if one.unit == "学时")
    assert (count.printed, count.value) == ("15.5学时", Decimal("15.5"))
    assert [number for _, number in count.addends] == [8, Decimal("7.5")]
    assert "累计16学时" in told([courses[0], replace(courses[0], id="2")])
    assert "学时" not in told([courses[0], replace(courses[1], hours=None)])


@pytest.mark.parametrize("voice", ["first_person", "organization"])
def test_a_person_without_a_post_is_not_the_organisation(voice: str) -> None:
    article = fact("output", "article", "论党建", actor="person", actor_name="孙某")
    visit = fact("activity", "field_visit", "赴工区调研", actor="person", actor_name="孙某")
    text = told([article, visit], voice=voice)
    assert "有关同志赴工区调研。撰写文章一篇，题为《论党建》。" in text
    assert "孙某" not in text
