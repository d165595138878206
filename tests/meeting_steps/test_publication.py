"""公示: a frozen view for some days, objections in them, answers after them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.meeting_steps.support import held, planned, put, refused, set_day, trail
from tests.support.records import flaws
from tests.support.world import World


def published(world: World, **wish: object) -> tuple[dict[str, Any], dict[str, Any]]:
    meeting = held(world)
    return meeting, put(world.clerk, f"/meetings/{meeting['id']}/publication", wish)


def on_show(world: World, **query: object) -> list[str]:
    page = world.clerk.ok(f"/organizations/{world.hq}/publications", **query)
    return [row["record"]["title"] if row["record"] else "已撤下" for row in page["items"]]


def test_a_publication_shows_only_what_is_named(world: World) -> None:
    meeting, shown = published(world, note="如有意见请提出")
    assert (shown["state"], shown["days"]) == ("on_show", 7)
    assert (shown["starts_on"], shown["ends_on"]) == ("2018-12-10", "2018-12-16")
    assert (shown["changed_since"], shown["record_version"]) == (False, meeting["version"])
    assert shown["record"] == {
        "title": "四季度党员大会",
        "type": "member_assembly",
        "happened_on": "2018-12-07",
        "starts_at": "14:30:00",
        "ends_at": "16:00:00",
        "place": "三楼会议室",
        "chair": "王建国",
        "expected": 3,
        "present": 2,
        "vote_eligible": None,
        "present_eligible": None,
        "agenda": ["学习条例", "讨论预备党员转正"],
        "resolutions": [{"text": "同意转正", "due_on": "2018-12-31"}],
        "discussion": None,
    }
    viewer = world.as_role("viewer", on=world.b1)
    told = json.dumps(viewer.ok(f"/publications/{shown['id']}"), ensure_ascii=False)
    for hidden in ("孙缺席", "住院治疗", "赵敏", "周列席", "赵责任", "内部掌握", "笔记不全"):
        assert hidden not in told


def test_the_discussion_is_shown_when_it_is_asked_for(world: World) -> None:
    meeting, shown = published(world, include_discussion=True)
    assert shown["record"]["discussion"] == "赵敏：建议加强培养考察。"
    path = f"/meetings/{meeting['id']}/publication"
    assert put(world.clerk, path, {"days": 3}, shown["version"])["record"] == shown["record"]


def test_a_correction_shows_and_the_frozen_view_stays(world: World) -> None:
    meeting, shown = published(world)
    answer = world.clerk.patch(
        f"/meetings/{meeting['id']}", {"place": "四楼会议室"}, version=meeting["version"]
    )
    assert answer.status_code == 200
    after = world.clerk.ok(f"/publications/{shown['id']}")
    assert after == {**shown, "changed_since": True}
    path = f"/meetings/{meeting['id']}/publication"
    gone = put(world.clerk, f"{path}/withdrawal", {"reason": "地点有误"}, after["version"])
    assert (gone["state"], gone["record"], gone["withdrawn_on"]) == (
        "withdrawn", None, "2018-12-10",
    )  # fmt: skip
    again = put(world.clerk, path, {})
    assert (again["record"]["place"], again["changed_since"]) == ("四楼会议室", False)
    assert again["id"] != shown["id"], "the first publication stays as history"
    assert on_show(world, include_descendants=True) == ["四季度党员大会"]
    assert [action for action, _ in trail(world, "publication")] == [
        "publication.published", "publication.withdrawn", "publication.published",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        (datetime(2018, 12, 11, 15, 59, 59, tzinfo=UTC), "scheduled"),
        (datetime(2018, 12, 11, 16, 0, 0, tzinfo=UTC), "on_show"),
        (datetime(2018, 12, 13, 15, 59, 59, tzinfo=UTC), "on_show"),
        (datetime(2018, 12, 13, 16, 0, 0, tzinfo=UTC), "ended"),
    ],
)
def test_the_days_are_the_organisations(world: World, instant: datetime, state: str) -> None:
    _, shown = published(world, days=2, starts_on="2018-12-12")
    assert shown["state"] == "scheduled"
    world.clock.instant = instant
    assert world.clerk.ok(f"/publications/{shown['id']}")["state"] == state
    expected = ["四季度党员大会"] if state == "on_show" else []
    assert on_show(world, include_descendants=True) == expected


def test_what_was_on_show_is_answerable_for_any_day(world: World) -> None:
    meeting, shown = published(world)
    set_day(world, "2018-12-14")
    path = f"/meetings/{meeting['id']}/publication"
    put(world.clerk, f"{path}/withdrawal", {"reason": "有误"}, shown["version"])
    assert on_show(world) == [], "the list of 指挥部 itself"
    found = {
        day: on_show(world, as_of=f"2018-12-{day}", include_descendants=True)
        for day in ("09", "10", "13", "14")
    }
    assert found == {"09": [], "10": ["已撤下"], "13": ["已撤下"], "14": []}


def test_the_list_pages_by_the_day_of_the_end(world: World) -> None:
    for days, title in ((9, "三"), (2, "一"), (5, "二")):
        meeting = held(world, title=title)
        put(world.clerk, f"/meetings/{meeting['id']}/publication", {"days": days})
    path, query = f"/organizations/{world.b1}/publications", {"limit": 2}
    first = world.clerk.ok(path, **query)
    assert [row["record"]["title"] for row in first["items"]] == ["一", "二"]
    second = world.clerk.ok(path, **query, cursor=first["next_cursor"])
    assert [row["record"]["title"] for row in second["items"]] == ["三"]
    assert second["next_cursor"] is None
    back = world.clerk.ok(path, **query, cursor=second["prev_cursor"])
    assert back["items"] == first["items"]


def test_illegal_orders_are_refused(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/publication"
    assert "尚未召开" in refused(world.clerk("PUT", path, json={}), 409, "meeting_not_held")
    refused(world.clerk("PUT", f"{path}/withdrawal", json={"reason": "?"}), 404, "not_found")
    meeting, shown = published(world)
    path = f"/meetings/{meeting['id']}/publication"
    refused(world.clerk("PUT", path, json={}), 428, "precondition_required")
    for days in (0, 61, "7", None):
        assert set(flaws(world.clerk("PUT", path, json={"days": days}))) == {"#/days"}
    set_day(world, "2018-12-13")
    cases: list[tuple[dict[str, object], dict[str, str]]] = [
        ({"days": 3}, {"#/days": "already_over"}),
        ({"starts_on": "2018-12-14"}, {"#/starts_on": "already_begun"}),
        ({"include_discussion": True}, {"#/include_discussion": "frozen"}),
    ]
    for wish, expected in cases:
        assert flaws(world.clerk("PUT", path, json=wish, version=shown["version"])) == expected
    longer = put(world.clerk, path, {"days": 10}, shown["version"])
    assert (longer["id"], longer["ends_on"]) == (shown["id"], "2018-12-19")
    gone = put(world.clerk, f"{path}/withdrawal", {"reason": "有误"}, longer["version"])
    answer = world.clerk(
        "PUT", f"{path}/withdrawal", json={"reason": "再撤"}, version=gone["version"]
    )
    refused(answer, 409, "publication_not_on_show")
    for day in ("2018-12-12", "2019-02-12"):
        answer = world.clerk("PUT", path, json={"starts_on": day})
        assert flaws(answer) == {"#/starts_on": "out_of_order"}


def test_a_scheduled_publication_can_still_begin_on_another_day(world: World) -> None:
    meeting, shown = published(world, starts_on="2018-12-15")
    path = f"/meetings/{meeting['id']}/publication"
    moved = put(world.clerk, path, {"starts_on": "2018-12-12", "days": 1}, shown["version"])
    assert (moved["starts_on"], moved["ends_on"]) == ("2018-12-12", "2018-12-12")
    answer = world.clerk("PUT", path, json={"starts_on": "2018-12-09"}, version=moved["version"])
    assert flaws(answer) == {"#/starts_on": "out_of_order"}


def test_readers_object_during_the_days_and_somebody_else_answers(world: World) -> None:
    _, shown = published(world, days=2)
    path = f"/publications/{shown['id']}/objections"
    reader, other = world.as_role("viewer", on=world.b1), world.as_role("viewer", on=world.hq)
    made = reader.created(path, {"text": "时限与会上所说不一致"})
    own = world.clerk.created(path, {"text": "会议室写错"})
    assert world.clerk.ok(f"/publications/{shown['id']}")["unanswered_objections"] == 2
    assert [row["id"] for row in reader.ok(path)["items"]] == [made["id"]]
    assert other.ok(path)["items"] == []
    assert other.get(f"{path}/{made['id']}").status_code == 404
    assert [row["id"] for row in world.clerk.ok(path)["items"]] == [made["id"], own["id"]]
    set_day(world, "2018-12-12")
    answer = reader.post(path, {"text": "太晚"})
    assert "公示期内" in refused(answer, 409, "publication_not_on_show")
    body = {"answer": "已核对更正"}
    answer = world.clerk("PUT", f"{path}/{own['id']}/answer", json=body, version=own["version"])
    refused(answer, 403, "own_request")
    refused(reader("PUT", f"{path}/{made['id']}/answer", json=body, version=1), 403, "forbidden")
    done = put(world.clerk, f"{path}/{made['id']}/answer", body, made["version"])
    assert (done["answer"], done["answered_by_name"]) == ("已核对更正", "clerk")
    assert reader.ok(f"{path}/{made['id']}") == done
    assert world.clerk.ok(f"/publications/{shown['id']}")["unanswered_objections"] == 1
    assert trail(world, "objection") == [
        ("objection.raised", "viewer"), ("objection.raised", "clerk"),
        ("objection.answered", "clerk"),
    ]  # fmt: skip


def test_what_is_out_of_sight_is_not_on_show(world: World) -> None:
    meeting, shown = published(world)
    stranger = world.as_role("secretary", on=world.foreign)
    neighbour = world.as_role("secretary", on=world.b2)
    for client in (stranger, neighbour):
        assert client.get(f"/publications/{shown['id']}").status_code == 404
        path = f"/publications/{shown['id']}/objections"
        assert client.post(path, {"text": "意见"}).status_code == 404
        assert client.get(f"/organizations/{world.b1}/publications").status_code == 404
    gone = f"/meetings/{meeting['id']}?reason=重复登记"
    removed = world.secretary("DELETE", gone, version=meeting["version"])
    assert removed.status_code == 204
    assert world.clerk.get(f"/publications/{shown['id']}").status_code == 404
    assert on_show(world, include_descendants=True) == []
