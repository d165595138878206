"""Logging outputs through the API."""

from typing import Any

import pytest

from app.outputs.rules import OutputType, PolicyChange
from tests.support.records import flaws, listed, patched, picked
from tests.support.world import World


def output(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "article",
        "title": "工地党支部建设的几点做法",
        "happened_on": "2018-06-20",
        **changes,
    }


COMMON = {
    "authors": ["王建国", "赵敏"],
    "document_number": "指党〔2018〕6号",
    "issuer": "集团公司党委",
    "publisher": "集团公司内刊",
}


@pytest.mark.parametrize(
    ("type_", "own"),
    [
        ("policy_document", {"change": "revised"}),
        ("article", {}),
        ("task_breakthrough", {"solved_difficulties": 3}),
        ("platform", {}),
        ("award", {"award_level": "集团公司级"}),
        ("briefing", {"copies": {"value": 20, "approximate": True}}),
        ("material", {"copies": {"value": 5, "approximate": False}}),
        ("other", {}),
    ],
)
def test_every_field_of_an_output_comes_back(
    world: World, type_: str, own: dict[str, object]
) -> None:
    wish = {"type": type_, **COMMON, **own}
    made = world.clerk.created("/outputs", output(world, **wish))
    assert picked(made, wish) == wish
    assert made["completed_on"] == "2018-06-20"
    assert world.clerk.ok(f"/outputs/{made['id']}") == made
    row = world.clerk.ok("/outputs")["items"][0]
    assert picked(row, wish) == wish

    changes: dict[str, object] = {
        "type": "other",
        "authors": [],
        **dict.fromkeys(["document_number", "issuer", "publisher", *own]),
    }
    assert picked(patched(world.clerk, "/outputs", made, changes), changes) == changes
    assert picked(world.clerk.ok("/outputs")["items"][0], changes) == changes


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"type": "policy_document"}, "#/change", "change_of_policy_document"),
        ({"change": "created"}, "#/change", "change_of_policy_document"),
        ({"type": "policy_document", "change": "cancelled"}, "#/change", "enum"),
        ({"solved_difficulties": 1}, "#/solved_difficulties", "difficulties_of_breakthrough"),
        (
            {"type": "task_breakthrough", "solved_difficulties": -1},
            "#/solved_difficulties",
            "greater_than_equal",
        ),
        ({"award_level": "集团公司级"}, "#/award_level", "level_of_award"),
        ({"copies": {"value": 2}}, "#/copies", "copies_of_material"),
        ({"type": "briefing", "copies": {"value": "2"}}, "#/copies/value", "int_type"),
        ({"type": "briefing", "copies": {}}, "#/copies/value", "missing"),
        ({"authors": ["王建国", ""]}, "#/authors/1", "string_too_short"),
        ({"authors": ["王"] * 51}, "#/authors", "too_long"),
        ({"type": "song"}, "#/type", "enum"),
        ({"completed_on": "2018-06-20"}, "#/completed_on", "extra_forbidden"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    found = flaws(world.clerk.post("/outputs", output(world, **changes)))
    assert found.get(pointer) == code, found
    assert listed(world.clerk, "/outputs") == []


def test_a_change_of_type_takes_its_own_fields_along(world: World) -> None:
    wish = output(world, type="policy_document", change="created")
    made = world.clerk.created("/outputs", wish)
    answer = world.clerk.patch(f"/outputs/{made['id']}", {"type": "article"}, version=1)
    assert flaws(answer) == {"#/change": "change_of_policy_document"}
    changed = patched(world.clerk, "/outputs", made, {"type": "article", "change": None})
    assert changed["type"] == "article"


def test_outputs_are_filtered_by_what_is_their_own(world: World) -> None:
    rows: dict[str, dict[str, object]] = {
        "新办法": {"type": "policy_document", "change": "created"},
        "旧细则": {"type": "policy_document", "change": "revised"},
        "文章": {},
    }
    for title, changes in rows.items():
        world.clerk.created("/outputs", output(world, title=title, **changes))
    assert listed(world.clerk, "/outputs", change="revised") == ["旧细则"]
    assert listed(world.clerk, "/outputs", change=["created", "revised"]) == ["新办法", "旧细则"]
    assert listed(world.clerk, "/outputs", type="article") == ["文章"]
    assert flaws(world.clerk.get("/outputs", change="none")) == {"change.0": "enum"}


def test_another_tree_finds_no_output(world: World) -> None:
    made = world.clerk.created("/outputs", output(world))
    stranger = world.as_role("secretary", on=world.foreign)
    assert stranger.get(f"/outputs/{made['id']}").status_code == 404
    assert stranger.post("/outputs", output(world)).status_code == 404
    assert listed(stranger, "/outputs") == []


def test_every_type_and_change_has_chinese_words() -> None:
    assert all(member.label for enum in (OutputType, PolicyChange) for member in enum)
