"""报备: filed before the meeting, in time or not, acknowledged by somebody else."""

from datetime import UTC, datetime

import pytest

from tests.meeting_steps.support import held, planned, put, refused, set_day, trail
from tests.support.records import flaws
from tests.support.world import World


def test_a_plan_is_filed_acknowledged_and_audited(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/filing"
    assert world.clerk.get(path).status_code == 404
    filed = put(world.clerk, path, {"note": "拟学习新修订条例"})
    assert (filed["state"], filed["filed_on"], filed["filed_by_name"]) == (
        "filed", "2018-12-10", "clerk",
    )  # fmt: skip
    assert (filed["lead_days"], filed["file_by"], filed["in_time"]) == (3, "2018-12-17", True)
    assert filed["filed_at"] == "2018-12-10T04:00:00Z"
    done = put(world.secretary, f"{path}/decision", {"acknowledged": True}, filed["version"])
    assert (done["state"], done["decided_by_name"]) == ("acknowledged", "secretary、supervision")
    assert world.clerk.ok(path) == done
    assert trail(world, "filing") == [
        ("filing.filed", "clerk"),
        ("filing.acknowledged", "secretary、supervision"),
    ]


@pytest.mark.parametrize(
    ("instant", "in_time"),
    [
        (datetime(2018, 12, 17, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2018, 12, 17, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_in_time_ends_at_midnight_of_the_organisation(
    world: World, instant: datetime, *, in_time: bool
) -> None:
    meeting = planned(world)
    world.clock.instant = instant
    assert put(world.clerk, f"/meetings/{meeting['id']}/filing", {})["in_time"] is in_time


def test_illegal_orders_are_refused(world: World) -> None:
    past = held(world)["id"]
    words = refused(
        world.clerk("PUT", f"/meetings/{past}/filing", json={}), 409, "filing_not_possible"
    )
    assert "已经召开" in words
    dayless = world.clerk.created(
        "/meetings", {"organization_id": str(world.b1), "type": "other", "title": "待定会议"}
    )
    answer = world.clerk("PUT", f"/meetings/{dayless['id']}/filing", json={})
    assert "计划日期" in refused(answer, 409, "filing_not_possible")
    meeting = planned(world)
    set_day(world, "2018-12-21")
    answer = world.clerk("PUT", f"/meetings/{meeting['id']}/filing", json={})
    assert "计划日期已过" in refused(answer, 409, "filing_not_possible")
    assert trail(world, "filing") == []


def test_nobody_acknowledges_his_own_filing(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/filing"
    filed = put(world.secretary, path, {})
    answer = world.secretary(
        "PUT", f"{path}/decision", json={"acknowledged": True}, version=filed["version"]
    )
    refused(answer, 403, "own_request")
    superior = world.as_role("inspector", on=world.root)
    answer = superior("PUT", f"{path}/decision", json={"acknowledged": True}, version=9)
    refused(answer, 412, "version_mismatch")
    answer = superior("PUT", f"{path}/decision", json={"acknowledged": False}, version=1)
    assert flaws(answer) == {"#/note": "missing"}
    answer = world.clerk("PUT", f"{path}/decision", json={"acknowledged": True}, version=1)
    refused(answer, 403, "forbidden")


def test_a_returned_filing_is_filed_anew_from_that_day(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/filing"
    filed = put(world.clerk, path, {})
    body = {"acknowledged": False, "note": "请补充议题"}
    returned = put(world.secretary, f"{path}/decision", body, filed["version"])
    assert returned["state"] == "returned"
    answer = world.secretary("PUT", f"{path}/decision", json=body, version=returned["version"])
    refused(answer, 409, "illegal_transition")
    refused(world.clerk("PUT", path, json={}), 428, "precondition_required")
    set_day(world, "2018-12-18")
    again = put(world.clerk, path, {"note": "已补充"}, returned["version"])
    assert (again["state"], again["filed_on"], again["in_time"]) == ("filed", "2018-12-18", False)
    assert again["decision_note"] is None


def test_a_better_note_keeps_the_day_and_a_moved_plan_does_not(world: World) -> None:
    meeting = planned(world)
    path = f"/meetings/{meeting['id']}/filing"
    filed = put(world.clerk, path, {})
    set_day(world, "2018-12-18")
    noted = put(world.clerk, path, {"note": "补充说明"}, filed["version"])
    assert (noted["filed_on"], noted["in_time"]) == ("2018-12-10", True)
    moved = world.clerk.patch(
        f"/meetings/{meeting['id']}", {"planned_on": "2018-12-19"}, version=meeting["version"]
    )
    assert moved.status_code == 200
    stale = world.clerk.ok(path)
    assert (stale["plan_changed"], stale["planned_on"]) == (True, "2018-12-20")
    again = put(world.clerk, path, {}, stale["version"])
    assert (again["plan_changed"], again["filed_on"], again["in_time"]) == (
        False, "2018-12-18", False,
    )  # fmt: skip


def test_withdrawing_takes_a_reason_and_a_meeting_to_come(world: World) -> None:
    meeting = planned(world)
    path = f"/meetings/{meeting['id']}/filing"
    filed = put(world.clerk, path, {})
    answer = world.clerk("PUT", f"{path}/withdrawal", json={}, version=filed["version"])
    assert flaws(answer) == {"#/reason": "missing"}
    gone = put(world.clerk, f"{path}/withdrawal", {"reason": "议题未成熟"}, filed["version"])
    assert (gone["state"], gone["withdrawal_reason"]) == ("withdrawn", "议题未成熟")
    answer = world.clerk(
        "PUT", f"{path}/withdrawal", json={"reason": "再撤"}, version=gone["version"]
    )
    refused(answer, 409, "illegal_transition")
    again = put(world.clerk, path, {}, gone["version"])
    assert (again["state"], again["withdrawn_at"]) == ("filed", None)
    done = world.clerk.patch(
        f"/meetings/{meeting['id']}", {"happened_on": "2018-12-10"}, version=meeting["version"]
    )
    assert done.status_code == 200
    for step, body in (
        ("withdrawal", {"reason": "撤"}),
        ("decision", {"acknowledged": False, "note": "退"}),
    ):
        answer = world.secretary("PUT", f"{path}/{step}", json=body, version=again["version"])
        refused(answer, 409, "filing_not_possible")


def test_lead_times_are_the_trees_own_and_keep_the_past(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/filing"
    assert put(world.clerk, path, {})["lead_days"] == 3
    admin = world.as_role("admin", on=world.root)
    places = [f"/organizations/{place}/filing-lead-times" for place in (world.root, world.b1)]
    defaults = world.clerk.ok(places[1])
    assert defaults["version"] == 0
    assert {row["type"]: row["days"] for row in defaults["items"]}["party_lecture"] == 3
    body = {"items": [{"type": "committee_meeting", "days": 11}]}
    refused(admin("PUT", places[0], json=body), 428, "precondition_required")
    written = put(admin, places[0], body, 0)
    refused(admin("PUT", places[0], json=body, version=0), 412, "version_mismatch")
    own = [row for row in written["items"] if not row["default"]]
    assert own == [{"type": "committee_meeting", "days": 11, "default": False}]
    assert world.clerk.ok(places[1]) == written
    assert world.clerk.ok(path)["in_time"] is True, "judged by the lead time of its day"
    late = put(world.clerk, f"/meetings/{planned(world)['id']}/filing", {})
    assert (late["lead_days"], late["in_time"]) == (11, False)
    for wrong in (61, -1, "3"):
        assert flaws(admin("PUT", places[0], json={"items": [{"type": "other", "days": wrong}]}))
    twice = {"items": [{"type": "other", "days": 1}] * 2}
    assert flaws(admin("PUT", places[0], json=twice, version=1)) == {"#/items": "type_repeated"}
    put(admin, places[0], {"items": []}, written["version"])
    assert [row["days"] for row in world.clerk.ok(places[1])["items"]].count(3) == 12
    assert [action for action, _ in trail(world, "filing_lead_times")] == [
        "filing_lead_times.written"
    ] * 2


def test_another_tree_sees_no_filing(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/filing"
    put(world.clerk, path, {})
    stranger = world.as_role("secretary", on=world.foreign)
    assert stranger.get(path).status_code == 404
    assert stranger("PUT", path, json={}).status_code == 404
