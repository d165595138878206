"""What becomes of a resolution: one record, made with its words, person and deadline."""

from typing import Any

import pytest

from tests.meeting_steps.support import held, planned, refused, trail
from tests.support.properties import counted_statements
from tests.support.records import flaws, patched
from tests.support.world import World

WORDS = {"text": "完善党费台账\n每月公示", "responsible_person": "刘洋", "due_on": "2018-12-31"}
ONLY_KIND = {"kind": "rectification"}


def resolved(world: World, *resolutions: dict[str, str]) -> tuple[dict[str, Any], str]:
    """A meeting with these resolutions, and the address where the first becomes a record."""
    meeting = held(world, resolutions=list(resolutions or (WORDS,)))
    return meeting, address(meeting)


def address(meeting: dict[str, Any], number: int = 0) -> str:
    resolution = meeting["resolutions"][number]["id"]
    return f"/meetings/{meeting['id']}/resolutions/{resolution}/record"


def records(world: World, meeting: dict[str, Any]) -> list[Any]:
    shown = world.clerk.ok(f"/meetings/{meeting['id']}")
    return [resolution["record"] for resolution in shown["resolutions"]]


def test_a_resolution_becomes_a_record_and_shows_it(world: World) -> None:
    meeting, path = resolved(world, WORDS, {"text": "同意转正"})
    assert records(world, meeting) == [None, None]
    response = world.clerk.post(path, ONLY_KIND)
    assert response.status_code == 201, response.text
    made = response.json()
    assert response.headers["Location"] == f"/api/v1/rectifications/{made['id']}"
    assert made["organization_id"] == str(world.b1)
    assert (made["title"], made["responsible_person"]) == ("完善党费台账", "刘洋")
    assert (made["due_on"], made["found_on"], made["source"]) == (
        "2018-12-31", "2018-12-07", "other",
    )  # fmt: skip
    assert made["origin"]["id"] == meeting["id"]
    link = {name: made[name] for name in ("id", "kind", "title", "status")}
    assert records(world, meeting) == [link, None]
    assert world.clerk.ok(f"/meetings/{meeting['id']}")["version"] == meeting["version"] + 1
    history = world.clerk.ok(f"/meetings/{meeting['id']}/history")["items"]
    assert history[-1]["action"] == "meeting.resolution_followed"
    assert history[-1]["after"]["record_id"] == made["id"]
    assert trail(world, "rectification") == [("rectification.created", "clerk")]


def test_it_becomes_one_record_only(world: World) -> None:
    meeting, path = resolved(world)
    made = world.clerk.created(path, ONLY_KIND)
    refused(world.clerk.post(path, ONLY_KIND), 409, "resolution_already_followed")
    gone = world.clerk("DELETE", f"/rectifications/{made['id']}", version=made["version"])
    assert gone.status_code == 204
    assert records(world, meeting) == [None]
    again = world.clerk.created(path, ONLY_KIND)
    assert [link["id"] for link in records(world, meeting)] == [again["id"]]


def test_what_is_stated_goes_before_the_resolution(world: World) -> None:
    _, path = resolved(world)
    stated = {
        "kind": "activity",
        "type": "training_course",
        "title": "党费管理培训",
        "responsible_person": "赵敏",
        "due_on": "2019-01-31",
        "planned_on": "2019-01-10",
        "focus": "integrity",
    }
    made = world.clerk.created(path, stated)
    assert made["status"] == "planned"
    assert {name: made[name] for name in stated} == stated


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"kind": "activity"}, {"#/type": "missing"}),
        ({"kind": "activity", "type": "picnic"}, {"#/type": "enum"}),
        ({"kind": "talk"}, {"#/kind": "literal_error"}),
        ({"due_on": "2018-12-06"}, {"#/due_on": "due_before_found"}),
        ({"planned_on": "2018-12-20"}, {"#/planned_on": "extra_forbidden"}),
        ({"focus": "unknown"}, {"#/focus": "focus_unknown"}),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, str], found: dict[str, str]
) -> None:
    meeting, path = resolved(world)
    assert flaws(world.clerk.post(path, ONLY_KIND | changes)) == found
    assert records(world, meeting) == [None]
    assert world.clerk.ok("/rectifications")["items"] == []


def test_a_resolution_without_a_deadline_asks_for_one(world: World) -> None:
    _, path = resolved(world, {"text": "完善台账"})
    assert flaws(world.clerk.post(path, ONLY_KIND)) == {"#/due_on": "deadline_missing"}
    made = world.clerk.created(path, ONLY_KIND | {"type": "long_term"})
    assert (made["due_on"], made["responsible_person"]) == (None, None)


def test_only_what_was_held_has_resolutions_to_follow(world: World) -> None:
    meeting = planned(world, resolutions=[WORDS])
    refused(world.clerk.post(address(meeting), ONLY_KIND), 409, "meeting_not_held")


def test_what_is_out_of_sight_does_not_exist(world: World) -> None:
    meeting, path = resolved(world)
    other, _ = resolved(world)
    mixed = address({"id": other["id"], "resolutions": meeting["resolutions"]})
    assert world.clerk.post(mixed, ONLY_KIND).status_code == 404
    for client in (world.as_role("clerk", on=world.b2), world.as_role("clerk", on=world.foreign)):
        assert client.post(path, ONLY_KIND).status_code == 404
    assert world.as_role("viewer").post(path, ONLY_KIND).status_code == 403


def test_corrections_of_the_meeting_keep_the_record(world: World) -> None:
    meeting, path = resolved(world, WORDS, {"text": "同意转正"})
    made = world.clerk.created(path, ONLY_KIND)
    meeting = world.clerk.ok(f"/meetings/{meeting['id']}")
    same = {"resolutions": meeting["resolutions"]}
    meeting = patched(world.clerk, "/meetings", meeting, same)
    assert {"resolutions": meeting["resolutions"]} == same, "what was read may be sent back"
    history = world.clerk.ok(f"/meetings/{meeting['id']}/history")["items"]
    assert all("record" not in one for one in history[-1]["after"]["resolutions"])
    first, second = ({"id": one["id"], "text": one["text"]} for one in meeting["resolutions"])
    meeting = patched(world.clerk, "/meetings", meeting, {"resolutions": [second, first]})
    assert [one["record"] and one["record"]["id"] for one in meeting["resolutions"]] == [
        None, made["id"],
    ]  # fmt: skip
    meeting = patched(world.clerk, "/meetings", meeting, {"resolutions": [second]})
    assert [link["id"] for link in meeting["derived"]] == [made["id"]]


def test_a_deadline_before_the_meeting_is_refused(world: World) -> None:
    meeting, _ = resolved(world)
    early = [{"text": "早于会议", "due_on": "2018-12-06"}]
    answer = world.clerk.patch(f"/meetings/{meeting['id']}", {"resolutions": early}, version=1)
    assert flaws(answer) == {"#/resolutions": "due_before_meeting"}


def test_many_resolutions_take_as_few_statements(world: World) -> None:
    few, _ = resolved(world)
    many, _ = resolved(world, *([WORDS] * 12))
    for number in range(12):
        world.clerk.created(address(many, number), ONLY_KIND)
    taken = []
    for meeting in (few, many):
        with counted_statements(world.app) as statements:
            world.clerk.ok(f"/meetings/{meeting['id']}")
        taken.append(len(statements))
    assert taken[0] == taken[1]
