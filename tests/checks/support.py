"""What the tests of the examination's API share: asking for it, and rows written past it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.items.models import Item
from tests.support.world import Client, World

COMMITTEE = {"type": "committee_meeting", "happened_on": "2018-03-22"}
UNASSIGNED = {"resolutions": [{"text": "完善台账", "due_on": "2018-06-30"}]}


def meeting(world: World, **changes: object) -> dict[str, Any]:
    """A meeting of the first branch, entered by the clerk."""
    body = {"organization_id": str(world.b1), "title": "支委会会议", **COMMITTEE, **changes}
    return world.clerk.created("/meetings", body)


def examined(client: Client, place: UUID, **query: object) -> dict[str, Any]:
    """The examination of 2018."""
    return client.ok(f"/organizations/{place}/findings", **{"year": 2018, **query})


def findings(client: Client, place: UUID, **query: object) -> list[dict[str, Any]]:
    """The findings of 2018, apart from the quarters' assemblies."""
    rows: list[dict[str, Any]] = examined(client, place, **query)["items"]
    return [row for row in rows if row["code"] != "quarter_without_assembly"]


def codes(client: Client, place: UUID, **query: object) -> list[str]:
    """The codes of the findings of 2018, apart from the quarters' assemblies."""
    return [row["code"] for row in findings(client, place, **query)]


def imported(world: World, made: dict[str, Any], table: Any, **values: object) -> None:  # noqa: ANN401 - a mapped class
    """Write what no payload may state, as an import from elsewhere could have."""
    key = table.__table__.c.id if table is Item else table.__table__.c.item_id
    with world.app.state.database.write() as session:
        statement = update(table.__table__).where(key == UUID(made["id"])).values(**values)
        session.execute(statement)


def at(world: World, moment: str) -> None:
    """Set the clock, in Shanghai's time."""
    world.clock.instant = datetime.fromisoformat(f"{moment}+08:00")
