"""The number of statements does not grow with the number of rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.support.records import meeting_of
from tests.support.world import World


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engine = world.app.state.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def log(world: World, count: int) -> str:
    made = ""
    for number in range(count):
        made = world.clerk.created("/meetings", meeting_of(world.hq, number))["id"]
    return made


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/meetings", 3),
        ("/items", 3),
        ("/items?overdue=true", 3),
        ("/organizations/{hq}/annual-summaries/2018", 36),
    ],
)
def test_reads_take_the_same_number_of_statements(world: World, path: str, most: int) -> None:
    target = path.format(hq=world.hq)
    log(world, 1)
    with counted(world) as few:
        assert world.clerk("GET", target).status_code == 200
    log(world, 25)
    with counted(world) as many:
        assert world.clerk("GET", target).status_code == 200
    assert len(few) == len(many) <= most, "\n".join(many)


def test_one_record_takes_few_statements(world: World) -> None:
    world.clerk  # noqa: B018 - the user is made before counting
    with counted(world) as writing:
        made = log(world, 1)
    assert len(writing) <= 11, "\n".join(writing)
    with counted(world) as reading:
        world.clerk.ok(f"/meetings/{made}")
    assert len(reading) <= 5, "\n".join(reading)
