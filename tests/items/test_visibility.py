"""Lists of two organisations never intersect; with the parent's own they are the whole."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.records import meeting_of
from tests.support.world import Client, World

LISTS = ("/items", "/meetings", "/rectifications")


def walked(client: Client, path: str, **query: object) -> list[str]:
    ids: list[str] = []
    while True:
        page = client.ok(path, limit=3, **query)
        ids += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            return ids
        query["cursor"] = page["next_cursor"]


def fill(world: World) -> None:
    clerk = world.as_role("clerk", on=world.root)
    for number, place in enumerate([world.root, world.hq, world.b1, world.b1, world.b2, world.b3]):
        clerk.created("/meetings", meeting_of(place, number))
        clerk.created(
            "/rectifications",
            {
                "organization_id": str(place),
                "title": f"问题{number}",
                "source": "self_check",
                "found_on": "2018-03-01",
                "due_on": f"2018-0{number + 4}-01",
            },
        )


def inside(client: Client, path: str, place: UUID, **query: object) -> set[str]:
    found = walked(client, path, organization_id=str(place), include_descendants=True, **query)
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("query", [{}, {"overdue": True}, {"overdue": True, "as_of": "2018-07-15"}])
@pytest.mark.parametrize("path", LISTS)
def test_siblings_part_the_whole(world: World, path: str, query: dict[str, Any]) -> None:
    if path == "/meetings" and query:
        pytest.skip("these meetings have no deadline")
    fill(world)
    reader = world.as_role("viewer", on=world.root)
    parts = [inside(reader, path, place, **query) for place in (world.b1, world.b2, world.b3)]
    own = set(walked(reader, path, organization_id=str(world.hq), **query))
    assert sum(len(part) for part in parts) + len(own) == len(set.union(own, *parts))
    assert set.union(own, *parts) == inside(reader, path, world.hq, **query)
    assert set(walked(reader, path, **query)) == inside(reader, path, world.root, **query)


@pytest.mark.parametrize("path", LISTS)
def test_a_reader_of_a_branch_sees_its_rows_alone(world: World, path: str) -> None:
    fill(world)
    whole = world.as_role("viewer", on=world.root)
    one = world.as_role("viewer", on=world.b1)
    assert set(walked(one, path)) == inside(whole, path, world.b1)
    other = one.get(path, organization_id=str(world.b2))
    assert other.status_code == 404
    assert one.get(path, organization_id=str(world.hq)).status_code == 404
    nobody = world.as_role("supervision", on=world.b1)
    assert walked(nobody, path) == []


@pytest.mark.parametrize("sort", ["day", "-day", "due_on", "-due_on", "id", "-id"])
def test_pages_forward_and_back_show_each_row_once(world: World, sort: str) -> None:
    fill(world)
    fill(world)
    reader = world.as_role("viewer", on=world.root)
    whole = [row["id"] for row in reader.ok("/items", sort=sort, limit=200)["items"]]
    assert walked(reader, "/items", sort=sort) == whole
    pages, cursor = [], None
    while True:
        page = reader.ok("/items", sort=sort, limit=5, **({"cursor": cursor} if cursor else {}))
        pages.append([row["id"] for row in page["items"]])
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    back = page["prev_cursor"]
    for expected in reversed(pages[:-1]):
        page = reader.ok("/items", sort=sort, limit=5, cursor=back)
        assert [row["id"] for row in page["items"]] == expected
        back = page["prev_cursor"]
    assert back is None


def test_a_cursor_is_bound_to_its_question(world: World) -> None:
    fill(world)
    reader = world.as_role("viewer", on=world.root)
    cursor = reader.ok("/items", limit=2)["next_cursor"]
    for query in ({"sort": "id"}, {"kind": "meeting"}):
        assert reader.get("/items", cursor=cursor, **query).status_code == 422
    forged = reader.get("/items", cursor=cursor[:-2] + "AA")
    assert forged.json()["errors"][0]["parameter"] == "cursor"
