"""Whole subtrees: one computation, one trend, a constant number of statements."""

from uuid import UUID

from tests.assessment.support import assessed, published, put, superior
from tests.checklist.lists import meeting
from tests.checklist.lists import published as published_list
from tests.items.test_query_counts import counted
from tests.support.world import World

QUARTER = {"year": 2018, "quarter": 3}


def _branch(world: World, number: int) -> UUID:
    body = {"name": f"第{number}支部", "kind": "party_branch", "parent_id": str(world.hq)}
    return UUID(world.as_role("admin").created("/organizations", body)["id"])


def test_a_subtree_is_assessed_like_its_branches_one_by_one(world: World) -> None:
    client = superior(world)
    published_list(world)
    published_list(world, world.b1)
    body = {"name": "第一党小组", "kind": "party_group", "parent_id": str(world.b3)}
    group = UUID(world.as_role("admin").created("/organizations", body)["id"])
    meeting(world, "2018-08-15", resolutions=[{"text": "完善台账"}])
    meeting(world, "2018-08-16", group, type="group_meeting")
    earlier = assessed(client, world.b2)
    wish = {**QUARTER, "include_descendants": True}
    done = client.created(f"/organizations/{world.hq}/assessments", wish)
    assert done["existing"] == [earlier["organization_id"]]
    assert {one["organization_id"] for one in done["items"]} == {str(world.b1), str(world.b3)}
    for one in done["items"]:
        path = f"/assessments/{one['id']}"
        whole = client.ok(path)
        assert put(client, f"{path}/computation", version=one["version"]) == whole
    # Where everybody has one already, nothing is left to compute.
    again = client.created(f"/organizations/{world.hq}/assessments", wish)
    assert (again["items"], len(again["existing"])) == ([], 3)


def test_computing_takes_as_many_statements_for_many_branches(world: World) -> None:
    client = superior(world)
    wish = {"year": 2018, "include_descendants": True}
    path = f"/organizations/{world.hq}/assessments"
    assessed(client, world.b3, 1)  # the sheet is the tree's own from now on
    with counted(world) as few:
        client.created(path, {**wish, "quarter": 3})
    for number in range(8):
        _branch(world, number)
        meeting(world, f"2018-04-0{number + 1}")
    with counted(world) as many:
        assert len(client.created(path, {**wish, "quarter": 2})["items"]) == 11
    assert len(many) == len(few) <= 40, "\n".join(many)


def test_reads_take_the_same_number_of_statements(world: World) -> None:
    client = superior(world)
    paths = ("/assessments", f"/organizations/{world.hq}/assessment-trend?include_descendants=true")
    published(client, assessed(client, world.b3))
    with counted(world) as few:
        assert {client("GET", path).status_code for path in paths} == {200}
    for place in (world.b1, world.b2):
        published(client, assessed(client, place))
    with counted(world) as many:
        assert {client("GET", path).status_code for path in paths} == {200}
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_the_trend_tells_published_quarters_after_appeals(world: World) -> None:
    client = superior(world)
    published(client, assessed(client, world.b3, 2))
    published(client, assessed(client, world.b3, 3))
    published(client, assessed(client, world.b1, 3))
    assessed(client, world.b2)  # a draft is no part of it
    path = f"/organizations/{world.hq}/assessment-trend"
    assert client.ok(path)["rows"] == []
    rows = client.ok(path, include_descendants=True)["rows"]
    assert {row["organization_id"]: len(row["quarters"]) for row in rows} == {
        str(world.b1): 1,
        str(world.b3): 2,
    }
    (row,) = client.ok(f"/organizations/{world.b3}/assessment-trend")["rows"]
    assert [(one["quarter"], one["points"], one["grade"]) for one in row["quarters"]] == [
        (2, 53, "lagging"),
        (3, 53, "lagging"),
    ]
    assert client.ok(path, include_descendants=True, year_from=2019, year_to=2020)["rows"] == []
    assert client.get(path, year_from=2000, year_to=2018).status_code == 422


def test_the_list_is_filtered_and_paged(world: World) -> None:
    client = superior(world)
    wish = {**QUARTER, "include_descendants": True}
    made = client.created(f"/organizations/{world.hq}/assessments", wish)["items"]
    page = client.ok("/assessments", limit=2, year=2018, quarter=3, sheet="quarterly")
    assert [row["id"] for row in page["items"]] == [row["id"] for row in made[:2]]
    rest = client.ok(
        "/assessments", limit=2, year=2018, quarter=3, sheet="quarterly", cursor=page["next_cursor"]
    )
    assert [row["id"] for row in rest["items"]] == [made[2]["id"]]
    scope = {"organization_id": str(world.hq), "include_descendants": True}
    assert len(client.ok("/assessments", **scope, status="draft")["items"]) == 3
    assert client.ok("/assessments", **scope, status="published")["items"] == []
    assert client.ok("/assessments", **scope, quarter=2)["items"] == []
    assert client.get("/assessments", organization_id=str(world.foreign)).status_code == 404
