"""Past days are asked of the present tree, under present names; records themselves stay as told."""

from datetime import date
from typing import Any

from tests.items.test_history import Life, stand_on
from tests.support.world import World

DAY = "2018-05-01"
STAR = {"If-Match": "*"}


def below(world: World, place: object, **query: object) -> list[dict[str, Any]]:
    tree = {"organization_id": str(place), "include_descendants": True, "as_of": DAY}
    rows: list[dict[str, Any]] = world.as_role("viewer", on=world.root).ok(
        "/rectifications", **tree, **query
    )["items"]
    return rows


def test_a_move_and_a_new_name_hold_for_past_days_too(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    life = Life.begin(world, date(2018, 3, 31))
    stand_on(world, date(2018, 12, 10))
    life.take("progress", date(2018, 4, 10))
    body = {"name": "机关党总支", "kind": "general_branch", "parent_id": str(world.root)}
    other = admin.created("/organizations", body)["id"]
    asked: tuple[dict[str, object], ...] = ({"overdue": True}, {"status": "in_progress"})
    before = [below(world, world.hq, **query) for query in asked]
    assert [row["days_overdue"] for rows in before for row in rows] == [31, 31]
    moved = admin.post(f"/organizations/{world.b1}/moves", {"parent_id": other}, headers=STAR)
    assert moved.status_code == 201, moved.text
    named = admin.patch(f"/organizations/{world.b1}", {"name": "新党支部"}, headers=STAR)
    assert named.status_code == 200, named.text
    for query, rows in zip(asked, before, strict=True):
        assert below(world, world.hq, **query) == []
        assert below(world, other, **query) == [
            row | {"organization_name": "新党支部"} for row in rows
        ]
    periods = admin.ok(f"/organizations/{world.b1}/periods")["items"]
    assert [(row["name"], row["parent_id"]) for row in periods] == [
        ("机关党支部", str(world.hq)),
        ("机关党支部", other),
        ("新党支部", other),
    ]
