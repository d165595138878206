"""What is measured and what is asked of it."""

from collections.abc import Mapping, Sequence

from benchmarks.dataset import Site
from benchmarks.load import Target
from benchmarks.pocketbase import Peer
from benchmarks.rounds import Round, failures, spread
from benchmarks.table import Line

READERS = 32
WRITERS = 16
LIST_SHARE = {"SQLite": 0.12, "PostgreSQL": 0.06}
TAIL = 6.0
RECORDS = 8.0  # of our own: as much as a summary may take
WRITE_SHARE = 0.04
PEER_SHARE = 1.0
BRANCH_SUMMARY = 8.0
ROOT_SUMMARY = 3.0
GROWTH = 1.3
START_SECONDS = 2.0
IDLE_MB = 150.0


def targets(hello: str, sites: Mapping[str, Site], peer: Peer | None) -> dict[str, Target]:
    """Give every request to repeat, neighbours first: a ratio needs its two sides close by."""
    found: dict[str, Target] = {}
    for engine, site in sites.items():
        found[f"{engine} hello {READERS}"] = Target(f"{hello}/", READERS)
        for part, organization in site.parts.items():
            found[f"{engine} list {part}"] = Target(site.overdue(organization), READERS, site.token)
            found[f"{engine} records {part}"] = Target(site.records(organization), 1, site.token)
        found[f"{engine} list alone"] = Target(site.overdue(site.parts["leaf"]), 1, site.token)
        found[f"{engine} summary branch"] = Target(site.summary(site.parts["leaf"]), 1, site.token)
        found[f"{engine} summary root"] = Target(site.summary(site.parts["root"]), 1, site.token)
        found[f"{engine} hello {WRITERS}"] = Target(f"{hello}/", WRITERS)
        found[f"{engine} log"] = Target(site.meetings, WRITERS, site.token, site.bodies)
    if peer is not None:
        found["peer log"] = Target(peer.url, WRITERS, peer.token, peer.bodies)
    return found


def lines(rounds: Sequence[Round], sites: Mapping[str, Site], *, peer: bool) -> list[Line]:
    """Give the table's lines from the rounds."""
    found: list[Line] = []
    for engine, site in sites.items():
        found += _lists(rounds, engine, site)
        found += _records(rounds, engine, site)
        found += _writes(rounds, engine, peer=peer)
        found += _summaries(rounds, engine, site)
    return found


def _lists(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    base = f"{engine} hello {READERS}"
    found = [
        Line(
            f"FastAPI hello, {READERS} connections",
            f"beside {engine}",
            spread([one[base].rate for one in rounds]),
            unit="req/s",
        )
    ]
    for part, rows in site.rows.items():
        name = f"{engine} list {part}"
        p50 = spread([one[name].p50 for one in rounds]).middle
        p99 = spread([one[name].p99 for one in rounds]).middle
        note = f"{rows} rows, p50 {p50:.1f}, p99 {p99:.1f} ms, failed {failures(rounds, name)}"
        found += [
            Line(
                f"overdue list, {part} / hello",
                engine,
                spread([one[name].rate / one[base].rate for one in rounds]),
                asked=LIST_SHARE[engine],
                note=note,
            ),
            Line(
                f"overdue list, {part}: p99 / p50",
                engine,
                spread([one[name].p99 / one[name].p50 for one in rounds]),
                asked=TAIL,
                sense="at most",
            ),
        ]
    return found


def _records(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    return [
        Line(
            f"first page of all records, {part} / one overdue list",
            engine,
            spread(
                [
                    one[f"{engine} records {part}"].p50 / one[f"{engine} list alone"].p50
                    for one in rounds
                ]
            ),
            asked=RECORDS,
            sense="at most",
            note=f"failed {failures(rounds, f'{engine} records {part}')}",
        )
        for part in site.parts
    ]


def _writes(rounds: Sequence[Round], engine: str, *, peer: bool) -> list[Line]:
    name, base = f"{engine} log", f"{engine} hello {WRITERS}"
    p50 = spread([one[name].p50 for one in rounds]).middle
    p99 = spread([one[name].p99 for one in rounds]).middle
    failed = failures(rounds, name)
    found = [
        Line(
            "log a meeting / hello",
            engine,
            spread([one[name].rate / one[base].rate for one in rounds]),
            asked=WRITE_SHARE,
            note=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
        ),
        Line("log a meeting: failures", engine, spread([float(failed)]), asked=0, sense="at most"),
    ]
    if peer:
        found.append(
            Line(
                "log a meeting / PocketBase",
                engine,
                spread([one[name].rate / one["peer log"].rate for one in rounds]),
                asked=PEER_SHARE,
                note=f"PocketBase failed {failures(rounds, 'peer log')}",
            )
        )
    return found


def _summaries(rounds: Sequence[Round], engine: str, site: Site) -> list[Line]:
    alone, branch, root = (
        f"{engine} {what}" for what in ("list alone", "summary branch", "summary root")
    )
    failed = failures(rounds, branch) + failures(rounds, root)
    return [
        Line(
            "annual summary, branch / one overdue list",
            engine,
            spread([one[branch].p50 / one[alone].p50 for one in rounds]),
            asked=BRANCH_SUMMARY,
            sense="at most",
            note=f"{site.year_records} records in {site.year}, failed {failed}",
        ),
        Line(
            "annual summary, root / branch",
            engine,
            spread([one[root].p50 / one[branch].p50 for one in rounds]),
            asked=ROOT_SUMMARY,
            sense="at most",
        ),
    ]


def start(engine: str, seconds: Sequence[float], megabytes: Sequence[float]) -> list[Line]:
    """Give the lines of starting and idling, with a migrated and filled database."""
    return [
        Line(
            "start to ready",
            engine,
            spread(seconds),
            unit="s",
            asked=START_SECONDS,
            sense="at most",
        ),
        Line(
            "idle memory of one process",
            engine,
            spread(megabytes),
            unit="MB",
            asked=IDLE_MB,
            sense="at most",
        ),
    ]


def growth(
    engine: str, small: int, before: Mapping[str, float], after: Mapping[str, float]
) -> list[Line]:
    """Give the lines of the list's own SQL time, few records against all of them."""
    return [
        Line(
            f"overdue list, {part}: SQL time / at {small:,} records",
            engine,
            spread([after[part] / before[part]]),
            asked=GROWTH,
            sense="at most",
            note=f"{before[part]:.3f} → {after[part]:.3f} ms",
        )
        for part in before
    ]
