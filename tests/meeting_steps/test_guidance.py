"""列席指导: left by a superior, becomes one rectification at most."""

from typing import Any

from tests.meeting_steps.support import held, planned, refused, trail
from tests.support.records import flaws, patched
from tests.support.world import World

WORDS = {"observer_name": "周志强", "observer_post": "党总支副书记", "text": "决议应写明责任人"}
PROBLEM = {"title": "会议决议没有责任人", "source": "inspection"}


def given(world: World, **changes: object) -> tuple[dict[str, Any], dict[str, Any]]:
    meeting = held(world)
    path = f"/meetings/{meeting['id']}/guidance"
    return meeting, world.secretary.created(path, {**WORDS, **changes})


def test_guidance_becomes_a_rectification_linked_both_ways(world: World) -> None:
    meeting, left = given(world, agreed_on="2018-12-31")
    assert left["given_by_name"] == "secretary、supervision"
    assert left["rectification"] is None
    path = f"/guidance/{left['id']}/rectification"
    body = {**PROBLEM, "corrective_measure": "修订记录模板", "responsible_person": "刘洋"}
    made = world.clerk.created(path, body)
    assert made["organization_id"] == str(world.b1)
    assert (made["due_on"], made["original_due_on"]) == ("2018-12-31", "2018-12-31")
    assert (made["found_on"], made["source"], made["status"]) == (
        "2018-12-07", "inspection", "open",
    )  # fmt: skip
    assert made["origin"]["id"] == meeting["id"]
    derived = world.clerk.ok(f"/meetings/{meeting['id']}")["derived"]
    assert [link["id"] for link in derived] == [made["id"]]
    shown = world.clerk.ok(f"/guidance/{left['id']}")
    assert shown["rectification"] == derived[0]
    assert world.clerk.ok(f"/meetings/{meeting['id']}/guidance")["items"] == [shown]
    assert world.clerk.ok(f"/rectifications/{made['id']}")["title"] == "会议决议没有责任人"
    refused(world.clerk.post(path, PROBLEM), 409, "guidance_already_rectified")
    answer = world.secretary.patch(f"/guidance/{left['id']}", {"text": "?"}, version=2)
    refused(answer, 409, "guidance_already_rectified")
    assert trail(world, "guidance") == [
        ("guidance.given", "secretary、supervision"), ("guidance.rectified", "clerk"),
    ]  # fmt: skip
    assert trail(world, "rectification") == [("rectification.created", "clerk")]


def test_a_removed_rectification_makes_room_for_another(world: World) -> None:
    _, left = given(world, agreed_on="2018-12-31")
    path = f"/guidance/{left['id']}/rectification"
    made = world.clerk.created(path, PROBLEM)
    gone = world.clerk("DELETE", f"/rectifications/{made['id']}", version=made["version"])
    assert gone.status_code == 204
    assert world.clerk.ok(f"/guidance/{left['id']}")["rectification"] is None
    again = world.clerk.created(path, PROBLEM)
    assert world.clerk.ok(f"/guidance/{left['id']}")["rectification"]["id"] == again["id"]


def test_the_agreed_day_is_the_deadline(world: World) -> None:
    _, left = given(world, agreed_on="2018-12-31")
    path = f"/guidance/{left['id']}/rectification"
    answer = world.clerk.post(path, {**PROBLEM, "due_on": "2019-01-31"})
    assert flaws(answer) == {"#/due_on": "agreed_day_fixed"}
    _, open_ended = given(world)
    path = f"/guidance/{open_ended['id']}/rectification"
    assert flaws(world.clerk.post(path, PROBLEM)) == {"#/due_on": "deadline_missing"}
    early = {**PROBLEM, "due_on": "2018-12-01"}
    assert flaws(world.clerk.post(path, early)) == {"#/due_on": "due_before_found"}
    assert flaws(world.clerk.post(path, {**PROBLEM, "focus": "none"})) == {"#/due_on": (
        "deadline_missing"
    )}  # fmt: skip
    unknown = {**PROBLEM, "due_on": "2019-01-31", "focus": "none"}
    assert flaws(world.clerk.post(path, unknown)) == {"#/focus": "focus_unknown"}
    made = world.clerk.created(path, {**PROBLEM, "due_on": "2019-01-31"})
    assert made["due_on"] == "2019-01-31"


def test_guidance_is_corrected_before_it_is_acted_on(world: World) -> None:
    _, left = given(world)
    changed = patched(world.secretary, "/guidance", left, {"agreed_on": "2018-12-20"})
    assert (changed["agreed_on"], changed["text"]) == ("2018-12-20", WORDS["text"])
    answer = world.secretary.patch(
        f"/guidance/{left['id']}", {"agreed_on": "2018-12-06"}, version=changed["version"]
    )
    assert flaws(answer) == {"#/agreed_on": "before_meeting"}
    answer = world.secretary.patch(f"/guidance/{left['id']}", {"text": None}, version=2)
    assert set(flaws(answer)) == {"#/text"}
    refused(
        world.secretary.patch(f"/guidance/{left['id']}", {}, version=1), 412, "version_mismatch"
    )


def test_illegal_orders_are_refused(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/guidance"
    refused(world.secretary.post(path, WORDS), 409, "meeting_not_held")
    meeting, left = given(world)
    path = f"/meetings/{meeting['id']}/guidance"
    refused(world.clerk.post(path, WORDS), 403, "forbidden")
    early = {**WORDS, "agreed_on": "2018-12-06"}
    assert flaws(world.secretary.post(path, early)) == {"#/agreed_on": "before_meeting"}
    inspector = world.as_role("inspector", on=world.root)
    inspector.created(path, WORDS)
    answer = inspector.post(f"/guidance/{left['id']}/rectification", PROBLEM)
    refused(answer, 403, "forbidden")
    stranger = world.as_role("secretary", on=world.foreign)
    for answer in (
        stranger.get(f"/guidance/{left['id']}"),
        stranger.get(path),
        stranger.post(f"/guidance/{left['id']}/rectification", PROBLEM),
    ):
        assert answer.status_code == 404
    reopened = world.clerk.patch(
        f"/meetings/{meeting['id']}", {"happened_on": None}, version=meeting["version"]
    )
    assert reopened.status_code == 200
    answer = world.clerk.post(f"/guidance/{left['id']}/rectification", PROBLEM)
    refused(answer, 409, "meeting_not_held")


def test_a_branch_does_not_guide_itself(world: World) -> None:
    meeting, left = given(world)
    path = f"/meetings/{meeting['id']}/guidance"
    own = world.as_role("secretary", on=world.b1)
    assert "由上级或检查人员" in refused(own.post(path, WORDS), 403, "own_request")
    changed = own.patch(f"/guidance/{left['id']}", {"text": "很好"}, version=left["version"])
    refused(changed, 403, "own_request")
    world.as_role("inspector", on=world.b1).created(path, WORDS)
