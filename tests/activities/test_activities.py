"""Logging activities through the API."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.activities.rules import ActivityType
from tests.support.records import enrolled, flaws, listed, patched, picked
from tests.support.world import World


def activity(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "training_course",
        "title": "党员教育培训班",
        "happened_on": "2018-04-20",
        **changes,
    }


def test_every_field_of_an_activity_comes_back(world: World) -> None:
    member = enrolled(world, "赵敏")
    own = {
        "ends_on": "2018-04-22",
        "place": "指挥部会议室",
        "organizer": "指挥部党总支",
        "participants": {"value": 45, "approximate": True},
        "hours": 16.5,
        "content": "集中授课和分组讨论。",
        "attendees": [{"member_id": member, "name": "赵敏"}, {"member_id": None, "name": "李强"}],
    }
    made = world.clerk.created("/activities", activity(world, **own))
    assert picked(made, own) == own
    assert world.clerk.ok(f"/activities/{made['id']}") == made
    row = world.clerk.ok("/activities")["items"][0]
    summary = {name: own[name] for name in ("ends_on", "place", "organizer", "participants")}
    summary |= {"hours": 16.5, "attendee_count": 2}
    assert picked(row, summary) == summary

    changes: dict[str, object] = {
        "type": "field_visit",
        "ends_on": None,
        "place": None,
        "organizer": "机关党支部",
        "participants": {"value": 36, "approximate": False},
        "hours": None,
        "content": None,
        "attendees": [],
    }
    assert picked(patched(world.clerk, "/activities", made, changes), changes) == changes
    row = world.clerk.ok("/activities")["items"][0]
    assert (row["participants"], row["hours"], row["attendee_count"]) == (
        changes["participants"],
        None,
        0,
    )


@pytest.mark.parametrize("hours", [0, 0.1, 7.1, 16, 999.9, 1000])
def test_hours_come_back_to_the_tenth(world: World, hours: float) -> None:
    made = world.clerk.created("/activities", activity(world, hours=hours))
    again = world.clerk.ok(f"/activities/{made['id']}")
    assert made["hours"] == again["hours"] == hours
    assert world.clerk.ok("/activities")["items"][0]["hours"] == hours


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"type": "picnic"}, "#/type", "enum"),
        ({"hours": -0.1}, "#/hours", "greater_than_equal"),
        ({"hours": 1000.1}, "#/hours", "less_than_equal"),
        ({"hours": 1.25}, "#/hours", "hours_precision"),
        ({"hours": "16"}, "#/hours", "float_type"),
        ({"hours": True}, "#/hours", "float_type"),
        ({"type": "reading", "hours": 2}, "#/hours", "hours_of_training"),
        ({"ends_on": "2018-04-19"}, "#/ends_on", "ends_before_start"),
        (
            {"happened_on": None, "due_on": "2018-12-31", "ends_on": "2018-12-20"},
            "#/ends_on",
            "ends_before_start",
        ),
        (
            {"happened_on": None, "planned_on": "2018-12-21", "ends_on": "2018-12-20"},
            "#/ends_on",
            "ends_before_start",
        ),
        (
            {"participants": {"value": 1}, "attendees": [{"name": "甲"}, {"name": "乙"}]},
            "#/participants",
            "participants_below_attendees",
        ),
        (
            {
                "participants": {"value": 1, "approximate": True},
                "attendees": [{"name": "甲"}, {"name": "乙"}],
            },
            "#/participants",
            "participants_below_attendees",
        ),
        ({"participants": {"value": -1}}, "#/participants/value", "greater_than_equal"),
        ({"participants": 5}, "#/participants", "model_attributes_type"),
        ({"attendees": [{"name": "甲"}, {"name": "甲"}]}, "#/attendees/1/name", "person_repeated"),
        ({"attendees": [{}]}, "#/attendees/0/name", "person_nameless"),
        ({"place": "会议\n室"}, "#/place", "line_break"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    found = flaws(world.clerk.post("/activities", activity(world, **changes)))
    assert found.get(pointer) == code, found
    assert listed(world.clerk, "/activities") == []


def test_an_infinite_number_of_hours_is_refused(world: World) -> None:
    body = f'{{"organization_id":"{world.hq}","type":"training_course","title":"班","hours":%s}}'
    for number in ("NaN", "Infinity", "1e999"):
        answer = world.clerk(
            "POST",
            "/activities",
            content=body % number,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 422, answer.text


def test_a_patch_is_checked_as_a_whole(world: World) -> None:
    made = world.clerk.created("/activities", activity(world, hours=16, ends_on="2018-04-22"))
    one = f"/activities/{made['id']}"
    wrong: list[tuple[dict[str, object], dict[str, str]]] = [
        ({"type": "visit"}, {"#/hours": "hours_of_training"}),
        ({"happened_on": "2018-04-23"}, {"#/ends_on": "ends_before_start"}),
    ]
    for changes, found in wrong:
        assert flaws(world.clerk.patch(one, changes, version=1)) == found
    assert world.clerk.ok(one) == made


def test_a_planned_activity_of_several_days(world: World) -> None:
    wish = activity(world, happened_on=None, planned_on="2018-12-20", ends_on="2018-12-22")
    made = world.clerk.created("/activities", wish)
    assert (made["status"], made["ends_on"]) == ("planned", "2018-12-22")


def test_what_still_goes_on_is_not_completed(world: World) -> None:
    """Today is 10 December: a course until the 11th is over one day later."""
    running = {"happened_on": "2018-12-03", "ends_on": "2018-12-11"}
    wish = activity(world, **running)
    assert flaws(world.clerk.post("/activities", wish)) == {"#/ends_on": "not_over"}
    over = world.clerk.created("/activities", wish | {"ends_on": "2018-12-10"})
    assert (over["status"], over["completed_on"]) == ("completed", "2018-12-03")
    made = world.clerk.created(
        "/activities", wish | {"happened_on": None, "planned_on": "2018-12-03"}
    )
    one = f"/activities/{made['id']}"
    began = {"happened_on": "2018-12-03"}
    assert flaws(world.clerk.patch(one, began, version=1)) == {"#/ends_on": "not_over"}
    world.clock.instant += timedelta(days=1)
    assert world.clerk.patch(one, began, version=1).json()["status"] == "completed"


def test_attendees_can_be_reordered_beside_an_approximate_count(world: World) -> None:
    a, b = enrolled(world, "赵一"), enrolled(world, "钱二")
    first = [{"member_id": a}, {"member_id": b}, {"name": "李四"}]
    count = {"value": 3, "approximate": True}
    made = world.clerk.created("/activities", activity(world, attendees=first, participants=count))
    for people, names in [
        ([first[1], first[2], first[0]], ["钱二", "李四", "赵一"]),
        ([first[0], first[1]], ["赵一", "钱二"]),
        ([first[1], first[0], first[2]], ["钱二", "赵一", "李四"]),
    ]:
        made = patched(world.clerk, "/activities", made, {"attendees": people})
        assert [person["name"] for person in made["attendees"]] == names


def test_members_must_exist_in_sight(world: World) -> None:
    foreign = enrolled(world, "外人", on=world.foreign)
    for member in (foreign, str(uuid4())):
        people = [{"name": "甲"}, {"member_id": member}]
        answer = world.clerk.post("/activities", activity(world, attendees=people))
        assert flaws(answer, 404) == {"#/attendees/1/member_id": "not_found"}


def test_activities_are_filtered_by_what_is_their_own(world: World) -> None:
    member = enrolled(world, "赵敏")
    rows: dict[str, dict[str, object]] = {
        "班": {"attendees": [{"member_id": member}]},
        "调研": {"type": "field_visit", "organizer": "机关党支部"},
        "读书": {"type": "reading"},
    }
    for title, changes in rows.items():
        world.clerk.created("/activities", activity(world, title=title, **changes))
    assert listed(world.clerk, "/activities", type=["reading", "field_visit"]) == ["调研", "读书"]
    assert listed(world.clerk, "/activities", organizer="机关党支部") == ["调研"]
    assert listed(world.clerk, "/activities", member_id=member) == ["班"]


def test_another_tree_finds_no_activity(world: World) -> None:
    made = world.clerk.created("/activities", activity(world))
    stranger = world.as_role("secretary", on=world.foreign)
    assert stranger.get(f"/activities/{made['id']}").status_code == 404
    assert stranger.post("/activities", activity(world)).status_code == 404
    assert listed(stranger, "/activities") == []


@pytest.mark.parametrize("type_", list(ActivityType))
def test_every_type_can_be_logged_and_has_chinese_words(world: World, type_: str) -> None:
    made = world.clerk.created("/activities", activity(world, type=type_))
    assert (made["type"], made["restricted"]) == (type_, False)
    assert ActivityType(type_).label
