"""The examination through the API: what is found, as of which day, for whom."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from app.checks import service
from app.items.models import Item, ItemEvent
from app.meetings.models import Attendance
from tests.checklist.lists import published, tasks
from tests.checks.support import UNASSIGNED, at, codes, examined, findings, imported, meeting
from tests.evidence.support import added
from tests.items.test_query_counts import counted
from tests.support.records import enrolled, flaws
from tests.support.world import World


def test_a_finding_says_what_where_and_what_to_do(world: World) -> None:
    made = meeting(world, expected=5, present=2)
    (row,) = findings(world.clerk, world.b1)
    assert row == {
        "id": row["id"],
        "code": "quorum_missed",
        "severity": "serious",
        "title": "到会人数未达到规定",
        "message": "“支委会会议”：应到5人，实到2人，2×2=4，小于5，未达到半数。",
        "advice": row["advice"],
        "organization_id": str(world.b1),
        "organization_name": "机关党支部",
        "on": "2018-03-22",
        "period": None,
        "records": [{"id": made["id"], "kind": "meeting"}],
        "explained": False,
        "explanation": None,
    }
    assert findings(world.clerk, world.hq) == []
    assert findings(world.clerk, world.hq, include_descendants=True) == [row]
    assert findings(world.clerk, world.b1, year=2017) == []


def test_filters_and_order(world: World) -> None:
    meeting(world, **UNASSIGNED)
    meeting(world, happened_on="2018-09-06", expected=5, present=2)
    everything = examined(world.clerk, world.b1)["items"]
    severities = [row["severity"] for row in everything]
    assert severities == ["serious", "attention", "attention", "attention", "attention"]
    periods = [row["period"] for row in everything if row["period"]]
    assert periods == ["2018-Q1", "2018-Q2", "2018-Q3"], "the fourth is not over"
    assert codes(world.clerk, world.b1, severity="serious") == ["quorum_missed"]
    wanted = ["quorum_missed", "resolution_without_responsible"]
    assert codes(world.clerk, world.b1, code=wanted) == wanted
    response = world.clerk.get(f"/organizations/{world.b1}/findings", year=2018, code="nothing")
    assert flaws(response) == {"code.0": "enum"}
    assert flaws(world.clerk.get(f"/organizations/{world.b1}/findings")) == {"year": "missing"}


def test_as_of_a_past_day(world: World) -> None:
    at(world, "2018-03-23T10:00")
    meeting(world, **UNASSIGNED)
    at(world, "2018-06-01T10:00")
    problem = {"source": "self_check", "found_on": "2018-04-02", "due_on": "2018-08-01"}
    body = {"organization_id": str(world.b1), "title": "台账不完整", **problem}
    made = world.clerk.created("/rectifications", body)
    path = f"/rectifications/{made['id']}/events"
    submission = {"name": "submitted", "note": "已完成"}
    assert world.clerk.post(path, submission, version=1).status_code == 201
    at(world, "2018-07-01T10:00")
    reviewer = world.as_role("inspector")
    assert reviewer.post(path, {"name": "accepted"}, version=2).status_code == 201
    at(world, "2018-12-10T12:00")

    def on(day: str) -> list[str]:
        return codes(world.clerk, world.b1, as_of=day)

    assert on("2018-03-21") == []
    assert on("2018-03-22") == on("2018-06-30") == ["resolution_without_responsible"]
    both = ["resolution_without_responsible", "closed_without_evidence"]
    assert on("2018-07-01") == codes(world.clerk, world.b1) == both
    added(world.clerk, made["id"])
    assert on("2018-12-09") == both, "the file came later"
    assert on("2018-12-10") == both[:1]
    target = f"/organizations/{world.b1}/findings"
    for day, code in (("2018-12-11", "in_the_future"), ("2017-12-31", "as_of_before_year")):
        assert flaws(world.clerk.get(target, year=2018, as_of=day)) == {"as_of": code}


def test_what_imports_bring(world: World) -> None:
    listed = [{"name": "甲某"}, {"name": "乙某"}]
    first = meeting(world, attendance=listed)
    imported(world, first, Attendance, present=False)
    second = meeting(world, happened_on="2018-04-12")
    imported(world, second, Item, happened_on=date(2018, 12, 20))
    third = meeting(world, happened_on="2018-05-16")
    imported(world, third, Item, updated_at=world.clock.now().replace(month=5, day=2))
    assert codes(world.clerk, world.b1) == [
        "completed_in_future",
        "dated_after_entry",
        "attendance_list_differs",
    ]
    imported(world, third, Item, deleted_at=world.clock.now())
    assert "dated_after_entry" not in codes(world.clerk, world.b1)


def test_a_closed_rectification_without_its_steps(world: World) -> None:
    problem = {"source": "self_check", "found_on": "2018-04-02", "due_on": "2018-08-01"}
    body = {"organization_id": str(world.b1), "title": "台账不完整", **problem}
    made = world.clerk.created("/rectifications", body)
    added(world.clerk, made["id"], data={"effective_on": "2018-04-01"})
    assert codes(world.clerk, world.b1) == ["evidence_outside_period"]
    with world.app.state.database.write() as session:
        session.execute(delete(ItemEvent).where(ItemEvent.item_id == UUID(made["id"])))
    imported(world, made, Item, status="closed", completed_on=date(2018, 7, 1))
    both = ["closed_without_acceptance", "evidence_outside_period"]
    assert codes(world.clerk, world.b1) == both
    assert codes(world.clerk, world.b1, as_of="2018-06-30") == [], "open, and no file yet"


def test_people_across_branches(world: World) -> None:
    who = enrolled(world, "张明", on=world.b1)
    times = {"starts_at": "09:00", "ends_at": "11:00", "attendance": [{"member_id": who}]}
    clerk = world.as_role("clerk", on=world.hq)
    for place in (world.b1, world.b2):
        body = {"organization_id": str(place), "type": "other", "title": "例会", **times}
        clerk.created("/meetings", {**body, "happened_on": "2018-06-07"})
    (row,) = findings(clerk, world.hq, include_descendants=True)
    assert (row["code"], row["organization_id"]) == ("person_in_two_meetings", str(world.hq))
    assert findings(clerk, world.b1) == findings(clerk, world.b2) == []
    member = clerk.ok(f"/members/{who}")
    left = clerk.patch(f"/members/{who}", {"left_on": "2018-06-06"}, version=member["version"])
    assert left.status_code == 200
    found = codes(clerk, world.hq, include_descendants=True)
    assert sorted(found) == ["person_in_two_meetings", "person_not_on_roster"]


def test_restricted_records_are_examined_for_those_who_supervise(world: World) -> None:
    talk = {
        "organization_id": str(world.hq),
        "type": "reminder_talk",
        "title": "提醒张明",
        "happened_on": "2018-06-07",
        "persons": [{"name": "张明"}],
    }
    for _ in range(2):
        world.secretary.created("/talks", talk)
    shown = examined(world.secretary, world.hq)
    (row,) = shown["items"]
    assert shown["includes_supervision"] is True
    assert row["code"] == "possible_duplicate"
    assert "张明" not in str(row)
    hidden = examined(world.clerk, world.hq)
    assert hidden["includes_supervision"] is False
    assert hidden["items"] == []
    path = f"/organizations/{world.hq}/findings/{row['id']}"
    refused = world.clerk("PUT", f"{path}/explanation?year=2018", json={"reason": "有两次"})
    assert refused.status_code == 404
    done = world.secretary("PUT", f"{path}/explanation?year=2018", json={"reason": "有两次"})
    assert done.status_code == 200
    assert world.clerk.ok(f"{path}/explanations")["items"] == []
    assert len(world.secretary.ok(f"{path}/explanations")["items"]) == 1
    assert world.clerk("DELETE", f"{path}/explanation", version=1).status_code == 404
    assert world.secretary("DELETE", f"{path}/explanation", version=1).status_code == 204


def test_a_scope_that_is_too_large_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        meeting(world)
    path = f"/organizations/{world.b1}/findings"
    monkeypatch.setattr(service, "MAX_RECORDS", 1)
    response = world.clerk.get(path, year=2018)
    assert (response.status_code, response.json()["code"]) == (409, "findings_scope_too_large")
    monkeypatch.setattr(service, "MAX_RECORDS", 2)
    assert world.clerk.get(path, year=2018).status_code == 200


def test_the_list_says_which_assemblies_are_owed(world: World) -> None:
    published(world, world.b1)

    def periods() -> list[str]:
        body = examined(world.clerk, world.b1, code="quarter_without_assembly")
        return [row["period"] for row in body["items"]]

    assert periods() == ["2018-Q1", "2018-Q2", "2018-Q3"]
    owed = {one["period"]: one["id"] for one in tasks(world.clerk, world.b1, "member_assembly")}
    waiver = f"/occurrences/{owed['2018-Q3']}/waiver"
    done = world.secretary("PUT", waiver, json={"reason": "整体外派"}, version=1)
    assert done.status_code == 204, done.text
    other = meeting(world, happened_on="2018-04-02", title="第一季度党员大会（顺延）")
    link = f"/occurrences/{owed['2018-Q1']}/records/{other['id']}"
    assert world.clerk("PUT", link).status_code == 204
    assert periods() == ["2018-Q2"]


def test_statements_do_not_grow_with_the_records(world: World) -> None:
    def ask() -> list[str]:
        with counted(world) as sent:
            examined(world.clerk, world.hq, include_descendants=True)
        return sent

    meeting(world, **UNASSIGNED)
    few = ask()
    for number in range(1, 13):
        attendance = [{"name": "甲某"}, {"name": "乙某"}]
        day = f"2018-05-{number:02}"
        meeting(world, happened_on=day, attendance=attendance, **UNASSIGNED)
    many = ask()
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_unseen_places_are_not_found(world: World) -> None:
    for place in (world.root, world.foreign):
        response = world.clerk.get(f"/organizations/{place}/findings", year=2018)
        assert response.status_code == 404


def test_the_rules_are_listed(world: World) -> None:
    rows: list[dict[str, Any]] = world.clerk.ok("/finding-rules")["items"]
    assert len(rows) == 19
    assert {row["severity_label"] for row in rows} == {"提示", "注意", "重要"}
    assert all(row["explanation"] and row["advice"] for row in rows)
