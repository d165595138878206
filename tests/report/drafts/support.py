"""What tests of stored reports do: draft one, find a sentence, take a step."""

from typing import Any

from tests.support.world import Client, World


def meeting(world: World, on: str, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "special_meeting",
        "topic": "party_building",
        "title": f"党建工作专题会议（{on}）",
        "happened_on": on,
        "focus": "dual_responsibility",
        "actor": {"kind": "person", "name": "王总支", "post": "secretary"},
        **changes,
    }


def held(world: World, *days: str) -> list[str]:
    return [str(world.clerk.created("/meetings", meeting(world, day))["id"]) for day in days]


def drafted(world: World, client: Client | None = None, **wish: object) -> dict[str, Any]:
    body = {"organization_id": str(world.hq), "year": 2018, "form": "duty_report", **wish}
    return (client or world.clerk).created("/reports", body)


def path(report: dict[str, Any], *more: object) -> str:
    return "/".join(["/reports", report["id"], *map(str, more)])


def read(world: World, report: dict[str, Any]) -> dict[str, Any]:
    return world.clerk.ok(path(report))


def block(report: dict[str, Any], text: str) -> dict[str, Any]:
    """The only block that says this."""
    [found] = [one for one in report["blocks"] if text in one["text"] and one["kind"] != "heading"]
    result: dict[str, Any] = found
    return result


def keyed(report: dict[str, Any], key: str) -> dict[str, Any]:
    """The block that was generated under a key."""
    [found] = [one for one in report["blocks"] if one["source"] and one["source"]["key"] == key]
    result: dict[str, Any] = found
    return result


def reworded(
    world: World, report: dict[str, Any], one: dict[str, Any], **changes: object
) -> dict[str, Any]:
    """PATCH a block that was just read."""
    done = world.clerk.patch(path(report, "blocks", one["id"]), changes, version=one["version"])
    assert done.status_code == 200, done.text
    shown: dict[str, Any] = done.json()
    return shown


def stepped(client: Client, report: dict[str, Any], step: str, **more: object) -> Any:  # noqa: ANN401 - a response
    version = client.ok(path(report))["version"]
    return client.post(path(report, "steps"), {"step": step, **more}, version=version)


def finalised(world: World, report: dict[str, Any]) -> dict[str, Any]:
    """A draft taken through submission and approval to its end."""
    superior = world.as_role("secretary", "supervision", on=world.root)
    for client, step in ((world.clerk, "submit"), (superior, "approve"), (world.clerk, "finalise")):
        done = stepped(client, report, step)
        assert done.status_code == 201, done.text
    return read(world, report)
