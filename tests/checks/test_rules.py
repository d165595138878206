"""Each rule of the examination: what it finds, and the nearest thing that it must not find."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from app.checks.context import (
    AttendanceLine,
    ExaminedOrganization,
    ExaminedRecord,
    OwedAssembly,
    Resolved,
)
from app.checks.findings import RuleCode
from app.checks.service import CHECKS, RULES, examine
from tests.checks.contexts import (
    B1,
    B2,
    DAY,
    HQ,
    PLACES,
    ballot,
    but,
    codes,
    context,
    found,
    member,
    record,
    rectification,
)

TEN, ELEVEN, TWELVE = time(10), time(11), time(12)
ASSEMBLY = {"type": "member_assembly"}
LIFE = {"type": "democratic_life_meeting"}
APPRAISAL = {"type": "democratic_appraisal", "title": "民主评议党员"}
CLOSED = {"closed_on": date(2018, 3, 30), "evidence": (None,)}
STEPS = ("opened", "submitted", "accepted")


def people(*names: str, present: bool = True) -> tuple[AttendanceLine, ...]:
    return tuple(AttendanceLine(name, present) for name in names)


ONE_RECORD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("present_over_expected", {"expected": 9, "present": 10}, {"expected": 10, "present": 10}),
    (
        "present_over_expected",
        {"vote_eligible": 9, "present_eligible": 10},
        {"vote_eligible": 10, "present_eligible": 10},
    ),
    (
        "present_over_expected",
        {"present": 8, "ballots": (ballot(),)},
        {"present": 9, "ballots": (ballot(),)},
    ),
    ("quorum_missed", {"expected": 5, "present": 2}, {"expected": 4, "present": 2}),
    (
        "quorum_missed",
        {**ASSEMBLY, "vote_eligible": 9, "present_eligible": 4},
        {**ASSEMBLY, "vote_eligible": 9, "present_eligible": 5},
    ),
    ("quorum_missed", {**LIFE, "expected": 9, "present": 5}, {**LIFE, "expected": 9, "present": 6}),
    (
        "ballot_quorum_missed",
        {"ballots": (ballot(kind="election", present_eligible=7, yes=7, no=0),)},
        {"ballots": (ballot(kind="election", present_eligible=8, yes=8, no=0),)},
    ),
    (
        "ballot_quorum_missed",
        {"ballots": (ballot(present_eligible=4, yes=4, no=0),)},
        {"ballots": (ballot(present_eligible=5, yes=5, no=0),)},
    ),
    (
        "attendance_list_differs",
        {"expected": 3, "attendance": people("甲某", "乙某")},
        {"expected": 2, "attendance": people("甲某", "乙某")},
    ),
    (
        "attendance_list_differs",
        {"present": 2, "attendance": people("甲某", present=False) + people("乙某")},
        {"present": 1, "attendance": people("甲某", present=False) + people("乙某")},
    ),
    (
        "votes_do_not_add_up",
        {"ballots": (ballot(abstained=1),)},
        {"ballots": (ballot(no=0, abstained=1),)},
    ),
    (
        "appraisal_does_not_add_up",
        {**APPRAISAL, "expected": 9, "present": 8, "appraisal": (3, 6, 1, 0)},
        {**APPRAISAL, "expected": 9, "present": 8, "appraisal": (3, 5, 1, 0)},
    ),
    (
        "completed_in_future",
        {"happened_on": date(2018, 4, 2)},
        {"happened_on": date(2018, 4, 1), "written_on": date(2018, 4, 1)},
    ),
    ("dated_after_entry", {"written_on": date(2018, 3, 21)}, {"written_on": DAY}),
    (
        "resolution_without_responsible",
        {"resolutions": (Resolved(has_responsible=False, has_deadline=True),)},
        {"resolutions": (Resolved(has_responsible=True, has_deadline=True),)},
    ),
    (
        "resolution_without_deadline",
        {"resolutions": (Resolved(has_responsible=True, has_deadline=False),)},
        {"resolutions": ()},
    ),
    (
        "evidence_outside_period",
        {"evidence": (date(2017, 12, 31),)},
        {"evidence": (date(2018, 1, 1), date(2018, 12, 31), None)},
    ),
    (
        "text_contradicts_numbers",
        {"expected": 20, "present": 19, "texts": ("会议应到20人、实到18人。",)},
        {"expected": 20, "present": 18, "texts": ("会议应到二十人、实到１８人，缺席2人。",)},
    ),
    (
        "text_contradicts_numbers",
        {"kind": "activity", "type": "visit", "participants": 24, "texts": ("参加人数25人",)},
        {"kind": "activity", "type": "visit", "participants": 25, "texts": ("参加人数25人",)},
    ),
]


@pytest.mark.parametrize(("code", "slip", "clean"), ONE_RECORD)
def test_one_record(code: str, slip: dict[str, Any], clean: dict[str, Any]) -> None:
    assert codes(record(**slip)) == [code]
    assert codes(record(**clean)) == []


CLOSED_ONES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "closed_without_acceptance",
        {**CLOSED, "closing_steps": ("opened", "accepted")},
        {**CLOSED, "closing_steps": STEPS},
    ),
    ("closed_without_acceptance", {**CLOSED, "closing_steps": ()}, {"closing_steps": ()}),
    (
        "closed_without_evidence",
        {**CLOSED, "closing_steps": STEPS, "evidence": ()},
        {"evidence": ()},
    ),
    (
        "evidence_outside_period",
        {**CLOSED, "closing_steps": STEPS, "evidence": (date(2018, 3, 31),)},
        {**CLOSED, "closing_steps": STEPS, "evidence": (date(2018, 3, 30),)},
    ),
    ("evidence_outside_period", {"evidence": (date(2018, 3, 21),)}, {"evidence": (DAY,)}),
]


@pytest.mark.parametrize(("code", "slip", "clean"), CLOSED_ONES)
def test_one_rectification(code: str, slip: dict[str, Any], clean: dict[str, Any]) -> None:
    assert codes(rectification(**slip)) == [code]
    assert codes(rectification(**clean)) == []


def test_appraisal_may_be_of_the_roster_or_of_those_present() -> None:
    graded = record(**APPRAISAL, appraisal=(1, 2, 0, 0))
    assert codes(graded) == [], "nothing is known to compare with"
    roster = (member("甲某"), member("乙某"), member("丙某", is_full=False))
    assert codes(graded, roster=roster) == []
    assert codes(graded, roster=roster[:2]) == ["appraisal_does_not_add_up"]
    left = member("丁某", left_on=date(2018, 3, 1))
    assert codes(graded, roster=(*roster[:2], left)) == ["appraisal_does_not_add_up"]


def gathering(
    name: str, starts: time, ends: time | None, *who: str, **changes: Any
) -> ExaminedRecord:
    times = {"starts_at": starts, "ends_at": ends, "attendance": people(*who)}
    return record(name, **{"type": "other", "title": name, **times, **changes})


def test_one_person_at_two_meetings() -> None:
    first = gathering("理论学习", TEN, TWELVE, "甲某", "乙某")
    second = gathering("安全例会", ELEVEN, TWELVE, "乙某", "丙某")
    (finding,) = found(first, second)
    assert finding.rule.code == "person_in_two_meetings"
    assert set(finding.record_ids) == {first.id, second.id}
    assert "乙某同时" in finding.message
    assert codes(first, but(second, attendance=people("丙某"))) == []
    absent = people("丙某") + people("乙某", present=False)
    assert codes(first, but(second, attendance=absent)) == []
    assert codes(first, but(second, starts_at=TWELVE, ends_at=None)) == [], "one after the other"
    assert codes(first, but(second, happened_on=date(2018, 3, 21))) == []
    assert codes(first, but(second, type="theme_party_day")) == [], "held together"
    assert codes(first, but(second, ends_at=None)) == ["person_in_two_meetings"]


def test_one_person_at_meetings_of_two_branches() -> None:
    first = gathering("理论学习", TEN, TWELVE, "甲某")
    second = gathering("安全例会", ELEVEN, TWELVE, "甲某", organization_id=B2)
    assert codes(first, second) == [], "a bare name may be two people's"
    (finding,) = found(first, second, roster=(member("甲某"),))
    assert finding.organization_id == HQ
    namesakes = (member("甲某"), member("甲某", B2, id=B2))
    assert codes(first, second, roster=namesakes) == []
    listed = (AttendanceLine("甲某", member_id=B1),)
    one, two = (but(meeting, attendance=listed) for meeting in (first, second))
    assert codes(one, two) == ["person_in_two_meetings"]
    chaired = but(second, attendance=(), chair="甲某")
    assert codes(first, chaired, roster=(member("甲某"),)) == ["person_in_two_meetings"]


@pytest.mark.parametrize(
    "role", [{"chair": "甲某"}, {"recorder": "甲某"}, {"lecturer": "甲某"}, {}]
)
def test_a_person_who_was_not_there_any_more_or_yet(role: dict[str, Any]) -> None:
    meeting = record(**(role or {"attendance": people("甲某")}))
    assert codes(meeting) == [], "a guest"
    assert codes(meeting, roster=(member("甲某"),)) == []
    assert codes(meeting, roster=(member("甲某", left_on=DAY),)) == [], "the last day"
    gone, late = (
        member("甲某", left_on=date(2018, 3, 21)),
        member("甲某", joined_on=date(2018, 3, 23)),
    )
    for entry in (gone, late):
        (finding,) = found(meeting, roster=(entry,))
        assert finding.rule.code == "person_not_on_roster"
    elsewhere = member("甲某", B2, id=B2)
    assert codes(meeting, roster=(gone, elsewhere)) == [], "moved within the scope"
    assert codes(meeting, roster=(member("甲某", B2, left_on=date(2018, 3, 21)),)) == []


def quarters(*records: ExaminedRecord, **changes: Any) -> list[tuple[str, str | None]]:
    findings = examine(context(*records, **changes))
    return [
        (changes.get("organizations", PLACES)[one.organization_id].name, one.period)
        for one in findings
        if one.rule.code == "quarter_without_assembly"
    ]


def test_a_quarter_without_an_assembly() -> None:
    only = {B1: PLACES[B1]}
    assembly = record(**ASSEMBLY)
    assert quarters(organizations=only) == [("机关党支部", "2018-Q1")]
    assert quarters(assembly, organizations=only) == []
    assert quarters(but(assembly, type="committee_meeting"), organizations=only) != []
    assert quarters(but(assembly, happened_on=None), organizations=only) != [], "only planned"
    assert quarters(but(assembly, organization_id=B2), organizations=only) != []
    assert quarters(organizations=only, as_of=date(2018, 3, 31)) == [], "it is not over"
    year = quarters(assembly, organizations=only, as_of=date(2019, 1, 1))
    assert [period for _, period in year] == ["2018-Q2", "2018-Q3", "2018-Q4"]


def test_a_branch_that_was_not_there_owes_no_assembly() -> None:
    def branch(founded: date | None, dissolved: date | None, kind: str = "party_branch") -> Any:  # noqa: ANN401 - organizations
        return {B1: ExaminedOrganization(B1, "机关党支部", kind, HQ, founded, dissolved)}

    assert quarters(organizations=branch(date(2018, 1, 1), None)) != []
    assert quarters(organizations=branch(date(2018, 1, 2), None)) == []
    assert quarters(organizations=branch(None, date(2018, 3, 31))) == []
    assert quarters(organizations=branch(None, date(2018, 4, 1))) != []
    assert quarters(organizations=branch(None, None, "general_branch")) == []


def test_a_published_list_says_which_assemblies_are_owed() -> None:
    only, whole = {B1: PLACES[B1]}, {"as_of": date(2019, 1, 1)}

    def owed(*periods: OwedAssembly) -> list[tuple[str, str | None]]:
        assembly = record(**ASSEMBLY)
        return quarters(assembly, organizations=only, assemblies={B1: periods}, **whole)

    assert owed() == [], "the list has no assemblies"
    half = OwedAssembly("2018-H1", date(2018, 1, 1), date(2018, 6, 30), 1)
    assert owed(half) == [], "one in March is enough"
    assert owed(replace(half, times=2)) == [("机关党支部", "2018-H1")]
    third = OwedAssembly("2018-Q3", date(2018, 7, 1), date(2018, 9, 30), 1)
    assert owed(half, third) == [("机关党支部", "2018-Q3")]
    assert owed(half, replace(third, times=0)) == [], "waived"
    assert quarters(organizations=only, assemblies={B1: [third]}, as_of=date(2018, 9, 30)) == []


ACTIVITY = {"kind": "activity", "type": "visit", "title": "参观警示教育展"}


@pytest.mark.parametrize(
    "changes",
    [
        {"happened_on": date(2018, 3, 21)},
        {"organization_id": B2},
        {"type": "reading"},
        {"title": "参观警示教育展（第2批）"},
        {"title": "观看专题片"},
        {"happened_on": None},
    ],
)
def test_alike_on_one_day(changes: dict[str, Any]) -> None:
    one = record("一", **ACTIVITY)
    two = record("二", **{**ACTIVITY, "title": "2018年组织参观警示教育展。"})
    (finding,) = found(one, two)
    assert finding.rule.code == "possible_duplicate"
    assert codes(one, but(two, **changes)) == []


def test_what_tells_two_alike_records_apart() -> None:
    talk = {"kind": "talk", "type": "heart_talk", "title": "谈心谈话"}
    one, two = record("一", **talk), record("二", **talk)
    assert codes(one, two) == ["possible_duplicate"]
    people = [but(talk, persons=frozenset({who})) for talk, who in ((one, "甲某"), (two, "乙某"))]
    assert codes(*people) == []
    group = {"type": "group_meeting", "title": "党小组会"}
    first, second = record("一", **group, chair="甲某"), record("二", **group, chair="乙某")
    assert codes(first, second) == []
    assert codes(first, but(second, chair="甲某")) == ["possible_duplicate"]
    morning, noon = (
        record("一", **group, starts_at=TEN, ends_at=ELEVEN),
        but(second, starts_at=TWELVE),
    )
    assert codes(morning, noon) == []
    assert codes(morning, but(noon, starts_at=TEN)) == ["possible_duplicate"]


MINUTES = "会议学习了有关文件，与会人员结合分工逐一发言，分析了第3季度工作中的不足，" * 3


def test_one_text_in_records_of_several_days() -> None:
    one = record("一", texts=(MINUTES,))
    later = {"happened_on": date(2018, 3, 29), "written_on": date(2018, 3, 29)}
    two = record("二", texts=(f"另有一段。\n{MINUTES.replace('3', '四')}",), **later)
    (finding,) = found(one, two)
    assert finding.rule.code == "copied_text"
    assert "2条记录" in finding.message
    assert codes(one, but(two, happened_on=DAY)) == [], "one meeting, logged by two"
    assert codes(one, but(two, texts=(MINUTES[:60],))) == [], "a set phrase"
    assert codes(one, but(two, texts=(MINUTES.replace("文件", "讲话"),))) == []


def test_restricted_records_are_not_named() -> None:
    sanction = record(
        kind="sanction",
        type="warning",
        title="关于甲某的处分",
        persons=frozenset({"甲某"}),
        restricted=True,
        written_on=date(2018, 3, 1),
    )
    twin = but(sanction, id=B2)
    findings = found(sanction, twin)
    assert {one.rule.code for one in findings} == {"dated_after_entry", "possible_duplicate"}
    assert all(one.restricted and "甲某" not in one.message for one in findings)


def test_every_code_has_one_rule_and_one_check() -> None:
    assert list(RULES) == list(RuleCode)
    assert len(CHECKS) == len(RULES)
    assert all(rule.title and rule.explanation and rule.advice for rule in RULES.values())
    words = "".join(rule.title + rule.explanation + rule.advice for rule in RULES.values())
    assert "违规" not in words
