"""The time that the overdue list's statement takes inside the database.

The application answers one real request; its longest statement is then sent to the driver again,
alone, many times. This runs in a process of its own, whose environment names the dataset:
``python -m benchmarks.statements TOKEN PATH`` prints milliseconds.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from app.core.settings import Settings
from app.main import create_app

REPEATS = 300
WARM_UP = 30


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it went to the driver."""

    engine: Engine
    text: str
    parameters: Any


def statement_ms(environment: Mapping[str, str], token: str, path: str) -> float:
    """Return the median time of the list's statement over a dataset, in milliseconds."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.statements", token, path],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])


@contextmanager
def _recorded() -> Iterator[list[Sent]]:
    sent: list[Sent] = []

    def note(
        connection: Connection, _cursor: object, text: str, parameters: object, *_: object
    ) -> None:
        sent.append(Sent(connection.engine, text, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _replay(statement: Sent) -> float:
    connection = statement.engine.raw_connection()
    times = []
    try:
        for _ in range(WARM_UP + REPEATS):
            begun = time.perf_counter()
            cursor = connection.cursor()
            cursor.execute(statement.text, statement.parameters)
            cursor.fetchall()
            cursor.close()
            times.append((time.perf_counter() - begun) * 1000)
    finally:
        connection.close()
    return median(times[WARM_UP:])


def main() -> None:
    """Answer one request, repeat its longest statement (the list itself), print the median."""
    token, path = sys.argv[1:]
    with TestClient(create_app(Settings())) as client, _recorded() as sent:
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        longest = max(sent, key=lambda statement: len(statement.text))
        print(f"{_replay(longest):.4f}")


if __name__ == "__main__":
    main()
