"""Waiting for what happens elsewhere: for the event, not for a time in which it should happen."""

import time
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Engine, text

# Seconds after which something hangs, on the slowest machine. Nothing that goes well takes so long.
PATIENCE = 300
_WAITS_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def let_it_get_on(work: Future[Any], engine: Engine) -> None:
    """Return once the work is done, or waits for a lock of another transaction (PostgreSQL)."""
    deadline = time.monotonic() + PATIENCE
    with engine.connect() as connection:
        while not work.done() and not connection.scalar(_WAITS_FOR_A_LOCK):
            connection.rollback()  # what a transaction has seen of the activity stays as it was
            assert time.monotonic() < deadline, "neither done nor waiting"
            time.sleep(0.01)
