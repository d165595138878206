"""Versions: every change makes a new one, no change is lost, a stale one is refused."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.records import meeting_of
from tests.support.world import Client, World

AT_ONCE, EDITORS = 20, 6
FROZEN = (
    "id",
    "kind",
    "status",
    "organization_id",
    "org_id",
    "created_by",
    "approved_by",
    "original_due_on",
    "original_deadline",
    "restricted",
    "late_entry",
    "completed_on",
    "sha256",
    "is_admin",
    "deleted_at",
    "version",
)


@pytest.fixture
def meeting(world: World) -> dict[str, Any]:
    body = meeting_of(world.hq, 1) | {"resolutions": [{"text": "按期整改"}]}
    return world.clerk.created("/meetings", body)


@pytest.mark.parametrize("name", ["title", "place", "agenda", "resolutions", "attendance", "none"])
def test_each_change_makes_a_new_version(world: World, meeting: dict[str, Any], name: str) -> None:
    """Also one that touches nothing but another table, within one tick of the clock."""
    changes: dict[str, Any] = {
        "title": "改名",
        "place": "会议室",
        "agenda": ["学习"],
        "resolutions": [{"text": "改为下月"}],
        "attendance": [{"name": f"党员{number}"} for number in range(5)],
        "none": None,
    }
    path = f"/meetings/{meeting['id']}"
    patch = {} if name == "none" else {name: changes[name]}
    response = world.clerk.patch(path, patch, version=1)
    assert response.status_code == 200, response.text
    assert response.headers["etag"] == '"2"'
    assert response.json()["version"] == 2
    assert world.clerk.patch(path, patch, version=1).status_code == 412


def test_an_etag_spares_what_is_known(world: World, meeting: dict[str, Any]) -> None:
    path = f"/meetings/{meeting['id']}"
    first = world.clerk.get(path)
    etag = first.headers["etag"]
    for known in (etag, f'"99", {etag}'):
        again = world.clerk("GET", path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert world.clerk.patch(path, {"title": "改名"}, version=1).status_code == 200
    changed = world.clerk("GET", path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_a_stale_version_learns_the_present_one(world: World, meeting: dict[str, Any]) -> None:
    path = f"/meetings/{meeting['id']}"
    for stale in ("7", "W/1", ""):
        response = world.clerk("PATCH", path, json={}, headers={"If-Match": f'"{stale}"'})
        assert response.status_code == 412
        assert response.headers["etag"] == '"1"'
    for method in ("PATCH", "DELETE"):
        body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
        missing = world.clerk(method, path, **body)
        assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
    assert world.clerk.ok(path) == meeting


def edit_until_done(client: Client, path: str, name: str) -> int:
    """Add a name to the list, again after each refusal; returns the number of attempts."""
    for attempt in range(1, 200):
        shown = client.ok(path)
        names = {"observers": [*shown["observers"], name]}
        response = client.patch(path, names, version=shown["version"])
        if response.status_code == 200:
            return attempt
        assert response.status_code in {412, 503}, response.text
    raise AssertionError("never got through")


@pytest.mark.race
def test_of_twenty_at_once_one_wins(world: World, meeting: dict[str, Any]) -> None:
    path, clerk = f"/meetings/{meeting['id']}", world.clerk

    def rename(number: int) -> int:
        return int(clerk.patch(path, {"title": f"第{number}版"}, version=1).status_code)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(rename, range(AT_ONCE)))
    assert sorted(statuses) == [200, *[412] * (AT_ONCE - 1)]
    shown = clerk.ok(path)
    assert shown["title"] == f"第{statuses.index(200)}版"
    assert shown["version"] == 2
    assert len(clerk.ok(f"{path}/history")["items"]) == 2


@pytest.mark.race
def test_editors_who_try_again_lose_nothing(world: World, meeting: dict[str, Any]) -> None:
    path, names = f"/meetings/{meeting['id']}", [f"列席{number}" for number in range(EDITORS)]
    clerk = world.clerk
    with ThreadPoolExecutor(EDITORS) as pool:
        list(pool.map(lambda name: edit_until_done(clerk, path, name), names))
    shown = clerk.ok(path)
    assert sorted(shown["observers"]) == sorted(names)
    assert shown["version"] == EDITORS + 1
    assert len(clerk.ok(f"{path}/history")["items"]) == EDITORS + 1


@pytest.mark.parametrize("field", FROZEN)
def test_what_is_not_a_clients_to_state_is_refused(
    world: World, meeting: dict[str, Any], field: str
) -> None:
    path = f"/meetings/{meeting['id']}"
    response = world.clerk.patch(path, {field: meeting.get(field, "x")}, version=1)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == f"#/{field}"
    assert world.clerk.ok(path) == meeting
    if field != "organization_id":
        assert (
            world.clerk.post("/meetings", meeting_of(world.hq, 1) | {field: "x"}).status_code == 422
        )


def test_what_is_removed_is_gone_and_its_trail_stays(world: World, meeting: dict[str, Any]) -> None:
    path = f"/meetings/{meeting['id']}"
    gone = world.secretary("DELETE", f"{path}?reason=重复登记", version=1)
    assert gone.status_code == 204
    for again in (world.clerk.get(path), world.clerk("DELETE", path, version=2)):
        assert again.status_code == 404
    assert world.clerk.ok("/items")["items"] == []
    assert world.clerk.get(f"{path}/history").status_code == 404
