"""What the answers say beside the numbers: who has no list, names, measures, one period."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checklist.lists import drawn_up, meeting, published, tasks
from tests.support.properties import examples
from tests.support.records import flaws
from tests.support.world import World

ASSEMBLY = "member_assembly"
WIDE = {"include_descendants": True}


def nameless(body: dict[str, Any]) -> set[str]:
    assert body["without_list_total"] == len(body["without_list"])
    return {one["organization_id"] for one in body["without_list"]}


def test_no_list_does_not_read_as_nothing_missing(world: World) -> None:
    published(world)
    drawn_up(world.clerk, world.b2)
    path = f"/organizations/{world.hq}"
    silent = {str(place) for place in (world.hq, world.b1, world.b2)}
    body = world.clerk.ok(f"{path}/coverage", year=2018, **WIDE)
    assert nameless(body) == silent
    assert body["without_list_note"] == "3 个组织尚未公布 2018 年度责任清单，无从核对"
    assert nameless(world.clerk.ok(f"{path}/outstanding", month="2018-09", **WIDE)) == silent
    assert nameless(world.clerk.ok(f"{path}/coverage", year=2018)) == {str(world.hq)}
    own = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018)
    assert (nameless(own), own["without_list_note"]) == (set(), None)


def test_who_did_not_exist_in_the_year_needs_no_list(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    for place, dates in (
        (world.b1, {"founded_on": "2019-01-01"}),
        (world.b2, {"dissolved_on": "2018-01-01"}),
    ):
        version = admin.ok(f"/organizations/{place}")["version"]
        admin.patch(f"/organizations/{place}", dates, version=version)
    body = world.clerk.ok(f"/organizations/{world.hq}/coverage", year=2018, **WIDE)
    assert nameless(body) == {str(world.hq), str(world.b3)}


def test_the_list_of_a_group_is_its_branchs(world: World) -> None:
    wish = {"parent_id": str(world.b3), "kind": "party_group", "name": "第一党小组"}
    made = world.as_role("admin").created("/organizations", wish)["id"]
    path = f"/organizations/{made}/coverage"
    assert nameless(world.clerk.ok(path, year=2018)) == {str(world.b3)}
    published(world)
    assert nameless(world.clerk.ok(path, year=2018)) == set()


def test_who_answers_is_told_for_each_organisation(world: World) -> None:
    for place in (world.b2, world.b3):
        published(world, place)
    path = f"/organizations/{world.hq}"
    items = world.clerk.ok(f"{path}/responsibility-list", year=2018, **WIDE)["items"]
    posts = Counter(one["responsible"] for one in items)
    assert posts["党支部书记"] == 2 or posts["书记"] == 2
    assert {one["organization_name"] for one in items} == {"第一项目部党支部", "第二项目部党支部"}
    rows = world.clerk.ok(f"{path}/coverage", year=2018, **WIDE)["organizations"]
    for row in rows:
        own = [one for one in items if one["organization_id"] == row["organization_id"]]
        for name, number in row["tally"].items():
            assert sum(one["tally"][name] for one in own) == number


def test_each_thing_is_told_in_words(world: World) -> None:
    published(world)
    meeting(world, "2018-03-10")
    first, second, *_ = tasks(world.clerk, world.b3, ASSEMBLY)
    assert (first["state_label"], second["state_label"]) == ("按时完成", "到期未完成")
    assert first["measures"]
    focuses = world.clerk.ok(f"/organizations/{world.b3}/focuses")["items"]
    names = {one["code"]: one["name"] for one in focuses}
    assert first["focus_name"] == names[first["focus"]]


PERIODS = ["2018", "2018-H1", "2018-H2"]
PERIODS += [f"2018-Q{n}" for n in range(1, 5)] + [f"2018-{n:02}" for n in range(1, 13)]


@examples(6, shared=True)
@given(st.sampled_from([PERIODS[:1], PERIODS[1:3], PERIODS[3:7], PERIODS[7:]]))
def test_periods_that_tile_the_year_sum_to_it(world: World, names: list[str]) -> None:
    if not world.clerk.ok("/duty-lists", organization_id=str(world.b3))["items"]:
        published(world)
        meeting(world, "2018-08-10")
    path = f"/organizations/{world.b3}"
    whole = world.clerk.ok(f"{path}/coverage", year=2018)
    parts = [world.clerk.ok(f"{path}/coverage", year=2018, period=name) for name in names]
    assert [part["period"] for part in parts] == names
    for name, number in whole["total"].items():
        assert sum(part["total"][name] for part in parts) == number


def test_one_period_of_the_lists(world: World) -> None:
    published(world)
    path, query = f"/organizations/{world.b3}", {"year": 2018, "period": "2018-Q3"}
    found = world.clerk.ok(f"{path}/task-list", **query)["items"]
    assert {one["last_on"][:7] for one in found} == {"2018-07", "2018-08", "2018-09"}
    matrix = world.clerk.ok(f"{path}/coverage-matrix", **query)
    assert {cell["month"] for row in matrix["rows"] for cell in row["cells"]} == {7, 8, 9}


@pytest.mark.parametrize("what", ["coverage", "coverage-matrix", "task-list"])
def test_a_period_of_another_year_is_refused(world: World, what: str) -> None:
    path = f"/organizations/{world.b3}/{what}"
    refused = world.clerk.get(path, year=2018, period="2019-Q1")
    assert flaws(refused) == {"period": "period_outside_year"}
    wrong = world.clerk.get(path, year=2018, period="2018-Q5")
    assert flaws(wrong) == {"period": "string_pattern_mismatch"}


def test_only_those_in_sight_are_named(world: World) -> None:
    reader = world.as_role("viewer", on=world.b3)
    body = reader.ok(f"/organizations/{world.b3}/coverage", year=2018, **WIDE)
    assert {UUID(place) for place in nameless(body)} == {world.b3}
