"""Moving a part of the tree: nothing comes apart, and late records move along."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from app.items import service as records
from app.items.models import DeadlineSpan
from app.items.timeline import rebuild_organization_deadlines
from app.organizations import service
from app.organizations.models import Organization, OrganizationAncestor
from tests.support.properties import examples
from tests.support.waiting import let_it_get_on
from tests.support.world import SYSTEM, Client, World

names: Iterator[int] = count()


def planted(client: Client, parent: object, kind: str) -> UUID:
    body = {"name": f"组织{next(names)}", "kind": kind, "parent_id": str(parent)}
    return UUID(client.created("/organizations", body)["id"])


def move(client: Client, what: UUID, where: UUID) -> Any:  # noqa: ANN401 - a response
    version = client.ok(f"/organizations/{what}")["version"]
    path = f"/organizations/{what}/moves"
    return client.post(path, {"parent_id": str(where)}, version=version)


def late_item(client: Client, place: UUID) -> str:
    body = {
        "organization_id": str(place),
        "title": f"整改{place}",
        "source": "self_check",
        "found_on": "2018-03-01",
        "due_on": "2018-04-01",
    }
    return str(client.created("/rectifications", body)["id"])


def stored(world: World, places: list[UUID]) -> tuple[set[Any], set[Any]]:
    """The closure and the spans of some organisations, as they stand in the database."""
    closure = select(
        OrganizationAncestor.descendant_id,
        OrganizationAncestor.ancestor_id,
        OrganizationAncestor.distance,
    ).where(OrganizationAncestor.descendant_id.in_(places))
    spans = select(
        DeadlineSpan.ancestor_id,
        DeadlineSpan.item_id,
        DeadlineSpan.active_from,
        DeadlineSpan.active_until,
        DeadlineSpan.due_on,
    ).where(DeadlineSpan.ancestor_id.in_(places))
    with world.app.state.database.read() as session:
        return (
            {tuple(row) for row in session.execute(closure)},
            {tuple(row) for row in session.execute(spans)},
        )


def closure_of(parents: dict[UUID, UUID | None]) -> set[tuple[UUID, UUID, int]]:
    """What the closure must be, from the parents alone."""
    found = set()
    for place in parents:
        above: UUID | None = place
        distance = 0
        while above is not None:
            found.add((place, above, distance))
            above, distance = parents[above], distance + 1
            assert distance <= len(parents), "a cycle"
    return found


def parents_of(world: World) -> dict[UUID, UUID | None]:
    statement = select(Organization.id, Organization.parent_id).where(
        Organization.root_id == world.root
    )
    with world.app.state.database.read() as session:
        return {row.id: row.parent_id for row in session.execute(statement)}


@examples(5, shared=True)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_random_moves_keep_the_tree_whole(world: World, moves: list[tuple[int, int]]) -> None:
    top = world.as_role("admin", "clerk", on=world.root)
    committees = [world.root, planted(top, world.root, "party_committee")]
    committees.append(planted(top, committees[-1], "work_committee"))
    branches = [planted(top, place, "party_branch") for place in committees]
    groups = [planted(top, place, "party_group") for place in branches]
    items = {place: late_item(top, place) for place in (*branches, *groups)}
    movable = [*committees[1:], *branches, *groups]
    for what, where in moves:
        target = [*committees, *branches][where % 6]
        response = move(top, movable[what % len(movable)], target)
        assert response.status_code in {201, 409}, response.text
    parents = parents_of(world)
    closure, spans = stored(world, list(parents))
    assert closure == closure_of(parents)
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        rebuild_organization_deadlines(uow.session, list(parents))
    assert stored(world, list(parents)) == (closure, spans)
    for place in committees:
        query = {"overdue": True, "organization_id": place, "include_descendants": True}
        listed = {row["id"] for row in top.rows("/rectifications", **query)}
        below = {
            item
            for branch, item in items.items()
            if any((branch, place, d) in closure for d in range(len(parents)))
        }
        assert listed & set(items.values()) == below


def test_moves_that_would_break_the_tree_are_refused(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    inner = planted(top, world.root, "party_committee")
    innermost = planted(top, inner, "work_committee")
    for what, where in ((inner, inner), (inner, innermost), (world.root, inner)):
        assert move(top, what, where).json()["code"] == "organization_move_not_allowed"
    wrong = move(top, world.hq, world.b1)
    assert wrong.json()["code"] == "organization_move_not_allowed"
    assert move(top, world.b1, world.b2).json()["code"] == "organization_kind_not_allowed"
    twin = planted(top, world.root, "party_committee")
    top.created(
        "/organizations", {"name": "机关党支部", "kind": "party_branch", "parent_id": str(twin)}
    )
    assert move(top, world.b1, twin).json()["code"] == "organization_name_taken"


def test_nothing_moves_to_another_tree(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    assert move(top, world.b1, world.foreign).status_code == 404


def test_a_move_keeps_the_period_and_changes_who_sees_it(world: World) -> None:
    top = world.as_role("admin", "clerk", on=world.root)
    other = planted(top, world.root, "general_branch")
    item = late_item(top, world.b1)
    old, new = world.as_role("viewer"), world.as_role("viewer", on=other)
    assert move(top, world.b1, other).status_code == 201
    for client, sees in ((old, False), (new, True)):
        listed = client.ok("/rectifications", overdue=True)["items"]
        assert [row["id"] for row in listed] == ([item] if sees else [])
        assert client.get(f"/rectifications/{item}").status_code == (200 if sees else 404)
    periods = top.ok(f"/organizations/{world.b1}/periods")["items"]
    assert [UUID(row["parent_id"]) for row in periods] == [world.hq, other]
    stale = top.post(f"/organizations/{world.b1}/moves", {"parent_id": str(world.hq)}, version=1)
    assert stale.status_code == 412


@pytest.fixture
def crossing(backend: str, world: World) -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Starts something in another thread and lets it come as far as it gets."""
    if backend == "sqlite":
        pytest.skip("one writer at a time: nothing comes between")
    with ThreadPoolExecutor(1) as pool:

        def start(work: Callable[[], Any]) -> Future[Any]:
            future = pool.submit(work)
            let_it_get_on(future, world.app.state.database.engine)
            return future

        yield start


def test_two_moves_at_once_make_no_cycle(
    world: World,
    crossing: Callable[[Callable[[], Any]], Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    top = world.as_role("admin", on=world.root)
    first, second = (planted(top, world.root, "party_committee") for _ in range(2))
    other, check = Client(TestClient(world.app), top.token), service._check_kind  # noqa: SLF001 - a place between reading and writing
    begun: list[Future[Any]] = []

    def between(*arguments: Any) -> None:
        monkeypatch.setattr(service, "_check_kind", check)
        begun.append(crossing(lambda: move(other, second, first)))
        check(*arguments)

    monkeypatch.setattr(service, "_check_kind", between)
    statuses = [move(top, first, second).status_code, begun[0].result().status_code]
    assert 201 in statuses
    assert set(statuses) & {409, 503}, "a cycle, or both were refused"
    parents = parents_of(world)
    assert stored(world, list(parents))[0] == closure_of(parents)


def test_a_record_written_during_a_move_is_found_where_it_went(
    world: World,
    crossing: Callable[[Callable[[], Any]], Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    top = world.as_role("admin", "clerk", on=world.root)
    target = planted(top, world.root, "general_branch")
    other, note = Client(TestClient(world.app), top.token), records.note
    begun: list[Future[Any]] = []

    def between(*arguments: Any) -> None:
        begun.append(crossing(lambda: move(other, world.b1, target)))
        note(*arguments)

    monkeypatch.setattr(records, "note", between)
    item = late_item(top, world.b1)
    assert begun[0].result().status_code == 201
    query = {"overdue": True, "include_descendants": True}
    for place, expected in ((target, [item]), (world.hq, [])):
        rows = top.ok("/rectifications", organization_id=place, **query)["items"]
        assert [row["id"] for row in rows] == expected


@pytest.mark.race
def test_records_written_while_their_organisation_moves_are_found(world: World) -> None:
    top = world.as_role("admin", "clerk", on=world.root)
    places = [planted(top, world.root, "general_branch") for _ in range(2)]

    def shuttle() -> None:
        for number in range(6):
            assert move(top, world.b1, places[number % 2]).status_code == 201

    def record() -> list[str]:
        return [late_item(top, world.b1) for _ in range(10)]

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(record) for _ in range(2)]
        pool.submit(shuttle).result()
        written = {item for writer in writers for item in writer.result()}
    query = {"overdue": True, "include_descendants": True, "limit": 200}
    here = top.ok("/rectifications", organization_id=places[1], **query)["items"]
    there = top.ok("/rectifications", organization_id=places[0], **query)["items"]
    assert {row["id"] for row in here} == written
    assert there == []
