"""Times of summaries and drafts: a branch's year, and a whole tree written from totals."""

import time
import uuid
from collections.abc import Callable

import httpx2

from benchmarks.dataset import Site
from benchmarks.rounds import spread
from benchmarks.table import Line

BRANCH_MS = 50.0
TREE_SECONDS = 3.0
TIMEOUT = 120


def summary_lines(engine: str, site: Site, rounds: int, say: Callable[[str], None]) -> list[Line]:
    """Measure summaries of the root with all below and of the leaf's fullest year, one at a time.

    Raises:
        httpx2.HTTPStatusError: the service refused one of them.
    """
    say(f"{engine}: summaries")
    tree = f"{site.summary(site.parts['root'])}?include_descendants=true"
    branch = site.summary(site.parts["leaf"])
    with httpx2.Client(timeout=TIMEOUT) as client:
        client.headers["Authorization"] = f"Bearer {site.token}"
        trees = [_seconds(client, tree) for _ in range(rounds + 1)][1:]
        branches = [_seconds(client, branch) for _ in range(rounds * 5 + 1)][1:]
    return [
        Line(
            "annual summary of the whole tree, root",
            engine,
            spread(trees),
            unit="s",
            at_most=TREE_SECONDS,
        ),
        Line(
            "annual summary of a branch",
            engine,
            spread([seconds * 1000 for seconds in branches]),
            unit="ms",
            at_most=BRANCH_MS,
            note=f"{site.year_records} records in {site.year}",
        ),
    ]


def draft_lines(engine: str, site: Site, rounds: int, say: Callable[[str], None]) -> list[Line]:
    """Measure stored drafts of the root with all below it and of the leaf's fullest year.

    Raises:
        httpx2.HTTPStatusError: the service refused one of them.
    """
    say(f"{engine}: drafts")
    with httpx2.Client(timeout=TIMEOUT) as client:
        client.headers["Authorization"] = f"Bearer {site.token}"
        drafts = {
            part: [_draft(client, site, part) for _ in range(rounds + 1)][1:]
            for part in ("root", "leaf")
        }
    return [
        Line(
            "draft of a report of the whole tree, root",
            engine,
            spread(drafts["root"]),
            unit="s",
            at_most=TREE_SECONDS,
        ),
        Line(
            "draft of a report of a branch, stored",
            engine,
            spread([seconds * 1000 for seconds in drafts["leaf"]]),
            unit="ms",
            note="facts with their files, coverage and findings; frozen; blocks written",
        ),
    ]


def _draft(client: httpx2.Client, site: Site, part: str) -> float:
    payload = {
        "organization_id": site.parts[part],
        "year": site.year,
        "form": "work_summary",
        "include_descendants": part == "root",
    }
    started = time.perf_counter()
    key = {"Idempotency-Key": uuid.uuid4().hex}
    client.post(f"{site.url}/api/v1/reports", json=payload, headers=key).raise_for_status()
    return time.perf_counter() - started


def _seconds(client: httpx2.Client, address: str) -> float:
    started = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - started
