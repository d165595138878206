"""A filled database, and the organisations and addresses to measure, found through the API."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.servers import BIN, Server

RECORDS_PER_ORGANIZATION = 200
PAGE = 200
POSTING_BRANCHES = 100
TOKEN_FILE = "token"
URL_FILE = "url"
DATABASE_URL = "ZHAODAN_DATABASE_URL"
OVERDUE = "/rectifications?overdue=true&organization_id={}&include_descendants=true&limit=50"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A migrated and filled database: the environment of every command on it."""

    environment: Mapping[str, str]
    token: str

    @property
    def database_url(self) -> str | None:
        """The address of the database, None for the folder's own SQLite."""
        return self.environment.get(DATABASE_URL)

    @property
    def engine(self) -> str:
        """The name of the database's engine in the table."""
        return "SQLite" if self.database_url is None else "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Site:
    """A running service over a dataset: a token, parts of the tree by name, their overdue rows."""

    url: str
    token: str
    parts: Mapping[str, str]
    rows: Mapping[str, int]
    year: int
    year_records: int
    bodies: Path

    def overdue(self, organization: str) -> str:
        """Return the address of the overdue list of a subtree."""
        return f"{self.url}/api/v1{OVERDUE.format(organization)}"

    def records(self, organization: str) -> str:
        """Return the address of the newest records of a subtree, of all kinds."""
        scope = f"organization_id={organization}&include_descendants=true"
        return f"{self.url}/api/v1/items?{scope}&limit=50"

    def summary(self, organization: str) -> str:
        """Return the address of an organisation's annual summary."""
        return f"{self.url}/api/v1/organizations/{organization}/annual-summaries/{self.year}"

    @property
    def meetings(self) -> str:
        """The address that takes new meetings."""
        return f"{self.url}/api/v1/meetings"


def fill(
    folder: Path,
    records: int,
    seed: int,
    database_url: str | None = None,
    *,
    organizations: int | None = None,
) -> Dataset:
    """Make the schema with the product's command, the records and a user with `tools.demo`.

    By default there is one organisation for each 200 records.

    Raises:
        subprocess.CalledProcessError: a command failed; its output has been shown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"ZHAODAN_DATA_DIR": str(folder)}
    if database_url is not None:
        environment[DATABASE_URL] = database_url
    organizations = organizations or max(3, records // RECORDS_PER_ORGANIZATION)
    _run(environment, BIN / "zhaodan", "migrate")
    _run(
        environment,
        *(sys.executable, "-m", "tools.demo"),
        *("--organizations", str(organizations), "--records", str(records)),
        *("--seed", str(seed), "--token-file", str(folder / TOKEN_FILE)),
    )
    if database_url is not None:
        (folder / URL_FILE).write_text(database_url, encoding="ascii")
    return filled(folder)


def filled(folder: Path) -> Dataset:
    """Open a folder that `python -m tools.demo … --token-file FOLDER/token` has filled.

    A file `url` in it names the database, where that is not the folder's own SQLite.
    """
    environment = {"ZHAODAN_DATA_DIR": str(folder)}
    if (folder / URL_FILE).exists():
        environment[DATABASE_URL] = (folder / URL_FILE).read_text("ascii").strip()
    return Dataset(environment, (folder / TOKEN_FILE).read_text("ascii").strip())


def open_site(server: Server, dataset: Dataset, folder: Path) -> Site:
    """Sign in and choose a root, a middle and a leaf, and the leaf's fullest year.

    Raises:
        httpx2.HTTPStatusError: the service refused one of the questions.
    """
    with httpx2.Client(base_url=f"{server.url}/api/v1", timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {dataset.token}"
        root, middle, leaves = _parts(list(_all(client, "/organizations")))
        leaf = max(leaves[:POSTING_BRANCHES], key=lambda branch: _count(client, branch))
        parts = {"root": root, "middle": middle, "leaf": leaf}
        rows = {part: _overdue_rows(client, parts[part]) for part in parts}
        counts = _years(client, leaf)
        year = max(counts, key=lambda counted: counts[counted])
    bodies = folder / f"meetings-{server.pid}"
    meetings = (f"{_meeting(branch, year)}\n" for branch in leaves[:POSTING_BRANCHES])
    bodies.write_text("".join(meetings), encoding="utf-8")
    return Site(server.url, dataset.token, parts, rows, year, counts[year], bodies)


def _run(environment: Mapping[str, str], *command: str | Path) -> None:
    subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True
    )


def _all(client: httpx2.Client, path: str) -> Iterator[dict[str, Any]]:
    parameters = {"limit": str(PAGE)}
    while True:
        page = client.get(path, params=parameters).raise_for_status().json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        parameters["cursor"] = page["next_cursor"]


def _parts(organizations: list[dict[str, Any]]) -> tuple[str, str, list[str]]:
    """Return the largest root, the largest organisation between root and leaves, and the leaves."""
    parents = {row["id"]: row["parent_id"] for row in organizations}
    below: Counter[str] = Counter()
    for parent in parents.values():
        ancestor = parent
        while ancestor is not None:
            below[ancestor] += 1
            ancestor = parents.get(ancestor)
    root = max((id_ for id_ in parents if parents[id_] is None), key=lambda id_: below[id_])
    inner = [id_ for id_ in below if id_ != root and parents[id_] is not None]
    middle = max(inner, key=lambda id_: below[id_]) if inner else root
    return root, middle, [id_ for id_ in parents if id_ not in below]


def _overdue_rows(client: httpx2.Client, organization: str) -> int:
    return len(client.get(OVERDUE.format(organization)).raise_for_status().json()["items"])


def _count(client: httpx2.Client, organization: str, **filters: str) -> int:
    parameters = {"organization_id": organization, "include_total": "true", "limit": "1", **filters}
    return int(client.get("/items", params=parameters).raise_for_status().json()["total"])


def _years(client: httpx2.Client, organization: str) -> dict[int, int]:
    """Count an organisation's records by the year in which they happened."""
    parameters = {"organization_id": organization, "limit": "1"}
    years = []
    for sort in ("day", "-day"):
        answer = client.get("/meetings", params={**parameters, "sort": sort}).raise_for_status()
        meeting = answer.json()["items"][0]
        years.append(int((meeting["happened_on"] or meeting["planned_on"])[:4]))
    return {
        year: _count(
            client, organization, happened_on_from=f"{year}-01-01", happened_on_to=f"{year}-12-31"
        )
        for year in range(years[0], years[1] + 1)
    }


def _meeting(branch: str, year: int) -> str:
    """Return the payload of a meeting as people enter them, as one line of JSON."""
    meeting = {
        "organization_id": branch,
        "type": "member_assembly",
        "title": "支部党员大会（第@N@次）",
        "focus": None,
        "happened_on": f"{year}-03-12",
        "starts_at": "14:30",
        "ends_at": "16:00",
        "place": "党员活动室",
        "chair": "张明",
        "recorder": "李红",
        "expected": 20,
        "present": 18,
        "agenda": ["学习有关文件", "讨论上半年工作安排"],
        "discussion": "与会党员结合岗位谈了体会，对上半年的工作安排提出了意见。",
        "resolutions": [{"text": "通过上半年工作安排"}],
    }
    return json.dumps(meeting, ensure_ascii=False)
