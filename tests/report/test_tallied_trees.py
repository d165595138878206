"""Totals counted by the database are those of the facts, and the lists that they name hold them."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.uow import Actor, Permission
from app.kinds import SUPERVISED
from app.organizations.models import Organization
from app.report import load_fact_sets
from app.report.facts import FactSet
from app.report.scope import ReportScope
from tests.items.test_query_counts import counted
from tests.report.tallying import tally_of
from tests.report.test_summary_api import sentences
from tests.support.world import API, Client, World
from tools.demo.filling import Filling, Plan

PLAN = Plan(20, 1500, seed=7, time_zone="Asia/Shanghai", until=date(2018, 12, 9))
DAYS = [date(2018, 12, 9), date(2018, 9, 1), date(2018, 3, 31)]


@pytest.fixture(scope="module")
def tree(app: FastAPI) -> tuple[UUID, str]:
    """The root of a made-up tree and a token that may do everything in it."""
    filling = Filling(app.state.database, PLAN)
    root = filling.make_tree()
    assert list(filling.make_records())[-1] == PLAN.records
    return root.id, filling.issue_token(root)


@pytest.fixture
def client(http: TestClient, tree: tuple[UUID, str], world: World) -> Client:
    assert world.clock
    return Client(http, tree[1])


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything below an organisation is too much to be read."""
    monkeypatch.setattr(load_fact_sets, "MOST_READ", 0)


def loaded(app: FastAPI, place: UUID, as_of: date, *, supervised: bool) -> FactSet:
    reach = {Permission.READ: frozenset({place})}
    if supervised:
        reach[Permission.SUPERVISION] = frozenset({place})
    who = Actor(None, "测试", reach)
    with app.state.open_uow(who, write=False) as uow:
        organization = uow.session.get_one(Organization, place)
        extent = ReportScope(organization, 2018, as_of, include_descendants=True)
        return load_fact_sets.load_fact_set(uow, extent, {})


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("supervised", [True, False])
def test_the_database_counts_what_the_facts_say(
    app: FastAPI,
    client: Client,
    tree: tuple[UUID, str],
    monkeypatch: pytest.MonkeyPatch,
    as_of: date,
    *,
    supervised: bool,
) -> None:
    for kind in ("meetings", "activities"):
        row = client.ok(f"/{kind}", happened_on_to="2018-03-01", limit=1)["items"][0]
        gone = f"/{kind}/{row['id']}?reason=重复登记"
        assert client("DELETE", gone, version=row["version"]).status_code == 204
    read = loaded(app, tree[0], as_of, supervised=supervised)
    own = [fact for fact in read.facts if fact.organization_id == str(tree[0])]
    below = [fact for fact in read.facts if fact.organization_id != str(tree[0])]
    assert not read.tallies
    monkeypatch.setattr(load_fact_sets, "MOST_READ", 0)
    told = loaded(app, tree[0], as_of, supervised=supervised)
    assert sorted(fact.id for fact in told.facts) == sorted(fact.id for fact in own)
    # What is overdue may be of earlier years, which facts do not reach; the lists hold it below.
    found = [tally for tally in told.tallies if tally.status != "planned"]
    expected = [tally for tally in tally_of(read, below) if tally.status != "planned"]
    assert found == expected
    assert {tally.kind for tally in found} >= {"meeting", "talk", "activity", "output"}
    assert any(tally.condition == "overdue" for tally in found)
    assert supervised or not any((tally.kind, tally.type) in SUPERVISED for tally in found)


@pytest.mark.parametrize("as_of", ["2018-12-10", "2018-05-31"])
@pytest.mark.usefixtures("narrow")
def test_the_lists_hold_what_was_counted(
    client: Client, tree: tuple[UUID, str], as_of: str
) -> None:
    path = f"/organizations/{tree[0]}/annual-summaries/2018"
    body = client.ok(path, include_descendants=True, as_of=as_of)
    assert "及所属党组织" in body["sections"][0]["paragraphs"][0]["sentences"][0]["text"]
    asked = 0
    for sentence in sentences(body):
        for count in sentence["counts"]:
            if count["basis"] != "tally" or count["measure"] != "records":
                continue
            totals = [total(client, query) for query in count["queries"]]
            assert sum(totals) + len(count["ids"]) == count["value"], count
            asked += len(totals)
    assert asked > 30


def total(client: Client, query: str) -> int:
    response = client("GET", query.removeprefix(API) + "&include_total=true&limit=200")
    assert response.status_code == 200, response.text
    page = response.json()
    assert page["total"] >= len(page["items"])
    assert page["next_cursor"] or page["total"] == len(page["items"])
    return int(page["total"])


@pytest.mark.usefixtures("narrow")
def test_a_large_tree_takes_a_constant_number_of_statements(
    world: World, client: Client, tree: tuple[UUID, str]
) -> None:
    paths = [
        f"/organizations/{place}/annual-summaries/2018?include_descendants=true"
        for place in (tree[0], client.ok("/organizations", parent_id=tree[0])["items"][0]["id"])
    ]
    numbers = []
    for path in paths:
        with counted(world) as statements:
            assert client("GET", path).status_code == 200
        numbers.append(len(statements))
    # Below the organisation of the grant, its reach takes one more.
    assert numbers[0] + 1 == numbers[1] <= 24


@pytest.mark.usefixtures("narrow")
def test_supervision_below_is_counted_only_for_who_may_know(world: World) -> None:
    body: dict[str, Any] = {
        "organization_id": str(world.b1),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-03-06",
        "persons": [{"name": "谈话对象甲"}],
    }
    world.secretary.created("/talks", body)
    body |= {"organization_id": str(world.b2), "happened_on": "2018-04-06"}
    world.secretary.created("/talks", body)
    path = f"/organizations/{world.hq}/annual-summaries/2018"
    text = str(world.secretary.ok(path, include_descendants=True))
    assert "提醒谈话一人" in text
    assert "谈话对象甲" not in text
    hidden = str(world.clerk.ok(path, include_descendants=True))
    assert "提醒谈话" not in hidden
    assert "reminder_talk" not in hidden


@pytest.mark.usefixtures("narrow")
def test_without_what_is_below_nothing_is_counted(world: World) -> None:
    body = world.clerk.ok(f"/organizations/{world.hq}/annual-summaries/2018")
    assert not any(count["tallies"] for row in sentences(body) for count in row["counts"])
