"""The shipped rule set: whole, sourced, and faithful to what the regulations are known to say."""

from collections import Counter

from app.items.focuses import DEFAULT_FOCUSES
from app.org_documents.parsing import to_yaml
from app.organizations.rules import OrganizationKind
from app.rulesets.queries import standard_layer, standard_rule_set
from app.rulesets.resolution import resolve_chain
from app.rulesets.rules import Confidence, Every
from app.rulesets.schemas import STANDARD, AfterEvent, EndOfPeriod, Rule, document_data
from tests.rulesets.makers import resolve

# Codes are never taken back: rule sets of organisations change and remove them by name.
SHIPPED = {
    "member_assembly",
    "committee_meeting",
    "group_meeting",
    "party_lecture",
    "theme_party_day",
    "organizational_life_meeting",
    "democratic_appraisal",
    "heart_talk",
    "heart_talk:committee",
    "heart_talk:committee_member",
    "heart_talk:members",
    "training_hours",
    "training_hours:leaders",
    "membership_dues",
    "secretary_lecture",
    "democratic_life_meeting",
    "democratic_life_report",
    "special_meeting:party_building",
    "special_meeting:ideology",
    "special_meeting:integrity",
    "central_group_study",
    "secretary_review",
}
ARTICLES = {
    "member_assembly": "第十一条",
    "committee_meeting": "第十二条",
    "group_meeting": "第十三条",
    "party_lecture": "第十六条",
    "theme_party_day": "第十六条",
    "secretary_lecture": "第十六条",
    "organizational_life_meeting": "第十七条",
    "democratic_appraisal": "第十八条",
    "heart_talk": "第十九条",
    "heart_talk:committee": "第十九条",
    "heart_talk:committee_member": "第十九条",
    "heart_talk:members": "第十九条",
    "training_hours": "第二十条",
    "training_hours:leaders": "第二十条",
}
TIMES_A_YEAR = {Every.MONTH: 12, Every.QUARTER: 4, Every.HALF_YEAR: 2, Every.YEAR: 1}


def by_code() -> dict[str, Rule]:
    return {found.rule.code: found.rule for found in resolve([standard_layer()])}


def test_every_code_that_was_ever_shipped_is_there() -> None:
    assert by_code().keys() == SHIPPED
    shipped = standard_rule_set()
    assert (shipped.code, shipped.based_on, shipped.version) == (STANDARD, None, 2)


def test_articles_are_those_that_are_known() -> None:
    rules = by_code()
    assert {code: rule.article for code, rule in rules.items() if rule.article} == ARTICLES
    for rule in rules.values():
        assert rule.source or rule.confidence != Confidence.REGULATION
        assert not (rule.article and rule.confidence == Confidence.GENERAL)
    quoted = {code for code, rule in rules.items() if rule.confidence == Confidence.REGULATION}
    assert quoted == {
        "member_assembly",
        "committee_meeting",
        "group_meeting",
        "organizational_life_meeting",
        "democratic_appraisal",
        "democratic_life_meeting",
        "secretary_review",
    }


def test_how_often_in_a_year() -> None:
    owed = {
        code: TIMES_A_YEAR[rule.frequency.every] * rule.frequency.times
        for code, rule in by_code().items()
    }
    assert Counter(owed.values()) == {12: 4, 4: 3, 3: 1, 2: 3, 1: 11}
    assert owed["member_assembly"] == owed["party_lecture"] == owed["central_group_study"] == 4
    assert owed["special_meeting:ideology"] == owed["special_meeting:integrity"] == 2


def test_every_rule_is_filled_in() -> None:
    for code, rule in by_code().items():
        assert rule.focus in dict(DEFAULT_FOCUSES), code
        assert rule.measures, code
        assert rule.evidence, code
        assert rule.responsible_post, code
        assert isinstance(rule.due, EndOfPeriod | AfterEvent), code
    by_hand = {code for code, rule in by_code().items() if not rule.counts}
    assert by_hand == {
        "training_hours",
        "training_hours:leaders",
        "membership_dues",
        "democratic_life_report",
    }


def test_what_is_joined_is_named_by_both() -> None:
    rules = by_code()
    pair = {"organizational_life_meeting", "democratic_appraisal"}
    assert {code for code, rule in rules.items() if rule.shares_with} == pair
    assert {other for code in pair for other in rules[code].shares_with} == pair
    joined = rules["democratic_appraisal"].counts[1]
    assert (joined.types, joined.having) == (["organizational_life_meeting"], "appraisal")


def test_who_owes_what() -> None:
    found = resolve_chain([standard_layer()])
    number = {kind: len(found.of_year(kind, 2018)) for kind in OrganizationKind}
    assert number == {
        "party_committee": 8,
        "work_committee": 8,
        "general_branch": 8,
        "party_branch": 13,
        "party_group": 0,
    }
    assert [code for code, rule in by_code().items() if rule.for_each_group] == ["group_meeting"]


def test_it_is_written_as_it_is_exported() -> None:
    assert b"version: 2" in to_yaml(document_data(standard_rule_set()))
