"""Measures of the year's lists: drawing them up for a tree, and the matrix of 50 branches."""

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.dataset import Dataset, fill, open_site
from benchmarks.load import Target
from benchmarks.rounds import Round, Spread, failures, run_rounds, spread
from benchmarks.servers import BIN, service
from benchmarks.table import Line

ORGANIZATIONS = 500
# With the root and the general branches these make about fifty branches.
FIFTY_BRANCHES = 53
YEAR = 2025
SECONDS = 10.0
MATRIX = 8.0
OCCURRENCES = re.compile(r"生成 (\d+) 项")


def draw_up_line(folder: Path, engine: str, database_url: str | None) -> Line:
    """Measure drawing up and publishing a year for 500 organisations by the command."""
    dataset = fill(folder, ORGANIZATIONS * 2, 1, database_url, organizations=ORGANIZATIONS)
    seconds, occurrences = _draw_up(dataset)
    return Line(
        f"draw up and publish a year, {ORGANIZATIONS} organisations",
        engine,
        Spread(seconds, seconds, seconds),
        unit="s",
        at_most=SECONDS,
        note=f"{occurrences:,} occurrences, start of the command included",
    )


def matrix_line(
    folder: Path, engine: str, database_url: str | None, rounds: int, say: Callable[[str], None]
) -> Line:
    """Measure the coverage matrix of about 50 branches against one overdue list of their tree."""
    records = FIFTY_BRANCHES * 200
    dataset = fill(folder, records, 1, database_url, organizations=FIFTY_BRANCHES)
    _, occurrences = _draw_up(dataset)
    with service(folder, dataset.environment) as server:
        site = open_site(server, dataset, folder)
        root = site.parts["root"]
        matrix = f"{site.url}/api/v1/organizations/{root}/coverage-matrix?year={YEAR}"
        targets = {
            "list": Target(site.overdue(root), 1, site.token),
            "matrix": Target(f"{matrix}&include_descendants=true", 1, site.token),
        }
        measured: list[Round] = run_rounds(targets, rounds=rounds, seconds=2, say=say)
    return Line(
        f"coverage matrix of {FIFTY_BRANCHES} organisations / one overdue list",
        engine,
        spread([loads["matrix"].p50 / loads["list"].p50 for loads in measured]),
        at_most=MATRIX,
        note=f"{occurrences:,} occurrences, failed {failures(measured, 'matrix')}",
    )


def _draw_up(dataset: Dataset) -> tuple[float, int]:
    """Draw up and publish the lists; return the seconds and how many occurrences were made."""
    started = time.perf_counter()
    done = subprocess.run(
        [BIN / "zhaodan", "draw-up", str(YEAR), "--publish"],
        env={**os.environ, **dataset.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    match = OCCURRENCES.search(done.stdout)
    assert match, done.stdout
    return seconds, int(match[1])
