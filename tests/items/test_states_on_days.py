"""Lists of what was in a state on a past day: every record in exactly one, as its history says."""

from typing import Any

import pytest

from tests.support.records import flaws
from tests.support.world import World

STATES = ("planned", "completed", "cancelled", "open", "in_progress", "submitted", "closed")


def meeting(world: World, title: str, **changes: object) -> dict[str, Any]:
    body = {
        "organization_id": str(world.b1),
        "type": "committee_meeting",
        "title": title,
        **changes,
    }
    return world.clerk.created("/meetings", body)


def rectification(world: World, *steps: tuple[str, str]) -> dict[str, Any]:
    body = {
        "organization_id": str(world.b1),
        "title": "整改",
        "source": "self_check",
        "found_on": "2018-02-01",
        "due_on": "2018-06-30",
    }
    return take(world, world.clerk.created("/rectifications", body), *steps)


def take(world: World, made: dict[str, Any], *steps: tuple[str, str]) -> dict[str, Any]:
    for name, on in steps:
        client = world.clerk if name in {"progress", "submitted"} else world.secretary
        path = f"/rectifications/{made['id']}/events"
        step = {"name": name, "on": on, "note": "说明"}
        response = client.post(path, step, version=made["version"])
        assert response.status_code == 201, response.text
        made = response.json()
    return made


@pytest.fixture
def lives(world: World) -> World:
    meeting(world, "已开", planned_on="2018-03-01", happened_on="2018-03-12")
    made = meeting(world, "取消", planned_on="2018-02-20")
    cancellation = {"reason": "冲突", "on": "2018-04-02"}
    path = f"/meetings/{made['id']}/cancellation"
    assert world.clerk("PUT", path, json=cancellation, version=1).status_code == 200
    rectification(
        world,
        *(("progress", "2018-03-05"), ("submitted", "2018-04-10"), ("returned", "2018-04-10")),
        *(("submitted", "2018-05-20"), ("accepted", "2018-06-02"), ("reopened", "2018-09-03")),
    )
    return world


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2018-01-31", {}),
        ("2018-02-19", {"open": ["整改"]}),
        ("2018-03-04", {"open": ["整改"], "planned": ["已开", "取消"]}),
        ("2018-03-12", {"completed": ["已开"], "in_progress": ["整改"], "planned": ["取消"]}),
        ("2018-04-02", {"cancelled": ["取消"], "completed": ["已开"], "in_progress": ["整改"]}),
        ("2018-04-10", {"cancelled": ["取消"], "completed": ["已开"], "in_progress": ["整改"]}),
        ("2018-05-20", {"cancelled": ["取消"], "completed": ["已开"], "submitted": ["整改"]}),
        ("2018-06-02", {"cancelled": ["取消"], "closed": ["整改"], "completed": ["已开"]}),
        ("2018-12-10", {"cancelled": ["取消"], "completed": ["已开"], "in_progress": ["整改"]}),
    ],
)
def test_each_record_is_in_the_state_of_the_day(
    lives: World, as_of: str, expected: dict[str, list[str]]
) -> None:
    found = {}
    for status in STATES:
        page = lives.clerk.ok("/items", status=status, as_of=as_of, include_total=True)
        assert page["total"] == len(page["items"])
        if page["items"]:
            found[status] = sorted(row["title"] for row in page["items"])
    assert found == {state: sorted(titles) for state, titles in expected.items()}


@pytest.mark.parametrize(
    ("since", "as_of", "titles"),
    [
        ("2018-06-02", "2018-07-01", ["整改"]),
        ("2018-06-03", "2018-07-01", []),
        ("2018-06-03", "2018-09-03", ["整改"]),
        ("2018-03-12", "2018-07-01", ["已开", "整改"]),
    ],
)
def test_what_was_finished_before_is_left_out(
    lives: World, since: str, as_of: str, titles: list[str]
) -> None:
    query = {"status": ["closed", "completed", "in_progress"], "as_of": as_of}
    page = lives.clerk.ok("/items", not_completed_before=since, **query)
    assert sorted(row["title"] for row in page["items"]) == sorted(titles)


def test_what_was_returned_is_asked_of_the_day(lives: World) -> None:
    def asked(**query: str) -> int:
        return len(lives.clerk.ok("/rectifications", returned=True, **query)["items"])

    assert asked() == 1
    assert asked(status="in_progress", as_of="2018-04-09") == 0
    assert asked(status="in_progress", as_of="2018-04-10") == 1
    assert flaws(lives.clerk.get("/rectifications", returned=False)) == {"returned": "only_true"}


def test_what_lies_below_is_listed_without_its_superiors(world: World) -> None:
    for place in (world.hq, world.b1, world.b2):
        meeting(world, str(place), organization_id=str(place), due_on="2018-03-01")
    query = {"organization_id": str(world.hq), "include_descendants": True}
    below = sorted([str(world.b1), str(world.b2)])
    for more in ({}, {"overdue": True}):
        rows = world.clerk.ok("/items", include_own=False, **query, **more)["items"]
        assert sorted(row["title"] for row in rows) == below
        assert len(world.clerk.ok("/items", **query, **more)["items"]) == 3


@pytest.mark.parametrize("path", ["/items", "/meetings"])
def test_below_needs_an_organisation(world: World, path: str) -> None:
    assert flaws(world.clerk.get(path, include_own=False)) == {
        "include_own": "own_without_descendants"
    }


def test_a_day_needs_a_state(world: World) -> None:
    assert flaws(world.clerk.get("/items", as_of="2018-03-01")) == {"as_of": "as_of_without_state"}


def test_topics_are_listed_over_all_kinds(world: World) -> None:
    for topic in ("ideology", "integrity"):
        meeting(world, topic, type="special_meeting", topic=topic, happened_on="2018-03-01")
    rows = world.clerk.ok("/items", topic="ideology")["items"]
    assert [row["title"] for row in rows] == ["ideology"]
