"""Drawing up, reviewing, publishing and amending a year's list."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.checklist.generation import generate
from app.checklist.models import DutyList
from tests.checklist.lists import drawn_up, own_duty, published, states, stepped, tasks
from tests.support.records import flaws
from tests.support.world import SYSTEM, World

NEVER = {"rule": "after_event", "event": "nonexistent", "days": 5}


def test_a_list_is_drawn_up_from_the_rules_of_its_kind(world: World) -> None:
    done = drawn_up(world.clerk, world.hq, include_descendants=True)
    assert {row["organization_id"] for row in done["items"]} == {
        str(place) for place in (world.hq, world.b1, world.b2, world.b3)
    }
    assert done["existing"] == 0
    lists = {row["organization_id"]: row for row in done["items"]}
    branch = world.clerk.ok(f"/duty-lists/{lists[str(world.b1)]['id']}")
    codes = [duty["code"] for duty in branch["items"]]
    assert "member_assembly" in codes
    assert len(codes) == len(set(codes)) == branch["duties"]
    assembly = branch["items"][codes.index("member_assembly")]
    assert assembly["article"] == "第十一条"
    assert assembly["rule_set"] == "standard"
    above = world.clerk.ok(f"/duty-lists/{lists[str(world.hq)]['id']}")
    assert "member_assembly" not in [duty["code"] for duty in above["items"]]


def test_drawing_up_again_leaves_what_is_there(world: World) -> None:
    drawn_up(world.clerk, world.b1)
    again = drawn_up(world.clerk, world.hq, include_descendants=True)
    assert again["existing"] == 1
    assert str(world.b1) not in {row["organization_id"] for row in again["items"]}
    listed = world.clerk.ok("/duty-lists", organization_id=str(world.hq), include_descendants=True)
    assert len(listed["items"]) == 4
    assert world.clerk.ok("/duty-lists", status="published")["items"] == []


def test_a_draft_takes_lines_of_ones_own(world: World) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    path = f"/duty-lists/{made['id']}/duties"
    duty = world.clerk.created(path, own_duty())
    assert duty["rule_set"] is None
    assert world.clerk.ok(f"/duties/{duty['id']}") == duty
    assert world.clerk.post(path, own_duty()).json()["code"] == "duty_code_taken"
    assert flaws(world.clerk.post(path, own_duty(code="x", focus="nowhere"))) == {
        "#/focus": "focus_unknown"
    }
    changed = world.clerk.patch(
        f"/duties/{duty['id']}", {"responsible_person": "王芳"}, version=duty["version"]
    )
    assert changed.json()["responsible_person"] == "王芳"
    stale = world.clerk.patch(f"/duties/{duty['id']}", {"name": "读书"}, version=duty["version"])
    assert stale.status_code == 412
    version = changed.json()["version"]
    assert world.clerk("DELETE", f"/duties/{duty['id']}", version=version).status_code == 204
    assert world.clerk.get(f"/duties/{duty['id']}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"frequency": {"every": "once"}}, "#/frequency/on", "on_of_once"),
        ({"frequency": {"every": "month", "times": 0}}, "#/frequency/times", "greater_than_equal"),
        ({"frequency": {"every": "daily"}}, "#/frequency/every", "enum"),
        ({"due": {"rule": "day", "day": 32}}, "#/due/day", "less_than_equal"),
        ({"counts": [{"kind": "party"}]}, "#/counts/0/kind", "enum"),
        ({"article": "第三条", "confidence": "general"}, "#/article", "article_unverified"),
        ({"counts": [{"kind": "talk"}]}, "#/counts/0/types", "talk_types_required"),
        ({"counts": [{"kind": "sanction"}]}, "#/counts/0/kind", "counts_restricted"),
        (
            {"frequency": {"every": "rrule", "rrule": "FREQ=DAILY"}},
            "#/frequency/rrule",
            "rrule_refused",
        ),
        ({"due": {"rule": "fixed_date", "month": 4, "day": 30}}, "#/due", "fixed_date_of_year"),
        (
            {"frequency": {"every": "once", "on": "2019-05-05"}},
            "#/frequency/on",
            "once_outside_year",
        ),
        (
            {
                "frequency": {"every": "once", "on": "2018-06-30"},
                "due": {"rule": "day", "day": 5, "month": "first"},
            },
            "#/due",
            "due_of_once",
        ),
        (
            {"due": {"rule": "after_event", "event": "monthly_reading", "days": 5}},
            "#/due",
            "event_cycle",
        ),
        ({"shares_with": ["monthly_reading"]}, "#/shares_with/0", "shared_unknown"),
        ({"code": "每月"}, "#/code", "string_pattern_mismatch"),
        ({"colour": "red"}, "#/colour", "extra_forbidden"),
    ],
)
def test_bad_lines_are_refused(
    world: World, changes: dict[str, object], pointer: str, code: str
) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    response = world.clerk.post(f"/duty-lists/{made['id']}/duties", own_duty(**changes))
    assert flaws(response) == {pointer: code}


def test_a_list_is_submitted_returned_and_published_by_a_reviewer(world: World) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    assert stepped(world.secretary, made, "publish").json()["code"] == "list_step_not_allowed"
    assert stepped(world.clerk, made, "submit").json()["status"] == "in_review"
    path = f"/duty-lists/{made['id']}/duties"
    assert world.clerk.post(path, own_duty()).json()["code"] == "list_not_editable"
    assert stepped(world.clerk, made, "publish").status_code == 403
    assert flaws(stepped(world.secretary, made, "return")) == {"#/note": "note_required"}
    assert stepped(world.secretary, made, "return", note="请补充读书会").status_code == 201
    world.clerk.created(path, own_duty())
    stepped(world.clerk, made, "submit")
    shown = stepped(world.secretary, made, "publish").json()
    assert shown["status"] == "published"
    assert shown["published_by_name"]
    assert stepped(world.secretary, made, "publish").json()["code"] == "list_step_not_allowed"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([own_duty(due=NEVER)], "清单中没有这个责任项"),
        ([own_duty(shares_with=["nonexistent"])], "清单中没有可以共用记录的责任项“nonexistent”"),
        (
            [
                own_duty(code=code, due={"rule": "after_event", "event": event, "days": 5})
                for code, event in (("one", "two"), ("two", "one"))
            ],
            "“one”的时限绕回到它自己",
        ),
    ],
)
def test_lines_that_hang_in_the_air_are_not_submitted(
    world: World, lines: list[dict[str, object]], words: str
) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    path = f"/duty-lists/{made['id']}/duties"
    added = [world.clerk.created(path, line) for line in lines]
    refused = stepped(world.clerk, made, "submit").json()
    assert refused["code"] == "list_step_not_allowed"
    assert words in refused["detail"]
    for line in added:
        world.clerk("DELETE", f"/duties/{line['id']}", version=line["version"])
    assert stepped(world.clerk, made, "submit").status_code == 201


def test_publishing_makes_each_thing_owed_once(world: World) -> None:
    published(world)
    quarters = tasks(world.clerk, world.b3, "member_assembly")
    assert [item["period"] for item in quarters] == ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]
    assert [item["due_on"] for item in quarters] == [
        "2018-03-31",
        "2018-06-30",
        "2018-09-30",
        "2018-12-31",
    ]
    months = tasks(world.clerk, world.b3, "theme_party_day")
    assert len({item["period"] for item in months}) == len(months) == 12


def test_an_amendment_changes_the_days_after_it_alone(world: World) -> None:
    made = published(world)
    world.clock.instant = datetime(2018, 6, 20, 4, 0, tzinfo=UTC)
    path = f"/duty-lists/{made['id']}/amendments"
    wish = {
        "effective_on": "2018-07-01",
        "reason": "下半年增加读书会，主题党日改为每季度一次",
        "add": [own_duty()],
        "end": ["theme_party_day"],
    }
    assert world.clerk.post(path, wish, version=made["version"]).status_code == 403
    response = world.secretary.post(path, wish, version=made["version"])
    assert response.status_code == 201, response.text
    assert response.json()["changes"] == {
        "added": ["monthly_reading"],
        "replaced": [],
        "ended": ["theme_party_day"],
    }
    assert list(states(world.clerk, world.b3, "theme_party_day")) == [
        f"2018-0{month}" for month in range(1, 7)
    ]
    assert list(states(world.clerk, world.b3, "monthly_reading")) == [
        f"2018-{month:02}" for month in range(7, 13)
    ]
    assert len(world.clerk.ok(f"/duty-lists/{made['id']}")["amendments"]) == 1


@pytest.mark.parametrize(
    ("changes", "status", "pointer", "code"),
    [
        ({"effective_on": "2019-01-05"}, 422, "#/effective_on", "outside_the_year"),
        ({"effective_on": "2018-03-01"}, 422, "#/effective_on", "in_the_past"),
        ({"end": ["nothing"]}, 404, "#/end/0", "not_found"),
        ({"end": [], "add": []}, 422, "#/add", "nothing_amended"),
        ({"add": [own_duty(focus="nowhere")]}, 422, "#/add/0/focus", "focus_unknown"),
        ({"add": [own_duty(shares_with=["no"])]}, 422, "#/add/0/shares_with/0", "shared_unknown"),
        ({"add": [own_duty(due=NEVER)]}, 422, "#/add/0/due/event", "event_unknown"),
    ],
)
def test_a_bad_amendment_changes_nothing(
    world: World, changes: dict[str, object], status: int, pointer: str, code: str
) -> None:
    made = published(world)
    world.clock.instant = datetime(2018, 6, 20, 4, 0, tzinfo=UTC)
    wish = {"effective_on": "2018-07-01", "reason": "调整", "end": ["theme_party_day"], **changes}
    response = world.secretary.post(
        f"/duty-lists/{made['id']}/amendments", wish, version=made["version"]
    )
    assert flaws(response, status) == {pointer: code}
    assert len(states(world.clerk, world.b3, "theme_party_day")) == 12


def test_a_closed_year_is_not_amended(world: World) -> None:
    made = published(world)
    closed = stepped(world.secretary, made, "close").json()
    wish = {"effective_on": "2018-12-20", "reason": "调整", "end": ["theme_party_day"]}
    response = world.secretary.post(
        f"/duty-lists/{made['id']}/amendments", wish, version=closed["version"]
    )
    assert response.json()["code"] == "list_not_published"
    assert stepped(world.secretary, made, "reopen", note="补记一次调整").status_code == 201


def test_groups_owe_what_is_owed_for_each_group(world: World) -> None:
    admin = world.as_role("admin")
    groups = [
        admin.created(
            "/organizations", {"parent_id": str(world.b3), "kind": "party_group", "name": name}
        )["id"]
        for name in ("第一党小组", "第二党小组")
    ]
    published(world)
    meetings = tasks(world.clerk, world.b3, "group_meeting")
    assert len(meetings) == 24
    assert {item["owed_by_id"] for item in meetings} == set(groups)


def test_a_branch_founded_within_the_year_owes_from_then_on(world: World) -> None:
    admin = world.as_role("admin")
    young = admin.created(
        "/organizations",
        {
            "parent_id": str(world.hq),
            "kind": "party_branch",
            "name": "第三项目部党支部",
            "founded_on": "2018-07-10",
        },
    )["id"]
    published(world, young)
    assert list(states(world.clerk, young, "member_assembly")) == ["2018-Q3", "2018-Q4"]


def test_lists_of_others_are_not_there(world: World) -> None:
    made = published(world)
    stranger = world.as_role("secretary", on=world.foreign)
    assert stranger.get(f"/duty-lists/{made['id']}").status_code == 404
    assert stranger.ok("/duty-lists")["items"] == []
    assert stranger.get("/duty-lists", organization_id=str(world.b3)).status_code == 404
    assert stranger.get(f"/organizations/{world.b3}/coverage", year=2018).status_code == 404
    response = stranger.post(f"/organizations/{world.b3}/duty-lists", {"year": 2018})
    assert response.status_code == 404


def test_a_branch_that_moves_within_the_year_takes_its_list_along(world: World) -> None:
    published(world)
    other = world.as_role("admin", on=world.root).created(
        "/organizations",
        {"parent_id": str(world.root), "kind": "general_branch", "name": "另一党总支"},
    )["id"]
    mover = world.as_role("admin", on=world.root)
    branch = mover.ok(f"/organizations/{world.b3}")
    moved = mover.post(
        f"/organizations/{world.b3}/moves", {"parent_id": other}, version=branch["version"]
    )
    assert moved.is_success, moved.text
    query = {"year": 2018, "include_descendants": True}
    there = mover.ok(f"/organizations/{other}/coverage", **query)
    assert [row["organization_id"] for row in there["organizations"]] == [str(world.b3)]
    assert mover.ok(f"/organizations/{world.hq}/coverage", **query)["organizations"] == []


def test_making_it_again_changes_nothing(world: World) -> None:
    made = published(world)
    before = world.clerk.ok(f"/organizations/{world.b3}/task-list", year=2018)
    app = world.app
    with app.state.open_uow(SYSTEM, write=True) as uow:
        found = uow.session.get_one(DutyList, UUID(made["id"]))
        assert generate(uow, [found]) == 0
    assert world.clerk.ok(f"/organizations/{world.b3}/task-list", year=2018) == before


@pytest.mark.race
def test_two_who_publish_at_once_make_it_once(world: World) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    stepped(world.clerk, made, "submit")
    seen = world.clerk.ok(f"/duty-lists/{made['id']}")
    path, body = f"/duty-lists/{made['id']}/steps", {"step": "publish"}

    def publish(_: int) -> int:
        answer: int = world.secretary.post(path, body, version=seen["version"]).status_code
        return answer

    assert world.secretary
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(publish, range(2)))
    assert answers[0] == 201
    assert answers[1] in {409, 412}
    months = tasks(world.clerk, world.b1, "theme_party_day")
    assert len(months) == len({item["period"] for item in months}) == 12
