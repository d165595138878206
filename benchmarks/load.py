"""Load made by wrk: a Python client would be slower than what it measures."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")
MISSING = "wrk is not installed (Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk)"


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one run of wrk; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failures: int

    @property
    def rate(self) -> float:
        """Successful requests per second."""
        return (self.requests - self.failures) / self.seconds


@dataclass(frozen=True, slots=True)
class Target:
    """One request to repeat: GET, or POST when there is a file of bodies."""

    url: str
    connections: int
    token: str = ""
    bodies: Path | None = None


def require_wrk() -> None:
    """End the program when wrk is missing, and say how to install it."""
    if shutil.which("wrk") is None:
        sys.exit(MISSING)


def put_load(target: Target, seconds: float) -> Load:
    """Repeat the target's request for ``seconds``.

    Raises:
        RuntimeError: wrk itself failed.
    """
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(target.connections)),
            *("--duration", f"{max(1, round(seconds))}s", "--timeout", "30s"),
            *("--script", str(SCRIPT), target.url),
        ],
        env={**os.environ, "BENCH_TOKEN": target.token, "BENCH_BODIES": str(target.bodies or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if done.returncode != 0 or line is None:
        raise RuntimeError(f"wrk failed: {done.stdout}{done.stderr}")
    result = json.loads(line.removeprefix("RESULT "))
    return Load(
        requests=result["requests"],
        seconds=result["seconds"],
        p50=result["p50"],
        p99=result["p99"],
        failures=result["refused"] + result["broken"],
    )
