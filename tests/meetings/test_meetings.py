"""Logging meetings through the API."""

from typing import Any

import pytest

from tests.support.records import flaws, patched, picked
from tests.support.world import World


def special_meeting(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "special_meeting",
        "topic": "party_building",
        "title": "党建工作专题会议",
        "happened_on": "2018-02-06",
        "expected": 14,
        "present": 14,
        "focus": "dual_responsibility",
        "actor": {"kind": "person", "name": "王总支", "post": "secretary"},
        **changes,
    }


def test_a_meeting_is_logged_read_and_listed(world: World) -> None:
    made = world.clerk.created("/meetings", special_meeting(world))
    assert made["status"] == "completed"
    assert made["late_entry"] is True, "entered in December, held in February"
    assert world.clerk.ok(f"/meetings/{made['id']}") == made
    listed = world.clerk.ok("/meetings", organization_id=str(world.hq))
    assert [row["id"] for row in listed["items"]] == [made["id"]]
    assert listed["items"][0]["focus_name"] == "一岗双责"


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"present": 15}, "#/present", "present_exceeds_expected"),
        ({"topic": None}, "#/topic", "topic_of_special_meeting"),
        ({"happened_on": "2018-02-30"}, "#/happened_on", "date_from_datetime_parsing"),
        ({"happened_on": "2018-12-11"}, "#/happened_on", "in_the_future"),
        ({"title": "  "}, "#/title", "blank"),
        ({"title": "会\u0000议"}, "#/title", "control_character"),
        ({"title": "会" * 301}, "#/title", "string_too_long"),
        ({"focus": "nothing"}, "#/focus", "focus_unknown"),
        ({"status": "completed"}, "#/status", "extra_forbidden"),
        (
            {"votes": [{"matter": "计划", "eligible": 14, "present_eligible": 9, "yes": 10}]},
            "#/votes/0/yes",
            "votes_exceed_present",
        ),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    response = world.clerk.post("/meetings", special_meeting(world, **changes))
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    errors = {error["pointer"]: error["code"] for error in response.json()["errors"]}
    assert errors.get(pointer) == code, errors
    assert world.clerk.ok("/meetings")["items"] == []


@pytest.mark.parametrize(
    "moment",
    [
        "22:00+08:00",
        "22:00Z",
        "22:00:00+00:00",
        3600,
        3600.5,
        "3600",
        "22:00:00.5",
        "24:00",
        "9:00",
    ],
)
@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_a_time_of_day_is_written_in_one_way(world: World, field: str, moment: object) -> None:
    times = {"starts_at": "08:00", "ends_at": "23:30", field: moment}
    answer = world.clerk.post("/meetings", special_meeting(world, **times))
    assert flaws(answer) == {f"#/{field}": "time_parsing"}
    assert "hh:mm" in answer.json()["errors"][0]["detail"]
    made = world.clerk.created("/meetings", special_meeting(world, starts_at="07:00"))
    answer = world.clerk.patch(f"/meetings/{made['id']}", {field: moment}, version=1)
    assert flaws(answer) == {f"#/{field}": "time_parsing"}


def test_times_come_back_as_they_were_given(world: World) -> None:
    times = {"starts_at": "22:00", "ends_at": "23:00:30"}
    made = world.clerk.created("/meetings", special_meeting(world, **times))
    assert picked(made, times) == {"starts_at": "22:00:00", "ends_at": "23:00:30"}
    assert world.clerk.ok(f"/meetings/{made['id']}") == made
    shown = patched(world.clerk, "/meetings", made, {"starts_at": None, "ends_at": None})
    assert (shown["starts_at"], shown["ends_at"]) == (None, None)
