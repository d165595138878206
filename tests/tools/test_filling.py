"""Made-up data is plausible and the same for one seed; nothing in it happens too late."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.core.audit import verify
from app.core.database import Database
from app.items.kinds import Kind
from app.items.models import DeadlineSpan, ExtensionRequest, Item, ItemEvent
from app.items.timeline import rebuild_organization_deadlines
from app.kinds import BY_PLURAL
from app.organizations.models import Member, Organization
from app.organizations.queries import within
from tests.support.properties import many
from tests.support.world import Client
from tools.demo import filling as fillings
from tools.demo.filling import Filling, Plan

PLAN = Plan(12, many(300), seed=1, time_zone="Asia/Shanghai", until=date(2018, 12, 10))


def filled(database: Database, plan: Plan = PLAN) -> tuple[Filling, Organization]:
    filling = Filling(database, plan)
    root = filling.make_tree()
    assert list(filling.make_records())[-1] == plan.records
    return filling, root


@pytest.fixture(scope="module")
def tree(app: FastAPI) -> tuple[UUID, str]:
    """The root of a made-up tree and a token that may do everything in it."""
    filling, root = filled(app.state.database)
    return root.id, filling.issue_token(root)


@pytest.fixture
def client(http: TestClient, tree: tuple[UUID, str]) -> Client:
    return Client(http, tree[1])


@pytest.fixture
def session(app: FastAPI) -> Iterator[Session]:
    with app.state.database.read() as session:
        yield session


def everything(client: Client, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 200}
    while True:
        page = client.ok(path, **query)
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        query["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("kind", BY_PLURAL.values(), ids=list(BY_PLURAL))
def test_every_record_reads_back_as_something_that_may_be_written(
    client: Client, kind: Kind
) -> None:
    rows = everything(client, f"/{kind.plural}")
    assert rows
    for row in rows:
        shown = client.ok(f"/{kind.plural}/{row['id']}")
        shown["origin_id"] = (shown["origin"] or {}).get("id")
        wish = {name: shown[name] for name in kind.write.model_fields}
        kind.write.model_validate(wish)
    history = client.ok(f"/{kind.plural}/{rows[0]['id']}/history")["items"]
    assert history[0]["action"] == f"{kind.name}.created"
    assert rows[0]["version"] <= len(history)


def spans_of(session: Session, root_id: UUID) -> set[Any]:
    columns = DeadlineSpan.__table__.c
    inside = select(Item.id).where(within(Item.organization_id, [root_id]))
    rows = session.execute(
        select(
            columns.ancestor_id,
            columns.item_id,
            columns.active_from,
            columns.active_until,
            columns.due_on,
            columns.kind,
            columns.restricted,
        ).where(columns.item_id.in_(inside))
    )
    return set(rows)


def test_deadline_spans_are_what_the_timelines_say(app: FastAPI, tree: tuple[UUID, str]) -> None:
    with app.state.database.write() as session:
        before = spans_of(session, tree[0])
        places = session.scalars(select(Organization.id).where(Organization.root_id == tree[0]))
        assert rebuild_organization_deadlines(session, places.all()) > 0
        assert spans_of(session, tree[0]) == before


def test_the_audit_chain_holds(session: Session, tree: tuple[UUID, str]) -> None:
    assert tree
    assert not list(verify(session))


def test_nobody_decides_on_his_own_matter(session: Session, tree: tuple[UUID, str]) -> None:
    inside = select(Item.id).where(within(Item.organization_id, [tree[0]]))
    decided = session.scalars(
        select(ExtensionRequest).where(
            ExtensionRequest.item_id.in_(inside), ExtensionRequest.decided_on.is_not(None)
        )
    ).all()
    assert decided
    assert all(request.requested_by != request.decided_by for request in decided)
    steps = session.scalars(
        select(ItemEvent)
        .where(ItemEvent.item_id.in_(inside))
        .order_by(ItemEvent.item_id, ItemEvent.sequence)
    ).all()
    pairs = list(pairwise(steps))
    accepted = [(one, two) for one, two in pairs if two.name == "accepted"]
    assert accepted
    assert all(one.name == "submitted" for one, _ in accepted)
    assert all(one.recorded_by != two.recorded_by for one, two in accepted)
    ordered = [(one, two) for one, two in pairs if one.item_id == two.item_id]
    assert all(one.effective_on <= two.effective_on for one, two in ordered)


def test_nothing_happens_after_the_last_day(session: Session, tree: tuple[UUID, str]) -> None:
    inside = within(Item.organization_id, [tree[0]])
    last = session.execute(
        select(func.max(Item.happened_on), func.max(Item.completed_on)).where(inside)
    ).one()
    assert all(day <= PLAN.until for day in last)


def test_all_states_occur_and_lists_show_them(client: Client) -> None:
    states = {row["status"] for row in everything(client, "/items")}
    assert {"planned", "completed", "in_progress", "closed", "submitted"} <= states
    overdue = client.ok("/rectifications", overdue=True, as_of="2018-12-10")["items"]
    assert overdue
    assert all(row["days_overdue"] > 0 for row in overdue)


def content(session: Session, root_id: UUID) -> list[tuple[Any, ...]]:
    columns = (Item.kind, Item.type, Item.title, Item.day, Item.status, Item.due_on, Item.outcome)
    items = select(*columns, Item.responsible_person, Item.version)
    items = items.where(within(Item.organization_id, [root_id])).order_by(Item.id)
    people = select(Member.name, Member.post, Member.joined_on)
    people = people.where(within(Member.organization_id, [root_id])).order_by(Member.id)
    return [tuple(row) for statement in (items, people) for row in session.execute(statement)]


def test_one_seed_makes_one_content(app: FastAPI) -> None:
    small = Plan(4, 40, seed=3, time_zone="Asia/Shanghai")
    _, one = filled(app.state.database, small)
    _, two = filled(app.state.database, small)
    other = Plan(4, 40, seed=4, time_zone="Asia/Shanghai")
    _, three = filled(app.state.database, other)
    with app.state.database.read() as session:
        assert content(session, one.id) == content(session, two.id)
        assert content(session, one.id) != content(session, three.id)
    assert len({one.name, two.name, three.name}) == 3


def test_an_interrupted_filling_leaves_whole_batches(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fillings, "BATCH_RECORDS", 10)
    filling = Filling(app.state.database, Plan(4, 25, seed=5, time_zone="Asia/Shanghai"))
    root = filling.make_tree()
    assert next(filling.make_records()) == filling.done == 10
    with app.state.database.read() as session:
        inside = within(Item.organization_id, [root.id])
        assert session.scalar(select(func.count(Item.id)).where(inside)) == 10
        assert not list(verify(session))
