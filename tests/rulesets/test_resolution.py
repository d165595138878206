"""What a chain of rule sets comes to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import ValidationFailed
from app.organizations.rules import OrganizationKind
from app.rulesets.resolution import Layer, Origin, resolve_chain
from app.rulesets.schemas import RuleSetDocument
from tests.rulesets.makers import CODES, DOCUMENTS, layer, resolve, rule
from tests.support.properties import examples

BASE = layer(rules=[rule("assembly"), rule("lecture", measures="备课"), rule("day")])
AFTER = {"rule": "after_event", "event": "assembly", "days": 15}
ONCE = {"every": "once", "on": "2018-06-30"}


def conflicts(*chain: Layer) -> dict[str, str]:
    """The codes of a chain's flaws by pointer."""
    with pytest.raises(ValidationFailed) as refused:
        resolve(chain)
    assert all(flaw.detail for flaw in refused.value.flaws)
    return {flaw.pointer or "": flaw.code for flaw in refused.value.flaws}


def test_a_set_takes_away_changes_and_adds() -> None:
    own = layer(
        "own",
        7,
        removes=["day"],
        changes=[{"code": "lecture", "measures": None, "frequency": {"every": "month"}}],
        rules=[rule("report", due=AFTER)],
    )
    found = resolve([BASE, own])
    assert [entry.rule.code for entry in found] == ["assembly", "lecture", "report"]
    assert [entry.origin for entry in found] == [
        Origin("base", 1),
        Origin("base", 1),
        Origin("own", 7),
    ]
    assert [entry.changed_by for entry in found] == [None, Origin("own", 7), None]
    lecture = found[1].rule
    assert (lecture.measures, lecture.frequency.every, lecture.name) == (
        None,
        "month",
        "支部党员大会",
    )


def test_the_last_change_is_told() -> None:
    chain = [
        BASE,
        layer("middle", 2, changes=[{"code": "lecture", "quantity": "每月一次"}]),
        layer("own", 3, changes=[{"code": "lecture", "wording": "must"}]),
    ]
    lecture = resolve(chain)[1]
    assert (lecture.rule.quantity, lecture.rule.wording) == ("每月一次", "must")
    assert (lecture.origin, lecture.changed_by) == (Origin("base", 1), Origin("own", 3))


def test_a_removed_code_may_be_said_anew() -> None:
    own = layer("own", removes=["day"], rules=[rule("day", name="党员活动日")])
    assert resolve([BASE, own])[-1].rule.name == "党员活动日"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"removes": ["nothing"]}, {"#/removes/0": "rule_unknown"}),
        ({"removes": ["day", "day"]}, {"#/removes/1": "rule_unknown"}),
        ({"changes": [{"code": "nothing"}]}, {"#/changes/0/code": "rule_unknown"}),
        (
            {"removes": ["day"], "changes": [{"code": "day", "wording": "must"}]},
            {"#/changes/0/code": "rule_unknown"},
        ),
        ({"changes": [{"code": "day"}, {"code": "day"}]}, {"#/changes/1/code": "rule_repeated"}),
        ({"rules": [rule("day")]}, {"#/rules/0/code": "rule_repeated"}),
        ({"rules": [rule("new"), rule("new")]}, {"#/rules/1/code": "rule_repeated"}),
        (
            {"changes": [{"code": "day", "article": "第一条", "confidence": "general"}]},
            {"#/changes/0/article": "article_unverified"},
        ),
        (
            {"rules": [rule("new", due={**AFTER, "event": "nothing"})]},
            {"#/rules/0/due/event": "event_unknown"},
        ),
        ({"rules": [rule("new", due={**AFTER, "event": "new"})]}, {"#/rules/0/due": "event_cycle"}),
        (
            {
                "changes": [{"code": "assembly", "due": {**AFTER, "event": "new"}}],
                "rules": [rule("new", due=AFTER)],
            },
            {"#/changes/0/due": "event_cycle", "#/rules/0/due": "event_cycle"},
        ),
        (
            {"rules": [rule("new", due=AFTER, applies_to=["party_branch", "general_branch"])]},
            {"#/rules/0/applies_to": "event_elsewhere"},
        ),
        (
            {"rules": [rule("new", shares_with=["assembly", "nothing"])]},
            {"#/rules/0/shares_with/1": "shared_unknown"},
        ),
        (
            {"rules": [rule("new", shares_with=["new"])]},
            {"#/rules/0/shares_with/0": "shared_unknown"},
        ),
        (
            {"rules": [rule("new", due={"rule": "fixed_date", "month": 4, "day": 31})]},
            {"#/rules/0/due": "fixed_date_of_year", "#/rules/0/due/day": "day_unknown"},
        ),
        (
            {"rules": [rule("new", applies_to=["party_branch", "party_group"])]},
            {"#/rules/0/applies_to/1": "group_without_list"},
        ),
        (
            {"rules": [rule("new", frequency=ONCE, valid_from=2019)]},
            {"#/rules/0/frequency/on": "once_outside_years"},
        ),
        (
            {"rules": [rule("new", frequency=ONCE, due={"rule": "day", "day": 5})]},
            {"#/rules/0/due": "due_of_once"},
        ),
    ],
)
def test_what_does_not_fit_is_refused(parts: dict[str, Any], expected: dict[str, str]) -> None:
    assert conflicts(BASE, layer("own", **parts)) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"kind": "meeting", "types": ["field_visit"]}, {"types/0": "type_unknown"}),
        ({"kind": "activity", "types": ["field_visit", "x"]}, {"types/1": "type_unknown"}),
        ({"kind": "sanction"}, {"kind": "counts_restricted"}),
        ({"kind": "talk", "types": ["inquiry_letter"]}, {"types/0": "counts_restricted"}),
        (
            {"kind": "talk", "types": ["duty_talk"], "pair_types": ["member_with_member"]},
            {"pair_types": "pair_of_heart_talk"},
        ),
        ({"kind": "talk"}, {"types": "talk_types_required"}),
        (
            {"kind": "meeting", "types": ["special_meeting"], "topics": ["x"]},
            {"topics/0": "topic_unknown"},
        ),
        ({"kind": "meeting", "topics": ["integrity"]}, {"topics/0": "topic_of_special_meeting"}),
        ({"kind": "meeting", "having": "appraisal"}, {"having": "appraisal_elsewhere"}),
        ({"kind": "activity", "having": "secretary"}, {"having": "secretary_elsewhere"}),
    ],
)
def test_what_counts_must_exist(counts: dict[str, Any], expected: dict[str, str]) -> None:
    good = {"kind": "meeting", "types": ["special_meeting"], "topics": ["ideology"]}
    own = layer("own", rules=[rule("new", counts=[good, counts])])
    wanted = {f"#/rules/0/counts/1/{path}": code for path, code in expected.items()}
    assert conflicts(BASE, own) == wanted


def test_taking_away_an_event_is_told_where_it_is_done() -> None:
    base = layer(rules=[rule("assembly"), rule("report", due=AFTER)])
    assert conflicts(base, layer("own", removes=["assembly"])) == {"#/removes/0": "event_unknown"}
    assert resolve([base, layer("own", removes=["assembly", "report"])]) == []
    narrowed = {"code": "assembly", "applies_to": ["general_branch"]}
    assert conflicts(base, layer("own", changes=[narrowed])) == {
        "#/changes/0/applies_to": "event_elsewhere"
    }


def test_sharing_with_a_rule_that_was_taken_away_ends() -> None:
    shared = rule("lecture", shares_with=["assembly", "day"])
    base = layer(rules=[rule("assembly"), shared, rule("day")])
    [lecture, _] = resolve([base, layer("own", removes=["assembly"])])
    assert lecture.rule.shares_with == ["day"]
    assert base.document.rules[1].shares_with == ["assembly", "day"]


def test_a_chain_does_not_come_back_to_itself() -> None:
    assert conflicts(BASE, layer("own"), layer("base", 2)) == {"#/based_on": "base_cycle"}


def test_years_and_kinds_choose() -> None:
    base = layer(
        rules=[
            rule("old", valid_to=2018),
            rule("new", valid_from=2019),
            rule("both", applies_to=["party_branch", "general_branch"]),
        ]
    )
    found = resolve_chain([base])

    def codes(kind: OrganizationKind, year: int) -> list[str]:
        return [entry.rule.code for entry in found.of_year(kind, year)]

    assert codes(OrganizationKind.PARTY_BRANCH, 2018) == ["old", "both"]
    assert codes(OrganizationKind.PARTY_BRANCH, 2019) == ["new", "both"]
    assert codes(OrganizationKind.GENERAL_BRANCH, 2019) == ["both"]
    assert codes(OrganizationKind.PARTY_COMMITTEE, 2019) == []


@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
@examples(60)
def test_any_chain_can_be_read(documents: list[RuleSetDocument]) -> None:
    """A broken chain too: reading never fails, and what it gives is whole."""
    chain = [Layer(f"s{number}", 1, document) for number, document in enumerate(documents)]
    found = resolve_chain(chain)
    assert all(code == entry.rule.code for code, entry in found.rules.items())
    assert all(set(entry.rule.shares_with) <= found.rules.keys() for entry in found.rules.values())
    assert all((conflict.flaw.pointer or "").startswith("#/") for conflict in found.conflicts)
    assert resolve_chain(chain).rules == found.rules
    if found.conflicts:
        assert conflicts(*chain)
    else:
        assert resolve(chain) == list(found.rules.values())
        stated = {rule.code for document in documents for rule in document.rules}
        assert found.rules.keys() <= stated <= set(CODES)


@given(DOCUMENTS)
@examples(40)
def test_an_empty_set_changes_nothing(document: RuleSetDocument) -> None:
    below = Layer("below", 1, document)
    assert resolve_chain([below, layer("own")]).rules == resolve_chain([below]).rules
