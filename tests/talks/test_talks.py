"""Logging talks through the API."""

from typing import Any
from uuid import uuid4

import pytest

from app.talks.rules import FAMILIES, Family, PairType, TalkType
from tests.support.records import enrolled, flaws, listed, patched, picked
from tests.support.world import World

TEN = {"value": 10, "approximate": True}


def talk(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "heart_talk",
        "title": "与一线党员谈心谈话",
        "happened_on": "2018-12-06",
        "persons": [{"name": "李强"}],
        **changes,
    }


def test_every_field_of_a_talk_comes_back(world: World) -> None:
    member = enrolled(world, "赵敏")
    own = {
        "talker": "王建国",
        "pair_type": "committee_with_member",
        "place": "第一项目部会议室",
        "persons": [
            {"member_id": member, "name": "赵敏", "post": "工程部部长"},
            {"member_id": None, "name": "李强", "post": None},
        ],
        "person_times": TEN,
        "content": "了解倒班后的学习安排。\n家庭困难一并记下。",
        "opinions": ["夜班后不要安排集中学习", "增加技能培训"],
    }
    made = world.clerk.created("/talks", talk(world, **own))
    assert picked(made, own) == own
    assert (made["family"], made["four_forms"], made["restricted"]) == ("care", None, False)
    assert world.clerk.ok(f"/talks/{made['id']}") == made
    row = world.clerk.ok("/talks")["items"][0]
    summary = {
        **{name: own[name] for name in ("talker", "pair_type", "place", "person_times")},
        "family": "care",
        "four_forms": None,
        "person_count": 2,
        "type": "heart_talk",
    }
    assert picked(row, summary) == summary

    changes = {
        "talker": None,
        "pair_type": "member_with_member",
        "place": "党员活动室",
        "person_times": None,
        "content": None,
        "opinions": [],
        "persons": [{"member_id": member, "name": "赵敏", "post": None}],
    }
    assert picked(patched(world.clerk, "/talks", made, changes), changes) == changes
    assert world.clerk.ok("/talks")["items"][0]["person_times"] is None


def test_a_member_is_named_as_on_the_roster_unless_told_otherwise(world: World) -> None:
    member = enrolled(world, "赵敏")
    made = world.clerk.created("/talks", talk(world, persons=[{"member_id": member}]))
    assert made["persons"] == [{"member_id": member, "name": "赵敏", "post": None}]


def test_people_can_be_reordered_added_and_taken_out(world: World) -> None:
    a, b, c = (enrolled(world, name) for name in ("赵一", "钱二", "孙三"))
    made = world.clerk.created(
        "/talks", talk(world, persons=[{"member_id": a}, {"member_id": b}, {"name": "李四"}])
    )
    for wanted in (["钱二", "赵一", "李四"], ["李四", "孙三", "钱二", "赵一"], ["赵一"], ["李四"]):
        ids = {"赵一": a, "钱二": b, "孙三": c}
        people = [{"member_id": ids[name]} if name in ids else {"name": name} for name in wanted]
        made = patched(world.clerk, "/talks", made, {"persons": people})
        assert [person["name"] for person in made["persons"]] == wanted


def test_a_member_out_of_sight_by_now_stays_on_the_talk(world: World) -> None:
    member = enrolled(world, "赵敏", on=world.b1)
    made = world.clerk.created(
        "/talks", talk(world, organization_id=str(world.b2), persons=[{"member_id": member}])
    )
    there = world.as_role("clerk", on=world.b2)
    changed = patched(there, "/talks", made, {"title": "更正名称"})
    assert changed["persons"] == made["persons"]
    other = enrolled(world, "钱二", on=world.b1)
    answer = there.patch(
        f"/talks/{made['id']}", {"persons": [{"member_id": other}]}, version=changed["version"]
    )
    assert flaws(answer, 404) == {"#/persons/0/member_id": "not_found"}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"type": "chat"}, "#/type", "enum"),
        ({"type": None}, "#/type", "enum"),
        ({"persons": []}, "#/persons", "persons_missing"),
        ({"persons": [{}]}, "#/persons/0/name", "person_nameless"),
        ({"persons": [{"name": " "}]}, "#/persons/0/name", "blank"),
        ({"persons": [{"name": "李强"}] * 2}, "#/persons/1/name", "person_repeated"),
        ({"persons": [{"name": f"党员{i}"} for i in range(201)]}, "#/persons", "too_long"),
        (
            {"persons": [], "person_times": {"value": 0}},
            "#/person_times",
            "person_times_below_persons",
        ),
        ({"person_times": {"value": -1}}, "#/person_times/value", "greater_than_equal"),
        ({"person_times": {"value": 1.5}}, "#/person_times/value", "int_type"),
        (
            {"persons": [{"name": "甲"}, {"name": "乙"}], "person_times": {"value": 1}},
            "#/person_times",
            "person_times_below_persons",
        ),
        (
            {"persons": [{"name": f"党员{i}"} for i in range(20)], "person_times": TEN},
            "#/person_times",
            "person_times_below_persons",
        ),
        ({"type": "duty_talk", "person_times": TEN}, "#/person_times", "person_times_of_care"),
        (
            {"type": "integrity_talk", "pair_type": "member_with_member"},
            "#/pair_type",
            "pair_of_heart_talk",
        ),
        ({"pair_type": "friends"}, "#/pair_type", "enum"),
        ({"opinions": [""]}, "#/opinions/0", "string_too_short"),
        ({"family": "care"}, "#/family", "extra_forbidden"),
        ({"content": "谈\u202e话"}, "#/content", "control_character"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    found = flaws(world.clerk.post("/talks", talk(world, **changes)))
    assert found.get(pointer) == code, found
    assert listed(world.clerk, "/talks") == []


def test_nobody_is_listed_twice_whatever_the_way_of_naming(world: World) -> None:
    member, namesake = enrolled(world, "赵敏"), enrolled(world, "赵敏")
    twice: list[tuple[list[dict[str, str]], str]] = [
        ([{"member_id": member}, {"member_id": member}], "#/persons/1/member_id"),
        ([{"member_id": member}, {"name": "赵敏"}], "#/persons/1/name"),
        ([{"name": "赵敏"}, {"member_id": member}], "#/persons/0/name"),
    ]
    for persons, pointer in twice:
        answer = world.clerk.post("/talks", talk(world, persons=persons))
        assert flaws(answer) == {pointer: "person_repeated"}
    both = [{"member_id": member}, {"member_id": namesake}]
    assert len(world.clerk.created("/talks", talk(world, persons=both))["persons"]) == 2


def test_person_times_stand_without_names_or_for_more_than_those_named(world: World) -> None:
    only = world.clerk.created("/talks", talk(world, persons=[], person_times=TEN))
    assert (only["persons"], only["person_times"]) == ([], TEN)
    people = [{"name": f"党员{i}"} for i in range(9)]
    world.clerk.created("/talks", talk(world, persons=people, person_times=TEN))


def test_members_must_exist_in_sight_and_in_the_same_tree(world: World) -> None:
    foreign = enrolled(world, "外人", on=world.foreign)
    for member in (foreign, str(uuid4())):
        answer = world.clerk.post("/talks", talk(world, persons=[{"member_id": member}]))
        assert flaws(answer, 404) == {"#/persons/0/member_id": "not_found"}


@pytest.mark.parametrize("type_", ["heart_talk", "duty_talk", "integrity_talk"])
def test_a_clerk_writes_care_and_duty_talks(world: World, type_: str) -> None:
    made = world.clerk.created("/talks", talk(world, type=type_))
    assert made["family"] == ("care" if type_ == "heart_talk" else "duty")
    assert made["restricted"] is False


def test_talks_are_filtered_by_what_is_their_own(world: World) -> None:
    member = enrolled(world, "赵敏")
    rows: dict[str, dict[str, object]] = {
        "谈心": {"pair_type": "member_with_member", "talker": "王建国"},
        "约谈": {"type": "duty_talk", "persons": [{"member_id": member}]},
        "提醒": {"type": "reminder_talk", "persons": [{"name": "李强"}, {"member_id": member}]},
    }
    for title, changes in rows.items():
        world.secretary.created("/talks", talk(world, title=title, **changes))
    expected: list[tuple[dict[str, object], list[str]]] = [
        ({}, ["谈心", "约谈", "提醒"]),
        ({"family": "duty"}, ["约谈"]),
        ({"family": ["care", "supervision"]}, ["谈心", "提醒"]),
        ({"type": ["duty_talk", "heart_talk"]}, ["谈心", "约谈"]),
        ({"pair_type": "member_with_member"}, ["谈心"]),
        ({"talker": "王建国"}, ["谈心"]),
        ({"member_id": member}, ["约谈", "提醒"]),
        ({"member_id": member, "family": "care"}, []),
    ]
    for query, titles in expected:
        assert listed(world.secretary, "/talks", **query) == titles
    assert listed(world.clerk, "/talks", member_id=member) == ["约谈"]
    assert flaws(world.clerk.get("/talks", family="love")) == {"family.0": "enum"}


def test_another_tree_finds_no_talk(world: World) -> None:
    made = world.clerk.created("/talks", talk(world))
    stranger = world.as_role("secretary", "supervision", on=world.foreign)
    assert stranger.get(f"/talks/{made['id']}").status_code == 404
    assert stranger.get(f"/talks/{made['id']}/history").status_code == 404
    assert stranger.patch(f"/talks/{made['id']}", {}, version=1).status_code == 404
    assert stranger.post("/talks", talk(world)).status_code == 404
    assert listed(stranger, "/talks") == []


def test_every_type_has_a_family_and_chinese_words() -> None:
    assert set(FAMILIES) == set(TalkType)
    assert all(member.label for enum in (TalkType, Family, PairType) for member in enum)
