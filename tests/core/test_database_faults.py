"""A database that fails is told apart from one that is busy, by what it says itself."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from app.core.database import fault_of
from app.core.errors import (
    Busy,
    DatabaseFailing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    StorageExhausted,
)
from app.core.settings import Settings
from app.main import create_app
from tests.evidence import support as evidence
from tests.support.records import meeting_of
from tests.support.world import API, Client, World


@contextmanager
def connections_with(world: World, *statements: str) -> Iterator[None]:
    """Let every connection begin with statements of the database's own language."""

    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    assert world.clerk  # making a user writes
    engine = world.app.state.database.engine
    engine.dispose()
    event.listen(engine, "connect", prepare)
    try:
        yield
    finally:
        event.remove(engine, "connect", prepare)
        engine.dispose()


@contextmanager
def held(world: World) -> Iterator[None]:
    """Keep what every writer needs: SQLite's write lock, the end of PostgreSQL's trail."""
    database = world.app.state.database
    with database.engine.execution_options(zhaodan_write=True).connect() as connection:
        connection.execute(text("UPDATE audit_head SET sequence = sequence"))
        try:
            yield
        finally:
            connection.rollback()


def refused(world: World, status: int, code: str, level: str, **options: object) -> Any:  # noqa: ANN401 - a response
    """A write that gets this problem, with one line about it in the log."""
    with capture_logs() as logged:
        response = world.clerk.post("/meetings", meeting_of(world.hq, 1), **options)
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    lines = [line for line in logged if line["event"] == "database_error"]
    assert [(line["code"], line["log_level"]) for line in lines] == [(code, level)]
    return response


def assert_works(world: World, records: int) -> None:
    """Nothing was written, and without a new start the service goes on."""
    assert len(world.clerk.ok("/meetings", limit=200)["items"]) == records
    world.clerk.created("/meetings", meeting_of(world.hq, 1))


def waits(world: World, lock: str, statement: str) -> tuple[str, ...]:
    if world.app.state.database.is_sqlite:
        return ("PRAGMA busy_timeout = 50",)
    return (f"SET lock_timeout = '{lock}'", f"SET statement_timeout = '{statement}'")


@pytest.mark.parametrize("patience", [("50ms", "0"), ("0", "50ms")], ids=["lock", "statement"])
@pytest.mark.parametrize("key", [None, "once"])
def test_a_held_lock_is_busy(world: World, patience: tuple[str, str], key: str | None) -> None:
    with connections_with(world, *waits(world, *patience)), held(world):
        response = refused(world, 503, "busy", "warning", key=key)
        assert response.headers["retry-after"] == "2"
    assert_works(world, 0)


@pytest.mark.parametrize("key", [None, "once"])
def test_a_database_that_only_reads(world: World, key: str | None) -> None:
    setting = (
        "PRAGMA query_only = ON"
        if world.app.state.database.is_sqlite
        else "SET default_transaction_read_only = on"
    )
    with connections_with(world, setting):
        response = refused(world, 503, "database_read_only", "error", key=key)
        assert response.headers["retry-after"] == "60"
        assert world.clerk.get("/meetings").status_code == 200
    assert_works(world, 0)


def fill(work: Callable[[int], Any]) -> tuple[int, Any]:
    """Work until it is refused: how often it went well, and the refusal."""
    for number in range(2000):
        response = work(number)
        if response.status_code != 201:
            return number, response
    raise AssertionError("the disk did not get full")


def full_disk(world: World) -> str:
    """Let SQLite's file grow no further: what it then says is what it says of a full disk."""
    if not world.app.state.database.is_sqlite:
        pytest.skip("PostgreSQL has no limit of this kind")
    with world.app.state.database.reading() as connection:
        return f"PRAGMA max_page_count = {connection.execute(text('PRAGMA page_count')).scalar()}"


@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "keyed"])
def test_a_full_disk_keeps_what_was_written(world: World, *, keyed: bool) -> None:
    def record(number: int) -> Any:  # noqa: ANN401 - a response
        body = meeting_of(world.hq, 1) | {"title": "会" * 180}
        return world.clerk.post("/meetings", body, key=f"key-{number}" if keyed else None)

    with connections_with(world, full_disk(world)):
        with capture_logs() as logged:
            done, response = fill(record)
        assert (response.status_code, response.json()["code"]) == (507, "storage_exhausted")
        lines = [line for line in logged if line["event"] == "database_error"]
        assert [line["log_level"] for line in lines] == ["error"]
        assert world.clerk.ok("/meetings", include_total=True)["total"] == done
    again = world.clerk.post("/meetings", meeting_of(world.hq, 1), key=f"key-{done}")
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)
    assert world.clerk.ok("/meetings", include_total=True)["total"] == done + 1


def test_a_full_disk_leaves_no_file_without_its_row(world: World) -> None:
    path, before = f"/items/{evidence.meeting(world)}/evidence", evidence.stored(world)
    with connections_with(world, full_disk(world)):
        done, response = fill(
            lambda number: evidence.upload(world.clerk, path, evidence.pdf(str(number)))
        )
        assert (response.status_code, response.json()["code"]) == (507, "storage_exhausted")
    assert len(evidence.stored(world) - before) == done
    assert evidence.upload(world.clerk, path).status_code == 201


@contextmanager
def raising(world: World, state: str) -> Iterator[None]:
    """Let PostgreSQL itself answer a new record with an error of this SQLSTATE."""
    database = world.app.state.database
    if database.is_sqlite:
        pytest.skip("SQLSTATE is PostgreSQL's")

    def run(*statements: str) -> None:
        with database.writing() as connection:
            for statement in statements:
                connection.execute(text(statement))

    raised = f"BEGIN RAISE EXCEPTION 'provoked' USING ERRCODE = '{state}'; END"
    run(
        f"CREATE FUNCTION provoked() RETURNS trigger LANGUAGE plpgsql AS $${raised}$$",
        "CREATE TRIGGER provoked BEFORE INSERT ON items EXECUTE FUNCTION provoked()",
    )
    try:
        yield
    finally:
        run("DROP TRIGGER provoked ON items", "DROP FUNCTION provoked()")


@pytest.mark.parametrize(
    ("state", "status", "code", "level"),
    [
        ("53100", 507, "storage_exhausted", "error"),
        ("40001", 503, "busy", "warning"),
        ("40P01", 503, "busy", "warning"),
        ("58030", 500, "database_failing", "error"),
    ],
)
def test_what_postgresql_says(world: World, state: str, status: int, code: str, level: str) -> None:
    with raising(world, state):
        refused(world, status, code, level)
        refused(world, status, code, level, key="once")
    assert_works(world, 0)


def test_an_error_of_the_program_is_no_busy_database(world: World) -> None:
    with raising(world, "42703"), capture_logs() as logged:  # undefined_column
        response = world.clerk.post("/meetings", meeting_of(world.hq, 1))
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "unhandled_error" in {line["event"] for line in logged}
    assert_works(world, 0)


def cut(connection: Connection) -> bool:
    """Break off every connection that waits for a lock; say whether there was one."""
    return bool(
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        ).all()
    )


@pytest.mark.parametrize("key", [None, "once"])
def test_a_connection_that_breaks_off(world: World, key: str | None) -> None:
    database, clerk = world.app.state.database, world.clerk
    if database.is_sqlite:
        pytest.skip("SQLite has no connections to break")
    body = meeting_of(world.hq, 1)
    with held(world), ThreadPoolExecutor(1) as pool, capture_logs() as logged:
        answer = pool.submit(clerk.post, "/meetings", body, key=key)
        with database.engine.connect() as connection:
            while not cut(connection) and not answer.done():
                connection.rollback()
                time.sleep(0.01)
        response = answer.result()
    assert (response.status_code, response.json()["code"]) == (503, "database_unreachable")
    assert response.headers["retry-after"] == "5"
    lines = [line for line in logged if line["event"] == "database_error"]
    assert [line["log_level"] for line in lines] == ["error"]
    assert_works(world, 0)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    app = create_app(Settings(data_dir=tmp_path, database_url=url, log_level="error"))
    with TestClient(app, raise_server_exceptions=False) as http, capture_logs() as logged:
        client = Client(http, "any")
        answers = [client.get("/meetings"), client.post("/meetings", {})]
        ready = http.get("/readyz")
    found = [(answer.status_code, answer.json()["code"]) for answer in answers]
    assert found == [(503, "database_unreachable"), (422, "validation_failed")]
    assert ready.status_code == 503
    assert "error" in {line["log_level"] for line in logged if line["event"] == "database_error"}
    assert "nobody" not in answers[0].text + str(logged)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "zhaodan.sqlite3").write_bytes(b"not a database, but a page of other bytes" * 100)
    app = create_app(Settings(data_dir=tmp_path, log_level="error"))
    with TestClient(app, raise_server_exceptions=False) as http:
        response = http.get(f"{API}/meetings", headers={"Authorization": "Bearer any"})
    assert (response.status_code, response.json()["code"]) == (500, "database_failing")
    assert "retry-after" not in response.headers


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("words of the driver")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("driver", "fault"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Busy),
        (sqlite_error(sqlite3.SQLITE_LOCKED_SHAREDCACHE), Busy),
        (sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), DatabaseFailing),
        (sqlite_error(sqlite3.SQLITE_CORRUPT_INDEX), DatabaseFailing),
        (sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED), DatabaseReadOnly),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN_FULLPATH), DatabaseUnreachable),
        (sqlite_error(sqlite3.SQLITE_FULL), StorageExhausted),
        (sqlite_error(sqlite3.SQLITE_ERROR), None),
        (psycopg.errors.CannotConnectNow(), DatabaseUnreachable),
        (psycopg.errors.CrashShutdown(), DatabaseUnreachable),
        (psycopg.errors.ConnectionFailure(), DatabaseUnreachable),
        (psycopg.errors.DataCorrupted(), DatabaseFailing),
        (psycopg.errors.UndefinedTable(), None),
        (psycopg.errors.InvalidPassword(), None),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_codes_that_cannot_be_provoked_here(driver: Exception, fault: type | None) -> None:
    assert fault_of(DBAPIError("SELECT 1", {}, driver)) is fault
