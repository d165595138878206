"""Every form in every voice and period: what is told, what is not, and how it is put."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report.blocks import ComposedText
from app.report.book import standard_book
from app.report.compose import outline as selection
from app.report.compose.outline import compose, period_kind
from app.report.compose.shortcomings import CARRIED_OVER, SHORTCOMINGS, shortcomings_by_reason
from app.report.facts import Fact, FactSet, Options, PeriodCode, period_days
from tests.report.golden import FOLDER, reference_period, texts
from tests.report.golden.database import ASKED_FOR, database_texts
from tests.report.test_properties import (
    SECRET,
    check,
    check_discretion,
    check_duties,
    make_year,
    options,
    seeds,
    shuffled,
    sizes,
    without_words,
)
from tests.report.written import sections, sentences, to_text
from tests.report.years import fact, on, rectification, year
from tests.support.properties import examples

OUTLINES = standard_book().outlines
MONTH = timedelta(days=30)
# What no wording may leave behind: an empty list, doubled or stray marks, two where it is wrong.
CLUMSY = re.compile(
    r"包括[。，；]|为[。；]|[，、；：]{2}|[，、；：]。|。。|（）|“”|《》|(?<![十百千万零第\d])二[次项个]|(?<![十百千万])零[次项个]"
)
PERIODS: tuple[PeriodCode, ...] = get_args(PeriodCode)
ASKED = [
    (form, voice, period)
    for form, outline in OUTLINES.items()
    for voice in outline.voices
    for period in PERIODS
    if period_kind(period) in outline.periods
]


def told(facts: list[Fact], period: PeriodCode, **values: object) -> str:
    options = Options(voice="organization", form=str(values.pop("form", "work_summary")))
    seen = {"period": period, "as_of": period_days(period, 2018)[1], **values}
    return to_text(compose(year(facts, **seen), options))


def headings(summary: ComposedText) -> list[str]:
    return [section.heading for section in sections(summary) if section.heading]


@pytest.mark.parametrize(("name", "text"), [pytest.param(*row, id=row[0]) for row in texts()])
def test_the_reference_year_reads_as_it_did(name: str, text: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert text == kept, "if this change is meant, run `python -m tests.report.golden`"


def test_the_reference_year_in_a_database_reads_as_it_did() -> None:
    for name, text in database_texts():
        kept = (FOLDER / name).read_text(encoding="utf-8")
        assert text == kept, f"{name}: if it is meant, run `python -m tests.report.golden`"


def test_every_form_has_its_golden_texts() -> None:
    stored = {f"database.{name}.txt" for name in ASKED_FOR}
    assert {path.name for path in FOLDER.glob("*.txt")} == {name for name, _ in texts()} | stored
    assert len(OUTLINES) == 6


def told_in(summary: ComposedText, part: str, codes: Sequence[str]) -> set[str]:
    """The records of the sentences on some shortcomings (p2) or on what will be done (p3)."""
    openings = tuple(f"{part}.{code}" for code in (*codes, "duties"))
    return {key for one in sentences(summary) if one.id.startswith(openings) for key in one.ids}


def check_owed(summary: ComposedText, fact_set: FactSet, form: str) -> None:
    """What the records show as owed is admitted and answered, whatever the form is about."""
    about = OUTLINES[form].about
    facts = [fact for fact in fact_set.facts if selection.meets_any(fact, about)]
    owed = shortcomings_by_reason(fact_set, facts)
    for part, codes in (("p2", SHORTCOMINGS), ("p3", CARRIED_OVER)):
        known = {fact.id for code in codes if code in owed for fact in owed[code].facts}
        assert known <= told_in(summary, part, codes)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[FactSet, Options]:
    """Any year in any form, voice and period, from any day, in any numerals."""
    form, voice, period = draw(st.sampled_from(ASKED))
    first, last = period_days(period, 2018)
    as_of = draw(st.sampled_from([last, last, first + (last - first) / 2, last - MONTH]))
    fact_set = make_year(draw(seeds), draw(sizes))
    chosen = draw(options)
    asked = replace(chosen, form=form, voice=voice)
    return replace(fact_set, period=period, as_of=as_of), asked


@examples(80)
@given(wishes())
def test_numbers_have_their_records_in_every_form(wish: tuple[FactSet, Options]) -> None:
    fact_set, asked = wish
    summary = compose(fact_set, asked)
    check(summary, fact_set)
    check_owed(summary, fact_set, str(asked.form))
    if not OUTLINES[str(asked.form)].about:
        check_duties(summary, fact_set)
    if asked.small_counts == "withheld":
        check_discretion(summary, fact_set)
    assert set(summary.uncited) <= set(without_words(fact_set))
    text = to_text(summary)
    assert SECRET not in text + repr(summary.findings)
    assert not CLUMSY.search(text), text
    assert compose(shuffled(fact_set, len(text)), asked) == summary


def test_only_the_period_is_told() -> None:
    facts = [
        fact("meeting", "special_meeting", "会", topic="ideology", happened_on=on(month, 9))
        for month in (2, 5, 8, 9, 11)
    ]
    assert "两次意识形态专题会议（8月、9月）" in told(facts, "q3")
    assert "第三季度，组织召开" in told(facts, "q3")
    assert "上半年，组织召开两次意识形态专题会议（2月、5月）" in told(facts, "first_half")
    assert "五次" in told(facts, "year")


@pytest.mark.parametrize(
    ("period", "as_of", "words"),
    [
        ("year", on(12, 3), "一年来，"),
        ("year", on(6, 3), "年初以来，"),
        ("first_half", on(6, 30), "半年来，"),
        ("second_half", on(9, 9), "7月以来，"),
        ("q3", on(9, 30), "本季度，"),
        ("q1", on(2, 9), "年初以来，"),
    ],
)
def test_the_lead_looks_back_over_what_has_passed(
    period: PeriodCode, as_of: date, words: str
) -> None:
    first = period_days(period, 2018)[0]
    facts = [fact("activity", "other", "读书会", happened_on=first)]
    text = to_text(compose(year(facts, period=period, as_of=as_of)))
    assert words in text.splitlines()[2]


@pytest.mark.parametrize(
    ("period", "months", "words"),
    [
        ("q2", (4, 5, 6), "召开支部委员会会议三次（逐月召开）"),
        ("first_half", range(1, 7), "召开支部委员会会议六次（逐月召开）"),
        ("first_half", (1, 5), "召开支部委员会会议两次（各季度均有安排）"),
        ("q2", (4, 6), "召开支部委员会会议两次。"),
    ],
)
def test_coverage_is_of_the_period(period: PeriodCode, months: list[int], words: str) -> None:
    facts = [
        fact("meeting", "committee_meeting", "支委会", happened_on=on(month, 5)) for month in months
    ]
    assert words in told(facts, period)


@pytest.mark.parametrize(
    ("period", "heading", "day"),
    [
        ("q3", "四、第四季度工作安排", (10, 20, 2018)),
        ("q4", "四、2019年第一季度工作安排", (2, 20, 2019)),
    ],
)
def test_next_steps_are_of_the_next_quarter(
    period: PeriodCode, heading: str, day: tuple[int, int, int]
) -> None:
    plan = {"status": "planned", "focus": "core_work"}
    facts = [
        fact("activity", "other", "下季活动", planned_on=on(*day), **plan),
        fact("activity", "other", "明年年底活动", planned_on=on(12, 20, 2019), **plan),
        fact("activity", "other", "读书活动", happened_on=period_days(period, 2018)[0]),
    ]
    text = told([*facts, rectification("audit", "甲", status="open")], period,
                form="quarterly_brief")  # fmt: skip
    assert heading in text
    assert f"包括下季活动（{day[0]}月20日）。" in text
    assert "明年年底" not in text


def test_what_was_missed_is_of_the_period() -> None:
    late = fact("meeting", "member_assembly", "党员大会", status="planned", due_on=on(8, 9))
    assert "党员大会应于8月9日前召开，截至9月30日尚未召开。" in told([late], "q3")
    assert "8月9日" not in told([late], "q4")


def test_sections_without_content_are_left_out_and_the_numbers_close_up() -> None:
    options = Options(form="rectification_report", voice="organization")
    done = rectification("audit", "甲", completed_on=on(3, 1))
    summary = compose(year([done]), options)
    assert headings(summary) == ["一、整改总体情况", "二、已销号的问题"]
    owed = rectification("audit", "乙", status="open", due_on=on(11, 1), days_overdue=60)
    assert headings(compose(year([done, owed]), options))[2:] == [
        "三、尚未办结的问题",
        "四、后续措施",
    ]


def test_a_report_on_one_matter_tells_nothing_else() -> None:
    other = fact("activity", "other", "读书会", focus="core_work", happened_on=on(3, 1))
    for form in ("rectification_report", "integrity_report"):
        summary = compose(year([other]), Options(form=form, voice="organization"))
        assert "读书会" not in to_text(summary)
        assert summary.uncited == ()
        assert "待补充" in to_text(summary)


def test_supervision_leaves_no_trace_for_those_who_may_not_see_it() -> None:
    whole = reference_period("year")
    hidden = replace(whole, includes_supervision=False)
    without = replace(hidden, facts=tuple(fact for fact in whole.facts if not fact.is_restricted))
    for form, outline in OUTLINES.items():
        period: PeriodCode = "year" if "year" in outline.periods else "first_half"
        period = period if period_kind(period) in outline.periods else "q3"
        options = Options(form=form, voice=outline.voices[0])
        one, other = (
            compose(replace(known, period=period), options) for known in (hidden, without)
        )
        assert one == other
        assert "监督执纪方面" not in to_text(one)


def test_headlines_are_of_one_build_or_left_out() -> None:
    facts = [
        fact("meeting", "central_group_study", "学习", focus="theoretical_study"),
        fact("output", "article", "文", focus="theoretical_study"),
        fact("meeting", "member_assembly", "大会", focus="party_building_quality"),
        fact("output", "platform", "网", focus="party_building_quality"),
    ]
    text = told(facts, "year")
    assert "一是聚焦理论武装，抓集中学习、抓文章撰写。" in text
    assert "二是聚焦党建质量，抓组织生活、抓平台建设。" in text
    assert "一是聚焦理论武装，抓集中学习。" in told(facts[:3], "year")
    awards = [fact("output", "award", "奖", focus=code) for code in ("integrity", "core_work")]
    assert "一是聚焦党风廉政。" in told(awards, "year")
    assert "二是聚焦中心工作。" in told(awards, "year")


def test_seven_paragraphs_do_not_sound_alike() -> None:
    focuses = [focus.code for focus in year([]).focuses][:5]
    facts = [
        fact("output", "policy_document", f"{code}办法", focus=code, change="created",
             happened_on=on(3, 1))
        for code in focuses
    ]  # fmt: skip
    summary = compose(year(facts))
    phrases = [paragraph.sentences[1].phrase for paragraph in sections(summary)[1].paragraphs]
    assert len(set(phrases[:3])) == 3
