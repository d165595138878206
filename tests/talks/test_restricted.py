"""Supervision talks and sanctions: only the permission of their own opens them, anywhere."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.records import enrolled, flaws, listed, patched
from tests.support.world import Client, World

SECRET = "涉密名称不得外露"


def reminder(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "reminder_talk",
        "title": SECRET,
        "happened_on": "2018-11-21",
        "persons": [{"name": "李强"}],
        **changes,
    }


def warning(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "warning",
        "title": SECRET,
        "happened_on": "2018-10-11",
        "person": {"name": "李强"},
        **changes,
    }


BOTH = pytest.mark.parametrize(
    ("path", "body"), [("/talks", reminder), ("/sanctions", warning)], ids=["talk", "sanction"]
)
Body = Callable[..., dict[str, Any]]


def outsiders(world: World) -> list[Client]:
    """People who work in the tree, without the permission or with it elsewhere."""
    roles = ["clerk", "secretary", "inspector", "viewer", "admin"]
    return [world.as_role(role) for role in roles] + [
        world.as_role("supervision"),
        world.as_role("supervision", "secretary", on=world.b1),
    ]


@BOTH
def test_whoever_lacks_the_permission_finds_no_trace(world: World, path: str, body: Body) -> None:
    made = world.secretary.created(path, body(world))
    assert made["restricted"] is True
    one = f"{path}/{made['id']}"
    for client in outsiders(world):
        for method in ("GET", "PATCH", "DELETE"):
            answer = client(method, one, json={} if method == "PATCH" else None, version=1)
            assert answer.status_code == 404, answer.text
        assert client.get(f"{one}/history").status_code == 404
        for place, query in [
            (path, {}),
            (path, {"q": SECRET}),
            (path, {"type": made["type"]}),
            ("/items", {}),
            ("/items", {"kind": made["kind"]}),
            ("/items", {"q": SECRET, "happened_on_from": "2018-01-01"}),
        ]:
            assert listed(client, place, **query) == []
    assert listed(world.secretary, path) == listed(world.secretary, "/items") == [SECRET]


@BOTH
def test_writing_needs_the_permission(world: World, path: str, body: Body) -> None:
    for role in ("clerk", "secretary", "admin"):
        answer = world.as_role(role).post(path, body(world))
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"
    reader = world.as_role("viewer", "supervision")
    assert reader.post(path, body(world)).status_code == 403
    alone = world.as_role("supervision")
    assert alone.post(path, body(world)).status_code == 404, "alone it opens nothing"
    assert listed(world.secretary, path) == []

    made = world.secretary.created(path, body(world))
    assert reader.ok(f"{path}/{made['id']}")["title"] == SECRET
    one = f"{path}/{made['id']}"
    assert reader.patch(one, {"title": "改"}, version=1).status_code == 403
    assert patched(world.secretary, path, made, {"outcome": "本人认识深刻"})["version"] == 2
    history = world.secretary.ok(f"{one}/history")["items"]
    assert [entry["action"].split(".")[1] for entry in history] == ["created", "changed"]
    gone = f"{one}?reason=重复登记"
    assert world.secretary("DELETE", gone, version=2).status_code == 204
    assert listed(world.secretary, path) == []


@BOTH
def test_the_permission_covers_its_own_subtree_only(world: World, path: str, body: Body) -> None:
    for place in (world.hq, world.b1, world.b2):
        world.secretary.created(path, body(world, organization_id=str(place)))
    everywhere = {"organization_id": str(world.hq), "include_descendants": True}
    clerk_of_all = world.as_role("clerk")
    assert listed(clerk_of_all, path, **everywhere) == []
    branch = world.as_role("secretary", "supervision", on=world.b1)
    assert len(listed(branch, path)) == len(listed(branch, "/items")) == 1
    assert len(listed(world.secretary, path, **everywhere)) == 3


@BOTH
def test_links_to_and_from_restricted_records_are_not_shown(
    world: World, path: str, body: Body
) -> None:
    meeting = world.clerk.created(
        "/meetings",
        {
            "organization_id": str(world.hq),
            "type": "committee_meeting",
            "title": "支委会",
            "happened_on": "2018-11-20",
        },
    )
    made = world.secretary.created(path, body(world, origin_id=meeting["id"]))
    follow_up = {
        "organization_id": str(world.hq),
        "type": "field_visit",
        "title": "回访调研",
        "happened_on": "2018-12-01",
        "origin_id": made["id"],
    }
    visit = world.secretary.created("/activities", follow_up)
    assert visit["origin"]["id"] == made["id"]

    assert world.clerk.ok(f"/meetings/{meeting['id']}")["derived"] == []
    assert world.clerk.ok(f"/activities/{visit['id']}")["origin"] is None
    for seen in (meeting["id"], visit["id"]):
        kind = "meetings" if seen == meeting["id"] else "activities"
        shown = world.clerk.get(f"/{kind}/{seen}/history").text
        assert made["id"] not in shown
        assert SECRET not in shown
    whole = world.secretary.get(f"/activities/{visit['id']}/history").text
    assert made["id"] in whole

    answer = world.clerk.post("/activities", follow_up)
    assert flaws(answer, 404) == {"#/origin_id": "not_found"}
    mine = world.clerk.created("/activities", follow_up | {"origin_id": None})
    answer = world.clerk.patch(
        f"/activities/{mine['id']}", {"origin_id": made["id"]}, version=mine["version"]
    )
    assert flaws(answer, 404) == {"#/origin_id": "not_found"}
    kept = patched(world.clerk, "/activities", visit, {"title": "回访"})
    assert kept["origin"] is None
    again = world.secretary.ok(f"/activities/{visit['id']}")
    assert again["origin"]["id"] == made["id"], "a clerk's correction does not cut the link"


@BOTH
def test_restricted_records_never_show_among_the_overdue(
    world: World, path: str, body: Body
) -> None:
    wish = body(world, due_on="2018-12-01")
    if path == "/talks":
        wish["happened_on"] = None
    world.secretary.created(path, wish)
    assert listed_overdue(world.clerk) == []
    assert listed_overdue(world.secretary) == ([SECRET] if path == "/talks" else [])


def listed_overdue(client: Client) -> list[str]:
    page = client.ok("/items", overdue=True, include_total=True)
    assert page["total"] == len(page["items"])
    return [row["title"] for row in page["items"]]


@pytest.mark.parametrize(
    ("first", "then"), [("duty_talk", "reminder_talk"), ("criticism", "integrity_talk")]
)
def test_a_talk_does_not_cross_the_border_of_the_permission(
    world: World, first: str, then: str
) -> None:
    made = world.secretary.created("/talks", reminder(world, type=first))
    answer = world.secretary.patch(f"/talks/{made['id']}", {"type": then}, version=1)
    assert flaws(answer) == {"#/type": "type_crosses_permission"}
    assert world.secretary.ok(f"/talks/{made['id']}")["type"] == first


@pytest.mark.parametrize(
    "type_", ["reminder_talk", "criticism", "ordered_review", "admonition_talk", "inquiry_letter"]
)
def test_every_supervision_talk_is_restricted_and_of_the_first_form(
    world: World, type_: str
) -> None:
    made = world.secretary.created("/talks", reminder(world, type=type_))
    assert (made["family"], made["four_forms"]) == ("supervision", 1)
    row = world.secretary.ok("/talks")["items"][0]
    assert (row["family"], row["four_forms"], row["person_count"]) == ("supervision", 1, 1)
    within = patched(world.secretary, "/talks", made, {"type": "criticism"})
    assert within["type"] == "criticism", "inside the family a type may be corrected"


def test_a_member_filter_tells_nothing_of_restricted_records(world: World) -> None:
    member = enrolled(world, "李强")
    world.secretary.created("/talks", reminder(world, persons=[{"member_id": member}]))
    world.secretary.created("/sanctions", warning(world, person={"member_id": member}))
    for path in ("/talks", "/sanctions"):
        assert listed(world.clerk, path, member_id=member) == []
        assert listed(world.secretary, path, member_id=member) == [SECRET]
