"""The requests that are measured, and the limits that the figures must meet."""

from collections.abc import Mapping, Sequence

from benchmarks.dataset import Site
from benchmarks.load import Target
from benchmarks.pocketbase import Peer
from benchmarks.rounds import Round, failures, spread
from benchmarks.table import Line

READERS = 32
WRITERS = 16
# Shares of the bare application's rate (at least), then ratios of times (at most).
LIST_SHARE = {"SQLite": 0.12, "PostgreSQL": 0.06}
TAIL = 6.0
RECORDS = 8.0  # as much as a summary may take
WRITE_SHARE = 0.04
PEER_SHARE = 1.0
BRANCH_SUMMARY = 8.0
ROOT_SUMMARY = 3.0
GROWTH = 1.3
START_SECONDS = 2.0
IDLE_MB = 150.0


def targets(hello: str, sites: Mapping[str, Site], peer: Peer | None) -> dict[str, Target]:
    """Return every request to repeat; the two sides of a ratio are neighbours."""
    requests: dict[str, Target] = {}
    for engine, site in sites.items():
        requests[f"{engine} hello {READERS}"] = Target(f"{hello}/", READERS)
        leaf = site.parts["leaf"]
        for part, organization in site.parts.items():
            requests[f"{engine} list {part}"] = Target(
                site.overdue(organization), READERS, site.token
            )
            requests[f"{engine} records {part}"] = Target(site.records(organization), 1, site.token)
        requests[f"{engine} list alone"] = Target(site.overdue(leaf), 1, site.token)
        requests[f"{engine} summary branch"] = Target(site.summary(leaf), 1, site.token)
        requests[f"{engine} summary root"] = Target(site.summary(site.parts["root"]), 1, site.token)
        requests[f"{engine} hello {WRITERS}"] = Target(f"{hello}/", WRITERS)
        requests[f"{engine} log"] = Target(site.meetings, WRITERS, site.token, site.bodies)
    if peer is not None:
        requests["peer log"] = Target(peer.url, WRITERS, peer.token, peer.bodies)
    return requests


def lines(rounds: Sequence[Round], sites: Mapping[str, Site], *, peer: bool) -> list[Line]:
    """Return the table's lines from the rounds."""
    table: list[Line] = []
    for engine, site in sites.items():
        table += _lists(rounds, engine, site)
        table += _records(rounds, engine, site)
        table += _writes(rounds, engine, peer=peer)
        table += _summaries(rounds, engine, site)
    return table


def _lists(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    base = f"{engine} hello {READERS}"
    table = [
        Line(
            f"FastAPI hello, {READERS} connections",
            f"beside {engine}",
            spread([loads[base].rate for loads in rounds]),
            unit="req/s",
        )
    ]
    for part, rows in site.rows.items():
        name = f"{engine} list {part}"
        p50 = spread([loads[name].p50 for loads in rounds]).middle
        p99 = spread([loads[name].p99 for loads in rounds]).middle
        note = f"{rows} rows, p50 {p50:.1f}, p99 {p99:.1f} ms, failed {failures(rounds, name)}"
        table += [
            Line(
                f"overdue list, {part} / hello",
                engine,
                spread([loads[name].rate / loads[base].rate for loads in rounds]),
                at_least=LIST_SHARE[engine],
                note=note,
            ),
            Line(
                f"overdue list, {part}: p99 / p50",
                engine,
                spread([loads[name].p99 / loads[name].p50 for loads in rounds]),
                at_most=TAIL,
            ),
        ]
    return table


def _records(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    return [
        Line(
            f"first page of all records, {part} / one overdue list",
            engine,
            spread(
                [
                    loads[f"{engine} records {part}"].p50 / loads[f"{engine} list alone"].p50
                    for loads in rounds
                ]
            ),
            at_most=RECORDS,
            note=f"failed {failures(rounds, f'{engine} records {part}')}",
        )
        for part in site.parts
    ]


def _writes(rounds: Sequence[Round], engine: str, *, peer: bool) -> list[Line]:
    name, base = f"{engine} log", f"{engine} hello {WRITERS}"
    p50 = spread([loads[name].p50 for loads in rounds]).middle
    p99 = spread([loads[name].p99 for loads in rounds]).middle
    failed = failures(rounds, name)
    table = [
        Line(
            "log a meeting / hello",
            engine,
            spread([loads[name].rate / loads[base].rate for loads in rounds]),
            at_least=WRITE_SHARE,
            note=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
        ),
        Line("log a meeting: failures", engine, spread([float(failed)]), at_most=0),
    ]
    if peer:
        table.append(
            Line(
                "log a meeting / PocketBase",
                engine,
                spread([loads[name].rate / loads["peer log"].rate for loads in rounds]),
                at_least=PEER_SHARE,
                note=f"PocketBase failed {failures(rounds, 'peer log')}",
            )
        )
    return table


def _summaries(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    alone, branch, root = (
        f"{engine} {name}" for name in ("list alone", "summary branch", "summary root")
    )
    failed = failures(rounds, branch) + failures(rounds, root)
    return [
        Line(
            "annual summary, branch / one overdue list",
            engine,
            spread([loads[branch].p50 / loads[alone].p50 for loads in rounds]),
            at_most=BRANCH_SUMMARY,
            note=f"{site.year_records} records in {site.year}, failed {failed}",
        ),
        Line(
            "annual summary, root / branch",
            engine,
            spread([loads[root].p50 / loads[branch].p50 for loads in rounds]),
            at_most=ROOT_SUMMARY,
        ),
    ]


def start(engine: str, seconds: Sequence[float], megabytes: Sequence[float]) -> list[Line]:
    """Return the lines of starting and idling, with a migrated and filled database."""
    return [
        Line("start to ready", engine, spread(seconds), unit="s", at_most=START_SECONDS),
        Line("idle memory of one process", engine, spread(megabytes), unit="MB", at_most=IDLE_MB),
    ]


def growth(
    engine: str, small: int, before: Mapping[str, float], after: Mapping[str, float]
) -> list[Line]:
    """Return the lines of the list's own SQL time, few records against all of them."""
    return [
        Line(
            f"overdue list, {part}: SQL time / at {small:,} records",
            engine,
            spread([after[part] / before[part]]),
            at_most=GROWTH,
            note=f"{before[part]:.3f} → {after[part]:.3f} ms",
        )
        for part in before
    ]
