"""What is kept of a list's standing: never longer than what it follows from stays the same."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from app.checklist.standing import plans
from app.checklist.standing.lists import list_standing
from app.checklist.standing.loading import load
from app.checklist.standing.schemas import MatrixRead
from app.core.actor import Actor
from app.core.unit import Unit
from tests.checklist.lists import meeting, own_duty, published, states, tasks
from tests.items.test_query_counts import counted
from tests.support.world import Client, World

ASSEMBLY = "member_assembly"


def answers(world: World) -> list[Any]:
    query = {"year": 2018, "include_descendants": True}
    return [
        world.clerk.ok(f"/organizations/{world.hq}/{what}", **query)
        for what in ("coverage-matrix", "coverage", "task-list", "responsibility-list")
    ]


def follows(world: World, change: Callable[[], object]) -> None:
    """Insist that a change is seen at once, and as if nothing had been kept."""
    before = answers(world)
    assert answers(world) == before
    change()
    seen = answers(world)
    assert seen[0] != before[0], "each of the changes is one of the matrix too"
    list_standing.cache_clear()
    plans.KEPT = plans.Kept()
    assert answers(world) == seen


def put(client: Client, path: str, **more: Any) -> None:
    response = client("PUT", path, **more)
    assert response.status_code == 204, response.text


def test_every_change_is_seen_at_once(world: World) -> None:
    yearly = published(world)
    held: list[dict[str, Any]] = []
    follows(world, lambda: held.append(meeting(world, "2018-03-10")))
    quarters = {item["period"]: item for item in tasks(world.clerk, world.b3, ASSEMBLY)}
    waived, linked = (f"/occurrences/{quarters[name]['id']}" for name in ("2018-Q2", "2018-Q3"))
    spare = meeting(world, "2018-03-20")
    follows(world, lambda: put(world.clerk, f"{linked}/records/{spare['id']}"))
    reason = {"reason": "停工"}
    follows(world, lambda: put(world.secretary, f"{waived}/waiver", json=reason, version=1))
    follows(world, lambda: world.secretary("DELETE", f"{waived}/waiver", version=2))
    gone = f"/meetings/{held[0]['id']}?reason=重复登记"
    follows(world, lambda: world.secretary("DELETE", gone, version=held[0]["version"]))
    body = {"effective_on": "2018-12-15", "reason": "新增任务", "add": [own_duty()]}
    path = f"/duty-lists/{yearly['id']}"
    version = world.clerk.ok(path)["version"]
    follows(world, lambda: world.secretary.post(f"{path}/amendments", body, version=version))


def test_a_new_title_is_told_although_it_changes_no_standing(world: World) -> None:
    published(world)
    held = meeting(world, "2018-03-10")
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q1"] == "done"
    path = f"/meetings/{held['id']}"
    world.clerk("PATCH", path, json={"title": "支部党员大会（一季度）"}, version=held["version"])
    first, *_ = tasks(world.clerk, world.b3, ASSEMBLY)
    assert [record["title"] for record in first["records"]] == ["支部党员大会（一季度）"]


def test_the_matrix_is_what_its_schema_says_in_a_few_statements(world: World) -> None:
    for place in (world.b2, world.b3):
        published(world, place)
    path = f"/organizations/{world.hq}/coverage-matrix"
    with counted(world) as statements:
        response = world.clerk.get(path, year=2018, include_descendants=True)
    assert len(statements) <= 8, "\n".join(statements)
    read = MatrixRead.model_validate_json(response.content)
    assert read.model_dump_json().encode() == response.content
    assert {row.organization_id for row in read.rows} == {world.b2, world.b3}


def test_what_a_writer_read_is_not_kept(world: World) -> None:
    published(world)
    plans.KEPT = plans.Kept()
    database, day = world.app.state.database, date(2018, 10, 8)

    def read(connection: Connection) -> Sequence[plans.Plan]:
        unit = Unit(connection, Actor(None, "检查员"), world.clock)
        try:
            return load(unit, world.b3, 2018, day, include_descendants=False).plans
        finally:
            unit.close()

    with database.writing() as connection:
        assert read(connection) != read(connection), "plans are compared by identity"
    with database.reading() as connection:
        assert read(connection) == read(connection)


def test_the_oldest_plans_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MAX_PLANS", 3)
    kept, made = plans.Kept(), {(number,): plans.Plan(number, (), (), ()) for number in range(5)}
    for mark, plan in made.items():
        kept.put({mark: plan})
    assert [kept.get(mark) for mark in made] == [None, None, *list(made.values())[2:]]
