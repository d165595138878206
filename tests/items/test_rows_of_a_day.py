"""Lists as of a past day: the state, the deadline and the lateness shown are those of that day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.items.rules import OWING, is_overdue, state_on
from tests.items.test_history import Life, live, stand_on, steps
from tests.items.test_states_on_days import STATES
from tests.items.timelines import FIRST
from tests.support.properties import counted_statements, examples
from tests.support.records import meeting_of
from tests.support.world import World

EVERY_STATE = (*STATES, "suspended")
SHOWN = ("status", "due_on", "completed_on", "overdue", "days_overdue")


def row_on(life: Life, day: date, **query: object) -> dict[str, Any] | None:
    """The record's row in the list of a day."""
    place = {"organization_id": str(life.world.b1), "as_of": day.isoformat()}
    rows = life.world.clerk.rows("/rectifications", **place, **query)
    return next((row for row in rows if row["id"] == life.item["id"]), None)


def extended(world: World, made: dict[str, Any], *, to: str, on: str) -> None:
    path = f"/items/{made['id']}/extensions"
    asked = world.clerk.created(path, {"due_on": to, "reason": "人员外出"})
    decision = {"approved": True, "on": on}
    address = f"{path}/{asked['id']}/decision"
    done = world.secretary("PUT", address, json=decision, version=made["version"])
    assert done.status_code == 200, done.text


@pytest.fixture
def closed(world: World) -> Life:
    """Due on 30 June, extended in July, closed on 16 August."""
    life = Life.begin(world, date(2018, 6, 30))
    stand_on(world, date(2018, 12, 10))
    life.take("progress", date(2018, 3, 1))
    life.take("extend", date(2018, 7, 10))
    life.take("submitted", date(2018, 8, 10))
    life.take("accepted", date(2018, 8, 16))
    return life


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 1, 5), ("open", "2018-06-30", None, False, None)),
        (date(2018, 7, 4), ("in_progress", "2018-06-30", None, True, 4)),
        (date(2018, 7, 10), ("in_progress", "2018-07-07", None, True, 3)),
        (date(2018, 8, 10), ("submitted", "2018-07-07", None, False, None)),
        (date(2018, 9, 1), ("closed", "2018-07-07", "2018-08-16", False, None)),
    ],
)
def test_a_row_tells_of_the_day(closed: Life, day: date, expected: tuple[object, ...]) -> None:
    row = row_on(closed, day, status=EVERY_STATE)
    assert row is not None
    assert tuple(row[name] for name in SHOWN) == expected
    assert bool(row_on(closed, day, overdue=True)) == row["overdue"]
    if row["overdue"]:
        late = row_on(closed, day, overdue=True, status=row["status"])
        assert late == row
        assert row_on(closed, day, overdue=True, status="closed") is None


def test_deadlines_are_asked_of_the_day(closed: Life) -> None:
    def found(day: date, **query: object) -> bool:
        return row_on(closed, day, status=EVERY_STATE, **query) is not None

    june, july = {"due_on_to": "2018-06-30"}, {"due_on_from": "2018-07-01"}
    assert found(date(2018, 7, 4), **june)
    assert not found(date(2018, 7, 4), **july)
    assert found(date(2018, 7, 10), **july)
    assert not found(date(2018, 7, 10), **june)
    assert not found(date(2018, 7, 4), overdue=True, **july)


def test_an_ordinary_record_shows_the_deadline_of_the_day(world: World) -> None:
    made = world.clerk.created(
        "/meetings",
        {
            "organization_id": str(world.b1),
            "type": "committee_meeting",
            "title": "会议",
            "due_on": "2018-06-30",
        },
    )
    extended(world, made, to="2018-08-31", on="2018-07-10")
    query = {"organization_id": str(world.b1), "status": "planned", "sort": "due_on"}

    def shown(day: str) -> list[tuple[object, ...]]:
        stand_on(world, date(2018, 12, 10))
        rows = world.clerk.ok("/meetings", as_of=day, **query)["items"]
        return [tuple(row[name] for name in SHOWN) for row in rows]

    assert shown("2018-06-29") == []
    assert shown("2018-07-09") == [("planned", "2018-06-30", None, True, 9)]
    assert shown("2018-07-10") == [("planned", "2018-08-31", None, False, None)]


def test_what_had_not_begun_is_not_listed(world: World) -> None:
    world.clerk.created("/meetings", meeting_of(world.b1, 3) | {"happened_on": "2018-11-01"})
    query = {"not_completed_before": "2018-01-01", "organization_id": str(world.b1)}
    assert world.clerk.ok("/items", as_of="2018-10-31", **query)["items"] == []
    assert len(world.clerk.ok("/items", as_of="2018-11-01", **query)["items"]) == 1


@pytest.mark.parametrize("sort", ["due_on", "-due_on", "day"])
def test_pages_of_a_day_are_whole(world: World, sort: str) -> None:
    for number in range(5):
        body = meeting_of(world.b1, number)
        del body["happened_on"]
        world.clerk.created("/meetings", body | {"due_on": f"2018-0{5 - number % 3}-01"})
    query = {"as_of": "2018-12-10", "status": "planned", "sort": sort, "limit": 2}
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = world.clerk.ok("/meetings", **query, **cursor)
        found += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(set(found)) == len(found) == 5


def test_a_past_day_takes_as_few_statements(world: World) -> None:
    world.clerk.created("/meetings", meeting_of(world.hq, 1))
    query = {"as_of": "2018-11-01", "status": "completed"}
    with counted_statements(world.app) as few:
        world.clerk.ok("/items", **query)
    for number in range(20):
        world.clerk.created("/meetings", meeting_of(world.hq, number))
    with counted_statements(world.app) as many:
        world.clerk.ok("/items", **query)
    assert len(many) == len(few) <= 3, "\n".join(many)


@examples(5, shared=True)
@given(st.integers(0, 15), steps)
def test_rows_of_every_day_fold_the_history(
    world: World, due: int, choices: list[tuple[int, int]]
) -> None:
    life = Life.begin(world, FIRST + timedelta(days=due))
    last = live(life, choices)
    for day in {FIRST, FIRST + (last - FIRST) / 2, last}:
        row = row_on(life, day, status=EVERY_STATE)
        moment = state_on(life.timeline, day)
        assert row is not None
        assert moment is not None
        assert (row["status"], row["due_on"]) == (moment.status, str(moment.due_on))
        assert row["overdue"] == is_overdue(moment.status, moment.due_on, day)
        late = row_on(life, day, overdue=True, status=[str(state) for state in OWING])
        assert (late is not None) == row["overdue"]
