"""Years at the edges read like any other: short enough, exact, nothing hidden."""

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from app.report.blocks import ComposedText
from app.report.compose import duties as pairs
from app.report.compose.outline import compose
from app.report.facts import FactSet, Missed, OpenFinding, Options
from tests.report import surroundings
from tests.report.special_years import FIFTY, SPECIAL, fifty, full, poor
from tests.report.test_properties import check, check_duties
from tests.report.written import paragraphs, sections, sentences, to_text
from tests.report.years import BRANCHES, HQ, fact, on, reference, year

LONGEST = 520
OWN = (HQ, "指挥部党总支")


def section(summary: ComposedText, number: int) -> str:
    return "\n".join(paragraphs(summary, number))


def one_line(duty: int, *states: str, **changes: object) -> FactSet:
    line = surroundings.line(surroundings.Ids(), OWN, duty, states)
    return year([], duties=(replace(line, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("voice", ["first_person", "organization"])
def test_every_number_of_a_special_year_has_its_sources(name: str, voice: str) -> None:
    fact_set = SPECIAL[name]()
    summary = compose(fact_set, Options(voice=voice))  # type: ignore[arg-type]
    if name != "fifty":
        check(summary, fact_set)
    check_duties(summary, fact_set)
    for sentence in sentences(summary):
        assert len(sentence.text) <= LONGEST, sentence.text
    told = [
        one for one in sentences(summary) if one.id.startswith(("p1.duties", "p1.grades", "p2"))
    ]
    openings = Counter(sentence.text[:8] for sentence in told)
    assert max(openings.values(), default=1) <= 2, openings


def test_a_year_without_records_still_says_what_was_owed() -> None:
    text = to_text(compose(SPECIAL["empty"]()))
    assert "应完成的38项均没有完成" in text
    assert "没有已办结的工作记录（待补充）" in text
    assert "相比" not in text


def test_fifty_branches_are_counted_and_not_all_named() -> None:
    summary = compose(fifty(), Options(voice="organization"))
    admitted = section(summary, 2)
    assert re.search(r"到期未完成的有\d+项，涉及\d+个党组织", admitted)
    named = [name for name in FIFTY if f"{name}" in admitted]
    assert len(named) < len(FIFTY)
    assert "多次定为后进的有" in admitted
    assert "督促有关党组织对照考评扣分项目" in section(summary, 3)


def test_few_branches_are_named_with_their_grades() -> None:
    summary = compose(full())
    assert "第一季度，第一项目部党支部较好、第二项目部党支部一般、机关党支部后进" in section(
        summary, 1
    )
    assert "第一季度，机关党支部定为后进，第二项目部党支部定为一般" in section(summary, 2)


def test_one_missing_thing_is_told_with_its_period_deadline_and_ground() -> None:
    fact_set = one_line(0, "done", "done", "missing", "done")
    text = to_text(compose(fact_set))
    assert (
        "按照《中国共产党支部工作条例（试行）》第十一条，第三季度支部党员大会应于9月28日前完成，"
        "截至12月31日没有完成。" in text
    )
    assert "补办第三季度支部党员大会，不能补办的说明原因" in text
    assert "应完成事项四项，其中按时完成三项、到期未完成一项" in text


@pytest.mark.parametrize(
    ("states", "text"),
    [
        (("done",) * 4, "截至12月31日应完成的四项均已按时完成。"),
        (("late",) * 4, "应完成的四项均已完成，但都超过了期限。"),
        (("done", "late", "done", "done"), "四项均已完成，其中按时完成三项、逾期完成一项。"),
        (("missing",) * 4, "截至12月31日应完成的四项均没有完成。"),
        (("done", "done", "entered", "done"), "有一项是凭补录的记录认定完成的。"),
        (
            ("done", "done", "waived", "done"),
            "另有一项已免除：第三季度支部党员大会，原因是人员调整。",
        ),
        (
            ("done", "done", "unlinked", "done"),
            "清单上还有到期事项一项（支部党员大会），尚未关联完成记录。",
        ),
    ],
)
def test_how_the_list_stands(states: tuple[str, ...], text: str) -> None:
    assert text in to_text(compose(one_line(0, *states)))


def test_periods_and_groups_are_said_as_people_say_them() -> None:
    names = {
        "2018-07": "7月组织生活会",
        "2018-H2": "下半年组织生活会",
        "2018": "年度组织生活会",
        "2018-06-30": "6月30日到期的组织生活会",
    }
    for period, text in names.items():
        missing = (Missed(id=str(HQ), period=period, group="第一党小组"),)
        told = to_text(compose(one_line(4, "done", missing=missing)))
        assert f"第一党小组{text}到期没有完成，依据是" in told


def test_a_reason_too_long_for_a_sentence_is_left_to_the_list() -> None:
    ids = surroundings.Ids()
    line = surroundings.line(ids, OWN, 0, ["waived"], reason="很长的原因" * 30)
    text = to_text(compose(year([], duties=(line,))))
    assert "责任清单上有一项已免除：年度支部党员大会。" in text


def test_what_the_list_says_missing_is_not_said_again_by_a_finding() -> None:
    fact_set = one_line(0, "done", "done", "missing", "done")
    finding = OpenFinding(
        id="0" * 32,
        code="quarter_without_assembly",
        name="季度内没有支部党员大会",
        organization_id=HQ,
        organization_name="指挥部党总支",
    )
    assert "体检" not in to_text(compose(replace(fact_set, findings=(finding,))))
    alone = to_text(compose(year([], findings=(finding,))))
    assert "记录体检还有一条提示没有核对说明，为“季度内没有支部党员大会”。" in alone


def test_every_shortcoming_of_the_facts_has_its_answer() -> None:
    for fact_set in (poor(), full(), fifty()):
        summary = compose(fact_set, Options(voice="organization"))
        topics = [
            [one.id.split(".")[1] for one in section.paragraphs if "." in one.id]
            for section in sections(summary)[2:]
        ]
        assert topics[0][1:] == topics[1][1 : len(topics[0])]


def planned_months(*months: int) -> FactSet:
    """A year in which no committee met and no assembly; for some months a meeting was planned."""
    ids = surroundings.Ids()
    duties = (
        surroundings.line(ids, OWN, 0, ["missing"] * 4),
        surroundings.line(ids, OWN, 1, ["missing"] * 12),
    )
    planned = [
        fact("meeting", "committee_meeting", "支委会", status="planned", due_on=on(month, 20))
        for month in months
    ]
    return year(planned, duties=duties)


@pytest.mark.parametrize("months", [(9,), (2, 9), tuple(range(1, 13))])
def test_each_missing_duty_is_answered_once(months: tuple[int, ...]) -> None:
    fact_set = planned_months(*months)
    summary = compose(fact_set)
    check(summary, fact_set)
    check_duties(summary, fact_set)
    [plan] = [one for one in sentences(summary) if one.id == "p3.duties"]
    named, rest = plan.text.split("；", 1)
    assert "补开" in named
    missing = {one.id for line in fact_set.duties for one in line.missing}
    meetings = pairs.planned_meetings(fact_set)
    assert len(meetings) == len(months)
    [count] = [ref for ref in plan.counts if ref.source == "occurrence"]
    assert "其余" in rest
    assert count.printed in rest
    assert count.value == len(missing) - len(months)
    assert set(count.ids) == missing - meetings.keys()


def test_a_few_that_are_left_beside_the_planned_ones_are_named() -> None:
    fact_set = planned_months(*range(1, 13))
    assembly, committee = fact_set.duties
    few = replace(fact_set, duties=(replace(assembly, missing=assembly.missing[:2]), committee))
    [plan] = [one for one in sentences(compose(few)) if one.id == "p3.duties"]
    assert "其余" not in plan.text
    assert "补办第一季度支部党员大会和第二季度支部党员大会" in plan.text


def test_where_all_was_planned_nothing_is_left_to_count() -> None:
    fact_set = planned_months(*range(1, 13))
    assemblies = [
        fact("meeting", "member_assembly", "党员大会", status="planned", due_on=on(month, 25))
        for month in (3, 6, 9, 12)
    ]
    fact_set = replace(fact_set, facts=(*fact_set.facts, *assemblies))
    summary = compose(fact_set)
    check_duties(summary, fact_set)
    [plan] = [one for one in sentences(summary) if one.id == "p3.duties"]
    assert [ref.source for ref in plan.counts] == ["record"]
    assert "到期未完成" not in plan.text


def test_nothing_is_compared_with_a_year_without_records() -> None:
    assert "相比" not in to_text(compose(reference()))
    some = surroundings.earlier(Random(1), 30)  # noqa: S311 - test data, not a secret
    compared = to_text(compose(replace(reference(), earlier=some)))
    assert "与2017年相比" in compared
    for word in ("更好", "更差", "提高", "下降", "进步", "退步"):
        assert word not in compared


def test_in_the_middle_of_a_year_the_same_days_are_compared() -> None:
    some = surroundings.earlier(Random(1), 30)  # noqa: S311 - test data, not a secret
    middle = replace(reference(), as_of=on(6, 30), earlier=some)
    assert "与2017年同期（截至6月30日）相比" in to_text(compose(middle))


def test_withheld_numbers_leave_the_others_exact() -> None:
    withheld = Options(small_counts="withheld")
    text = to_text(compose(reference(), withheld))
    assert "提醒谈话六人、诫勉谈话少于3人；给予党纪处分少于3人" in text
    assert "少于3" not in to_text(compose(reference()))
    small = [one.id for one in reference().facts if one.type in {"admonition_talk", "warning"}]
    assert not [key for key in small if key in repr(compose(reference(), withheld))]


def test_the_branches_stand_in_their_own_order() -> None:
    places = dict(reversed(BRANCHES.items()))
    lines = tuple(
        surroundings.line(surroundings.Ids(number * 1000), (key, name), 0, ["missing"] * 4)
        for number, (name, key) in enumerate(places.items(), start=1)
    )
    fact_set = year([], duties=lines, include_descendants=True, branch_names=tuple(BRANCHES))
    text = section(compose(fact_set), 2)
    found = [text.index(name) for name in BRANCHES]
    assert found == sorted(found)
