"""``python -m benchmarks --records 100000``: one run, one table."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import documents, measures, summaries
from benchmarks.dataset import Dataset, fill, filled, open_site
from benchmarks.lists import draw_up_line, matrix_line
from benchmarks.load import require_wrk
from benchmarks.pocketbase import pocketbase
from benchmarks.rounds import run_rounds
from benchmarks.servers import hello, idle, service
from benchmarks.statements import statement_ms
from benchmarks.table import Line, show
from tests.support.postgres import create_database, throwaway_cluster

SMALL = 10_000
STARTS = 3
SEED = 1


def say(progress: str) -> None:
    """Print the progress of the run to standard error, apart from the table."""
    print(f"… {progress}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print the table."""
    arguments = _arguments()
    require_wrk()
    lines: list[Line] = []
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="zhaodan-bench-")
        folder = Path(stack.enter_context(temporary))
        if arguments.filled:
            datasets = {dataset.engine: dataset for dataset in map(filled, arguments.filled)}
            engines = {name: dataset.database_url for name, dataset in datasets.items()}
        else:
            engines = stack.enter_context(_engines())
            datasets = {
                name: _fill(folder, name, url, arguments.records) for name, url in engines.items()
            }
        for name, dataset in datasets.items():
            lines += _start(folder, name, dataset)
            if arguments.records > SMALL:
                small = _fill(folder, name, engines[name], SMALL)
                lines += measures.growth(
                    name, SMALL, _sql_times(folder, small), _sql_times(folder, dataset)
                )
            lines += _lists(folder, name, engines[name], arguments.rounds)
        lines += _load(folder, datasets, arguments)
    say("reports: composing and writing")
    lines += documents.lines()
    environment = f"Python {platform.python_version()} · {platform.machine()}"
    figures = "ratios of one run, medians over the rounds"
    show(lines, f"{arguments.records:,} records · {environment} · {figures}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="make bench N=100000")
    parser.add_argument("--records", type=int, default=100_000, help="records to load")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--seconds", type=int, default=3, help="seconds per measurement")
    parser.add_argument("--no-peer", action="store_true", help="leave PocketBase out")
    parser.add_argument(
        "--filled",
        type=Path,
        action="append",
        help="measure this data folder instead of filling new ones; once for each database",
    )
    return parser.parse_args()


@contextmanager
def _engines() -> Iterator[dict[str, str | None]]:
    """Yield the databases to measure by name: SQLite always, PostgreSQL where there is one."""
    with throwaway_cluster(durable=True) as url:
        if url is None:
            say("no PostgreSQL here: SQLite only")
            yield {"SQLite": None}
        else:
            yield {"SQLite": None, "PostgreSQL": url}


def _fill(folder: Path, engine: str, url: str | None, records: int) -> Dataset:
    say(f"{engine}: loading {records:,} records")
    database = _database(url, f"bench_{records}")
    return fill(folder / engine / str(records), records, SEED, database)


def _database(url: str | None, name: str) -> str | None:
    """Create a database in a cluster; None where the folder's own SQLite is used."""
    return create_database(url, name) if url is not None else None


def _lists(folder: Path, engine: str, url: str | None, rounds: int) -> list[Line]:
    say(f"{engine}: drawing up lists")
    lists, matrix = folder / engine / "lists", folder / engine / "matrix"
    return [
        draw_up_line(lists, engine, _database(url, "bench_lists")),
        matrix_line(matrix, engine, _database(url, "bench_matrix"), rounds, say),
    ]


def _start(folder: Path, engine: str, dataset: Dataset) -> list[Line]:
    say(f"{engine}: starting {STARTS} times")
    seconds: list[float] = []
    megabytes: list[float] = []
    for _ in range(STARTS):
        with service(folder, dataset.environment) as server:
            seconds.append(server.started_in)
            megabytes.append(idle(server))
    return measures.start(engine, seconds, megabytes)


def _sql_times(folder: Path, dataset: Dataset) -> dict[str, float]:
    with service(folder, dataset.environment) as server:
        site = open_site(server, dataset, folder)
    times = {}
    for part in ("root", "leaf"):
        path = site.overdue(site.parts[part]).removeprefix(site.url)
        times[part] = statement_ms(dataset.environment, site.token, path)
    return times


def _load(
    folder: Path, datasets: Mapping[str, Dataset], arguments: argparse.Namespace
) -> list[Line]:
    with ExitStack() as stack:
        yardstick = stack.enter_context(hello(folder))
        sites = {}
        for engine, dataset in datasets.items():
            server = stack.enter_context(service(folder, dataset.environment))
            sites[engine] = open_site(server, dataset, folder)
        timed = [
            line
            for engine, site in sites.items()
            for line in summaries.lines(engine, site, arguments.rounds, say)
        ]
        peer = None if arguments.no_peer else stack.enter_context(pocketbase(folder))
        if peer is None:
            say("PocketBase is left out: unwanted, or not to be had here")
        rounds = run_rounds(
            measures.targets(yardstick.url, sites, peer),
            rounds=arguments.rounds,
            seconds=arguments.seconds,
            say=say,
        )
    return measures.lines(rounds, sites, peer=peer is not None) + timed


if __name__ == "__main__":
    main()
