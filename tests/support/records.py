"""What tests of every kind of record do: enrol people, read refusals, list what is there."""

from typing import Any
from uuid import UUID

from tests.support.world import Client, World


def enrolled(world: World, name: str, *, on: UUID | None = None) -> str:
    """The id of a new member on a roster (指挥部党总支 unless told)."""
    place = on or world.hq
    client = world.as_role("clerk", on=place)
    body = {"name": name, "joined_on": "2017-01-05"}
    return str(client.created(f"/organizations/{place}/members", body)["id"])


def flaws(response: Any, status: int = 422) -> dict[str, str]:  # noqa: ANN401 - a response
    """The codes of a refusal by pointer (or parameter)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    errors = response.json().get("errors", [])
    assert all(error["detail"] for error in errors)
    return {error.get("pointer") or error["parameter"]: error["code"] for error in errors}


def listed(client: Client, path: str, **query: object) -> list[str]:
    """The titles that a list shows, in the order of entry, checked against its total."""
    page = client.ok(path, sort="id", include_total=True, **query)
    assert page["total"] == len(page["items"])
    return [row["title"] for row in page["items"]]


def patched(client: Client, path: str, made: dict[str, Any], changes: object) -> dict[str, Any]:
    """PATCH a record that was just read; insist on 200, return it as read again."""
    response = client.patch(f"{path}/{made['id']}", changes, version=made["version"])
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    assert client.ok(f"{path}/{made['id']}") == shown
    return shown


def picked(record: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record that a wish names, to be compared with it."""
    return {name: record[name] for name in wish}


def meeting_of(place: UUID, number: int) -> dict[str, Any]:
    """A meeting of an organisation; several of one number fall on one day."""
    return {
        "organization_id": str(place),
        "type": "committee_meeting",
        "title": f"支部委员会会议（{number}）",
        "happened_on": f"2018-0{number % 4 + 1}-12",
        "expected": 5,
        "present": 5,
    }
