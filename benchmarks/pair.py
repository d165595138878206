"""``python -m benchmarks.pair --before CHECKOUT --filled FOLDER``: two versions in one run.

Both serve copies of one filled folder (``benchmarks.dataset.filled``). Each question is put to the
two in turn, and what counts is the processor time of the server's process for each answer: other
work on the machine disturbs it far less than it does the clock.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2

from benchmarks.dataset import Dataset, Site, filled, open_site
from benchmarks.servers import Server, free_port, running

# The command of a checkout that is not the one installed.
COMMAND = (sys.executable, "-c", "from app.cli import main; main()")
LIGHT, HEAVY = 60, 12
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print a line for each question."""
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhaodan-pair-")))
        after = Path(__file__).parents[1]
        sides = {
            name: stack.enter_context(_serving(checkout, arguments.filled, folder / name))
            for name, checkout in (("before", arguments.before), ("after", after))
        }
        dataset = filled(arguments.filled)
        site = open_site(sides["before"], dataset, folder)
        for name, (path, times) in _questions(site).items():
            ratios, milliseconds = _ratios(sides, dataset, path, times, arguments.rounds)
            low, high = min(ratios), max(ratios)
            middle = statistics.median(ratios)
            print(f"{name:22} {middle:.2f} ({low:.2f}-{high:.2f})  before {milliseconds:.1f} ms")


def _questions(site: Site) -> Mapping[str, tuple[str, int]]:
    """Return for each question its path and how often it is put in a round."""
    root, middle, leaf = (f"/api/v1/organizations/{id_}" for id_ in site.parts.values())
    year, below = f"year={site.year}", "include_descendants=true"
    start = len(site.url)
    meetings = f"/api/v1/meetings?organization_id={site.parts['root']}&{below}&limit=50"
    return {
        "overdue list, root": (site.overdue(site.parts["root"])[start:], LIGHT),
        "overdue list, leaf": (site.overdue(site.parts["leaf"])[start:], LIGHT),
        "records, root": (site.records(site.parts["root"])[start:], LIGHT),
        "meetings, root": (meetings, LIGHT),
        "roster, leaf": (f"{leaf}/members?limit=50", LIGHT),
        "account": ("/api/v1/me", LIGHT),
        "summary, leaf": (f"{leaf}/annual-summaries/{site.year}", HEAVY),
        "summary, middle": (f"{middle}/annual-summaries/{site.year}?{below}", HEAVY),
        "summary, root": (f"{root}/annual-summaries/{site.year}?{below}", HEAVY),
        "findings, leaf": (f"{leaf}/findings?{year}", HEAVY),
        "findings, middle": (f"{middle}/findings?{year}&{below}", HEAVY),
        "coverage, middle": (f"{middle}/coverage?{year}&{below}", HEAVY),
        "matrix, middle": (f"{middle}/coverage-matrix?{year}&{below}", HEAVY),
        "task list, leaf": (f"{leaf}/task-list?{year}", HEAVY),
    }


def _ratios(
    sides: Mapping[str, Server], dataset: Dataset, path: str, times: int, rounds: int
) -> tuple[list[float], float]:
    """Return after over before for each round, and the middle of before in milliseconds."""
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name in sorted(sides, reverse=number % 2 == 0):
            seconds = _processor_seconds(sides[name], dataset.token, path, times)
            if number:  # the first round fills what is kept in memory
                spent[name].append(seconds / times)
    tick = 1 / TICKS / times  # the least that can be told apart
    pairs = zip(spent["after"], spent["before"], strict=True)
    ratios = [max(after, tick) / max(before, tick) for after, before in pairs]
    return ratios, statistics.median(spent["before"]) * 1000


def _processor_seconds(server: Server, token: str, path: str, times: int) -> float:
    headers = {"Authorization": f"Bearer {token}"}
    begun = _ticks(server.pid)
    with httpx2.Client(base_url=server.url, headers=headers, timeout=120) as client:
        for _ in range(times):
            client.get(path).raise_for_status()
    return (_ticks(server.pid) - begun) / TICKS


def _ticks(pid: int) -> int:
    """Return the processor time of a process, its own and the kernel's for it (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


@contextmanager
def _serving(checkout: Path, data: Path, copy: Path) -> Iterator[Server]:
    """Serve a migrated copy of a filled folder from a checkout."""
    shutil.copytree(data, copy)
    environment = {"PYTHONPATH": str(checkout), "ZHAODAN_DATA_DIR": str(copy)}
    whole = {**os.environ, **environment}
    subprocess.run(
        (*COMMAND, "migrate"), cwd=checkout, env=whole, stdout=subprocess.DEVNULL, check=True
    )
    port = free_port()
    command = (*COMMAND, "serve", "--port", str(port))
    log = copy.with_suffix(".log")
    with running(
        command, port, ready="/readyz", log=log, environment=environment, folder=checkout
    ) as server:
        yield server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True, help="a checkout to compare with")
    parser.add_argument("--filled", type=Path, required=True, help="a folder with a token in it")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
