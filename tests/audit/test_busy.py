"""The trail under load: every change in it once, in the transaction that made it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from app.core.audit import AuditEntry, AuditHead, verify
from tests.support.records import enrolled, meeting_of
from tests.support.world import Client, World

WRITERS, EACH = 8, 4


def entries(world: World, *, of: object = None) -> list[AuditEntry]:
    """The trail of one subject, or of the whole of this test's own trees."""
    statement = select(AuditEntry).order_by(AuditEntry.sequence)
    if of is not None:
        statement = statement.where(AuditEntry.subject_id == UUID(str(of)))
    with world.app.state.database.read() as session:
        return list(session.scalars(statement))


def assert_chain_holds(world: World) -> None:
    with world.app.state.database.read() as session:
        assert list(verify(session)) == []
        head = session.execute(select(AuditHead.sequence)).scalar_one()
        last = session.execute(select(AuditEntry.sequence).order_by(AuditEntry.sequence.desc()))
        assert head == last.scalars().first()


def work(client: Client, place: UUID) -> list[str]:
    made = []
    for number in range(EACH):
        item = client.created("/meetings", meeting_of(place, number))
        path = f"/meetings/{item['id']}"
        assert client.patch(path, {"title": "改名"}, version=1).status_code == 200
        assert client.patch(path, {"title": "再改"}, version=1).status_code == 412
        made.append(item["id"])
    return made


@pytest.mark.race
def test_the_chain_holds_after_a_busy_time(world: World) -> None:
    clerk = world.clerk
    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(lambda _: work(clerk, world.hq), range(WRITERS)))
    assert_chain_holds(world)
    for item in (item for batch in made for item in batch):
        actions = [entry.action for entry in entries(world, of=item)]
        assert actions == ["meeting.created", "meeting.changed"]


def test_an_entry_says_who_when_and_from_where(world: World) -> None:
    headers = {"X-Request-ID": "request-of-mine-1", "X-Forwarded-For": "198.51.100.1"}
    body = meeting_of(world.hq, 1)
    made = world.clerk("POST", "/meetings", json=body, headers=headers).json()
    [entry] = entries(world, of=made["id"])
    assert entry.request_id == "request-of-mine-1"
    assert entry.address == "testclient", "not what the client says of itself"
    assert entry.user_id == UUID(world.clerk.ok("/me")["id"])
    assert entry.user_name == "clerk"
    assert entry.recorded_at == world.clock.now()
    assert entry.organization_id == world.hq
    assert entry.restricted is False


def test_every_room_writes_its_changes_down(world: World) -> None:
    admin, known = world.as_role("admin", "clerk", on=world.root), len(entries(world))
    person = {"name": "张明", "joined_on": "2018-01-01"}
    member = admin.created(f"/organizations/{world.b1}/members", person)
    assert admin.patch(f"/members/{member['id']}", {"post": "secretary"}, version=1).is_success
    place = {"name": "新支部", "kind": "party_branch", "parent_id": str(world.hq)}
    branch = admin.created("/organizations", place)
    path = f"/organizations/{branch['id']}"
    assert admin.patch(path, {"name": "改名支部"}, version=1).is_success
    assert admin.post(f"{path}/moves", {"parent_id": str(world.root)}, version=2).is_success
    focus = {"code": "innovation", "name": "创新"}
    made = admin.created(f"/organizations/{world.root}/focuses", focus)
    assert admin.patch(f"/focuses/{made['id']}", {"position": 1}, version=1).is_success
    user = {
        "username": f"u{uuid4().hex[:12]}",
        "display_name": "李四",
        "password": "correct horse battery",
        "home_organization_id": str(world.b1),
    }
    account = admin.created("/users", user)
    grants = f"/users/{account['id']}/roles"
    grant = admin.created(grants, {"organization_id": str(world.b1), "role": "viewer"})
    assert admin("DELETE", f"{grants}/{grant['id']}").is_success
    assert admin.patch(f"/users/{account['id']}", {"disabled": True}, version=1).is_success
    written = entries(world)[known:]
    assert [entry.action for entry in written if entry.user_name == "admin、clerk"] == [
        "member.enrolled",
        "member.corrected",
        "organization.founded",
        "organization.corrected",
        "organization.moved",
        "focus.created",
        "focus.changed",
        "user.created",
        "role.granted",
        "role.withdrawn",
        "user.changed",
    ]
    assert "correct horse battery" not in str([(e.before, e.after) for e in written])
    assert all(entry.before or entry.after for entry in written)


def test_restricted_changes_are_marked(world: World) -> None:
    supervisor = world.as_role("clerk", "supervision")
    body: dict[str, Any] = {
        "organization_id": str(world.hq),
        "type": "admonition_talk",
        "title": "诫勉谈话",
        "persons": [{"member_id": enrolled(world, "李四")}],
        "due_on": "2018-12-20",
    }
    made = supervisor.created("/talks", body)
    path = f"/talks/{made['id']}"
    assert supervisor.patch(path, {"place": "会议室"}, version=1).status_code == 200
    later = {"due_on": "2018-12-31", "reason": "出差"}
    supervisor.created(f"/items/{made['id']}/extensions", later)
    found = entries(world, of=made["id"])
    assert [entry.restricted for entry in found] == [True] * 3
    assert world.clerk.get(f"{path}/history").status_code == 404
    assert world.clerk.get(f"/items/{made['id']}/extensions").status_code == 404


def test_nothing_is_written_when_the_work_fails(world: World) -> None:
    """The trail belongs to the transaction: also when the database gives up at the very end."""
    clerk, known = world.clerk, len(entries(world))

    def fail(*_arguments: object) -> None:
        raise RuntimeError("the commit fails")

    engine = world.app.state.database.engine
    event.listen(engine, "commit", fail)
    try:
        with capture_logs():
            assert clerk.post("/meetings", meeting_of(world.hq, 1)).status_code == 500
    finally:
        event.remove(engine, "commit", fail)
    assert len(entries(world)) == known
    assert clerk.ok("/meetings")["items"] == []
    assert_chain_holds(world)


@pytest.mark.parametrize("role", ["viewer", "supervision", "inspector"])
def test_refused_attempts_change_nothing_and_are_logged(world: World, role: str) -> None:
    client, known = world.as_role(role), len(entries(world))
    with capture_logs() as logged:
        status = client.post("/meetings", meeting_of(world.hq, 1)).status_code
    assert status == (404 if role == "supervision" else 403)
    [line] = [entry for entry in logged if entry["event"] == "request"]
    assert (line["status"], line["path"]) == (status, "/api/v1/meetings")
    assert len(entries(world)) == known
