"""Compare the answers of two versions of the service over one populated database.

    python -m tools.compare_answers record --checkout DIR --data DIR --out FILE
    python -m tools.compare_answers diff BEFORE AFTER

``record`` copies a data folder (SQLite), migrates the copy, serves a checkout over it, sends every
request that changes nothing and writes the answers; the folder itself stays as it is. Each
``NAME.token`` of the folder is a user who asks. The service's clock stands still, so only request
ids are left out. ``diff`` prints what differs and exits with 1 when anything does.
"""

import argparse
import difflib
import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.servers import free_port, running
from tools.questions import API, JSON, Inventory, Question, Questions, operations_of

NOW = "2026-11-28T04:00:00+00:00"
PATHS, PAGES = 20, 2
SHOWN_ANSWERS, SHOWN_LINES = 3, 30
SLOW_SECONDS = 5
# The command of the checkout under a clock that stands still.
COMMAND = """
import sys, time_machine
time_machine.travel(sys.argv.pop(1), tick=False).start()
from app.cli import main
main()
"""
Answer = dict[str, Any]


def main() -> None:
    """Record the answers of a checkout, or compare two recordings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="ask a checkout everything that changes nothing")
    recording.add_argument("--checkout", type=Path, required=True, help="the version to ask")
    recording.add_argument("--data", type=Path, required=True, help="a populated data folder")
    recording.add_argument("--out", type=Path, required=True, help="where the answers go (gzip)")
    recording.add_argument("--now", default=NOW, help="the instant at which the clock stands")
    recording.add_argument("--paths", type=int, default=PATHS, help="paths asked an operation")
    comparing = commands.add_parser("diff", help="compare two recordings")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "diff":
        sys.exit(1 if compare(_load(arguments.before), _load(arguments.after)) else 0)
    with serving(arguments.checkout, arguments.data, arguments.now) as (url, folder):
        answers = {"schema of the database": {"body": _schema(folder)}}
        for file in sorted(folder.glob("*.token")):
            token = file.read_text("ascii").strip()
            with _client(url, token) as client:
                for label, answer in ask_everything(client, arguments.paths):
                    answers[f"{file.stem}: {label}"] = answer
    with gzip.open(arguments.out, "wt", encoding="utf-8") as out:
        json.dump(answers, out, ensure_ascii=False, indent=0)
    statuses = Counter(answer.get("status") for answer in answers.values())
    print(f"{len(answers)} answers, by status: {dict(statuses)}")


@contextmanager
def serving(checkout: Path, data: Path, now: str) -> Iterator[tuple[str, Path]]:
    """Serve a checkout over a migrated copy of a data folder; yield its address and the copy."""
    with tempfile.TemporaryDirectory(prefix="zhaodan-answers-") as parent:
        folder = Path(parent) / "data"
        shutil.copytree(data, folder)
        environment = {
            **os.environ,
            "PYTHONPATH": str(checkout.resolve()),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ZHAODAN_DATA_DIR": str(folder),
            "ZHAODAN_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-c", COMMAND, now]
        subprocess.run([*command, "migrate"], cwd=checkout, env=environment, check=True)
        port = free_port()
        serve = [*command, "serve", "--port", str(port)]
        log = Path(parent) / "service.log"
        with running(
            serve, port, ready="/readyz", log=log, environment=environment, folder=checkout
        ) as server:
            yield server.url, folder


def _client(url: str, token: str) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.Client(base_url=url, headers=headers, timeout=120)


def _schema(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "zhaodan.sqlite3")) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        return "\n".join(f"{kind} {name}\n{sql}" for kind, name, sql in rows)


def ask_everything(client: httpx2.Client, paths: int) -> Iterator[tuple[str, Answer]]:
    """Send every request that changes nothing; yield the label and the answer of each."""
    description = client.get(f"{API}/openapi.json").raise_for_status().json()
    yield "API description", {"body": _lines(description, sort_keys=True)}
    operations = operations_of(description)
    questions = Questions(Inventory(client, operations), paths)
    for operation in operations:
        begun = time.monotonic()
        for question in questions.of(operation):
            yield from _pages(client, question)
        seconds = time.monotonic() - begun
        if seconds > SLOW_SECONDS:
            print(f"{operation.method} {operation.path}: {seconds:.0f} s")


def _pages(client: httpx2.Client, question: Question) -> Iterator[tuple[str, Answer]]:
    """Ask one question; yield its answer and those of its next pages."""
    cursor: str | None = None
    for number in range(PAGES):
        position = (("cursor", cursor),) if cursor else ()
        response = client.request(
            question.operation.method,
            API + question.path,
            params=question.query + position,
            headers={"Accept": question.accept},
            json=question.operation.body,
        )
        yield f"{question.label} page {number + 1}", answer_of(response, question)
        content = response.json() if response.headers.get("content-type") == JSON else None
        cursor = content.get("next_cursor") if isinstance(content, dict) else None
        if not cursor:
            return


def answer_of(response: httpx2.Response, question: Question) -> Answer:
    """Return what must be the same of an answer: everything but its request id."""
    kind = response.headers.get("content-type", "")
    return {
        "operation": f"{question.operation.method} {question.operation.path}",
        "status": response.status_code,
        "type": kind,
        "etag": response.headers.get("etag"),
        "disposition": response.headers.get("content-disposition"),
        "body": _body(response.content, kind),
    }


def _body(content: bytes, kind: str) -> str:
    if "json" in kind:
        body = json.loads(content)
        if kind == "application/problem+json":
            del body["request_id"]
        # Spaces and the order of keys are part of the answer; the digest covers them.
        digest = f"\n{hashlib.sha256(content).hexdigest()}" if kind == JSON else ""
        return _lines(body) + digest
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(f"{name}\n{_text(package.read(name))}" for name in package.namelist())
    return _text(content)


def _lines(value: object, *, sort_keys: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=sort_keys)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return f"{len(content)} bytes, {hashlib.sha256(content).hexdigest()}"


def _load(path: Path) -> dict[str, Answer]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        answers: dict[str, Answer] = json.load(file)
    return answers


def compare(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> int:
    """Print what differs, grouped by operation; return how many answers do."""
    differing: defaultdict[str, list[str]] = defaultdict(list)
    for label in sorted(before.keys() | after.keys()):
        old, new = before.get(label), after.get(label)
        if old != new:
            operation = str((old or new or {}).get("operation", label))
            differing[operation].append(label)
    for operation, labels in differing.items():
        print(f"== {operation}: {len(labels)}")
        for label in labels[:SHOWN_ANSWERS]:
            print(f"-- {label}")
            print("\n".join(_difference(before.get(label), after.get(label))))
    count = sum(map(len, differing.values()))
    print(f"{count} of {len(before.keys() | after.keys())} answers differ")
    return count


def _difference(before: Answer | None, after: Answer | None) -> Sequence[str]:
    if before is None or after is None:
        return ["only after" if before is None else "only before"]
    heads = [
        f"{name}: {before[name]} → {after[name]}"
        for name in before
        if name != "body" and before[name] != after.get(name)
    ]
    lines = difflib.unified_diff(
        before["body"].splitlines(), after["body"].splitlines(), lineterm="", n=2
    )
    return [*heads, *list(lines)[:SHOWN_LINES]]


if __name__ == "__main__":
    main()
