"""Uploads at the worst moments: killed around the commit, and many at once on one version."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.audit.test_busy import assert_chain_holds
from tests.evidence.makers import PDF
from tests.evidence.support import FORM, added, form, meeting, pdf, sha256, stored, upload
from tests.support.waiting import PATIENCE
from tests.support.world import World

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from sqlalchemy import event
from app.core.settings import Settings
from app.main import create_app
from tests.evidence.makers import PDF
from tests.evidence.support import Wire, form

folder, url, path, token, moment = sys.argv[1:]
app = create_app(Settings(data_dir=folder, database_url=url or None, log_level="error"))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

wire = Wire(app, iter([form(PDF)]))
if moment == "before commit":
    event.listen(app.state.database.engine, "commit", die)
elif moment.isdigit():
    left = iter(range(int(moment)))
    def count(*_):
        return next(left, None) is None and die()
    event.listen(app.state.database.engine, "before_cursor_execute", count)
else:
    wire.answering = lambda status: status == 201 and die()
print(wire.post(path, token, **{"Idempotency-Key": "once"}))
"""


def killed(world: World, path: str, moment: str) -> bool:
    """Upload from a process that kills itself at a moment; whether it lived to see it."""
    settings = world.app.state.settings
    arguments = [settings.data_dir, settings.database_url or "", path, world.clerk.token, moment]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode in {0, -9}, ended.stdout + ended.stderr
    return ended.returncode == -9


def again(world: World, path: str) -> Any:  # noqa: ANN401 - a response
    return world.clerk("POST", path, content=form(PDF), headers=FORM, key="once")


def test_killed_before_the_commit_leaves_bytes_but_no_row(world: World) -> None:
    path, before = f"/items/{meeting(world)}/evidence", stored(world)
    assert killed(world, path, "before commit")
    assert world.clerk.ok(path)["items"] == []
    (orphan,) = stored(world) - before
    assert sha256(orphan.read_bytes()) == sha256(PDF)
    retried = again(world, path)
    assert retried.status_code == 201, retried.text
    assert "idempotency-replayed" not in retried.headers


def test_killed_before_the_answer_has_done_the_work(world: World) -> None:
    path, before = f"/items/{meeting(world)}/evidence", stored(world)
    assert killed(world, path, "before answer")
    (row,) = world.clerk.ok(path)["items"]
    assert world.clerk.get(f"/evidence/{row['id']}/content").content == PDF
    retried = again(world, path)
    assert (retried.status_code, retried.json()) == (201, row)
    assert retried.headers["idempotency-replayed"] == "true"
    assert len(stored(world) - before) == 1


@pytest.mark.long
@pytest.mark.parametrize("statements", range(0, 40, 2))
def test_killed_before_any_statement_it_can_be_done_again(world: World, statements: int) -> None:
    path, before = f"/items/{meeting(world)}/evidence", stored(world)
    done = not killed(world, path, str(statements))
    assert len(world.clerk.ok(path)["items"]) == done
    retried = again(world, path)
    assert retried.status_code == 201, retried.text
    assert ("idempotency-replayed" in retried.headers) is done
    assert len(world.clerk.ok(path)["items"]) == 1
    assert {sha256(file.read_bytes()) for file in stored(world) - before} == {sha256(PDF)}
    assert_chain_holds(world)


@pytest.mark.race
def test_of_many_revisions_of_one_version_one_is_recorded(world: World) -> None:
    made, clerk = added(world.clerk, meeting(world)), world.clerk
    path, before = f"/evidence/{made['id']}", stored(world)

    def revise(number: int) -> int:
        answer = upload(clerk, f"{path}/revisions", pdf(str(number)), version=1)
        return int(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(revise, range(6)))
    assert statuses == [201] + [412] * 5
    assert len(world.clerk.ok(f"{path}/revisions")["items"]) == 2
    assert len(stored(world) - before) == 1
