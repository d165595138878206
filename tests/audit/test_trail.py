"""The trail: an entry for each change, nothing altered, and alterations found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.audit import append, chained_hash, entry_of, verify
from app.core.clock import FixedClock
from app.core.database import Database
from app.core.ids import new_id
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.core.uow import Actor, Change
from tests.conftest import NOON
from tests.support.world import World

LENGTH = 5


def meeting(world: World) -> dict[str, object]:
    return {"organization_id": str(world.hq), "type": "other", "title": "工作例会"}


def test_each_change_is_an_entry_with_before_and_after(world: World) -> None:
    path = f"/meetings/{world.clerk.created('/meetings', meeting(world))['id']}"
    assert world.clerk.patch(path, {"title": "改名"}, version=1).status_code == 200
    cancelled = world.clerk("PUT", f"{path}/cancellation", json={"reason": "改期"}, version=2)
    assert cancelled.status_code == 200
    entries = world.clerk.ok(f"{path}/history")["items"]
    assert [e["action"] for e in entries] == [
        "meeting.created",
        "meeting.changed",
        "meeting.cancelled",
    ]
    assert entries[0]["before"] is None
    titles = [entries[0]["after"], entries[1]["before"], entries[1]["after"]]
    assert [state["title"] for state in titles] == ["工作例会", "工作例会", "改名"]
    assert entries[2]["after"]["reason"] == "改期"
    assert {e["user_name"] for e in entries} == {"clerk"}


def test_a_refused_change_leaves_no_entry(world: World) -> None:
    path = f"/meetings/{world.clerk.created('/meetings', meeting(world))['id']}"
    assert world.clerk.patch(path, {"title": "改名"}, version=9).status_code == 412
    assert world.as_role("viewer").patch(path, {"title": "x"}, version=1).status_code == 403
    assert len(world.clerk.ok(f"{path}/history")["items"]) == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entries SET user_name = 'x'", "DELETE FROM audit_entries"],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_alter_the_trail(world: World, statement: str) -> None:
    world.clerk.created("/meetings", meeting(world))
    database: Database = world.app.state.database
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text(statement))
    with database.read() as session:
        assert list(verify(session)) == []


@pytest.fixture
def unguarded(tmp_path: Path) -> Database:
    """A database of its own with a short trail, and without the triggers that guard it."""
    database = Database(Settings(data_dir=tmp_path, log_level="error"))
    upgrade(database)
    place, now = new_id(), FixedClock(NOON).now()
    with database.write() as session:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in session.scalars(text(triggers)).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        changes = [
            Change("meeting.changed", "meeting", new_id(), place, {"n": n}, {"n": n + 1})
            for n in range(LENGTH)
        ]
        append(session.connection(), [entry_of(c, now, Actor(None, "测试")) for c in changes])
    return database


def breaks(database: Database, *statements: str) -> list[int]:
    """The places at which the chain breaks after these statements."""
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))
    with database.read() as session:
        found = [broken.sequence for broken in verify(session)]
    database.dispose()
    return found


def test_an_untouched_trail_holds(unguarded: Database) -> None:
    assert breaks(unguarded) == []


@pytest.mark.parametrize("column", ["user_name", "action", "before", "after", "request_id"])
def test_a_changed_entry_is_found(unguarded: Database, column: str) -> None:
    altered = f"UPDATE audit_entries SET {column} = '\"x\"' WHERE sequence = 3"  # noqa: S608 - names above
    assert breaks(unguarded, altered) == [3]


@pytest.mark.parametrize("gone", [1, 3, LENGTH])
def test_a_removed_entry_is_found(unguarded: Database, gone: int) -> None:
    removal = f"DELETE FROM audit_entries WHERE sequence = {gone}"  # noqa: S608 - a number above
    assert gone in breaks(unguarded, removal)


def test_exchanged_entries_are_found(unguarded: Database) -> None:
    moves = [(2, 99), (3, 2), (99, 3)]
    statements = [
        f"UPDATE audit_entries SET sequence = {new} WHERE sequence = {old}"  # noqa: S608 - numbers above
        for old, new in moves
    ]
    assert {2, 3} <= set(breaks(unguarded, *statements))


def changed(field: str) -> Callable[[dict[str, object]], dict[str, object]]:
    return lambda row: {**row, field: f"{row[field]} "}


@pytest.mark.parametrize("field", ["user_name", "action", "recorded_at"])
def test_every_field_counts_in_the_hash(field: str) -> None:
    row: dict[str, object] = {"user_name": "张明", "action": "x.y", "recorded_at": "2018-12-10"}
    first = chained_hash("0" * 64, row)
    assert first != chained_hash("0" * 64, changed(field)(row))
    assert first == chained_hash("0" * 64, dict(reversed(row.items())))
    assert first != chained_hash("1" * 64, row)
