"""Filters of lists: the same answers on both databases, and nothing refers across trees."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.access import service as access
from app.access.models import User
from app.access.rules import Role
from app.access.schemas import RoleGrantWrite
from app.core.ids import new_id
from tests.support.records import enrolled, flaws, listed, meeting_of
from tests.support.world import SYSTEM, Client, World


def also(world: World, client: Client, role: str, place: UUID) -> Client:
    """The client, with one more role."""
    user_id = UUID(client.ok("/me")["id"])
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        user = uow.session.get_one(User, user_id)
        access.add_grant(uow, user, RoleGrantWrite(organization_id=place, role=Role(role)))
    return client


def log(world: World, title: str, **fields: object) -> dict[str, Any]:
    body = {"organization_id": str(world.hq), "type": "other", "title": title, **fields}
    return world.clerk.created("/meetings", body)


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("会议", ["会议A"]),
        ("abc", ["ABC讨论", "abc讨论"]),
        ("ABC", ["ABC讨论", "abc讨论"]),
        ("%", ["完成100%"]),
        ("_", ["甲_乙"]),
        ("\\", ["甲\\乙"]),
        ("🎉", ["庆祝🎉"]),
        ("没有", []),
    ],
)
def test_text_is_found_literally_and_in_either_case(
    world: World, q: str, titles: list[str]
) -> None:
    for title in ("会议A", "ABC讨论", "abc讨论", "完成100%", "甲_乙", "甲\\乙", "庆祝🎉"):
        log(world, title)
    assert listed(world.clerk, "/meetings", q=q) == titles
    assert listed(world.clerk, "/items", q=q) == titles


def test_organisations_are_found_in_either_case(world: World) -> None:
    admin = world.as_role("admin")
    for name in ("BIM党支部", "bim二支部", "100%党支部"):
        body = {"name": name, "kind": "party_branch", "parent_id": str(world.hq)}
        admin.created("/organizations", body)

    def found(q: str) -> list[str]:
        return [row["name"] for row in admin.ok("/organizations", q=q)["items"]]

    assert found("BiM") == ["BIM党支部", "bim二支部"]
    assert found("%") == ["100%党支部"]


@pytest.mark.parametrize(
    "query",
    [
        "type=%00",
        "type=" + "x" * 1000,
        "q=%00",
        "q=",
        "focus=%00",
        "status=unknown",
        "organization_id=x",
        "due_on_from=2018-2-1",
        "due_on_from=20180201",
        "limit=0",
        "limit=201",
        "limit=1e2",
        "overdue=false",
        "as_of=2018-12-01",
        "sort=title",
        "cursor=%00",
        "cursor=!!!!",
    ],
)
def test_filters_that_make_no_sense_are_refused(world: World, query: str) -> None:
    response = world.clerk("GET", f"/items?{query}")
    assert query.partition("=")[0] in {place.partition(".")[0] for place in flaws(response)}


def test_days_are_inclusive(world: World) -> None:
    for day in ("2018-03-01", "2018-03-02", "2018-03-03"):
        log(world, day, happened_on=day, due_on=day)
    both = {"happened_on_from": "2018-03-01", "happened_on_to": "2018-03-02"}
    assert listed(world.clerk, "/meetings", **both) == ["2018-03-01", "2018-03-02"]
    one = {"due_on_from": "2018-03-03", "due_on_to": "2018-03-03"}
    assert listed(world.clerk, "/items", **one) == ["2018-03-03"]
    repeated = world.clerk("GET", "/meetings?status=planned&status=completed&limit=1")
    assert len(repeated.json()["items"]) == 1
    assert 'rel="next"' in repeated.headers["link"]
    assert "status=planned&status=completed" in repeated.headers["link"]


def test_trees_in_two_zones_each_have_their_own_day(world: World) -> None:
    """On a day that is past in one zone and still running in the other, history decides."""
    far = world.as_role("admin", "clerk", on=world.foreign)
    changed = far.patch(
        f"/organizations/{world.foreign}", {"time_zone": "America/New_York"}, version=1
    )
    assert changed.status_code == 200, changed.text
    due = {"happened_on": None, "due_on": "2018-12-01"}
    for client, place in (
        (world.as_role("clerk", on=world.root), world.root),
        (far, world.foreign),
    ):
        client.created("/meetings", meeting_of(place, 1) | due)
    reader = also(world, world.as_role("viewer", on=world.root), "viewer", world.foreign)
    # 00:30 of the 11th in Shanghai, still the 10th in New York.
    world.clock.instant = datetime(2018, 12, 10, 16, 30, tzinfo=UTC)
    near = world.as_role("clerk", on=world.root)
    [row] = near.ok("/meetings")["items"]
    held = near.patch(f"/meetings/{row['id']}", {"happened_on": "2018-12-11"}, version=1)
    assert held.status_code == 200, held.text
    assert reader.get("/items", overdue=True).json()["code"] == "organization_required"
    both = reader.ok("/items", overdue=True, as_of="2018-12-10")["items"]
    assert {UUID(row["organization_id"]) for row in both} == {world.root, world.foreign}
    after = reader.ok("/items", overdue=True, as_of="2018-12-11")["items"]
    assert [UUID(row["organization_id"]) for row in after] == [world.foreign]


def test_nothing_refers_across_trees(world: World) -> None:
    """Also not for somebody who works in both."""
    both = also(world, world.as_role("clerk", on=world.root), "clerk", world.foreign)
    member = enrolled(world, "外单位党员", on=world.foreign)
    origin = both.created("/meetings", meeting_of(world.foreign, 1))["id"]
    references: list[dict[str, object]] = [
        {"responsible_member_id": member},
        {"origin_id": origin},
        {"attendance": [{"member_id": member}], "expected": None, "present": None},
    ]
    for reference in references:
        response = both.post("/meetings", meeting_of(world.hq, 1) | reference)
        pointer = f"#/{next(iter(reference))}"
        assert [place[: len(pointer)] for place in flaws(response, 404)] == [pointer]
        made = both.created("/meetings", meeting_of(world.hq, 2))
        path = f"/meetings/{made['id']}"
        assert both.patch(path, reference, version=1).status_code == 404
        assert both.ok(path) == made


@pytest.mark.parametrize("field", ["organization_id", "responsible_member_id", "origin_id"])
def test_ids_in_bodies_must_be_in_sight(world: World, field: str) -> None:
    unseen = {
        "organization_id": str(world.foreign),
        "responsible_member_id": enrolled(world, "别处的人", on=world.foreign),
        "origin_id": world.as_role("clerk", on=world.foreign).created(
            "/meetings", meeting_of(world.foreign, 1)
        )["id"],
    }[field]
    for value in (unseen, str(new_id())):
        response = world.clerk.post("/meetings", meeting_of(world.hq, 1) | {field: value})
        assert flaws(response, 404) == {f"#/{field}": "not_found"}
    assert world.clerk.ok("/meetings")["items"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/items?organization_id={}",
        "/rectifications?organization_id={}&overdue=true",
        "/organizations?ancestor_id={}",
        "/organizations?parent_id={}",
        "/organizations/{}/members",
    ],
)
def test_ids_in_filters_must_be_in_sight(world: World, path: str) -> None:
    for place in (world.foreign, world.root, new_id()):
        assert world.clerk("GET", path.format(place)).status_code == 404
