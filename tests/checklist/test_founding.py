"""A published list follows the tree: what is founded, dissolved or set up below it."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.checklist.lists import drawn_up, meeting, published, states, tasks
from tests.items.test_query_counts import counted
from tests.support.properties import examples
from tests.support.world import World

COMMITTEE, ASSEMBLY, GROUP = "committee_meeting", "member_assembly", "group_meeting"


def corrected(world: World, place: UUID, **dates: object) -> None:
    admin = world.as_role("admin", on=world.root)
    version = admin.ok(f"/organizations/{place}")["version"]
    assert admin.patch(f"/organizations/{place}", dates, version=version).status_code == 200


def group(world: World, branch: UUID, name: str = "第一党小组", **dates: object) -> dict[str, Any]:
    wish = {"parent_id": str(branch), "kind": "party_group", "name": name, **dates}
    return world.as_role("admin").created("/organizations", wish)


def test_what_is_dissolved_owes_no_more_and_owes_again_when_that_was_an_error(world: World) -> None:
    published(world)
    before = tasks(world.clerk, world.b3, COMMITTEE)
    corrected(world, world.b3, dissolved_on="2018-07-01")
    assert list(states(world.clerk, world.b3, COMMITTEE)) == [
        f"2018-0{month}" for month in range(1, 7)
    ]
    assert list(states(world.clerk, world.b3, ASSEMBLY)) == ["2018-Q1", "2018-Q2"]
    corrected(world, world.b3, dissolved_on=None)
    assert tasks(world.clerk, world.b3, COMMITTEE) == before


def test_a_founding_day_put_right_after_publication_counts(world: World) -> None:
    published(world)
    corrected(world, world.b3, founded_on="2018-09-20")
    assert list(states(world.clerk, world.b3, COMMITTEE)) == ["2018-10", "2018-11", "2018-12"]
    corrected(world, world.b3, founded_on=None)
    assert len(states(world.clerk, world.b3, COMMITTEE)) == 12


def test_a_branch_dissolved_when_its_list_was_published_may_turn_out_to_live(world: World) -> None:
    corrected(world, world.b3, dissolved_on="2018-07-01")
    published(world)
    assert len(states(world.clerk, world.b3, COMMITTEE)) == 6
    corrected(world, world.b3, dissolved_on=None)
    assert len(states(world.clerk, world.b3, COMMITTEE)) == 12


def test_all_is_gone_with_a_branch_that_never_was(world: World) -> None:
    published(world)
    corrected(world, world.b3, dissolved_on="2018-01-01")
    for what in ("coverage", "coverage-matrix", "task-list", "responsibility-list"):
        body = world.clerk.ok(f"/organizations/{world.b3}/{what}", year=2018)
        assert body.get("items", []) == []
        assert body.get("total", {}).get("owed", 0) == 0


def test_a_group_set_up_after_publication_owes_its_meetings(world: World) -> None:
    published(world)
    made = group(world, world.b3, founded_on="2018-01-01")
    assert len(states(world.clerk, world.b3, GROUP)) == 12
    meeting(world, "2018-05-10", UUID(made["id"]), type=GROUP, title="党小组会")
    assert states(world.clerk, world.b3, GROUP)["2018-05"] == "done"
    corrected(world, UUID(made["id"]), dissolved_on="2018-07-01")
    assert len(states(world.clerk, world.b3, GROUP)) == 6


def test_a_group_takes_its_year_along_to_another_branch(world: World) -> None:
    for place in (world.b2, world.b3):
        published(world, place)
    made = group(world, world.b3, founded_on="2018-01-01")
    before = tasks(world.clerk, world.b3, GROUP)
    version = world.clerk.ok(f"/organizations/{made['id']}")["version"]
    admin = world.as_role("admin")
    path, wish = f"/organizations/{made['id']}/moves", {"parent_id": str(world.b2)}
    assert admin.post(path, wish, version=version).status_code == 201
    assert tasks(world.clerk, world.b3, GROUP) == []
    assert [one["id"] for one in tasks(world.clerk, world.b2, GROUP)] == [
        one["id"] for one in before
    ]


def test_a_group_is_told_what_it_owes_itself(world: World) -> None:
    published(world)
    ours, theirs = (UUID(group(world, world.b3, name)["id"]) for name in ("一组", "二组"))
    meeting(world, "2018-03-10", ours, type=GROUP, title="党小组会")
    meeting(world, "2018-04-10", theirs, type=GROUP, title="党小组会")
    meeting(world, "2018-03-20")
    reader = world.as_role("viewer", on=ours)
    assert reader.get(f"/organizations/{world.b3}").status_code == 404
    found = tasks(reader, ours, GROUP)
    assert {one["owed_by_id"] for one in found} == {str(ours)}
    done = [(one["period"], one["records"][0]["title"]) for one in found if one["records"]]
    assert done == [("2018-03", "党小组会")]
    assert tasks(reader, ours, ASSEMBLY) == []
    total = reader.ok(f"/organizations/{ours}/coverage", year=2018, include_descendants=True)
    assert (total["total"]["done"], total["total"]["missing"]) == (1, 10)
    left = reader.ok(f"/organizations/{ours}/outstanding", month="2018-09")
    assert [one["period"] for one in left["items"]] == ["2018-09"]
    matrix = reader.ok(f"/organizations/{ours}/coverage-matrix", year=2018)
    assert {cell["code"] for row in matrix["rows"] for cell in row["cells"]} == {GROUP}
    corrected(world, theirs, dissolved_on="2018-01-01")
    assert tasks(reader, ours, GROUP) == found


def test_earlier_years_of_a_group_that_moved_stay_where_they_were(world: World) -> None:
    made = group(world, world.b3)
    published(world, year=2017)
    meeting(world, "2017-05-10", UUID(made["id"]), type=GROUP, title="党小组会")
    admin, reader = world.as_role("admin"), world.as_role("viewer", on=world.b3)
    path, wish = f"/organizations/{made['id']}/moves", {"parent_id": str(world.b2)}
    assert admin.post(path, wish, version=made["version"]).status_code == 201
    query = {"year": 2017, "code": GROUP, "state": "done"}
    for client, told in ((world.clerk, 1), (reader, 0)):
        (found,) = client.ok(f"/organizations/{world.b3}/task-list", **query)["items"]
        assert (found["period"], len(found["records"])) == ("2017-05", told)


def test_drawing_up_again_brings_published_lists_up_to_date(world: World) -> None:
    published(world)
    made = group(world, world.b3, founded_on="2018-12-01")
    corrected(world, UUID(made["id"]), founded_on="2018-01-01")
    published(world, year=2017)
    corrected(world, UUID(made["id"]), founded_on="2017-01-01")
    query = {"year": 2017, "code": GROUP}
    assert drawn_up(world.clerk, world.b3, 2017) == {"items": [], "existing": 1}
    found = world.clerk.ok(f"/organizations/{world.b3}/task-list", **query)["items"]
    assert len(found) == len({one["period"] for one in found}) == 12


def test_reading_takes_no_more_statements_for_many_groups(world: World) -> None:
    published(world)
    path, query = f"/organizations/{world.b3}/coverage", {"year": 2018}
    counts = []
    for number in range(3):
        group(world, world.b3, f"第{number}党小组", founded_on=f"2018-0{number + 2}-01")
        with counted(world) as statements:
            world.clerk.ok(path, **query)
        counts.append(len(statements))
    assert len(set(counts)) == 1


@examples(8, shared=True)
@given(st.dates(date(2017, 6, 1), date(2019, 6, 30)))
def test_whenever_it_ends_the_months_before_are_owed(world: World, day: date) -> None:
    if not world.clerk.ok("/duty-lists", organization_id=str(world.b3))["items"]:
        published(world)
    corrected(world, world.b3, dissolved_on=day.isoformat())
    found = states(world.clerk, world.b3, COMMITTEE)
    assert len(found) == max(0, min(12, (day.year - 2018) * 12 + day.month - 1))
