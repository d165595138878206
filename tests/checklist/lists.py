"""Drawing up and publishing lists for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.support.world import Client, World

NEW_YEAR = datetime(2018, 1, 2, 4, 0, tzinfo=UTC)


def drawn_up(client: Client, place: UUID, year: int = 2018, **options: object) -> dict[str, Any]:
    """What drawing up lists of a year did."""
    return client.created(f"/organizations/{place}/duty-lists", {"year": year, **options})


def stepped(client: Client, duty_list: dict[str, Any], step: str, **more: object) -> Any:  # noqa: ANN401 - a response
    """The answer to a step of a list as it was last seen."""
    seen = client.ok(f"/duty-lists/{duty_list['id']}")
    return client.post(
        f"/duty-lists/{duty_list['id']}/steps", {"step": step, **more}, version=seen["version"]
    )


def published(world: World, place: UUID | None = None, year: int = 2018) -> dict[str, Any]:
    """The published list of an organisation (第二项目部党支部 unless told), drawn up in January."""
    place = place or world.b3
    now, world.clock.instant = world.clock.instant, NEW_YEAR
    (made,) = drawn_up(world.clerk, place, year)["items"]
    assert stepped(world.clerk, made, "submit").status_code == 201
    response = stepped(world.secretary, made, "publish")
    assert response.status_code == 201, response.text
    world.clock.instant = now
    result: dict[str, Any] = response.json()
    return result


def meeting(world: World, day: str, place: UUID | None = None, **more: object) -> dict[str, Any]:
    """A meeting on the books, an assembly of 第二项目部党支部 unless told."""
    body = {
        "organization_id": str(place or world.b3),
        "type": "member_assembly",
        "title": "支部党员大会",
        "happened_on": day,
        **more,
    }
    return world.clerk.created("/meetings", body)


def tasks(client: Client, place: UUID, code: str, **query: object) -> list[dict[str, Any]]:
    """The things owed of one duty in 2018, in order."""
    body = client.ok(f"/organizations/{place}/task-list", year=2018, code=code, **query)
    items: list[dict[str, Any]] = body["items"]
    return items


def states(client: Client, place: UUID, code: str, **query: object) -> dict[str, str]:
    """How a duty's things stand, by period."""
    return {item["period"]: item["state"] for item in tasks(client, place, code, **query)}


def own_duty(**changes: object) -> dict[str, Any]:
    """A line of one's own."""
    return {
        "code": "monthly_reading",
        "name": "读书会",
        "quantity": "每月一次",
        "frequency": {"every": "month"},
        "counts": [{"kind": "activity", "types": ["reading"]}],
        "responsible_person": "李红",
        **changes,
    }
