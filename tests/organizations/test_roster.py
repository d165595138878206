"""The roster: who is a member when, who votes, and what is never deleted."""

from typing import Any

import pytest

from app.core.ids import new_id
from tests.support.records import flaws
from tests.support.world import World


def enrol(world: World, **fields: object) -> dict[str, Any]:
    body = {"name": "张明", "joined_on": "2017-01-05", **fields}
    return world.clerk.created(f"/organizations/{world.b1}/members", body)


def on_roster(world: World, **query: object) -> list[str]:
    path = f"/organizations/{world.b1}/members"
    return [row["name"] for row in world.clerk.ok(path, **query)["items"]]


@pytest.mark.parametrize(
    ("fields", "votes"),
    [
        ({}, True),
        ({"membership": "probationary_member"}, False),
        ({"votes": False}, False),
        ({"membership": "full_member", "votes": True}, True),
    ],
)
def test_full_members_vote_unless_it_is_said(
    world: World, fields: dict[str, object], *, votes: bool
) -> None:
    assert enrol(world, **fields)["votes"] is votes


def test_a_probationary_member_has_no_vote(world: World) -> None:
    body = {"name": "李四", "joined_on": "2018-01-05", "membership": "probationary_member"}
    path = f"/organizations/{world.b1}/members"
    refused = world.clerk.post(path, {**body, "votes": True})
    assert refused.json()["code"] == "membership_not_allowed"
    made = world.clerk.created(path, body)
    one = f"/members/{made['id']}"
    assert world.clerk.patch(one, {"votes": True}, version=1).status_code == 409
    full = world.clerk.patch(one, {"membership": "full_member"}, version=1)
    assert full.json()["votes"] is True, "a full member votes"
    back = world.clerk.patch(one, {"membership": "probationary_member"}, version=2)
    assert back.json()["votes"] is False
    assert world.clerk.patch(one, {"votes": None}, version=3).json()["votes"] is False


def test_nobody_leaves_before_joining(world: World) -> None:
    made = enrol(world, left_on="2018-06-30")
    one = f"/members/{made['id']}"
    early = world.clerk.patch(one, {"left_on": "2017-01-04"}, version=1)
    assert flaws(early) == {"#/left_on": "before_joining"}
    late = world.clerk.patch(one, {"joined_on": "2018-07-01"}, version=1)
    assert set(flaws(late)) == {"#/left_on"}
    assert world.clerk.ok(one) == made
    assert world.clerk.patch(one, {"left_on": "2017-01-05"}, version=1).status_code == 200


def test_a_day_picks_who_was_there(world: World) -> None:
    enrol(world, name="老党员")
    enrol(world, name="转出者", left_on="2018-06-30")
    enrol(world, name="新党员", joined_on="2018-09-01")
    assert on_roster(world) == ["老党员", "转出者", "新党员"]
    assert on_roster(world, on="2018-06-29") == ["老党员", "转出者"]
    assert on_roster(world, on="2018-06-30") == ["老党员"]
    assert on_roster(world, on="2018-09-01") == ["老党员", "新党员"]
    assert on_roster(world, on="2017-01-04") == []


def test_descendants_are_included_when_asked(world: World) -> None:
    enrol(world)
    path = f"/organizations/{world.hq}/members"
    assert world.clerk.ok(path)["items"] == []
    assert len(world.clerk.ok(path, include_descendants=True)["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"joined_on": None},
        {"membership": "honorary"},
        {"post": "king"},
        {"organization_id": str(new_id())},
        {"votes": "yes please"},
    ],
    ids=lambda body: next(iter(body)),
)
def test_what_a_roster_cannot_hold_is_refused(world: World, body: dict[str, object]) -> None:
    made = enrol(world)
    response = world.clerk.patch(f"/members/{made['id']}", body, version=1)
    assert set(flaws(response)) == {f"#/{next(iter(body))}"}
    assert world.clerk.ok(f"/members/{made['id']}") == made


def test_members_are_not_deleted(world: World) -> None:
    assert world.clerk("DELETE", f"/members/{enrol(world)['id']}").status_code == 405
