"""What holds for every year: each number has its records, and nothing is claimed without one."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.report.composition.outline import compose
from app.report.composition.summary import CountRef, Sentence, Summary
from app.report.facts import (
    DEFAULT_FOCUSES,
    AuthoredNote,
    Count,
    Fact,
    FactKind,
    FactSet,
    Options,
    Status,
)
from app.report.render import to_markdown, to_text
from tests.report.years import BRANCHES, HQ, year

START = date(2018, 1, 1)
SECRET = "密"
_NUMERAL = "零一二三四五六七八九十百千万两"
_COUNTED = re.compile(rf"\d|[{_NUMERAL}]+余?(?:次|项|个|人|名|期|篇|份|处|天|学时)")
_NOT_COUNTS = re.compile(
    rf"20\d\d年|\d+月(?:\d+日)?|第[{_NUMERAL}]+|[{_NUMERAL}]+是|一岗双责|一年来"
)
_STATES = {"已销号", "销号", "暂缓", "待验收", "正在整改", "尚未启动整改"}
PROBLEM_STATES: tuple[tuple[Status, ...], ...] = (
    ("closed",),
    ("suspended",),
    ("closed", "closed", "suspended"),
    ("open", "in_progress", "submitted", "closed", "suspended", "cancelled"),
)
_TYPES: dict[FactKind, list[str]] = {
    "meeting": [
        *("central_group_study", "special_meeting", "party_lecture", "member_assembly"),
        *("committee_meeting", "theme_party_day", "major_decision", "unheard_of"),
    ],
    "talk": ["heart_talk", "duty_talk", "integrity_talk", "reminder_talk", "admonition_talk"],
    "sanction": ["warning", "expulsion"],
    "rectification": ["immediate", "by_deadline"],
    "activity": ["field_visit", "training_course", "reading", "quarterly_assessment", "other"],
    "output": [
        *("policy_document", "article", "task_breakthrough", "platform", "award"),
        *("briefing", "material"),
    ],
}
_TITLES = ["甲法", "赴乙地学习", "丙活动", "诵读《丁》", "戊课题", "“己”制度", "庚专题学习"]


def _count(chance: random.Random) -> Count | None:
    return chance.choice([None, Count(chance.randint(0, 60), chance.random() < 0.3)])


def _day(chance: random.Random) -> date:
    return START + timedelta(days=chance.randint(0, 364))


def record(number: int, chance: random.Random, problem_states: Sequence[Status]) -> Fact:
    pick, kind = chance.choice, chance.choice(sorted(_TYPES))
    owner = pick(["指挥部党总支", "指挥部党总支", *BRANCHES])
    status: Status = pick(["planned", "completed", "completed", "completed", "cancelled"])
    if kind == "rectification":
        status = pick(list(problem_states))
    return Fact(
        id=str(UUID(int=number)),
        version=1,
        kind=kind,
        type=pick(_TYPES[kind]),
        title=SECRET if kind in {"talk", "sanction"} else pick(_TITLES),
        organization_id=BRANCHES.get(owner, HQ),
        organization_name=owner,
        status=status,
        topic=pick(["party_building", "ideology", "integrity", None]),
        focus=pick([*(focus.code for focus in DEFAULT_FOCUSES), None, "gone"]),
        actor=pick(["organization", "person"]),
        actor_post=pick(["secretary", "deputy_secretary", None]),
        actor_name=SECRET,
        is_reporter=pick([True, False]),
        happened_on=pick([None, _day(chance)]) if status == "completed" else None,
        planned_on=pick([None, _day(chance)]),
        due_on=pick([None, _day(chance)]),
        completed_on=_day(chance) if status == "closed" else None,
        expected=pick([None, 10, 20]),
        present=pick([None, 0, 9, 10, 20]),
        participants=_count(chance),
        hours=pick([None, Decimal(8), Decimal("1.5")]),
        persons=frozenset(chance.sample([f"{SECRET}{letter}" for letter in "abcd"], pick([0, 2]))),
        person_times=_count(chance),
        solved_difficulties=pick([None, 0, 3]),
        quantity=_count(chance),
        change=pick(["created", "revised", None]),
        source=pick(["self_check", "audit", "assessment_feedback", None]),
        suspended_on=_day(chance) if status == "suspended" else None,
        suspension_approver=pick(["上级党委", None]),
        days_overdue=chance.randint(0, 40) if status in {"open", "in_progress"} else None,
        was_returned=pick([True, False]),
    )


def make_year(seed: int, size: int) -> FactSet:
    """A year of arbitrary records, the same for the same numbers."""
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    states = chance.choice(PROBLEM_STATES)
    return year(
        [record(number, chance, states) for number in range(100, 100 + size)],
        as_of=chance.choice([date(2018, 6, 30), date(2018, 12, 31), date(2019, 1, 9)]),
        shortcomings=chance.choice([(), (AuthoredNote(UUID(int=7), "政工经验不足"),)]),
        includes_supervision=chance.choice([True, False]),
        include_descendants=True,
        branch_names=tuple(BRANCHES),
    )


seeds = st.integers(0, 2**32)
sizes = st.sampled_from([0, 1, 2, 5, 12, 40, 150])
options = st.builds(
    Options,
    voice=st.sampled_from(["first_person", "organization"]),
    numerals=st.sampled_from(["chinese", "arabic", "auto"]),
)


def check_count(ref: CountRef, facts: dict[str, Fact]) -> None:
    assert len(set(ref.ids)) == len(ref.ids)
    if ref.basis == "records":
        assert ref.value == len(ref.ids)
    elif ref.basis == "sum":
        assert ref.value == sum(number for _, number in ref.addends)
        assert tuple(key for key, _ in ref.addends) == ref.ids
    elif ref.basis == "persons":
        assert ref.value == len({person for key in ref.ids for person in facts[key].persons})
    else:
        closed = sum(1 for key in ref.ids if facts[key].status == "closed")
        assert ref.arithmetic == f"{closed}/{len(ref.ids)}"
        exact = Decimal(closed * 100) / Decimal(len(ref.ids))
        assert ref.value == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def check_numbers(sentence: Sentence) -> None:
    rest, start = "", 0
    for ref in sentence.counts:
        at = sentence.text.index(ref.printed, start)
        rest += sentence.text[start:at] + "·"
        start = at + len(ref.printed)
    rest += sentence.text[start:]
    assert not _COUNTED.search(_NOT_COUNTS.sub("", rest)), (sentence.text, rest)


def check_rectifications(sentence: Sentence, facts: dict[str, Fact]) -> None:
    problems = [facts[key] for key in sentence.ids if facts[key].kind == "rectification"]
    if "已全部" in sentence.text:
        assert {fact.status for fact in problems} == {"closed"}
    if "均已" in sentence.text:
        assert {fact.status for fact in problems} <= {"closed", "suspended"}
    parts = [int(ref.value) for ref in sentence.counts if ref.label in _STATES]
    if parts and sentence.id.startswith(("p0", "p1")):
        assert sum(parts) == len(problems)


def check(summary: Summary, fact_set: FactSet) -> None:
    facts = {fact.id: fact for fact in fact_set.facts}
    ids = [sentence.id for sentence in summary.sentences]
    assert len(set(ids)) == len(ids)
    for sentence in summary.sentences:
        if sentence.kind == "placeholder":
            assert "（待补充）" in sentence.text
            assert not sentence.counts
            continue
        assert sentence.ids or sentence.notes
        assert set(sentence.ids) <= set(facts)
        for ref in sentence.counts:
            assert set(ref.ids) <= set(sentence.ids)
            check_count(ref, facts)
        if sentence.kind == "generated":
            check_numbers(sentence)
            check_rectifications(sentence, facts)
        if sentence.id.startswith(("p0", "p1")):
            assert {facts[key].status for key in sentence.ids}.isdisjoint({"planned", "cancelled"})
        if not fact_set.includes_supervision:
            assert not any(facts[key].is_restricted for key in sentence.ids)


@settings(max_examples=120, deadline=None)
@given(seeds, sizes, options)
def test_every_number_has_its_records(seed: int, size: int, chosen: Options) -> None:
    fact_set = make_year(seed, size)
    summary = compose(fact_set, chosen)
    check(summary, fact_set)
    assert summary.uncited == ()
    text = to_text(summary) + to_markdown(summary) + repr(summary.findings)
    assert SECRET not in text
    assert "二次" not in text.replace("十二次", "")
    assert "零次" not in text
    facts = list(fact_set.facts)
    random.Random(seed).shuffle(facts)  # noqa: S311 - test data, not a secret
    again = compose(replace(fact_set, facts=tuple(facts)), chosen)
    assert again == summary
    assert to_text(again) == to_text(summary)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(get_args(Status)[3:]), min_size=1))
def test_all_done_is_said_only_when_all_is_done(states: list[Status]) -> None:
    facts = [
        Fact(
            id=str(UUID(int=number + 50)),
            version=1,
            kind="rectification",
            type="by_deadline",
            title="丙",
            organization_id=HQ,
            organization_name="指挥部党总支",
            status=status,
            source="audit",
        )
        for number, status in enumerate(states)
    ]
    text = to_text(compose(year(facts)))
    all_closed = set(states) == {"closed"}
    assert ("已全部整改" in text) is (all_closed and len(states) > 1)
    if not set(states) - {"cancelled"} <= {"closed", "suspended"}:
        assert "均已" not in text
