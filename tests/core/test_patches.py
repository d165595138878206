"""PATCH is a JSON Merge Patch (RFC 7396), and says of what cannot be changed why."""

from typing import Any

import pytest

from tests.support.records import enrolled, flaws, patched
from tests.support.world import World

PERSON = {"kind": "person", "name": "李明", "post": "secretary"}


def meeting(world: World, **changes: object) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "type": "other", "title": "例会", **changes}


def test_objects_inside_are_merged(world: World) -> None:
    made = world.clerk.created("/meetings", meeting(world, actor=PERSON))
    made = patched(world.clerk, "/meetings", made, {"actor": {"name": "王强"}})
    assert made["actor"] == {**PERSON, "name": "王强"}
    made = patched(world.clerk, "/meetings", made, {"actor": {"post": None}})
    assert made["actor"] == {"kind": "person", "name": "王强", "post": None}
    refused = world.clerk.patch(f"/meetings/{made['id']}", {"actor": {"nick": "x"}}, version=3)
    assert flaws(refused) == {"#/actor/nick": "extra_forbidden"}
    refused = world.clerk.patch(f"/meetings/{made['id']}", {"actor": {"name": None}}, version=3)
    assert flaws(refused) == {"#/actor": "actor_incomplete"}
    made = patched(
        world.clerk, "/meetings", made, {"actor": {"kind": "organization", "name": None}}
    )
    assert made["actor"]["kind"] == "organization"


def test_counts_are_merged_made_and_emptied(world: World) -> None:
    body = {**meeting(world), "type": "heart_talk", "persons": [{"name": "张明"}]}
    made = world.clerk.created(
        "/talks", {**body, "person_times": {"value": 20, "approximate": True}}
    )
    made = patched(world.clerk, "/talks", made, {"person_times": {"value": 30}})
    assert made["person_times"] == {"value": 30, "approximate": True}
    made = patched(world.clerk, "/talks", made, {"person_times": None})
    assert made["person_times"] is None
    refused = world.clerk.patch(
        f"/talks/{made['id']}", {"person_times": {"approximate": True}}, version=3
    )
    assert flaws(refused) == {"#/person_times/value": "missing"}
    made = patched(world.clerk, "/talks", made, {"person_times": {"value": 5}})
    assert made["person_times"] == {"value": 5, "approximate": False}


def test_lists_are_replaced(world: World) -> None:
    made = world.clerk.created("/meetings", meeting(world, agenda=["一", "二"]))
    made = patched(world.clerk, "/meetings", made, {"agenda": ["三"]})
    assert made["agenda"] == ["三"]


def test_a_person_is_one_value(world: World) -> None:
    """Another member does not keep the name of the first."""
    first, second = enrolled(world, "赵一"), enrolled(world, "钱二")
    body = {
        "organization_id": str(world.hq),
        "title": "警告处分",
        "type": "warning",
        "happened_on": "2018-05-04",
        "person": {"member_id": first},
    }
    made = world.secretary.created("/sanctions", body)
    made = patched(world.secretary, "/sanctions", made, {"person": {"member_id": second}})
    assert (made["person"]["member_id"], made["person"]["name"]) == (second, "钱二")


@pytest.mark.parametrize("field", ["found_on", "organization_id"])
def test_what_is_stated_once_says_why(world: World, field: str) -> None:
    body = {
        "organization_id": str(world.hq),
        "title": "党费收缴公示不及时",
        "source": "assessment_feedback",
        "found_on": "2018-03-20",
        "due_on": "2018-04-20",
    }
    made = world.clerk.created("/rectifications", body)
    answer = world.clerk.patch(f"/rectifications/{made['id']}", {field: made[field]}, version=1)
    assert flaws(answer) == {f"#/{field}": "not_changeable"}
    assert "重新登记" in answer.json()["detail"]


def test_other_things_say_why_too(world: World) -> None:
    admin = world.as_role("admin")
    place = f"/organizations/{world.b1}"
    for field, value in (("kind", "party_branch"), ("parent_id", str(world.root))):
        answer = admin.patch(place, {field: value}, version=1)
        assert flaws(answer) == {f"#/{field}": "not_changeable"}
    me = f"/users/{admin.ok('/me')['id']}"
    for field in ("username", "password", "home_organization_id"):
        answer = admin.patch(me, {field: "anything at all"}, version=1)
        assert flaws(answer) == {f"#/{field}": "not_changeable"}
    assert flaws(admin.patch(me, {"colour": 1}, version=1)) == {"#/colour": "extra_forbidden"}


def test_what_was_read_may_be_sent_back(world: World) -> None:
    """Also by things that are no records: nothing changes, no new version is made."""
    admin = world.as_role("admin", on=world.root)
    member = enrolled(world, "赵一")
    clerk = world.as_role("clerk", on=world.root)
    focus = admin.ok(f"/organizations/{world.root}/focuses")["items"][0]["id"]
    things = (
        (f"/organizations/{world.b1}", {"name", "founded_on", "last_election_on", "dissolved_on"}),
        (f"/members/{member}", {"name", "membership", "post", "votes", "joined_on", "left_on"}),
        (f"/focuses/{focus}", {"name", "position", "retired"}),
        (f"/users/{admin.ok('/me')['id']}", {"display_name"}),
    )
    for path, names in things:
        actor = clerk if path.startswith("/members") else admin
        read = actor.ok(path)
        sent = {name: read[name] for name in names}
        answer = actor.patch(path, sent, version=read["version"])
        assert answer.status_code == 200, answer.text
        assert answer.json() == read
