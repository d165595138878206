"""A commit that fails is answered as an error, and nothing of the request is stored."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg.errors import DiskFull
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support.records import meeting_of
from tests.support.world import World


@contextmanager
def failing_commits(world: World) -> Iterator[None]:
    def fail(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, DiskFull())

    engine = world.app.state.database.engine
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


@pytest.mark.parametrize("key", [None, "once"])
def test_a_failed_commit_is_an_error_and_stores_nothing(world: World, key: str | None) -> None:
    clerk, body = world.clerk, meeting_of(world.hq, 1)
    with failing_commits(world):
        refused = clerk.post("/meetings", body, key=key)
    assert refused.status_code == 507, refused.text
    assert refused.json()["code"] == "storage_exhausted"
    assert clerk.ok("/meetings")["items"] == []
    again = clerk.post("/meetings", body, key=key)
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers
