"""A report's life: reviewed by somebody else, finalised for good, sealed, succeeded."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.audit import AuditEntry
from tests.report.drafts.support import (
    block,
    drafted,
    finalised,
    held,
    keyed,
    path,
    read,
    reworded,
    stepped,
)
from tests.report.drafts.test_reports import SPECIAL
from tests.support.world import Client, World

MONTHS = range(1, 12)
DAYS = [f"2018-{month:02}-{day:02}" for month in MONTHS for day in (3, 10, 17, 24)][:43]


def superior(world: World) -> Client:
    return world.as_role("secretary", on=world.root)


def test_a_year_from_draft_to_seal(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    assert "43次" in keyed(report, SPECIAL)["text"]
    lead = keyed(report, "p0.lead")
    told = reworded(world, report, lead, text=lead["text"] + "全年走访党员57人次。")
    assert told["unsupported_numbers"] == ["57"]
    held(world, "2018-12-06")
    offered = world.clerk.ok(path(report, "changes"))["items"]
    [special] = [one for one in offered if one["key"] == SPECIAL]
    assert special["counts"] == [{"label": "党建工作专题会议", "old": "43次", "new": "44次"}]
    wish = {"block_ids": [special["block_id"]]}
    version = read(world, report)["version"]
    assert world.clerk.post(path(report, "updates"), wish, version=version).status_code == 201
    assert stepped(superior(world), report, "approve").status_code == 409
    assert stepped(world.clerk, report, "submit").status_code == 201
    assert stepped(world.clerk, report, "finalise").status_code == 409
    approved = stepped(superior(world), report, "approve", note="同意")
    assert (approved.status_code, approved.json()["decision_note"]) == (201, "同意")
    done = stepped(world.clerk, report, "finalise")
    assert done.status_code == 201, done.text
    assert re.fullmatch(r"[0-9a-f]{64}", done.json()["sha256"])
    proof = world.clerk.ok(path(report, "verification"))
    assert (proof["valid"], proof["computed"]) == (True, done.json()["sha256"])
    assert [one["valid"] for one in proof["fact_sets"]] == [True, True]
    labels = [one["label"] for one in world.clerk.ok(path(report, "versions"))["items"]]
    assert labels == ["更新前", "提交审阅", "定稿"]
    _refused_everywhere(world, report)


def _refused_everywhere(world: World, report: dict[str, Any]) -> None:
    now = read(world, report)
    one = now["blocks"][0]
    where, at, version = path(report), path(report, "blocks", one["id"]), now["version"]
    clerk = world.clerk
    calls = [
        clerk.patch(where, {"title": "改"}, version=version),
        clerk("DELETE", where, version=version),
        clerk.post(f"{where}/blocks", {"kind": "text", "text": "补"}),
        clerk.patch(at, {"text": "改"}, version=one["version"]),
        clerk.post(f"{at}/move", {"after": None}, version=one["version"]),
        clerk.post(f"{where}/updates", {"all": True}, version=version),
        clerk.post(f"{where}/comments", {"text": "补批"}),
        clerk.post(f"{where}/versions", {"label": "再存"}),
        *(
            client.post(f"{where}/steps", {"step": step, "note": "为何"}, version=version)
            for client, steps in (
                (clerk, ("submit", "withdraw", "finalise")),
                (superior(world), ("return", "approve")),
            )
            for step in steps
        ),
    ]
    assert [call.status_code for call in calls] == [409] * len(calls)
    assert read(world, report) == now


GUARDED = (
    "UPDATE reports SET title = 'x' WHERE status = 'finalised'",
    "DELETE FROM reports WHERE status = 'finalised'",
    "UPDATE report_blocks SET text = 'x'",
    "DELETE FROM report_blocks",
    "UPDATE report_fact_sets SET number = number + 100",
    "DELETE FROM report_versions",
    "UPDATE report_versions SET label = 'x'",
    "UPDATE report_comments SET text = 'x'",
)


def test_the_database_refuses_too(world: World) -> None:
    report = drafted(world)
    world.clerk.created(path(report, "comments"), {"text": "核对"})
    finalised(world, report)
    database = world.app.state.database
    for statement in GUARDED:
        with (
            pytest.raises(DBAPIError, match=r"not changed|only added"),
            database.write() as session,
        ):
            session.execute(text(statement))
    assert world.clerk.ok(path(report, "verification"))["valid"] is True


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("reports", "title = 'x'"),
        ("report_blocks", "text = 'x'"),
        ("report_blocks", "position = position + 7"),
        ("report_fact_sets", "content = {blob}"),
    ],
)
def test_tampering_behind_the_guard_shows(world: World, table: str, change: str) -> None:
    report = finalised(world, drafted(world))
    assert world.clerk.ok(path(report, "verification"))["valid"] is True
    database = world.app.state.database
    blob = "x'00'" if database.is_sqlite else "'\\x00'::bytea"
    name = "id" if table == "reports" else "report_id"
    here = f"x'{report['id'].replace('-', '')}'" if database.is_sqlite else f"'{report['id']}'"
    spoil = f"UPDATE {table} SET {change.format(blob=blob)} WHERE {name} = {here}"  # noqa: S608 - names above
    with database.write() as session:
        if database.is_sqlite:
            triggers = (
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"
            )
            found = session.execute(text(triggers), {"t": table}).all()
            for trigger in found:
                session.execute(text(f"DROP TRIGGER {trigger.name}"))
            session.execute(text(spoil))
            for trigger in found:
                session.execute(text(trigger.sql))
        else:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            session.execute(text(spoil))
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    assert world.clerk.ok(path(report, "verification"))["valid"] is False


def test_who_may_take_which_step(world: World) -> None:
    report = drafted(world)
    own = world.as_role("secretary", "inspector")
    assert stepped(world.as_role("viewer"), report, "submit").status_code == 403
    assert stepped(own, report, "submit").status_code == 201
    assert stepped(own, report, "approve").status_code == 403
    boss = superior(world)
    assert stepped(boss, report, "return").status_code == 422
    assert stepped(boss, report, "return", note="补充数据").status_code == 201
    assert stepped(boss, report, "submit").status_code == 201
    himself = stepped(boss, report, "approve")
    assert (himself.status_code, himself.json()["code"]) == (403, "own_request")
    assert stepped(world.clerk, report, "withdraw").status_code == 201
    stale = world.clerk.post(path(report, "steps"), {"step": "submit"}, version=1)
    assert stale.status_code == 412
    assert world.clerk.get(path(report, "verification")).status_code == 409


def test_a_root_has_its_report_read_by_a_second_person(world: World) -> None:
    first = world.as_role("secretary", on=world.root)
    second = world.as_role("secretary", "inspector", on=world.root)
    body = {"organization_id": str(world.root), "year": 2018, "form": "work_summary"}
    report = first.created("/reports", body)
    assert stepped(first, report, "submit").status_code == 201
    assert stepped(first, report, "approve").status_code == 403
    assert stepped(second, report, "approve").status_code == 201
    assert stepped(first, report, "finalise").status_code == 201


def test_a_finalised_report_is_succeeded_by_a_copy(world: World) -> None:
    held(world, *DAYS[:3])
    report = drafted(world)
    assert world.clerk.post(path(report, "successors")).status_code == 409
    reworded(world, report, keyed(report, SPECIAL), text="我主持专题会议三次。")
    final = finalised(world, report)
    draft = world.clerk.created(path(report, "successors"), None)
    assert (draft["status"], draft["predecessor_id"]) == ("draft", report["id"])
    assert [one["text"] for one in draft["blocks"]] == [one["text"] for one in final["blocks"]]
    assert world.clerk.ok(path(draft, "uncited")) == world.clerk.ok(path(report, "uncited"))
    reworded(world, draft, keyed(draft, SPECIAL), original=True)
    assert keyed(read(world, final), SPECIAL)["text"] == "我主持专题会议三次。"


def test_comments_are_made_answered_and_settled(world: World) -> None:
    report = drafted(world)
    where = path(report, "comments")
    reviewer = world.as_role("inspector", on=world.root)
    one = report["blocks"][0]
    asked = reviewer.created(where, {"text": "请核对", "block_id": one["id"]})
    answer = world.clerk.created(where, {"text": "已核对", "answers_id": asked["id"]})
    assert answer["block_id"] == one["id"]
    chain = world.clerk.post(where, {"text": "再答", "answers_id": answer["id"]})
    assert chain.status_code == 422
    assert world.as_role("viewer").post(where, {"text": "看"}).status_code == 403
    listed = world.as_role("viewer").ok(where, block_id=one["id"])["items"]
    assert [comment["text"] for comment in listed] == ["请核对", "已核对"]
    at = path(report, "comments", asked["id"])
    assert world.clerk.patch(at, {"resolved": True}).status_code == 428
    settled = world.clerk.patch(at, {"resolved": True}, version=1).json()
    assert settled["resolved_by_name"] == "clerk"
    assert [c["id"] for c in world.clerk.ok(where, resolved=False)["items"]] == [answer["id"]]
    opened = world.clerk.patch(at, {"resolved": False}, version=2).json()
    assert opened["resolved_at"] is None


def test_versions_are_compared_sentence_by_sentence(world: World) -> None:
    held(world, *DAYS[:3])
    report = drafted(world)
    world.clerk.created(path(report, "versions"), {"label": "初稿"})
    special = keyed(report, SPECIAL)
    reworded(world, report, special, text=special["text"].replace("三次", "多次"))
    reworded(world, report, keyed(report, "p2.missing"), removed=True)
    added = world.clerk.created(
        path(report, "blocks"), {"kind": "text", "text": "请审议。", "after": special["id"]}
    )
    last = report["blocks"][-1]
    move = world.clerk.post(
        path(report, "blocks", last["id"], "move"), {"after": None}, version=last["version"]
    )
    assert move.status_code == 201
    world.clerk.created(path(report, "versions"), {"label": "二稿"})
    shown = world.clerk("GET", f"{path(report, 'comparison')}?from=1&to=2").json()
    kinds = {line["block_id"]: line["kind"] for line in shown["items"]}
    assert kinds[special["id"]] == "changed"
    assert kinds[keyed(report, "p2.missing")["id"]] == "removed"
    assert (kinds[added["id"]], kinds[last["id"]]) == ("added", "moved")
    assert list(kinds.values()).count("kept") == len(report["blocks"]) - 3
    [line] = [one for one in shown["items"] if one["kind"] == "changed"]
    told = {(span["operation"], span["text"]) for span in line["spans"]}
    assert {("delete", "三"), ("insert", "多")} <= told
    assert world.clerk("GET", f"{path(report, 'comparison')}?from=2").json()["items"]
    assert world.clerk("GET", f"{path(report, 'comparison')}?from=9").status_code == 404
    first = world.clerk.ok(path(report, "versions", 1))
    assert [one["text"] for one in first["blocks"]] == [one["text"] for one in report["blocks"]]
    assert block(first, special["text"])["source"] == special["source"]


def test_every_change_is_in_the_trail(world: World) -> None:
    held(world, *DAYS[:2])
    report = drafted(world)
    one = keyed(report, SPECIAL)
    reworded(world, report, one, text="改写。")
    world.clerk.created(path(report, "comments"), {"text": "核对"})
    finalised(world, report)
    trail = select(AuditEntry).where(AuditEntry.subject_id == UUID(report["id"]))
    with world.app.state.database.read() as session:
        rows = session.scalars(trail.order_by(AuditEntry.sequence)).all()
    assert [row.action for row in rows] == [
        *("report.drafted", "report.block_changed", "report.comment_made", "report.version_kept"),
        *("report.submit", "report.approve", "report.version_kept", "report.finalise"),
    ]
    before, after = rows[1].before, rows[1].after
    assert before is not None
    assert after is not None
    assert (before["text"], after["text"]) == (one["text"], "改写。")
