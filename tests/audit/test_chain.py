"""The trail: an entry for each change, no way to alter one unnoticed."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.access.unit_of_work import unit_of_work
from app.core.audit import verify
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.ids import new_id
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.core.uow import Change
from tests.support.records import meeting_of
from tests.support.world import SYSTEM, World


def test_each_change_leaves_who_when_and_what(world: World) -> None:
    made = world.clerk.created("/meetings", meeting_of(world.hq, 1))
    path = f"/meetings/{made['id']}"
    world.clerk.patch(path, {"present": 4}, version=1)
    assert world.clerk.patch(path, {"present": 9}, version=2).status_code == 422
    entries = world.clerk.ok(f"{path}/history")["items"]
    assert [entry["action"] for entry in entries] == ["meeting.created", "meeting.changed"]
    assert entries[1]["before"]["present"] == 5
    assert entries[1]["after"]["present"] == 4
    assert {entry["user_name"] for entry in entries} == {"clerk"}


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET user_name = 'x'", "DELETE FROM audit_entries"]
)
def test_entries_cannot_be_changed(world: World, change: str) -> None:
    world.clerk.created("/meetings", meeting_of(world.hq, 1))
    with pytest.raises(DBAPIError), world.app.state.database.writing() as connection:
        connection.execute(text(change))


@pytest.fixture
def chain(tmp_path: Path) -> Database:
    database = Database(Settings(data_dir=tmp_path))
    upgrade(database)
    for number in range(3):
        with unit_of_work(database, SystemClock(), SYSTEM, write=True) as uow:
            uow.note(Change("tested", "test", new_id(), None, None, {"number": number}))
    return database


def breaks(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        return [(found.sequence, found.reason) for found in verify(session)]


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE audit_entries SET user_name = '别人' WHERE sequence = 2", [2]),
        ("DELETE FROM audit_entries WHERE sequence = 2", [2, 3]),
        ("DELETE FROM audit_entries WHERE sequence = 3", [3]),
        ("UPDATE audit_entries SET sequence = 9 - sequence WHERE sequence > 1", None),
    ],
)
def test_tampering_shows(chain: Database, tamper: str, found: list[int] | None) -> None:
    assert breaks(chain) == []
    chain.dispose()
    with sqlite3.connect(str(chain.engine.url.database)) as raw:
        for event in ("update", "delete"):
            raw.execute(f"DROP TRIGGER audit_entries_no_{event}")
        raw.execute(tamper)
    raw.close()
    broken = [sequence for sequence, _ in breaks(chain)]
    assert broken == found if found else broken
    chain.dispose()
