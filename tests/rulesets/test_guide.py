"""The guide's example is a rule set that holds together."""

import re
from pathlib import Path

from app.org_documents.parsing import from_yaml
from app.organizations.rules import OrganizationKind
from app.rulesets.queries import standard_layer
from app.rulesets.resolution import Layer, resolve_chain
from app.rulesets.routes import EXAMPLE
from app.rulesets.schemas import Rule, RuleSetDocument
from tests.rulesets.makers import resolve

GUIDE = (Path(__file__).parents[2] / "docs" / "rule-sets.zh-CN.md").read_text("utf-8")


def example() -> Layer:
    [text] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    document = from_yaml(text.encode(), RuleSetDocument).document
    return Layer(document.code, 1, document)


def test_the_example_comes_to_what_the_guide_says() -> None:
    chain = [standard_layer(), example()]
    rules = {found.rule.code: found for found in resolve(chain)}
    assert "central_group_study" not in rules
    day = rules["theme_party_day"]
    assert (day.rule.article, day.rule.wording, day.origin.set_code) == (None, "must", "standard")
    assert day.changed_by
    assert day.changed_by.set_code == "zhihuibu"
    assert rules["party_lecture"].rule.frequency.times == 3
    of_2018 = resolve_chain(chain).of_year(OrganizationKind.GENERAL_BRANCH, 2018)
    codes = [found.rule.code for found in of_2018]
    assert codes[-3:] == ["warning_education", "training_course", "training_summary"]


def test_every_field_is_explained() -> None:
    assert [name for name in Rule.model_fields if f"`{name}`" not in GUIDE] == []


def test_the_example_of_the_api_holds_too() -> None:
    document = from_yaml(EXAMPLE.encode(), RuleSetDocument).document
    assert resolve([standard_layer(), Layer(document.code, 1, document)])
