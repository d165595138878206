"""Score sheets: shipped, taken up, revised; assessments keep what they were made by."""

import pytest
import yaml

from app.assessment.rules import Measure
from app.assessment.sheets import SheetDocument, document_data, shipped_sheets
from app.org_documents.parsing import from_yaml, to_yaml
from app.rulesets.queries import standard_rule_set
from tests.assessment.support import assessed, item, sheet_document, superior
from tests.checklist.lists import drawn_up, own_duty
from tests.support.records import flaws
from tests.support.world import World


@pytest.mark.parametrize("code", ["quarterly", "standard_branch"])
def test_the_shipped_sheets_read_back_and_name_known_duties(code: str) -> None:
    sheet = shipped_sheets()[code]
    assert from_yaml(to_yaml(document_data(sheet)), SheetDocument).document == sheet
    known = {rule.code for rule in standard_rule_set().rules}
    rules = [rule for entry in sheet.items for rule in entry.deductions]
    for rule in rules:
        assert known.issuperset({*rule.duties, *rule.except_duties})
    assert sum(entry.max_points for entry in sheet.items) == 100


def test_the_shipped_sheets_are_the_two_that_practice_asks_for() -> None:
    quarterly, branch = shipped_sheets().values()
    assert [(entry.name, entry.max_points) for entry in quarterly.items] == [
        ("三会一课", 25),
        ("专题会议与责任清单", 20),
        ("党员教育管理", 15),
        ("整改", 15),
        ("融合中心工作", 15),
        ("台账质量", 10),
    ]
    assert quarterly.bonus_at_most == 10
    assert [entry.name for entry in branch.items] == [
        "组织设置",
        "班子建设",
        "党内生活",
        "活动阵地",
        "运行机制",
        "台账管理",
    ]
    used = {rule.measure for entry in quarterly.items for rule in entry.deductions}
    assert used == set(Measure)


def test_a_tree_revises_a_sheet_and_assessments_keep_theirs(world: World) -> None:
    keeper, client = world.as_role("admin", on=world.root), superior(world)
    path = f"/organizations/{world.b3}/assessment-sheets"
    assert client.ok(path)["items"][0] == {
        "code": "quarterly",
        "name": "党支部季度考评表",
        "revision": 0,
    }
    first = assessed(client, world.b3)
    assert client.ok(path)["items"][0]["revision"] == 1
    document = {**client.ok(f"{path}/quarterly"), "bonus_at_most": 6}
    done = keeper("PUT", f"{path}/quarterly", json=document, version=1)
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    assert keeper("PUT", f"{path}/quarterly", json=document, version=2).json()["revision"] == 2
    second = assessed(client, world.b3)
    assert (first["sheet_revision"], second["sheet_revision"]) == (1, 2)
    body = {"bonus": {"points": 8, "reason": "市级先进"}}
    assert client("PUT", f"/assessments/{first['id']}/scores", json=body, version=1).is_success
    over = client("PUT", f"/assessments/{second['id']}/scores", json=body, version=1)
    assert flaws(over) == {"#/bonus/points": "bonus_over_limit"}
    assert client.ok(f"{path}/quarterly/revisions/1")["bonus_at_most"] == 10
    numbers = [row["number"] for row in client.ok(f"{path}/quarterly/revisions")["items"]]
    assert numbers == [1, 2]


def test_a_sheet_of_ones_own_in_yaml(world: World) -> None:
    keeper = world.as_role("admin", on=world.root)
    path = f"/organizations/{world.root}/assessment-sheets/own"
    body = yaml.safe_dump(sheet_document(), allow_unicode=True)
    headers = {"Content-Type": "application/yaml"}
    assert keeper("PUT", path, content=body, headers=headers).status_code == 428
    assert keeper("PUT", path, content=body, headers=headers, version=3).status_code == 412
    made = keeper("PUT", path, content=body, headers=headers, version=0)
    assert made.json() == {"code": "own", "name": "本单位考评表", "revision": 1}
    shown = keeper("GET", path, headers={"Accept": "application/yaml"})
    known = SheetDocument.model_validate(sheet_document())
    assert yaml.safe_load(shown.text) == document_data(known)
    one = assessed(superior(world), world.b3, sheet="own")
    assert [entry["code"] for entry in one["items"]] == ["life", "work"]
    assert item(one, "life")["points"] == 60
    refused = world.as_role("admin")("PUT", path, json=sheet_document(), version=1)
    assert refused.status_code == 404  # the root is out of the sight of 指挥部's administrator


def test_a_flaw_in_yaml_names_its_line(world: World) -> None:
    keeper = world.as_role("admin", on=world.root)
    path = f"/organizations/{world.root}/assessment-sheets/own"
    items = [{"code": "all", "name": "总体", "max_points": 90, "scoring": "manual"}]
    text = yaml.safe_dump(sheet_document(items=items), allow_unicode=True, sort_keys=False)
    headers = {"Content-Type": "application/yaml"}
    refused = keeper("PUT", path, content=text, headers=headers, version=0)
    assert flaws(refused) == {"#/items": "points_not_full"}
    assert refused.json()["errors"][0]["line"] == 3
    other = keeper("PUT", path, json=sheet_document(code="other"), version=0)
    assert flaws(other) == {"#/code": "code_fixed"}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"scoring": "manual"}, "#/items/0/deductions", "deductions_of_automatic"),
        ({"deductions": []}, "#/items/0/deductions", "deductions_of_automatic"),
        ({"max_points": 60.2}, "#/items/0/max_points", "points_precision"),
    ],
)
def test_items_fit_their_scoring(
    world: World, changes: dict[str, object], pointer: str, code: str
) -> None:
    document = sheet_document()
    document["items"][0] |= changes
    path = f"/organizations/{world.root}/assessment-sheets/own"
    keeper = world.as_role("admin", on=world.root)
    assert flaws(keeper("PUT", path, json=document, version=0)) == {pointer: code}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"measure": "late_entries"}, "duties_elsewhere"),
        ({"findings": ["quorum_missed"]}, "findings_elsewhere"),
        (
            {"measure": "findings_unexplained", "duties": [], "findings": ["copied_text"]},
            "finding_not_chargeable",
        ),
    ],
)
def test_rules_fit_their_measure(world: World, changes: dict[str, object], code: str) -> None:
    document = sheet_document()
    document["items"][0]["deductions"][0] |= changes
    path = f"/organizations/{world.root}/assessment-sheets/own"
    keeper = world.as_role("admin", on=world.root)
    assert code in flaws(keeper("PUT", path, json=document, version=0)).values()


def test_a_misspelt_duty_is_refused_and_an_own_one_is_not(world: World) -> None:
    document = sheet_document()
    duties = document["items"][0]["deductions"][0]["duties"]
    duties += ["member_assambly", "special_meeting", "monthly_reading"]
    path = f"/organizations/{world.root}/assessment-sheets/own"
    keeper = world.as_role("admin", on=world.root)
    place = "#/items/0/deductions/0/duties"
    refused = keeper("PUT", path, json=document, version=0)
    assert flaws(refused) == {f"{place}/1": "duty_unknown", f"{place}/3": "duty_unknown"}
    (made,) = drawn_up(world.clerk, world.b3)["items"]
    world.clerk.created(f"/duty-lists/{made['id']}/duties", own_duty())
    refused = keeper("PUT", path, json=document, version=0)
    assert flaws(refused) == {f"{place}/1": "duty_unknown"}
    duties.remove("member_assambly")
    assert keeper("PUT", path, json=document, version=0).status_code == 200
