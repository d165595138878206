"""Migrations of a folder with records in it, and the lock that orders migrators."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from app.core import migrations
from app.core.audit import verify
from app.core.clock import FixedClock
from app.core.database import Database
from app.core.ids import new_id
from app.core.settings import Settings
from app.items.models import DeadlineSpan
from app.main import create_app
from tests.conftest import NOON
from tests.support import postgres
from tests.support.records import meeting_of
from tests.support.waiting import PATIENCE
from tests.support.world import build_world

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, json
from app.core import migrations
from app.core.database import Database
from app.core.settings import Settings

database = Database(Settings(**json.loads(sys.argv[1])))
migrations.upgrade(database)
assert migrations.is_current(database)
database.dispose()
"""


@pytest.fixture
def settings(backend: str, tmp_path: Path, worker_id: str) -> Settings:
    if backend == "sqlite":
        return Settings(data_dir=tmp_path, log_level="error")
    server = os.environ[postgres.URL_VARIABLE]
    url = postgres.create_database(server, f"zhaodan_upgrades_{worker_id}")
    return Settings(data_dir=tmp_path, database_url=url, log_level="error")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    yield database
    database.dispose()


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - names of our tables
            for table in inspect(database.engine).get_table_names()
        }


def populated(settings: Settings) -> FastAPI:
    """An application whose folder holds a meeting, a late rectification and their trail."""
    app = create_app(settings, clock=FixedClock(NOON))
    with TestClient(app) as http:
        world = build_world(app, http)
        world.clerk.created("/meetings", meeting_of(world.hq, 1))
        body = {"source": "self_check", "found_on": "2018-03-01", "due_on": "2018-04-01"}
        place = {"organization_id": str(world.b1), "title": "整改"}
        world.clerk.created("/rectifications", body | place)
    return app


def test_one_step_down_and_up_again_keeps_every_row(settings: Settings, database: Database) -> None:
    migrations.upgrade(database)
    app = populated(settings)
    before = rows(database)
    assert before["items"] == 2
    migrations.downgrade(database, "-1")
    assert not migrations.is_current(database)
    migrations.upgrade(database)
    migrations.check(database)
    assert rows(database) == before
    with database.read() as session:
        assert list(verify(session)) == []
        if database.is_sqlite:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    with TestClient(app) as http:
        world = build_world(app, http)
        world.clerk.created("/meetings", meeting_of(world.hq, 2))


def test_foreign_keys_are_enforced(database: Database) -> None:
    migrations.upgrade(database)
    day = NOON.date()
    orphan = insert(DeadlineSpan).values(
        ancestor_id=new_id(),
        item_id=new_id(),
        active_from=day,
        due_on=day,
        kind="meeting",
        restricted=False,
    )
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), database.write() as session:
        session.execute(orphan)


def test_migrating_twice_in_one_process_does_not_wait_for_itself(database: Database) -> None:
    for _ in range(3):
        migrations.upgrade(database)
    migrations.check(database)
    assert migrations.is_current(database)


def test_the_lock_is_not_given_up_while_a_long_migration_runs(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("a file lock has no time limits")
    with database.migration_lock() as connection, database.engine.connect() as observer:
        limits = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        held += " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        assert observer.execute(text(held)).scalar() == 1
    assert limits == ["0", "0", "0"]
    with database.engine.connect() as connection:
        assert connection.execute(text(held)).scalar() == 0
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "5s"


@pytest.mark.race
def test_two_processes_migrate_one_empty_database(settings: Settings) -> None:
    asked = {"data_dir": str(settings.data_dir), "database_url": settings.database_url}
    command = [sys.executable, "-c", PROGRAM, json.dumps(asked)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=PATIENCE)[0].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
