"""Times of summaries and drafts: a branch's year, and a whole tree written from totals."""

import time
import uuid
from collections.abc import Callable
from functools import partial

import httpx2

from benchmarks.dataset import Site
from benchmarks.rounds import Spread, spread
from benchmarks.table import Line

BRANCH_MS = 50.0
TREE_SECONDS = 3.0
TIMEOUT = 120


def lines(engine: str, site: Site, rounds: int, say: Callable[[str], None]) -> list[Line]:
    """Measure summaries and stored drafts of the root's tree and of the leaf's fullest year.

    Raises:
        httpx2.HTTPStatusError: the service refused one of them.
    """
    say(f"{engine}: summaries and drafts")
    tree = f"{site.summary(site.parts['root'])}?include_descendants=true"
    branch = site.summary(site.parts["leaf"])
    with httpx2.Client(timeout=TIMEOUT) as client:
        client.headers["Authorization"] = f"Bearer {site.token}"
        trees = _times(partial(client.get, tree), rounds)
        branches = _times(partial(client.get, branch), rounds * 5, 1000)
        tree_drafts = _times(partial(_draft, client, site, "root"), rounds)
        branch_drafts = _times(partial(_draft, client, site, "leaf"), rounds, 1000)
    records = f"{site.year_records} records in {site.year}"
    stored = "facts with their files, coverage and findings; frozen; blocks written"
    return [
        Line("annual summary of the whole tree, root", engine, trees, "s", at_most=TREE_SECONDS),
        Line("annual summary of a branch", engine, branches, "ms", at_most=BRANCH_MS, note=records),
        Line(
            "draft of a report of the whole tree, root",
            engine,
            tree_drafts,
            "s",
            at_most=TREE_SECONDS,
        ),
        Line("draft of a report of a branch, stored", engine, branch_drafts, "ms", note=stored),
    ]


def _draft(client: httpx2.Client, site: Site, part: str) -> httpx2.Response:
    payload = {
        "organization_id": site.parts[part],
        "year": site.year,
        "form": "work_summary",
        "include_descendants": part == "root",
    }
    key = {"Idempotency-Key": uuid.uuid4().hex}
    return client.post(f"{site.url}/api/v1/reports", json=payload, headers=key)


def _times(request: Callable[[], httpx2.Response], count: int, per_second: int = 1) -> Spread:
    """Time a request, without its first time; the unit is 1 / ``per_second`` seconds."""
    times = []
    for _ in range(count + 1):
        started = time.perf_counter()
        request().raise_for_status()
        times.append((time.perf_counter() - started) * per_second)
    return spread(times[1:])
