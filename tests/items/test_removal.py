"""Removal: who may, with which reason, who still sees it, and that past days stay as they were."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.items.rules import clip, spans, state_on
from tests.items.test_history import Life, live, stand_on, steps
from tests.items.test_rows_of_a_day import row_on
from tests.items.timelines import FIRST, days, every_day, timelines
from tests.support.properties import examples
from tests.support.records import flaws, listed, meeting_of
from tests.support.world import Client, World

REASON = "?reason=重复登记"


def removed(client: Client, path: str, made: dict[str, Any], reason: str = REASON) -> Any:  # noqa: ANN401 - a response
    return client("DELETE", f"{path}/{made['id']}{reason}", version=made["version"])


def planned(world: World) -> dict[str, Any]:
    body = meeting_of(world.b1, 1) | {"due_on": "2018-06-30"}
    del body["happened_on"]
    return world.clerk.created("/meetings", body)


def late(world: World) -> Life:
    """A rectification of which something has come already, overdue since June."""
    life = Life.begin(world, date(2018, 6, 30))
    stand_on(world, date(2018, 12, 10))
    life.take("progress", date(2018, 3, 1))
    return life


def overdue_on(world: World, day: str) -> list[str]:
    query = {"organization_id": str(world.hq), "include_descendants": True}
    page = world.clerk.ok("/items", overdue=True, as_of=day, include_total=True, **query)
    assert page["total"] == len(page["items"])
    return [row["id"] for row in page["items"]]


def test_a_fresh_record_needs_no_reason(world: World) -> None:
    assert removed(world.clerk, "/meetings", planned(world), "").status_code == 204
    assert listed(world.clerk, "/meetings") == []


@pytest.mark.parametrize("kind", ["completed", "cancelled", "extended", "stepped"])
def test_what_has_a_past_takes_a_reason_and_a_reviewer(world: World, kind: str) -> None:
    path, made = "/meetings", planned(world)
    one = f"/meetings/{made['id']}"
    if kind == "completed":
        made = world.clerk.patch(one, {"happened_on": "2018-05-01"}, version=1).json()
    if kind == "cancelled":
        body = {"reason": "冲突"}
        made = world.clerk("PUT", f"{one}/cancellation", json=body, version=1).json()
    if kind == "extended":
        wish = {"due_on": "2018-12-31", "reason": "外出"}
        asked = world.clerk.created(f"/items/{made['id']}/extensions", wish)
        decision = f"/items/{made['id']}/extensions/{asked['id']}/decision"
        denial = {"approved": False, "note": "不同意"}
        assert world.secretary("PUT", decision, json=denial, version=1).status_code == 200
        made = world.clerk.ok(one)
    if kind == "stepped":
        path, made = "/rectifications", late(world).item
    assert removed(world.clerk, path, made).status_code == 403
    assert removed(world.as_role("inspector"), path, made).status_code == 403
    assert flaws(removed(world.secretary, path, made, "")) == {"reason": "removal_reason_missing"}
    assert removed(world.secretary, path, made).status_code == 204
    entry = world.as_role("admin").ok(f"{path}/{made['id']}/history", include_deleted=True)
    last = entry["items"][-1]
    assert last["action"].endswith(".removed")
    assert last["after"] == {"removed_on": "2018-12-10", "reason": "重复登记"}


def test_a_day_before_the_removal_is_answered_as_it_was(world: World) -> None:
    life = late(world)
    identifier = life.item["id"]
    before = {day: row_on(life, date.fromisoformat(day), overdue=True) for day in ("2018-12-09",)}
    assert removed(world.secretary, "/rectifications", life.item).status_code == 204
    for day, row in before.items():
        assert row is not None
        now = row_on(life, date.fromisoformat(day), overdue=True)
        changed = {"removed_on": "2018-12-10", "version": row["version"] + 1}
        assert now == row | changed
        state = {"status": "in_progress", "as_of": day, "include_total": True}
        assert world.clerk.ok("/rectifications", **state)["total"] == 1
    assert overdue_on(world, "2018-12-09") == [identifier]
    assert overdue_on(world, "2018-12-10") == overdue_on(world, "2018-12-31") == []
    assert world.clerk.ok("/rectifications", status="in_progress")["items"] == []
    state = {"status": "in_progress", "as_of": "2018-12-10"}
    assert world.clerk.ok("/rectifications", **state)["items"] == []
    assert world.clerk.get(life.path).status_code == 404


def test_readers_of_the_trail_still_find_it(world: World) -> None:
    life = late(world)
    removed(world.secretary, "/rectifications", life.item)
    place = {"organization_id": str(world.hq), "include_descendants": True}
    admin, inspector = world.as_role("admin"), world.as_role("inspector")
    for client in (admin, inspector):
        for query in (place, {}):
            rows = client.ok("/rectifications", include_deleted=True, **query)["items"]
            assert [row["removed_on"] for row in rows] == ["2018-12-10"]
            assert rows[0]["overdue"] is False
            assert client.ok("/rectifications", **query)["items"] == []
        shown = client.ok(life.path, include_deleted=True)
        assert (shown["removed_on"], shown["overdue"]) == ("2018-12-10", False)
        assert client.get(life.path).status_code == 404
        assert client.get(f"{life.path}/history").status_code == 404


def test_others_do_not(world: World) -> None:
    life = late(world)
    removed(world.secretary, "/rectifications", life.item)
    place = {"organization_id": str(world.hq)}
    elsewhere = world.as_role("admin", on=world.b2)
    for client in (world.clerk, world.secretary, world.as_role("viewer")):
        for query in (place, {}):
            answer = client.get("/rectifications", include_deleted=True, **query)
            assert answer.status_code == 403
        for path in (life.path, f"{life.path}/history"):
            assert client.get(path, include_deleted=True).status_code == 404
    assert elsewhere.get("/rectifications", include_deleted=True, **place).status_code == 404
    assert elsewhere.ok("/rectifications", include_deleted=True)["items"] == []
    assert elsewhere.get(life.path, include_deleted=True).status_code == 404


def test_a_removed_secret_stays_one(world: World) -> None:
    body = {
        "organization_id": str(world.b1),
        "type": "warning",
        "title": "处分",
        "happened_on": "2018-03-04",
        "person": {"name": "张三"},
    }
    made = world.secretary.created("/sanctions", body)
    assert removed(world.secretary, "/sanctions", made).status_code == 204
    admin = world.as_role("admin")
    for query in ({"include_deleted": True}, {"as_of": "2018-12-09", "status": "completed"}):
        assert admin.ok("/items", include_total=True, **query)["total"] == 0
    assert admin.get(f"/sanctions/{made['id']}", include_deleted=True).status_code == 404
    supervisor = world.as_role("admin", "supervision")
    assert len(supervisor.ok("/items", include_deleted=True)["items"]) == 1


@given(timelines(), days(), st.integers(0, 9))
def test_until_the_removal_nothing_changes(
    timeline: list[Any], removed_on: date, wait: int
) -> None:
    found = spans(timeline)
    left = clip(found, removed_on)
    for day in every_day():
        holding = [
            span.due_on
            for span in left
            if span.active_from <= day and (span.active_until is None or day < span.active_until)
        ]
        moment = state_on(timeline, day)
        whole = [
            span.due_on
            for span in found
            if span.active_from <= day and (span.active_until is None or day < span.active_until)
        ]
        assert holding == (whole if day < removed_on else []), (day, moment)
    assert clip(left, removed_on + timedelta(days=wait)) == left
    assert all(span.active_until is not None for span in left)


@examples(5, shared=True)
@given(st.integers(0, 10), steps, st.integers(1, 6))
def test_lateness_of_past_days_survives_the_removal(
    world: World, due: int, choices: list[tuple[int, int]], wait: int
) -> None:
    life = Life.begin(world, FIRST + timedelta(days=due))
    last = live(life, choices)
    stand_on(world, last + timedelta(days=wait))
    before = life.overdue_days(last + timedelta(days=wait - 1))
    assert removed(world.secretary, "/rectifications", life.item).status_code == 204
    assert life.overdue_days(last + timedelta(days=wait - 1)) == before
    assert life.listed(as_of=(last + timedelta(days=wait)).isoformat()) is None
