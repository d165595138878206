"""Years at the edges: poor, empty, very full, and a parent of fifty branches."""

import random
from typing import Any
from uuid import UUID

from app.report.facts import AuthoredNote, Count, Fact, FactSet, PreviousYear
from tests.report import surroundings
from tests.report.years import BRANCHES, HQ, fact, on, rectification, year

QUALITY = "party_building_quality"
USUAL = {"done": 0.8, "entered": 0.05, "late": 0.06, "missing": 0.06, "waived": 0.03}
POOR = {"done": 0.3, "late": 0.1, "missing": 0.6}
FIFTY = {f"第{number}工程段党支部": str(UUID(int=5000 + number)) for number in range(1, 51)}


def _chance() -> random.Random:
    return random.Random(2018)  # noqa: S311 - test data, not a secret


def poor() -> FactSet:
    """A branch that did little, late, and left its list half done."""
    chance = _chance()
    own = {"指挥部党总支": HQ}
    facts = [
        fact("meeting", "member_assembly", "党员大会", focus=QUALITY, happened_on=on(3, 9)),
        fact("meeting", "party_lecture", "学党章", focus=QUALITY, happened_on=on(6, 28)),
        fact("meeting", "member_assembly", "党员大会", status="planned", due_on=on(9, 30)),
        rectification("audit", "党费台账不清", status="open", due_on=on(6, 30), days_overdue=184),
        rectification("self_check", "记录不全", status="suspended", suspended_on=on(5, 3)),
    ]
    return year(
        facts,
        organization_kind="party_branch",
        duties=surroundings.lists(chance, own, POOR),
        findings=surroundings.findings(chance, own, [facts[0].id], 2),
        grades=surroundings.grades(chance, own, (1, 2, 3, 4)),
        earlier=surroundings.earlier(chance, 14),
        previous=PreviousYear(
            (AuthoredNote(UUID(int=71), "党员教育不够", result="全年只讲了一次党课，仍未改进"),),
            (AuthoredNote(UUID(int=72), "每季度讲一次党课"),),
        ),
    )


def empty() -> FactSet:
    """Nothing was recorded; the list says what was owed."""
    chance = _chance()
    return year([], duties=surroundings.lists(chance, {"指挥部党总支": HQ}, {"missing": 1.0}))


def _records(
    chance: random.Random, places: dict[str, str], many: int, last_month: int = 12
) -> list[Fact]:
    kinds: tuple[tuple[str, str, str], ...] = (
        *(("meeting", "member_assembly", "党员大会"), ("meeting", "committee_meeting", "支委会")),
        *(("meeting", "theme_party_day", "主题党日"), ("meeting", "party_lecture", "学党章")),
        *(("activity", "reading", "读书活动"), ("activity", "field_visit", "赴工地调研")),
        *(("output", "policy_document", "考勤办法"), ("output", "briefing", "简报")),
        *(("talk", "heart_talk", "谈心"), ("meeting", "central_group_study", "条例学习")),
    )
    found = []
    for number in range(many):
        kind, type_, title = chance.choice(kinds)
        more: dict[str, Any] = {"persons": frozenset({f"甲{number}"})} if kind == "talk" else {}
        if kind == "activity":
            more["participants"] = Count(chance.randint(5, 60), chance.random() < 0.2)
        place = chance.choice([*places])
        made = fact(
            *(kind, type_, f"{title}（{number}）" if kind == "activity" else title),
            branch=place if place != "指挥部党总支" else None,
            focus=chance.choice(["theoretical_study", QUALITY, "core_work", "integrity"]),
            happened_on=on(chance.randint(1, last_month), chance.randint(1, 28)),
            **more,
        )
        found.append(made)
    return found


def full() -> FactSet:
    """Two thousand records of a general branch and its three branches."""
    chance = _chance()
    facts = _records(chance, {"指挥部党总支": HQ, **BRANCHES}, 2000)
    return year(
        facts,
        include_descendants=True,
        branch_names=tuple(BRANCHES),
        duties=surroundings.lists(chance, BRANCHES, USUAL),
        findings=surroundings.findings(chance, BRANCHES, [one.id for one in facts], 60),
        grades=surroundings.grades(chance, BRANCHES, (1, 2, 3, 4)),
        earlier=surroundings.earlier(chance, 1800),
    )


def fifty() -> FactSet:
    """A committee of fifty branches in the middle of the year."""
    chance = _chance()
    facts = _records(chance, FIFTY, 600, 9)
    facts += [
        rectification("inspection", f"问题{n}", branch=name, status="in_progress", due_on=on(8, 1))
        for n, name in enumerate([*FIFTY][:12])
    ]
    return year(
        facts,
        as_of=on(9, 30),
        organization_name="工程局党委",
        organization_kind="party_committee",
        include_descendants=True,
        branch_names=tuple(FIFTY),
        duties=surroundings.lists(chance, FIFTY, USUAL),
        findings=surroundings.findings(chance, FIFTY, [one.id for one in facts], 9),
        grades=surroundings.grades(chance, FIFTY, (1, 2, 3)),
        earlier=surroundings.earlier(chance, 500),
    )


SPECIAL = {"poor": poor, "empty": empty, "full": full, "fifty": fifty}
