"""Assessing a branch for tests: the superior, the sheets, the way to publication."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.support.world import Client, World

MANUAL = [{"code": "core_work", "points": 13, "reason": "攻克隧道涌水难点"}]
AFTER = datetime(2018, 10, 8, 4, 0, tzinfo=UTC)
Body = dict[str, Any]


def assessed(client: Client, place: UUID, quarter: int = 3, **more: object) -> Body:
    """The one draft that computing a quarter of 2018 made, whole."""
    wish = {"year": 2018, "quarter": quarter, **more}
    (made,) = client.created(f"/organizations/{place}/assessments", wish)["items"]
    return client.ok(f"/assessments/{made['id']}")


def put(client: Client, path: str, body: object = None, **options: object) -> Body:
    """PUT, insist on 200."""
    done = client("PUT", path, json=body, **options)
    assert done.status_code == 200, done.text
    shown: Body = done.json()
    return shown


def with_scores(client: Client, one: Body, **more: object) -> Body:
    """A draft whose manual item is scored."""
    body = {"scores": MANUAL, **more}
    return put(client, f"/assessments/{one['id']}/scores", body, version=one["version"])


def stepped(client: Client, one: Body, step: str) -> Any:  # noqa: ANN401 - a response
    """The answer to a step."""
    return client.post(f"/assessments/{one['id']}/steps", {"step": step}, version=one["version"])


def published(client: Client, one: Body, **more: object) -> Body:
    """A draft scored, confirmed and published."""
    one = with_scores(client, one, **more)
    for step in ("confirm", "publish"):
        done = stepped(client, one, step)
        assert done.status_code == 201, done.text
        one = done.json()
    return one


def superior(world: World) -> Client:
    """Who reviews at 指挥部党总支, above the branches."""
    return world.as_role("inspector", on=world.hq)


def item(one: Body, code: str) -> Body:
    """An item of an assessment."""
    found: Body = next(entry for entry in one["items"] if entry["code"] == code)
    return found


def deduction(one: Body, item_code: str, code: str) -> Body:
    """A deduction of an item."""
    found: Body = next(
        entry for entry in item(one, item_code)["deductions"] if entry["code"] == code
    )
    return found


def member(world: World, place: UUID, name: str = "张明", **more: object) -> str:
    """The id of a new member of an organisation."""
    body = {"name": name, "joined_on": "2017-01-05", **more}
    return str(world.clerk.created(f"/organizations/{place}/members", body)["id"])


def sheet_document(**changes: object) -> Body:
    """A small sheet of one's own: a part that is computed and a part that people score."""
    missing = {
        "code": "missing",
        "name": "支部党员大会到期未开，每次扣 5 分",
        "measure": "duties_missing",
        "points_each": 5,
        "at_most": 60,
        "duties": ["member_assembly"],
    }
    return {
        "code": "own",
        "name": "本单位考评表",
        "items": [
            {
                "code": "life",
                "name": "党内生活",
                "max_points": 60,
                "scoring": "automatic",
                "deductions": [missing],
            },
            {"code": "work", "name": "中心工作", "max_points": 40, "scoring": "manual"},
        ],
        "bonus_at_most": 5,
        "vetoes": [{"code": "accident", "name": "发生较大以上责任事故"}],
        "grades": {"advanced": 90, "good": 75, "average": 60},
        **changes,
    }
