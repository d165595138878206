"""What tests of the four steps do: meetings to come and held, and steps that must succeed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.audit import AuditEntry
from app.meeting_steps.rules import DEFAULT_SHEET
from tests.support.world import Client, World

FULL = [{"code": line.code, "points": line.max_points} for line in DEFAULT_SHEET]


def planned(world: World, planned_on: str = "2018-12-20", **changes: object) -> dict[str, Any]:
    """A meeting to come; the clock stands at noon of 10 December 2018."""
    return world.clerk.created(
        "/meetings",
        {
            "organization_id": str(world.b1),
            "type": "committee_meeting",
            "title": "十二月支部委员会会议",
            "planned_on": planned_on,
            **changes,
        },
    )


def held(world: World, **changes: object) -> dict[str, Any]:
    """A meeting that took place, with what may be shown of it and what may not."""
    return world.clerk.created("/meetings", held_body(world.b1) | changes)


def held_body(place: UUID) -> dict[str, Any]:
    return {
        "organization_id": str(place),
        "type": "member_assembly",
        "title": "四季度党员大会",
        "happened_on": "2018-12-07",
        "starts_at": "14:30:00",
        "ends_at": "16:00:00",
        "place": "三楼会议室",
        "chair": "王建国",
        "recorder": "刘洋",
        "attendance": [
            {"name": "王建国"},
            {"name": "赵敏"},
            {"name": "孙缺席", "present": False, "reason": "住院治疗"},
        ],
        "observers": ["周列席"],
        "agenda": ["学习条例", "讨论预备党员转正"],
        "discussion": "赵敏：建议加强培养考察。",
        "votes": [{"matter": "转正表决", "eligible": 3, "present_eligible": 2, "yes": 2}],
        "resolutions": [
            {"text": "同意转正", "responsible_person": "赵责任", "due_on": "2018-12-31"}
        ],
        "problems_found": ["学习笔记不全"],
        "outcome": "内部掌握",
    }


def put(
    client: Client, path: str, body: object, version: int | None = None, status: int = 200
) -> dict[str, Any]:
    """PUT, insist on the status, return the body."""
    response = client("PUT", path, json=body, version=version)
    assert response.status_code == status, response.text
    result: dict[str, Any] = response.json()
    return result


def refused(response: Any, status: int, code: str) -> str:  # noqa: ANN401 - a response
    """Insist on a problem; return what it says."""
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return str(response.json()["detail"])


def set_day(world: World, day: str) -> None:
    """Put the clock at noon in Shanghai."""
    world.clock.instant = datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)


def trail(world: World, subject_kind: str) -> list[tuple[str, str]]:
    """The actions that the trail holds for this test's own things, with who did them."""
    with world.app.state.database.read() as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.user_name)
            .where(
                AuditEntry.subject_kind == subject_kind,
                AuditEntry.organization_id.in_([world.root, world.hq, world.b1, world.b2]),
            )
            .order_by(AuditEntry.sequence)
        )
        return [(row.action, row.user_name) for row in rows]
