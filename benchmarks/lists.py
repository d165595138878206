"""The year's lists: drawing one up for a whole tree, and looking at 50 branches at once."""

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.dataset import Dataset, fill, open_site
from benchmarks.load import Target
from benchmarks.rounds import Round, Spread, run_rounds, spread
from benchmarks.servers import BIN, service
from benchmarks.table import Line

ORGANIZATIONS = 500
# With the root and the general branches these make about fifty branches.
FIFTY_BRANCHES = 53
YEAR = 2025
SECONDS = 10.0
MATRIX = 8.0
OWED = re.compile(r"生成 (\d+) 项")


def draw_up_line(folder: Path, engine: str, database_url: str | None) -> Line:
    """Draw up and publish a year for 500 organisations, as an operator does."""
    dataset = fill(folder, ORGANIZATIONS * 2, 1, database_url, organizations=ORGANIZATIONS)
    seconds, owed = _drawn_up(dataset)
    return Line(
        f"draw up and publish a year, {ORGANIZATIONS} organisations",
        engine,
        Spread(seconds, seconds, seconds),
        unit="s",
        asked=SECONDS,
        sense="at most",
        note=f"{owed:,} occurrences, start of the command included",
    )


def matrix_line(
    folder: Path, engine: str, database_url: str | None, rounds: int, say: Callable[[str], None]
) -> Line:
    """The coverage matrix of about 50 branches beside one overdue list of the same tree."""
    records = FIFTY_BRANCHES * 200
    dataset = fill(folder, records, 1, database_url, organizations=FIFTY_BRANCHES)
    _, owed = _drawn_up(dataset)
    with service(folder, dataset.environment) as server:
        site = open_site(server, dataset, folder)
        root = site.parts["root"]
        matrix = f"{site.url}/api/v1/organizations/{root}/coverage-matrix?year={YEAR}"
        targets = {
            "list": Target(site.overdue(root), 1, site.token),
            "matrix": Target(f"{matrix}&include_descendants=true", 1, site.token),
        }
        seen: list[Round] = run_rounds(targets, rounds=rounds, seconds=2, say=say)
    failed = sum(one["matrix"].failures for one in seen)
    return Line(
        f"coverage matrix of {FIFTY_BRANCHES} organisations / one overdue list",
        engine,
        spread([one["matrix"].p50 / one["list"].p50 for one in seen]),
        asked=MATRIX,
        sense="at most",
        note=f"{owed:,} occurrences, failed {failed}",
    )


def _drawn_up(dataset: Dataset) -> tuple[float, int]:
    started = time.perf_counter()
    done = subprocess.run(
        [BIN / "zhaodan", "draw-up", str(YEAR), "--publish"],
        env={**os.environ, **dataset.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    found = OWED.search(done.stdout)
    assert found, done.stdout
    return seconds, int(found[1])
