"""Logs: one JSON object a line, whatever people type, and never what they typed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# A process of its own: logging is set up once for a process, and its real output counts.
PROGRAM = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from app.access.rules import new_token
from app.core import logging
from app.core.database import Database
from app.core.migrations import upgrade
from app.core.settings import Settings
from app.main import create_app

settings = Settings(data_dir=Path(sys.argv[1]), log_level="info", log_format="json")
logging.configure(settings)
database = Database(settings)
upgrade(database)
database.dispose()
app = create_app(settings)
headers = {"Authorization": f"Bearer {new_token()}", "X-Forwarded-For": "198.51.100.7"}
secret = {"username": "zhang.ming", "password": "topsecretpassword", "name": "name-of-token"}
with TestClient(app, client=("192.0.2.1", 1)) as client:
    client.get("/api/v1/meetings", headers=headers, params={"q": "query-text"})
    client.post("/api/v1/access-tokens", json=secret)
    client.post("/api/v1/access-tokens", json={**secret, "username": "a\\r\\nb\\x1b[31m\\u2028"})
    for path in ("%0d%0aforged", "%1b[31mred", "%e2%80%a8separator", "%ed%a0%80", "%00", "%22%7d"):
        client.get(f"/api/v1/{path}", headers=headers)
    app.state.open_uow = None
    client.get("/api/v1/meetings", headers=headers)
"""


def run(folder: Path) -> list[str]:
    """The lines that the program writes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, folder],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    return done.stderr.decode("utf-8").split("\n")[:-1]


def entries(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def assert_every_line_is_one_json_object(lines: list[str]) -> None:
    assert all(isinstance(entry, dict) for entry in entries(lines))
    for line in lines:
        assert line.isascii()
        assert line.isprintable()


def assert_each_request_has_one_line_with_its_id_and_place(lines: list[str]) -> None:
    requests = [entry for entry in entries(lines) if entry["event"] == "request"]
    assert [entry["status"] for entry in requests] == [401, 401, 422, *[404] * 6, 500]
    assert len({entry["request_id"] for entry in requests}) == len(requests)
    for entry in requests:
        assert entry["client"] == "192.0.2.1"
        assert entry["level"] == "info"
        assert entry["ms"] >= 0
        assert entry["timestamp"].endswith("Z")


def assert_nothing_secret_is_logged(lines: list[str]) -> None:
    text = "\n".join(lines)
    for secret in ("zd_", "topsecretpassword", "name-of-token", "zhang.ming", "query-text"):
        assert secret not in text
    assert "198.51.100.7" not in text


def assert_an_error_is_logged_by_its_kind_and_place(lines: list[str]) -> None:
    [error] = [entry for entry in entries(lines) if entry["event"] == "unhandled_error"]
    assert (error["level"], error["error"]) == ("error", "TypeError")
    assert any("routing.py" in place for place in error["trace"])
    assert "NoneType" not in json.dumps(error)


def test_the_log_of_hostile_requests(tmp_path: Path) -> None:
    lines = run(tmp_path)
    assert_every_line_is_one_json_object(lines)
    assert_each_request_has_one_line_with_its_id_and_place(lines)
    assert_nothing_secret_is_logged(lines)
    assert_an_error_is_logged_by_its_kind_and_place(lines)
