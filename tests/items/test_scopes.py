"""Two ways to a page's rows, by the breadth of what is listed: the same rows, each by its index."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from app.items import listing
from tests.items.test_visibility import fill
from tests.support.world import Client, World

QUERIES: tuple[dict[str, object], ...] = (
    {},
    {"sort": "day"},
    {"sort": "due_on"},
    {"sort": "-due_on"},
    {"sort": "id"},
    {"sort": "-id"},
    {"status": ["open", "planned", "completed"], "include_total": True},
    {"q": "问题", "include_total": True},
    {"kind": ["rectification"], "focus": "rectification"},
    {"happened_on_from": "2018-02-01", "happened_on_to": "2018-03-31", "include_total": True},
    {"due_on_from": "2018-05-01", "sort": "due_on"},
    {"status": ["open"], "as_of": "2018-06-01"},
    {"overdue": True, "include_total": True},
)


def pages(client: Client, path: str, query: dict[str, object]) -> list[Any]:
    """All pages there and back again, as they are shown, without their signed places."""
    shown, cursor, way = [], None, "next_cursor"
    while True:
        page = client.ok(path, **query, limit=4, **({"cursor": cursor} if cursor else {}))
        shown.append((page["items"], page.get("total")))
        if page[way] is None and way == "prev_cursor":
            return shown
        if page[way] is None:
            way = "prev_cursor"
        if page[way] is None:
            return shown
        cursor = page[way]


def test_both_ways_show_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(world)
    fill(world)
    secretary = world.as_role("secretary", "supervision", on=world.root)
    for place in (world.hq, world.b1):
        talk = {
            "organization_id": str(place),
            "type": "reminder_talk",
            "title": "谈话",
            "happened_on": "2018-03-04",
            "talker": "王建国",
            "persons": [{"name": "张三"}],
        }
        secretary.created("/talks", talk)
    reader = world.as_role("viewer", "supervision", on=world.root)
    tree: dict[str, object] = {"organization_id": str(world.hq), "include_descendants": True}
    asked: list[tuple[str, dict[str, object]]] = [
        *(("/items", query) for query in QUERIES),
        ("/items", tree),
        ("/items", tree | {"include_own": False, "sort": "due_on"}),
        ("/items", {"organization_id": str(world.b1)}),
        ("/rectifications", tree | {"status": ["open"]}),
    ]
    narrow = [pages(reader, *one) for one in asked]
    assert any(len(shown) > 2 for shown in narrow)
    monkeypatch.setattr(listing, "WIDE", 1)
    for one, before in zip(asked, narrow, strict=True):
        assert pages(reader, *one) == before, one


@contextmanager
def plans(world: World) -> Iterator[list[str]]:
    """How SQLite finds the rows of each list that is asked."""
    engine, asked = world.app.state.database.engine, []

    def note(_connection: object, _cursor: object, sql: str, values: Any, *_rest: object) -> None:  # noqa: ANN401 - as the driver takes them
        if "json_object" in sql:
            asked.append((sql, values))

    found: list[str] = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        for sql, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            found.append("; ".join(row[3] for row in rows))
        connection.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("path", "by_date"),
    [
        ("/items", "ix_items_day"),
        ("/meetings", "ix_items_kind"),
        ("/items?kind=talk&status=planned", "ix_items_day"),
    ],
)
def test_each_way_goes_by_its_index(
    world: World, path: str, by_date: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if world.app.state.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has statistics, and plans by them")
    reader = world.as_role("viewer", on=world.root)
    with plans(world) as narrow:
        reader.ok(path)
    assert "items USING COVERING INDEX ix_items_tally (organization_id=?)" in narrow[0]
    monkeypatch.setattr(listing, "WIDE", 1)
    with plans(world) as wide:
        reader.ok(path)
    assert f"items USING INDEX {by_date}" in wide[0]
    assert "TEMP B-TREE" not in wide[0].partition("SCAN page")[0]
