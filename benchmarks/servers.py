"""Servers started as users start them, on a free port, with their output in a file."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.01
SETTLE_SECONDS = 2.0
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `started_in` is seconds from its start to its first good answer."""

    url: str
    pid: int
    started_in: float

    def memory_mb(self) -> float:
        """Return the resident memory of its process in megabytes."""
        done = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True
        )
        return int(done.stdout) / 1024


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path],
    port: int,
    *,
    ready: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Server]:
    """Run the command until the block ends.

    Args:
        command: what listens on `port` of 127.0.0.1.
        port: where.
        ready: the path that answers 200 once the server can work.
        log: the file that takes its output.
        environment: added to our own.
        folder: where it runs, if not here.

    Raises:
        RuntimeError: it ended or did not become ready in time; the message has its output.
    """
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while not _answers(port, ready):
            if process.poll() is not None or time.perf_counter() - begun > READY_SECONDS:
                raise RuntimeError(f"{command[0]} is not ready:\n{log.read_text('utf-8')}")
            time.sleep(POLL_SECONDS)
        yield Server(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def hello(folder: Path) -> Iterator[Server]:
    """Run the bare FastAPI application."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.hello:app"),
        *("--port", str(port), "--log-level", "warning"),
    ]
    with running(command, port, ready="/", log=folder / "hello.log") as server:
        yield server


@contextmanager
def service(folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run the service, one process, on the data that `environment` names."""
    port = free_port()
    address = ("--host", "127.0.0.1", "--port", str(port))
    command: list[str | Path] = [BIN / "zhaodan", "serve", *address]
    log = folder / f"service-{port}.log"
    with running(command, port, ready="/readyz", log=log, environment=environment) as server:
        yield server


def idle(server: Server) -> float:
    """Wait two seconds without requests, then return the server's memory in megabytes."""
    time.sleep(SETTLE_SECONDS)
    return server.memory_mb()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
