"""Who was talked with, who has learned how much, whose term ends."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.checklist.people import HeartTalk, Person, hours_learned, months_later, talks_of_members
from tests.checklist.lists import published, states
from tests.support.records import enrolled, flaws
from tests.support.world import World

PLACE = UUID(int=1)
PEOPLE = [Person(UUID(int=number), PLACE, f"党员{number}", "member") for number in range(10, 15)]


def talk(world: World, day: str, *people: str, **more: object) -> dict[str, Any]:
    return world.clerk.created(
        "/talks",
        {
            "organization_id": str(world.b3),
            "type": "heart_talk",
            "title": "谈心谈话",
            "happened_on": day,
            "persons": [{"member_id": person} for person in people],
            **more,
        },
    )


def test_each_pair_is_talked_with_at_least_once(world: World) -> None:
    published(world)
    member = enrolled(world, "甲", on=world.b3)
    codes = [f"heart_talk:{pair}" for pair in ("committee", "committee_member", "members")]

    def how() -> list[str]:
        return [states(world.clerk, world.b3, code, as_of="2018-12-10")["2018"] for code in codes]

    for day in ("2018-03-01", "2018-04-01", "2018-05-01"):
        talk(world, day, member, pair_type="member_with_member")
    assert how() == ["not_yet_due", "not_yet_due", "done"], "three of one pair are one pair"
    made = talk(world, "2018-06-01", member)
    assert how() == ["not_yet_due", "not_yet_due", "done"], "a pair that is not said is none"
    changed = {"pair_type": "committee_with_member"}
    done = world.clerk.patch(f"/talks/{made['id']}", changed, version=made["version"])
    assert done.status_code == 200
    assert how() == ["not_yet_due", "done", "done"]
    assert states(world.clerk, world.b3, "heart_talk") == {}


def test_talks_are_counted_by_pair_and_by_member(world: World) -> None:
    first, second, third = (enrolled(world, name, on=world.b3) for name in ("甲", "乙", "丙"))
    talk(world, "2018-03-01", first, pair_type="committee_with_member", talker="乙")
    talk(world, "2018-05-01", first, second)
    talk(world, "2017-05-01", third)
    body = world.clerk.ok(f"/organizations/{world.b3}/talk-coverage", year=2018)
    times = {member["member_id"]: member["talks"] for member in body["members"]}
    assert times == {first: 2, second: 2, third: 0}
    assert body["without_talk"] == 1
    pairs = {pair["pair_type"]: pair["talks"] for pair in body["pairs"]}
    assert pairs["committee_with_member"] == 1
    assert pairs["member_with_member"] == 0
    assert pairs[None] == 1
    before = world.clerk.ok(
        f"/organizations/{world.b3}/talk-coverage", year=2018, as_of="2018-04-01"
    )
    assert {member["member_id"]: member["talks"] for member in before["members"]} == {
        first: 1,
        second: 1,
        third: 0,
    }


def test_members_of_a_branchs_groups_are_the_branchs(world: World) -> None:
    body = {"name": "第一党小组", "kind": "party_group", "parent_id": str(world.b3)}
    group = UUID(world.as_role("admin").created("/organizations", body)["id"])
    person = enrolled(world, "甲", on=group)
    talk(world, "2018-03-01", person)
    course = {
        "organization_id": str(group),
        "type": "training_course",
        "title": "集中轮训",
        "happened_on": "2018-05-10",
        "hours": 12,
        "attendees": [{"member_id": person}],
    }
    world.clerk.created("/activities", course)
    (talked,) = world.clerk.ok(f"/organizations/{world.b3}/talk-coverage", year=2018)["members"]
    assert (talked["member_id"], talked["talks"]) == (person, 1)
    for place in (world.b3, group):
        (learned,) = world.clerk.ok(f"/organizations/{place}/training-hours", year=2018)["members"]
        assert (learned["member_id"], float(learned["hours"])) == (person, 12)
    above = world.clerk.ok(f"/organizations/{world.hq}/talk-coverage", year=2018)
    assert above["members"] == []


def test_supervision_talks_are_no_care(world: World) -> None:
    member = enrolled(world, "甲", on=world.b3)
    world.secretary.created(
        "/talks",
        {
            "organization_id": str(world.b3),
            "type": "reminder_talk",
            "title": "提醒谈话",
            "happened_on": "2018-03-01",
            "persons": [{"member_id": member}],
        },
    )
    for client in (world.clerk, world.secretary):
        body = client.ok(f"/organizations/{world.b3}/talk-coverage", year=2018)
        assert [one["talks"] for one in body["members"]] == [0]


def test_hours_come_from_the_courses_that_name_the_member(world: World) -> None:
    learner, other = (enrolled(world, name, on=world.b3) for name in ("甲", "乙"))
    for place, hours in ((world.b3, 16), (world.hq, 20.5)):
        world.clerk.created(
            "/activities",
            {
                "organization_id": str(place),
                "type": "training_course",
                "title": "党员培训班",
                "happened_on": "2018-04-19",
                "hours": hours,
                "attendees": [{"member_id": learner}],
            },
        )
    path = f"/organizations/{world.b3}/training-hours"
    body = world.clerk.ok(path, year=2018)
    rows = {row["member_id"]: row for row in body["members"]}
    assert Decimal(rows[learner]["hours"]) == Decimal("36.5")
    assert Decimal(rows[learner]["missing"]) == 0
    assert Decimal(rows[other]["missing"]) == rows[other]["required"] == 32
    assert body["short"] == 1
    assert world.clerk.ok(path, year=2018, required=40)["short"] == 2
    assert flaws(world.clerk.get(path, year=2018, required=-1)) == {
        "required": "greater_than_equal"
    }


def test_terms_that_end_soon_come_first(world: World) -> None:
    admin = world.as_role("admin")
    for name, last in (
        ("甲支部", "2016-03-01"),
        ("乙支部", "2015-06-30"),
        ("丙支部", "2018-01-01"),
    ):
        admin.created(
            "/organizations",
            {
                "parent_id": str(world.hq),
                "kind": "party_branch",
                "name": name,
                "founded_on": "2010-01-01",
                "last_election_on": last,
            },
        )
    path = f"/organizations/{world.hq}/term-elections"
    body = world.clerk.ok(path, as_of="2018-12-10")
    found = [(item["organization_name"], item["due_on"]) for item in body["items"]]
    assert found == [("乙支部", "2018-06-30"), ("甲支部", "2019-03-01")]
    assert [item["days_left"] for item in body["items"]] == [-163, 81]
    assert len(world.clerk.ok(path, as_of="2018-12-10", months=0)["items"]) == 1


def test_an_election_is_not_known_before_its_day(world: World) -> None:
    admin = world.as_role("admin")
    body = {"parent_id": str(world.hq), "kind": "party_branch", "name": "甲支部"}
    dates = {"founded_on": "2010-01-01", "last_election_on": "2015-05-10"}
    made = admin.created("/organizations", body | dates)
    asked = {"as_of": "2018-12-01", "months": 12}
    path = f"/organizations/{world.hq}/term-elections"
    before = world.clerk.ok(path, **asked)
    assert [item["due_on"] for item in before["items"]] == ["2018-05-10"]

    def corrected(day: str, version: int) -> None:
        changed = {"last_election_on": day}
        done = admin.patch(f"/organizations/{made['id']}", changed, version=version)
        assert done.status_code == 200, done.text

    corrected("2016-05-10", 1)  # it had been entered wrongly
    corrected("2018-12-05", 2)
    (item,) = world.clerk.ok(path, **asked)["items"]
    assert (item["last_election_on"], item["due_on"]) == ("2016-05-10", "2019-05-10")
    assert item["earlier_unknown"] is False
    assert world.clerk.ok(path, as_of="2018-12-10", months=12)["items"] == []
    (item,) = world.clerk.ok(path, as_of="2014-01-01", months=1)["items"]
    assert (item["last_election_on"], item["due_on"]) == (None, "2013-01-01")
    assert item["earlier_unknown"] is True


@given(
    talks=st.lists(
        st.builds(
            HeartTalk,
            id=st.uuids(),
            organization_id=st.just(PLACE),
            pair_type=st.none(),
            talker=st.sampled_from([None, *(person.name for person in PEOPLE), "外来人员"]),
            members=st.lists(
                st.sampled_from([person.id for person in PEOPLE]), unique=True, max_size=3
            ).map(tuple),
        ),
        max_size=12,
    )
)
def test_nobody_takes_part_in_a_talk_twice(talks: list[HeartTalk]) -> None:
    times = talks_of_members(PEOPLE, talks)
    assert set(times) == {person.id for person in PEOPLE}
    assert all(0 <= count <= len(talks) for count in times.values())
    assert times == talks_of_members(PEOPLE, reversed(talks))


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.decimals(0, 100, places=1)), max_size=20))
def test_hours_add_up(courses: list[tuple[Person, Decimal]]) -> None:
    hours = hours_learned(PEOPLE, [(person.id, length) for person, length in courses])
    assert sum(hours.values()) == sum(length for _, length in courses)


@given(st.dates(max_value=date(2199, 12, 31)), st.integers(0, 60))
def test_some_months_later_is_in_that_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
