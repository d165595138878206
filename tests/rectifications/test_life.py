"""The life of a rectification, its deadline and its lateness."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.world import Client, World


def opened(world: World, **changes: object) -> dict[str, Any]:
    body = {
        "organization_id": str(world.b2),
        "title": "党员学习笔记抽查不合格",
        "source": "self_check",
        "found_on": "2018-08-06",
        "due_on": "2018-11-30",
        **changes,
    }
    return world.clerk.created("/rectifications", body)


def step(client: Client, item: dict[str, Any], name: str, **fields: object) -> Any:  # noqa: ANN401 - a response
    return client.post(
        f"/rectifications/{item['id']}/events",
        {"name": name, **fields},
        version=fields.pop("version", item["version"]),
    )


def advance(client: Client, item: dict[str, Any], name: str, **fields: object) -> dict[str, Any]:
    response = step(client, item, name, **fields)
    assert response.status_code == 201, response.text
    result: dict[str, Any] = response.json()
    return result


def overdue(world: World, **query: object) -> dict[str, int]:
    rows = world.clerk.ok(
        "/rectifications",
        overdue=True,
        organization_id=str(world.hq),
        include_descendants=True,
        **query,
    )
    return {row["title"]: row["days_overdue"] for row in rows["items"]}


def test_the_reference_question(world: World) -> None:
    opened(world)
    assert overdue(world, as_of="2018-12-10") == {"党员学习笔记抽查不合格": 10}
    assert overdue(world) == {"党员学习笔记抽查不合格": 10}, "the clock stands at 10 December"
    assert overdue(world, as_of="2018-11-30") == {}, "the deadline's own day is in time"
    assert overdue(world, as_of="2018-12-01") == {"党员学习笔记抽查不合格": 1}


@pytest.mark.parametrize(
    ("instant", "late"),
    [
        (datetime(2018, 11, 30, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2018, 11, 30, 16, 0, 0, tzinfo=UTC), True),
    ],
)
def test_overdue_begins_at_midnight_of_the_organisation(
    world: World, instant: datetime, *, late: bool
) -> None:
    item = opened(world)
    world.clock.instant = instant
    assert bool(overdue(world)) is late
    assert world.clerk.ok(f"/rectifications/{item['id']}")["overdue"] is late


def test_submitting_in_time_meets_the_deadline_and_a_return_revives_it(world: World) -> None:
    item = advance(world.clerk, opened(world), "progress", note="已补学", on="2018-09-01")
    item = advance(world.clerk, item, "submitted", note="已完成", on="2018-11-29")
    assert item["status"] == "submitted"
    assert overdue(world) == {}
    item = advance(world.secretary, item, "returned", note="缺少签到表", on="2018-12-05")
    assert overdue(world) == {"党员学习笔记抽查不合格": 10}
    assert overdue(world, as_of="2018-12-04") == {}
    item = advance(world.clerk, item, "submitted", note="已补齐", on="2018-12-08")
    item = advance(world.secretary, item, "accepted", on="2018-12-09")
    assert (item["status"], item["completed_on"]) == ("closed", "2018-12-09")
    assert overdue(world, as_of="2018-12-07") == {"党员学习笔记抽查不合格": 7}
    events = world.clerk.ok(f"/rectifications/{item['id']}/events")["items"]
    assert [event["name"] for event in events] == [
        "opened",
        "progress",
        "submitted",
        "returned",
        "submitted",
        "accepted",
    ]


def test_nobody_accepts_his_own_work(world: World) -> None:
    item = advance(world.secretary, opened(world), "submitted", note="已完成")
    response = step(world.secretary, item, "accepted")
    assert response.status_code == 403
    assert response.json()["code"] == "own_request"
    assert step(world.clerk, item, "accepted").status_code == 403


@pytest.mark.parametrize("name", ["accepted", "returned", "resumed", "reopened"])
def test_steps_cannot_be_skipped(world: World, name: str) -> None:
    item = opened(world)
    response = step(world.secretary, item, name, note="说明")
    assert response.status_code == 409
    assert response.json()["code"] == "illegal_transition"
    assert world.clerk.ok(f"/rectifications/{item['id']}") == item


def test_suspension_needs_its_papers_and_stops_the_clock(world: World) -> None:
    item = opened(world)
    assert step(world.clerk, item, "suspended", note="暂缓换届").status_code == 422
    item = advance(
        world.clerk,
        item,
        "suspended",
        note="暂缓换届",
        approver="集团公司工会",
        document="关于暂缓换届的批复",
        on="2018-10-05",
    )
    assert overdue(world) == {}
    advance(world.clerk, item, "resumed", on="2018-12-03")
    assert overdue(world) == {"党员学习笔记抽查不合格": 10}
    assert overdue(world, as_of="2018-12-02") == {}


def test_of_two_reviewers_one_wins(world: World) -> None:
    item = advance(world.clerk, opened(world), "submitted", note="已完成")
    advance(world.secretary, item, "accepted")
    other = world.as_role("inspector")
    late = step(other, item, "returned", note="不同意")
    assert late.status_code == 412
    assert late.headers["etag"] != f'"{item["version"]}"'


def test_an_extension_moves_the_deadline_and_keeps_the_first(world: World) -> None:
    item = opened(world)
    path = f"/items/{item['id']}/extensions"
    asked = world.clerk.created(path, {"due_on": "2018-12-31", "reason": "人员外出施工"})
    again = world.clerk.post(path, {"due_on": "2019-01-31", "reason": "再延"})
    assert again.json()["code"] == "extension_pending"
    decision = {"approved": True, "on": "2018-11-20"}
    own = world.clerk("PUT", f"{path}/{asked['id']}/decision", json=decision, version=1)
    assert own.status_code == 403
    done = world.secretary("PUT", f"{path}/{asked['id']}/decision", json=decision, version=1)
    assert done.json()["state"] == "approved", done.text
    item = world.clerk.ok(f"/rectifications/{item['id']}")
    assert (item["original_due_on"], item["due_on"]) == ("2018-11-30", "2018-12-31")
    assert overdue(world) == {}
    assert overdue(world, as_of="2019-01-01") == {"党员学习笔记抽查不合格": 1}
    twice = world.secretary("PUT", f"{path}/{asked['id']}/decision", json=decision, version=2)
    assert twice.status_code == 409


def test_a_deadline_is_not_patched_away(world: World) -> None:
    item = opened(world)
    for body in ({"due_on": "2019-01-31"}, {"due_on": None}):
        response = world.clerk.patch(f"/rectifications/{item['id']}", body, version=1)
        assert response.status_code in {409, 422}, response.text
    for field in ("status", "original_due_on", "organization_id", "created_by"):
        response = world.clerk.patch(f"/rectifications/{item['id']}", {field: "x"}, version=1)
        assert response.status_code == 422
    assert world.clerk.ok(f"/rectifications/{item['id']}") == item


def test_a_deadline_can_be_set_later_but_once(world: World) -> None:
    made = world.clerk.created(
        "/rectifications",
        {
            "organization_id": str(world.hq),
            "type": "long_term",
            "title": "学习记录不全",
            "source": "self_check",
            "found_on": "2018-03-01",
        },
    )
    path = f"/rectifications/{made['id']}"
    world.clock.instant = datetime(2018, 6, 1, 4, 0, tzinfo=UTC)
    dated = world.clerk.patch(path, {"due_on": "2018-06-30"}, version=made["version"]).json()
    assert (dated["due_on"], dated["original_due_on"]) == ("2018-06-30", "2018-06-30")
    events = world.clerk.ok(f"{path}/events")["items"]
    assert [(event["name"], event["due_on"]) for event in events] == [
        ("opened", None),
        ("deadline_set", "2018-06-30"),
    ]
    again = world.clerk.patch(path, {"due_on": "2018-07-31"}, version=dated["version"])
    assert again.json()["code"] == "deadline_fixed"
    world.clock.instant = datetime(2018, 12, 10, 4, 0, tzinfo=UTC)
    query = {"overdue": True, "organization_id": str(world.hq)}
    assert [row["days_overdue"] for row in world.clerk.ok("/rectifications", **query)["items"]] == [
        163
    ]
    assert world.clerk.ok("/rectifications", **query, as_of="2018-05-31")["items"] == []
