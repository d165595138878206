"""What holds for every year: each number has its records, and nothing is claimed without one."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.report.blocks import ComposedText, CountRef
from app.report.compose import duties as pairs
from app.report.compose.outline import compose
from app.report.compose.work_done import is_reported, strand_of
from app.report.facts import (
    DEFAULT_FOCUSES,
    AuthoredNote,
    Count,
    Fact,
    FactSet,
    Options,
    StatusCode,
)
from app.report.schemas import Sentence
from tests.report import surroundings
from tests.report.numerals import value_of
from tests.report.written import sentences, to_markdown, to_text
from tests.report.years import BRANCHES, HQ, year
from tests.support.properties import examples

START = date(2018, 1, 1)
SECRET = "密"
_NUMERAL = "零一二三四五六七八九十百千万两"
_COUNTED = re.compile(rf"\d|[{_NUMERAL}]+余?(?:次|项|个|人|名|期|篇|份|处|天|学时|条|分|季)")
_NOT_COUNTS = re.compile(
    rf"20\d\d年|\d+月(?:\d+日)?|第[{_NUMERAL}]+|[{_NUMERAL}]+是|一岗双责|一年来"
)
_BEHIND_THE_VERB = re.compile(r"(?:主持|(?<!党)组织|带头|牵头|讲授)[于在]\d")
_STATES = {"已销号", "销号", "暂缓", "待验收", "正在整改", "尚未启动整改"}
PROBLEM_STATES: tuple[tuple[StatusCode, ...], ...] = (
    ("closed",),
    ("suspended",),
    ("closed", "closed", "suspended"),
    ("open", "in_progress", "submitted", "closed", "suspended", "cancelled"),
)
_TYPES: dict[str, list[str]] = {
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
        *("briefing", "material", "other"),
    ],
    "unheard_of": ["whatever"],  # a kind that reports have no words for
}
LISTS: tuple[dict[str, float], ...] = (
    {"done": 1},
    {"missing": 1},
    {"late": 1},
    {"waived": 1},
    {"done": 0.9, "missing": 0.02, "waived": 0.02, "entered": 0.06},
    {"done": 0.5, "late": 0.2, "missing": 0.1, "entered": 0.1, "unlinked": 0.1},
)
_TITLES = [
    "甲法",
    "赴乙地学习",
    "丙活动",
    "诵读《丁》",
    "戊课题",
    "“己”制度",
    "庚专题学习",
    "调研辛",
]


def _count(chance: random.Random) -> Count | None:
    return chance.choice([None, Count(chance.randint(0, 60), chance.random() < 0.3)])


def _day(chance: random.Random) -> date:
    return START + timedelta(days=chance.randint(0, 364))


def record(number: int, chance: random.Random, problem_states: Sequence[StatusCode]) -> Fact:
    pick, kind = chance.choice, chance.choice(sorted(_TYPES))
    owner = pick(["指挥部党总支", "指挥部党总支", *BRANCHES])
    status: StatusCode = pick(["planned", "completed", "completed", "completed", "cancelled"])
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
        actor_name=pick([SECRET, f"{SECRET}二", None]),
        is_reporter=pick([True, False]),
        happened_on=pick([None, _day(chance)]) if status == "completed" else None,
        planned_on=pick([None, _day(chance)]),
        due_on=pick([None, _day(chance)]),
        found_on=pick([None, _day(chance), START - timedelta(days=40)]),
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


def around(chance: random.Random, facts: Sequence[Fact]) -> dict[str, Any]:
    """What surrounds the records: nothing, all well, all missing, or some of everything."""
    places = dict(chance.sample([*{**BRANCHES, "指挥部党总支": HQ}.items()], chance.randint(0, 4)))
    shown = [one.id for one in facts if not one.is_restricted]
    return {
        "duties": surroundings.lists(chance, places, chance.choice(LISTS)),
        "findings": surroundings.findings(
            chance, places, shown, chance.choice([0, 1, 2, 9]) if places else 0
        ),
        "grades": surroundings.grades(chance, places, chance.choice([(), (2,), (1, 2, 3, 4)])),
        "earlier": surroundings.earlier(chance, chance.choice([0, 1, 2, 10, 60])),
    }


def make_year(seed: int, size: int) -> FactSet:
    """A year of arbitrary records, the same for the same numbers."""
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    states = chance.choice(PROBLEM_STATES)
    facts = [record(number, chance, states) for number in range(100, 100 + size)]
    return year(
        facts,
        **around(chance, facts),
        as_of=chance.choice([date(2018, 6, 30), date(2018, 12, 31), date(2019, 1, 9)]),
        shortcomings=chance.choice([(), (AuthoredNote(UUID(int=7), "政工经验不足"),)]),
        includes_supervision=chance.choice([True, False]),
        reporter=chance.choice([None, SECRET]),
        include_descendants=True,
        branch_names=tuple(BRANCHES),
    )


seeds = st.integers(0, 2**32)
sizes = st.sampled_from([0, 1, 2, 5, 12, 40, 150])
options = st.builds(
    Options,
    voice=st.sampled_from(["first_person", "organization"]),
    numerals=st.sampled_from(["chinese", "arabic", "auto"]),
    small_counts=st.sampled_from(["exact", "withheld"]),
)


def check_count(ref: CountRef, facts: dict[str, Fact]) -> None:
    assert len(set(ref.ids)) == len(ref.ids)
    if ref.basis == "fewer":
        assert (ref.value, ref.ids, ref.addends) == (None, (), ())
        assert ref.printed == f"少于3{ref.unit}"
        return
    assert value_of(ref.printed) == ref.value, ref
    assert ("余" in ref.printed or "约" in ref.printed) is ref.approximate
    if ref.basis == "records":
        assert ref.value == len(ref.ids)
    elif ref.basis == "sum":
        assert ref.value == sum(number for _, number in ref.addends)
        assert tuple(key for key, _ in ref.addends) == ref.ids
    elif ref.basis == "persons":
        assert ref.value == len({person for key in ref.ids for person in facts[key].persons})
    elif ref.basis == "difference":
        assert ref.value == abs(len(ref.ids) - len(ref.earlier))
    elif ref.basis == "rate":
        closed = sum(1 for key in ref.ids if facts[key].status == "closed")
        assert ref.arithmetic == f"{closed}/{len(ref.ids)}"
        exact = Decimal(closed * 100) / Decimal(len(ref.ids))
        assert ref.value == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def check_numbers(sentence: Sentence) -> None:
    """Every number that is left besides dates and ordinals is one of the counts, in their order."""
    text, rest, start = _NOT_COUNTS.sub("¦", sentence.text), "", 0
    for ref in sentence.counts:
        at = text.index(ref.printed, start)
        rest += text[start:at] + "·"
        start = at + len(ref.printed)
    rest += text[start:]
    assert not _COUNTED.search(rest), (sentence.text, rest)


def check_rectifications(sentence: Sentence, facts: dict[str, Fact]) -> None:
    problems = [facts[key] for key in sentence.ids if facts[key].kind == "rectification"]
    if "已全部" in sentence.text:
        assert {fact.status for fact in problems} == {"closed"}
    if "均已" in sentence.text:
        assert {fact.status for fact in problems} <= {"closed", "suspended"}
    parts = [int(ref.value or 0) for ref in sentence.counts if ref.label in _STATES]
    if parts and sentence.id.startswith(("p0", "p1")):
        assert sum(parts) == len(problems)
    listed = [int(ref.value or 0) for ref in sentence.counts if ref.label in {"结转", "新列入"}]
    assert sum(listed) in {0, len(problems)}


def universe(fact_set: FactSet) -> dict[str, set[str]]:
    """Everything that a sentence may stand on besides records."""
    duties = fact_set.duties
    return {
        "occurrence": {
            *(key for one in duties for key in (*one.owed, *one.unlinked)),
            *(waived.id for one in duties for waived in one.waived),
        },
        "finding": {one.id for one in fact_set.findings},
        "assessment": {one.id for one in fact_set.grades},
        "earlier_record": {one.id for one in fact_set.earlier},
        "organization": {HQ, *BRANCHES.values()},
    }


def check_sources(sentence: Sentence, fact_set: FactSet) -> None:
    known = universe(fact_set)
    held = {(one.kind, one.id) for one in sentence.sources}
    assert all(key in known[kind] for kind, key in held if kind != "withheld")
    for ref in sentence.counts:
        if ref.source == "record":
            assert set(ref.ids) <= set(sentence.ids)
            assert {("earlier_record", key) for key in ref.earlier} <= held
        else:
            assert {(ref.source, key) for key in ref.ids} <= held
        if ref.basis == "stated":
            points = {one.id: one.points for one in fact_set.grades}
            assert ref.value == points[ref.ids[0]]


def check_duties(summary: ComposedText, fact_set: FactSet) -> None:
    """What is owed is the sum of its parts, and everything missing is admitted and answered."""
    missing = {one.id for line in fact_set.duties for one in line.missing}
    for sentence in sentences(summary):
        numbers = {ref.label: ref.value or 0 for ref in sentence.counts}
        if sentence.id == "p1.duties.coverage":
            parts = [numbers.get(name, 0) for name in ("按时完成", "逾期完成", "到期未完成")]
            assert sum(parts) in {0, numbers["应完成"]}
            assert numbers["应完成"] == sum(len(line.owed) for line in fact_set.duties)
            assert ("没有完成" in sentence.text) is (len(missing) == numbers["应完成"])
    for part in ("p2.duties", "p3.duties"):
        told = {
            one.id
            for sentence in sentences(summary)
            if sentence.id.startswith(part)
            for one in sentence.sources
            if one.kind == "occurrence"
        }
        assert told == missing
    for sentence in sentences(summary):
        if sentence.id == "p3.duties":
            counted = [set(ref.ids) for ref in sentence.counts if ref.source == "occurrence"]
            by_name = set(pairs.planned_meetings(fact_set)) if "补开" in sentence.text else set()
            assert not any(by_name & ids for ids in counted), "answered once"
    low = {one.id for one in fact_set.grades if one.grade in {"average", "lagging"}}
    for part in ("p2.grades", "p3.grades"):
        said = [one for one in sentences(summary) if one.id.startswith(part)]
        sources = {source for sentence in said for source in sentence.sources}
        assert low == {one.id for one in sources if one.kind == "assessment"}


def check_discretion(summary: ComposedText, fact_set: FactSet) -> None:
    """Nothing gives away a family of supervision of which there are one or two."""
    families: dict[str, list[Fact]] = {}
    for fact in fact_set.facts:
        if fact.is_restricted and fact.status == "completed":
            family = "sanction" if fact.kind == "sanction" else fact.type
            families.setdefault(family, []).append(fact)
    hidden = {one.id for group in families.values() if len(group) == 1 for one in group}
    if any(
        one.person_times or len(one.persons) > 2 for group in families.values() for one in group
    ):
        hidden = set()
    assert hidden.isdisjoint(repr(summary).split("'"))
    for sentence in sentences(summary):
        if sentence.id.endswith(".supervision"):
            assert all(ref.value is None or ref.value >= 3 for ref in sentence.counts)


def check(summary: ComposedText, fact_set: FactSet) -> None:
    facts = {fact.id: fact for fact in fact_set.facts}
    ids = [sentence.id for sentence in sentences(summary)]
    assert len(set(ids)) == len(ids)
    for sentence in sentences(summary):
        if sentence.kind == "placeholder":
            assert "（待补充）" in sentence.text
            assert not sentence.counts
            continue
        assert sentence.ids or sentence.notes or sentence.sources
        assert set(sentence.ids) <= set(facts)
        check_sources(sentence, fact_set)
        for ref in sentence.counts:
            check_count(ref, facts)
        if sentence.kind == "generated":
            check_numbers(sentence)
            check_rectifications(sentence, facts)
        if sentence.id.startswith(("p0", "p1")):
            assert {facts[key].status for key in sentence.ids}.isdisjoint({"planned", "cancelled"})
        if not fact_set.includes_supervision:
            assert not any(facts[key].is_restricted for key in sentence.ids)


def shuffled(fact_set: FactSet, seed: int) -> FactSet:
    """The same facts in another order."""
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    parts: dict[str, Any] = {}
    for name in ("facts", "focuses", "duties", "findings", "grades", "earlier"):
        part = list(getattr(fact_set, name))
        chance.shuffle(part)
        parts[name] = tuple(part)
    return replace(fact_set, **parts)


def without_words(fact_set: FactSet) -> list[str]:
    """What was done of kinds that reports have no words for."""
    told = [fact for fact in fact_set.facts if is_reported(fact_set, fact)]
    return [fact.id for fact in told if strand_of(fact) is None]


@examples(80)
@given(seeds, sizes, options)
def test_every_number_has_its_records(seed: int, size: int, chosen: Options) -> None:
    fact_set = make_year(seed, size)
    summary = compose(fact_set, chosen)
    check(summary, fact_set)
    check_duties(summary, fact_set)
    if chosen.small_counts == "withheld":
        check_discretion(summary, fact_set)
    assert set(summary.uncited) == set(without_words(fact_set))
    text = to_text(summary) + to_markdown(summary) + repr(summary.findings)
    assert SECRET not in text
    assert "二次" not in text.replace("十二次", "")
    assert "零次" not in text
    assert not _BEHIND_THE_VERB.search(text)
    assert "监督执纪。监督执纪方面" not in text
    again = compose(shuffled(fact_set, seed), chosen)
    assert again == summary
    assert to_text(again) == to_text(summary)


@examples(60)
@given(st.lists(st.sampled_from(get_args(StatusCode)[3:]), min_size=1))
def test_all_done_is_said_only_when_all_is_done(states: list[StatusCode]) -> None:
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
