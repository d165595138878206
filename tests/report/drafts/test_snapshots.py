"""Composing keeps nobody from writing, and what is written afterwards is decided afterwards."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.access import service as access
from app.access.models import User
from app.core.audit import AuditEntry
from app.main import create_app
from tests.conftest import NOON
from tests.items.test_query_counts import counted
from tests.report.drafts.support import drafted, held, keyed, path, read
from tests.report.drafts.test_reports import SPECIAL
from tests.support.waiting import PATIENCE
from tests.support.world import SYSTEM, Client, World

THREADS = 4


class HoldingClock:
    """Stands at noon; when armed, keeps the second who asks until he is let go.

    A request asks first to authenticate, then where it begins to read: by then it has its snapshot.
    """

    def __init__(self) -> None:
        self.instant = NOON
        self.reached, self.go = Event(), Event()
        self._ahead: list[Event] = []

    def arm(self) -> None:
        """Keep the second call from here."""
        self.reached.clear()
        self.go.clear()
        self._ahead = [Event(), self.go]

    def now(self) -> datetime:
        """Noon, sooner or later."""
        if self._ahead and self._ahead.pop(0) is self.go:
            self.reached.set()
            assert self.go.wait(PATIENCE)
        return self.instant


@dataclass
class Slow:
    """A service over the world's database in which one request can be kept while it composes."""

    world: World
    clock: HoldingClock

    @contextmanager
    def keeping(self, request: Callable[[], Any]) -> Iterator[Future[Any]]:
        """Do the block while the request has read who asks and waits in its snapshot."""
        with ThreadPoolExecutor(1) as pool:
            self.clock.arm()
            answer = pool.submit(request)
            try:
                assert self.clock.reached.wait(PATIENCE)
                yield answer
            finally:
                self.clock.go.set()


@pytest.fixture
def slow(world: World) -> Iterator[Slow]:
    assert world.clerk
    clock = HoldingClock()
    app = create_app(world.app.state.settings, clock=clock)
    with TestClient(app, raise_server_exceptions=False) as http:
        yield Slow(replace(world, app=app, http=http, clients={}), clock)


def wish(world: World, **changes: object) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "year": 2018, "form": "duty_report", **changes}


def roles(client: Client) -> str:
    """Where a user's roles are granted and withdrawn."""
    return f"/users/{client.ok('/me')['id']}/roles"


def withdraw(slow: Slow, where: str, role: str) -> None:
    admin = slow.world.as_role("admin")
    [grant] = [one for one in admin.ok(where)["items"] if one["role"] == role]
    assert admin("DELETE", f"{where}/{grant['id']}").status_code == 204


def reports(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.clerk.ok("/reports", organization_id=world.hq)["items"]
    return found


def test_another_writes_while_a_draft_is_composed(world: World, slow: Slow) -> None:
    held(world, "2018-02-06", "2018-06-28")
    client = slow.world.clerk
    with slow.keeping(lambda: client.post("/reports", wish(world))) as answer:
        held(slow.world, "2018-11-08")  # in the same process
        held(world, "2018-11-09")  # in another one, as far as the database can tell
        assert not answer.done()
    made = answer.result()
    assert made.status_code == 201, made.text
    report = made.json()
    assert len(keyed(report, SPECIAL)["source"]["ids"]) == 2, "the facts are those of the snapshot"
    assert report["as_of"] == "2018-12-10"
    [more] = [
        one for one in world.clerk.ok(path(report, "changes"))["items"] if one["key"] == SPECIAL
    ]
    assert len(more["ids_added"]) == 2


@pytest.mark.parametrize("left", [None, "viewer"])
@pytest.mark.parametrize("key", [None, "once"])
def test_who_lost_the_right_meanwhile_drafts_nothing(
    world: World, slow: Slow, key: str | None, left: str | None
) -> None:
    client, admin = slow.world.clerk, slow.world.as_role("admin")
    where = roles(client)
    if left:
        admin.created(where, {"organization_id": str(world.hq), "role": left})
    with slow.keeping(lambda: client.post("/reports", wish(world), key=key)) as answer:
        withdraw(slow, where, "clerk")
    assert answer.result().status_code == (403 if left else 404)
    assert reports(world) == []
    assert not drafted_entries(world)
    admin.created(where, {"organization_id": str(world.hq), "role": "clerk"})
    again = client.post("/reports", wish(world), key=key)
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)
    assert len(drafted_entries(world)) == 1


def test_supervision_lost_meanwhile_tells_nothing(world: World, slow: Slow) -> None:
    client = slow.world.as_role("clerk", "supervision")
    where, ask = roles(client), wish(world, include_supervision=True)
    assert slow.world.as_role("admin")
    with slow.keeping(lambda: client.post("/reports", ask)) as answer:
        withdraw(slow, where, "supervision")
    assert answer.result().status_code == 403
    assert reports(world) == []


def test_a_token_revoked_meanwhile_is_refused(world: World, slow: Slow) -> None:
    client, admin = slow.world.clerk, slow.world.as_role("admin")
    user = f"/users/{client.ok('/me')['id']}"
    version = admin.ok(user)["version"]
    with slow.keeping(lambda: client.post("/reports", wish(world))) as answer:
        assert admin.patch(user, {"disabled": True}, version=version).status_code == 200
    assert answer.result().status_code == 401
    assert reports(world) == []


def test_an_update_is_composed_beside_and_taken_over_if_nobody_was_first(
    world: World, slow: Slow
) -> None:
    held(world, "2018-02-06")
    report = drafted(world)
    held(world, "2018-06-28")
    client, target = slow.world.clerk, path(report, "updates")

    def update() -> Any:  # noqa: ANN401 - a response
        return client.post(target, {"all": True}, version=report["version"], key="update")

    with slow.keeping(update) as answer:
        changed = world.clerk.patch(path(report), {"title": "述职"}, version=report["version"])
        assert changed.status_code == 200
    assert answer.result().status_code == 412
    now = read(world, report)
    assert (now["fact_set_number"], now["version"]) == (1, changed.json()["version"])
    report = now
    with slow.keeping(update) as answer:
        held(slow.world, "2018-11-08")
    done = answer.result()
    assert done.status_code == 201, done.text
    assert len(keyed(done.json(), SPECIAL)["source"]["ids"]) == 2


def test_a_repetition_is_answered_without_composing(world: World) -> None:
    held(world, "2018-02-06")
    first = world.clerk.post("/reports", wish(world), key="once")
    with counted(world) as statements:
        again = world.clerk.post("/reports", wish(world), key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert len(statements) == 2, "who asks, and what was answered"
    with counted(world) as statements:
        other = world.clerk.post("/reports", wish(world, year=2017), key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(statements) == 2
    world.clock.instant += timedelta(hours=25)
    later = world.clerk.post("/reports", wish(world), key="once")
    assert (later.status_code, "idempotency-replayed" in later.headers) == (201, False)


@pytest.mark.race
def test_the_same_at_once_is_one_report(world: World) -> None:
    held(world, "2018-02-06")
    client, ask = world.clerk, wish(world)
    with ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(client.post, "/reports", ask, key="once") for _ in range(THREADS)]
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {201}, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    replayed = sum("idempotency-replayed" in answer.headers for answer in answers)
    assert replayed == THREADS - 1
    assert len(reports(world)) == 1


def test_a_read_only_token_is_refused_before_anything_is_read(world: World) -> None:
    clerk = UUID(world.clerk.ok("/me")["id"])
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        user = uow.session.get_one(User, clerk)
        _, secret = access.issue_token(uow, user, name="只读", days=1, read_only=True)
    with counted(world) as statements:
        refused = Client(world.http, secret).post("/reports", wish(world), key="once")
    assert refused.status_code == 403
    assert "只读令牌" in refused.json()["detail"]
    assert len(statements) == 1


def drafted_entries(world: World) -> list[AuditEntry]:
    """What the trail says of reports drafted at the organisation."""
    statement = select(AuditEntry).where(
        AuditEntry.organization_id == world.hq, AuditEntry.action == "report.drafted"
    )
    with world.app.state.database.read() as session:
        return list(session.scalars(statement))
