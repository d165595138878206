"""What is kept in memory of lists: never longer than what it follows from stays the same."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, insert, select, update

from app.checklist import status as status_loading
from app.checklist.list_status import ListPlan
from app.checklist.models import Duty, DutyList, Occurrence
from app.checklist.schemas import YearParameters
from app.checklist.status import PlanMemory, scope_status
from app.checklist.status_schemas import MatrixRead
from app.core.ids import new_id
from app.core.uow import Actor, Permission, UnitOfWork
from tests.checklist.lists import meeting, own_duty, published, states, tasks
from tests.items.test_query_counts import counted
from tests.support.properties import examples
from tests.support.world import Client, World

ASSEMBLY = "member_assembly"
OWED, DUTIES = Occurrence.metadata.tables["occurrences"], Duty.metadata.tables["duties"]
LISTS = DutyList.metadata.tables["duty_lists"]


def answers(world: World) -> list[Any]:
    query = {"year": 2018, "include_descendants": True}
    return [
        world.clerk.ok(f"/organizations/{world.hq}/{what}", **query)
        for what in ("coverage-matrix", "coverage", "task-list", "responsibility-list")
    ]


def anew(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The answers of a process that remembers nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(status_loading, "PLANS", PlanMemory())
        return answers(world)


@pytest.fixture
def follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], object]], None]:
    """Insist that a change is seen at once, and as if nothing had been kept."""

    def check(change: Callable[[], object]) -> None:
        before = answers(world)
        assert answers(world) == before
        change()
        seen = answers(world)
        assert seen[0] != before[0], "each of the changes is one of the matrix too"
        assert anew(world, monkeypatch) == seen

    return check


def put(client: Client, path: str, **more: Any) -> None:
    response = client("PUT", path, **more)
    assert response.status_code == 204, response.text


def test_every_change_is_seen_at_once(
    world: World, follows: Callable[[Callable[[], object]], None]
) -> None:
    yearly = published(world)
    held: list[dict[str, Any]] = []
    follows(lambda: held.append(meeting(world, "2018-03-10")))
    quarters = {item["period"]: item for item in tasks(world.clerk, world.b3, ASSEMBLY)}
    waived, linked = (f"/occurrences/{quarters[name]['id']}" for name in ("2018-Q2", "2018-Q3"))
    spare = meeting(world, "2018-03-20")
    follows(lambda: put(world.clerk, f"{linked}/records/{spare['id']}"))
    reason = {"reason": "停工"}
    follows(lambda: put(world.secretary, f"{waived}/waiver", json=reason, version=1))
    follows(lambda: world.secretary("DELETE", f"{waived}/waiver", version=2))
    gone = f"/meetings/{held[0]['id']}?reason=重复登记"
    follows(lambda: world.secretary("DELETE", gone, version=held[0]["version"]))
    body = {"effective_on": "2018-12-15", "reason": "新增任务", "add": [own_duty()]}
    path = f"/duty-lists/{yearly['id']}"
    version = world.clerk.ok(path)["version"]
    follows(lambda: world.secretary.post(f"{path}/amendments", body, version=version))


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
    with counted(world) as again:
        assert world.clerk.get(path, year=2018, include_descendants=True).content
    assert len(again) <= 6, "\n".join(again)
    read = MatrixRead.model_validate_json(response.content)
    assert read.model_dump_json().encode() == response.content
    assert {row.organization_id for row in read.rows} == {world.b2, world.b3}


def any_of(connection: Connection, pick: int, column: Any, **where: object) -> Any:  # noqa: ANN401 - a cell
    conditions = [column.table.c[name] == value for name, value in where.items()]
    cells = connection.scalars(select(column).where(*conditions).order_by(column)).all()
    return cells[pick % len(cells)]


def waive(connection: Connection, pick: int, place: object) -> None:
    chosen = any_of(connection, pick, OWED.c.id, organization_id=place)
    waived = {"waived_on": date(2018, 2, 1), "waived_reason": f"停工{pick}"}
    connection.execute(update(OWED).where(OWED.c.id == chosen).values(waived))


def postpone(connection: Connection, pick: int, place: object) -> None:
    chosen = any_of(connection, pick, OWED.c.duty_id, organization_id=place)
    due_on = date(2018, pick % 12 + 1, 9)
    connection.execute(update(OWED).where(OWED.c.duty_id == chosen).values(due_on=due_on))


def take_away(connection: Connection, pick: int, place: object) -> None:
    chosen = any_of(connection, pick, OWED.c.id, organization_id=place)
    connection.execute(delete(OWED).where(OWED.c.id == chosen))


def exchange(connection: Connection, pick: int, place: object) -> None:
    """Delete a row and insert another one: as many rows, of the same versions, as before."""
    chosen = any_of(connection, pick, OWED.c.id, organization_id=place)
    row = dict(connection.execute(select(OWED).where(OWED.c.id == chosen)).mappings().one())
    connection.execute(delete(OWED).where(OWED.c.id == chosen))
    last = connection.scalar(select(func.max(OWED.c.number)))
    connection.execute(insert(OWED).values({**row, "id": new_id(), "number": last + 1}))


def reword(connection: Connection, pick: int, place: object) -> None:
    yearly = any_of(connection, pick, LISTS.c.id, organization_id=place)
    chosen = any_of(connection, pick, DUTIES.c.id, list_id=yearly)
    content = connection.scalar(select(DUTIES.c.content).where(DUTIES.c.id == chosen))
    content = {**(content or {}), "name": f"责任{pick}"}
    connection.execute(update(DUTIES).where(DUTIES.c.id == chosen).values(content=content))


def move(connection: Connection, pick: int, place: object) -> None:
    """Let one row be owed on another organisation's list, under its line of that code."""
    yearly = any_of(connection, pick, LISTS.c.id, organization_id=place)
    line = any_of(connection, pick, DUTIES.c.id, list_id=yearly)
    chosen = any_of(connection, pick, OWED.c.id)
    number = connection.scalar(select(func.max(OWED.c.number)))
    values = {"organization_id": place, "duty_id": line, "owed_by_id": place, "year": 2018}
    connection.execute(
        update(OWED).where(OWED.c.id == chosen).values({**values, "number": (number or 0) + 1})
    )


WRITERS = (waive, postpone, take_away, exchange, reword, move)


@pytest.fixture
def two_lists(world: World) -> World:
    for place in (world.b2, world.b3):
        published(world, place)
    meeting(world, "2018-03-10")
    return world


@examples(12, shared=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(WRITERS), st.integers(0, 10_000), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_no_writer_can_forget(
    two_lists: World,
    monkeypatch: pytest.MonkeyPatch,
    writes: Sequence[tuple[Callable[[Connection, int, object], None], int, bool]],
) -> None:
    """Statements that count up no version, as somebody might write them past all services."""
    world = two_lists
    answers(world)
    with world.app.state.database.writing() as connection:
        for write, pick, there in writes:
            write(connection, pick, world.b2 if there else world.b3)
    assert answers(world) == anew(world, monkeypatch)


def test_what_was_rolled_back_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    published(world)
    before = answers(world)
    with world.app.state.database.engine.connect() as connection, connection.begin() as work:
        connection.execute(delete(OWED).where(OWED.c.organization_id == world.b3))
        assert rows_of(reader(world, connection), world) == []
        work.rollback()
    assert answers(world) == before == anew(world, monkeypatch)


def test_readers_see_their_own_moment_while_somebody_writes(world: World) -> None:
    published(world)
    database, rounds = world.app.state.database, 30

    def write(number: int) -> None:
        with database.writing() as connection:
            reason = {"waived_on": date(2018, 1, 1), "waived_reason": str(number)}
            here = OWED.c.organization_id == world.b3
            connection.execute(update(OWED).where(here).values(reason))

    def read(_: int) -> tuple[set[str | None], set[str | None]]:
        with database.reading() as connection:
            seen = {row.waived_reason for row in rows_of(reader(world, connection), world)}
            here = select(OWED.c.waived_reason).where(OWED.c.organization_id == world.b3)
            return seen, set(connection.scalars(here))

    with ThreadPoolExecutor(1) as writer, ThreadPoolExecutor(3) as readers:
        writing = writer.map(write, range(rounds))
        pairs = list(readers.map(read, range(rounds * 3)))
        list(writing)
    assert all(seen == there and len(seen) == 1 for seen, there in pairs)


def reader(world: World, connection: Connection) -> UnitOfWork:
    reach = {Permission.READ: frozenset({world.hq})}
    return UnitOfWork(connection, Actor(None, "检查员", reach), world.clock)


def rows_of(uow: UnitOfWork, world: World) -> Sequence[Any]:
    status = scope_status(uow, world.b3, YearParameters(year=2018))
    uow.close()
    return [entry.row for entry in status.entries]


def test_a_unit_that_writes_keeps_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    published(world)
    memory = PlanMemory()
    monkeypatch.setattr(status_loading, "PLANS", memory)
    database = world.app.state.database
    with database.writing() as connection:
        assert rows_of(reader(world, connection), world)
    assert memory.size == 0
    with database.reading() as connection:
        assert rows_of(reader(world, connection), world)
    assert memory.size == 1


def test_the_oldest_plans_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_loading, "MAX_PLANS", 3)
    memory = PlanMemory()
    made = {("list", str(number)): ListPlan(number, (), "[]") for number in range(5)}
    for stamp, plan in made.items():
        memory.put({stamp: plan})
    assert [memory.get(stamp) for stamp in made] == [None, None, *list(made.values())[2:]]
