"""Logging sanctions through the API."""

from typing import Any
from uuid import uuid4

import pytest

from app.sanctions.rules import SanctionType, four_forms
from tests.support.records import enrolled, flaws, listed, patched, picked
from tests.support.world import World


def sanction(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "warning",
        "title": "给予党内警告处分",
        "happened_on": "2018-10-11",
        "person": {"name": "李强"},
        **changes,
    }


def test_every_field_of_a_sanction_comes_back(world: World) -> None:
    member = enrolled(world, "赵敏")
    own = {
        "type": "probation_within_party",
        "happened_on": "2018-10-11",
        "person": {"member_id": member, "name": "赵敏"},
        "decision_number": "集纪〔2018〕12号",
        "decision_title": "关于给予留党察看处分的决定",
        "authority": "集团公司纪委",
        "expires_on": "2019-10-11",
    }
    made = world.secretary.created("/sanctions", sanction(world, **own))
    assert picked(made, own) == own
    assert (made["status"], made["four_forms"], made["restricted"]) == ("completed", 3, True)
    assert world.secretary.ok(f"/sanctions/{made['id']}") == made
    row = world.secretary.ok("/sanctions")["items"][0]
    summary = {
        **{name: own[name] for name in ("decision_number", "authority", "expires_on")},
        "person_name": "赵敏",
        "four_forms": 3,
    }
    assert picked(row, summary) == summary

    changes = {
        "type": "serious_warning",
        "person": {"member_id": None, "name": "李强"},
        "decision_number": None,
        "decision_title": None,
        "authority": "集团公司党委",
        "expires_on": None,
    }
    changed = patched(world.secretary, "/sanctions", made, changes)
    assert picked(changed, changes) == changes
    assert changed["four_forms"] == 2


def test_the_person_is_named_as_on_the_roster(world: World) -> None:
    member = enrolled(world, "赵敏")
    made = world.secretary.created("/sanctions", sanction(world, person={"member_id": member}))
    assert made["person"] == {"member_id": member, "name": "赵敏"}
    changed = patched(world.secretary, "/sanctions", made, {"authority": "集团公司纪委"})
    assert changed["person"] == made["person"]
    foreign = enrolled(world, "外人", on=world.foreign)
    for other in (foreign, str(uuid4())):
        answer = world.secretary.post("/sanctions", sanction(world, person={"member_id": other}))
        assert flaws(answer, 404) == {"#/person/member_id": "not_found"}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"happened_on": None}, "#/happened_on", "date_parsing"),
        ({"happened_on": "2018-12-11"}, "#/happened_on", "in_the_future"),
        ({"person": None}, "#/person", "model_attributes_type"),
        ({"person": {}}, "#/person/name", "person_nameless"),
        ({"type": "dismissal"}, "#/type", "enum"),
        ({"expires_on": "2019-10-11"}, "#/expires_on", "expiry_of_probation"),
        (
            {"type": "probation_within_party", "expires_on": "2018-10-11"},
            "#/expires_on",
            "expires_before_decision",
        ),
        ({"four_forms": 2}, "#/four_forms", "extra_forbidden"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    found = flaws(world.secretary.post("/sanctions", sanction(world, **changes)))
    assert found.get(pointer) == code, found
    assert listed(world.secretary, "/sanctions") == []


@pytest.mark.parametrize("missing", ["happened_on", "person", "type"])
def test_a_sanction_is_a_fact_about_somebody(world: World, missing: str) -> None:
    body = sanction(world)
    del body[missing]
    assert flaws(world.secretary.post("/sanctions", body)) == {f"#/{missing}": "missing"}
    made = world.secretary.created("/sanctions", sanction(world))
    answer = world.secretary("PUT", f"/sanctions/{made['id']}/cancellation", json={"reason": "x"})
    assert answer.status_code == 404, "what is decided cannot be called off"


@pytest.mark.parametrize(
    ("type_", "form"),
    [
        ("warning", 2),
        ("serious_warning", 2),
        ("removal_from_party_post", 3),
        ("probation_within_party", 3),
        ("expulsion", 3),
    ],
)
def test_the_form_follows_from_the_type(world: World, type_: str, form: int) -> None:
    made = world.secretary.created("/sanctions", sanction(world, type=type_))
    assert made["four_forms"] == form == four_forms(SanctionType(type_))
    assert world.secretary.ok("/sanctions")["items"][0]["four_forms"] == form


def test_sanctions_are_filtered_by_what_is_their_own(world: World) -> None:
    member = enrolled(world, "赵敏")
    world.secretary.created("/sanctions", sanction(world, title="甲"))
    wish = sanction(world, title="乙", type="expulsion", person={"member_id": member})
    world.secretary.created("/sanctions", wish)
    assert listed(world.secretary, "/sanctions", type="expulsion") == ["乙"]
    assert listed(world.secretary, "/sanctions", type=["expulsion", "warning"]) == ["甲", "乙"]
    assert listed(world.secretary, "/sanctions", member_id=member) == ["乙"]


def test_another_tree_finds_no_sanction(world: World) -> None:
    made = world.secretary.created("/sanctions", sanction(world))
    stranger = world.as_role("secretary", "supervision", on=world.foreign)
    assert stranger.get(f"/sanctions/{made['id']}").status_code == 404
    assert stranger.post("/sanctions", sanction(world)).status_code == 404
    assert listed(stranger, "/sanctions") == []


def test_every_type_has_chinese_words() -> None:
    assert all(member.label for member in SanctionType)
