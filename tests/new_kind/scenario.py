"""A proposal goes through every read and write; run in a copy that was given the new kind."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from app.core.migrations import check
from app.report import load_fact_sets
from tests.api import refresh
from tests.checklist.lists import published, states
from tests.evidence.support import added
from tests.report.drafts.support import keyed
from tests.rulesets.makers import document, rule
from tests.rulesets.test_effective import in_force
from tests.support import postgres
from tests.support.records import listed, patched
from tests.support.world import World

PATH = "/proposals"


@pytest.fixture(scope="session")
def worker_id() -> Iterator[str]:
    """A database of this run's own, beside those of the run that started it."""
    name = f"new_kind_{os.getpid()}"
    yield name
    if url := os.environ.get(postgres.URL_VARIABLE):
        postgres.drop_database(url, f"zhaodan_{name}")


def proposal(world: World, **changes: object) -> dict[str, Any]:
    body = {
        "organization_id": str(world.b3),
        "type": "motion",
        "title": "关于改进夜间照明的提案",
        "happened_on": "2018-05-14",
        "addressee": "项目部",
        **changes,
    }
    return world.clerk.created(PATH, body)


def summary(world: World, **query: object) -> dict[str, Any]:
    place = query.pop("place", world.b3)
    return world.clerk.ok(f"/organizations/{place}/annual-summaries/2018", **query)


def finding(report: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in report["findings"] if one["code"] == code)


def test_the_description_is_written_anew_with_its_routes() -> None:
    refresh.main()
    document = json.loads(refresh.SNAPSHOT.read_text("utf-8"))
    assert "/api/v1/proposals/{item_id}/history" in document["paths"]
    assert {"name": "proposals", "description": "提案"} in document["tags"]
    assert "proposal" in document["components"]["schemas"]["ItemKind"]["enum"]


def test_its_migration_makes_its_table(app: FastAPI) -> None:
    check(app.state.database)


def test_it_is_logged_read_corrected_cancelled_and_removed(world: World) -> None:
    made = proposal(world)
    assert (made["kind"], made["type"], made["addressee"]) == ("proposal", "motion", "项目部")
    assert world.clerk.ok(f"{PATH}/{made['id']}") == made
    changed = patched(world.clerk, PATH, made, {"addressee": "集团公司"})
    assert changed["addressee"] == "集团公司"
    planned = proposal(world, happened_on=None, planned_on="2018-12-20")
    path = f"{PATH}/{planned['id']}/cancellation"
    done = world.clerk("PUT", path, json={"reason": "撤回"}, version=planned["version"])
    assert done.json()["status"] == "cancelled"
    gone = f"{PATH}/{made['id']}?reason=重复登记"
    assert world.secretary("DELETE", gone, version=changed["version"]).status_code == 204
    assert world.clerk.get(f"{PATH}/{made['id']}").status_code == 404
    assert world.clerk.post(PATH, {**made, "type": "article"}).status_code == 422


def test_it_is_listed_filtered_and_found_overdue(world: World) -> None:
    proposal(world)
    proposal(world, title="另一件", type="suggestion", addressee="工会")
    proposal(world, title="未办", happened_on=None, due_on="2018-10-31")
    place = {"organization_id": world.b3}
    assert listed(world.clerk, PATH, **place, type="suggestion") == ["另一件"]
    assert listed(world.clerk, PATH, **place, addressee="工会") == ["另一件"]
    assert listed(world.clerk, PATH, **place, status="planned") == ["未办"]
    assert len(listed(world.clerk, "/items", **place, kind="proposal")) == 3
    late = world.clerk.ok("/items", **place, kind="proposal", overdue=True)["items"]
    assert [(row["title"], row["days_overdue"]) for row in late] == [("未办", 40)]
    was = world.clerk.ok(PATH, **place, overdue=True, as_of="2018-11-05")["items"]
    assert [row["days_overdue"] for row in was] == [5]


def test_it_has_a_history_evidence_and_extensions(world: World) -> None:
    made = proposal(world, happened_on=None, due_on="2018-12-20")
    body = {"due_on": "2018-12-30", "reason": "人员外出"}
    world.clerk.created(f"/items/{made['id']}/extensions", body)
    file = added(world.clerk, made["id"])
    shown = world.clerk.ok(f"/items/{made['id']}/evidence")["items"]
    assert [one["id"] for one in shown] == [file["id"]]
    history = world.clerk.ok(f"{PATH}/{made['id']}/history")["items"]
    assert history[0]["action"] == "proposal.created"


def test_a_rule_set_counts_it(world: World) -> None:
    counts = [{"kind": "proposal", "types": ["motion"]}]
    own = rule("night_light", name="提案", counts=counts)
    admin = world.as_role("admin")
    path = f"/organizations/{world.hq}/rule-sets"
    unknown = rule(counts=[{"kind": "proposal", "types": ["article"]}])
    assert admin.post(path, document(rules=[unknown])).status_code == 422
    in_force(admin, world.hq, based_on=None, rules=[own])
    published(world)
    proposal(world)
    proposal(world, type="suggestion", happened_on="2018-08-01")
    assert states(world.clerk, world.b3, "night_light") == {
        "2018-Q1": "missing",
        "2018-Q2": "done",
        "2018-Q3": "missing",
        "2018-Q4": "not_yet_due",
    }


def test_the_examination_reads_it(world: World) -> None:
    ids = {proposal(world)["id"], proposal(world)["id"]}
    shown = world.clerk.ok(f"/organizations/{world.b3}/findings", year=2018)["items"]
    double = next(one for one in shown if one["code"] == "possible_duplicate")
    assert {one["id"] for one in double["records"]} == ids
    assert {one["kind"] for one in double["records"]} == {"proposal"}


def test_a_summary_lists_it_as_uncited(world: World) -> None:
    made = proposal(world)
    late = proposal(world, title="未办", happened_on=None, due_on="2018-10-31")
    shown = summary(world)
    assert shown["uncited"] == [made["id"]]
    assert finding(shown, "uncited")["ids"] == [made["id"]]
    told = str(shown["sections"])
    assert late["id"] in told, "what is owed is told of by its title"
    assert "夜间照明" not in told
    for form in ("work_summary", "duty_report"):
        assert summary(world, form=form)["uncited"] == [made["id"]]


def test_a_report_is_drafted_read_and_traced(world: World) -> None:
    made = proposal(world, focus="core_work")
    world.clerk.created(
        "/meetings",
        {
            "organization_id": str(world.b3),
            "type": "member_assembly",
            "title": "支部党员大会",
            "happened_on": "2018-05-15",
        },
    )
    body = {"organization_id": str(world.b3), "year": 2018, "form": "work_summary"}
    report = world.clerk.created("/reports", body)
    path = f"/reports/{report['id']}"
    assert [one["id"] for one in world.clerk.ok(f"{path}/uncited")["records"]] == [made["id"]]
    lead = keyed(report, "p0.lead")
    traced = world.clerk.ok(f"{path}/blocks/{lead['id']}/trace")["records"]
    assert f"/api/v1/proposals/{made['id']}" in {one["url"] for one in traced}


def test_it_is_in_the_totals_of_a_large_tree(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal(world)
    proposal(world, title="未办", happened_on=None, due_on="2018-10-31")
    monkeypatch.setattr(load_fact_sets, "MOST_READ", 0)
    shown = summary(world, place=world.hq, include_descendants=True)
    assert finding(shown, "uncited_below")["message"] == "下级组织有1条已办结记录未被引用"
    assert "提案一件" in str(shown["sections"]), "what is overdue is told by the kind's label"
