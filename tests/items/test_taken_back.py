"""Taking an ending back: what was answered for the days before stays the answer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.items.models import DeadlineSpan
from app.items.rules import OWING, Status, is_overdue
from app.items.timeline import rebuild_organization_deadlines
from tests.items.test_history import stand_on
from tests.items.test_rows_of_a_day import SHOWN
from tests.items.timelines import FIRST
from tests.support.properties import examples
from tests.support.records import flaws
from tests.support.world import SYSTEM, World

STAR = {"If-Match": "*"}
DUE = FIRST + timedelta(days=6)
ALL = ("planned", "completed", "cancelled")
STEPS = ("cancel", "happen", "extend")


def planned(world: World) -> dict[str, Any]:
    stand_on(world, FIRST)
    body = {
        "organization_id": str(world.b1),
        "type": "committee_meeting",
        "title": "会议",
        "due_on": DUE.isoformat(),
    }
    return world.clerk.created("/meetings", body)


def shown(world: World, made: dict[str, Any], day: date) -> tuple[object, ...] | None:
    """What the list of a day shows of the record; the overdue list must agree with it."""
    query = {"organization_id": str(world.b1), "as_of": day.isoformat()}

    def found(**more: object) -> dict[str, Any] | None:
        rows = world.clerk.rows("/meetings", **query, **more)
        return next((row for row in rows if row["id"] == made["id"]), None)

    row, late = found(status=ALL), found(overdue=True)
    assert (late is not None) == (row is not None and row["overdue"])
    assert late is None or late == row
    return tuple(row[name] for name in SHOWN) if row else None


def cancel(world: World, made: dict[str, Any], on: date) -> None:
    body = {"reason": "不开", "on": on.isoformat()}
    done = world.clerk("PUT", f"/meetings/{made['id']}/cancellation", json=body, headers=STAR)
    assert done.status_code == 200, done.text


def restore(world: World, made: dict[str, Any]) -> None:
    done = world.clerk("DELETE", f"/meetings/{made['id']}/cancellation", headers=STAR)
    assert done.status_code == 200, done.text


def happen(world: World, made: dict[str, Any], on: date | None) -> None:
    body = {"happened_on": on.isoformat() if on else None}
    done = world.clerk.patch(f"/meetings/{made['id']}", body, headers=STAR)
    assert done.status_code == 200, done.text


def end(world: World, made: dict[str, Any], how: str, on: date) -> Callable[[], None]:
    """End a record on a day; returns what takes that back."""
    if how == "cancel":
        cancel(world, made, on)
        return lambda: restore(world, made)
    happen(world, made, on)
    return lambda: happen(world, made, None)


@pytest.mark.parametrize(("how", "status"), [("cancel", "cancelled"), ("happen", "completed")])
def test_what_an_ending_answered_stays(world: World, how: str, status: str) -> None:
    made = planned(world)
    ended, restored = FIRST + timedelta(days=10), FIRST + timedelta(days=40)
    stand_on(world, restored)
    back = end(world, made, how, ended)
    between = FIRST + timedelta(days=30)
    before = {day: shown(world, made, day) for day in (ended - timedelta(days=1), ended, between)}
    finished = ended.isoformat() if how == "happen" else None
    assert before[between] == (status, DUE.isoformat(), finished, False, None)
    back()
    assert {day: shown(world, made, day) for day in before} == before
    assert shown(world, made, restored) == ("planned", DUE.isoformat(), None, True, 34)
    since = {"not_completed_before": between.isoformat(), "as_of": between.isoformat()}
    found = world.clerk.ok("/meetings", organization_id=str(world.b1), **since)["items"]
    assert len(found) == (1 if how == "cancel" else 0)


def test_an_ending_of_today_leaves_nothing(world: World) -> None:
    made = planned(world)
    end(world, made, "cancel", FIRST)()
    assert shown(world, made, FIRST) == ("planned", DUE.isoformat(), None, False, None)
    gone = world.clerk("DELETE", f"/meetings/{made['id']}", headers=STAR)
    assert gone.status_code == 204, "nothing has come of it"


def test_what_was_taken_back_is_a_past(world: World) -> None:
    made = planned(world)
    stand_on(world, DUE)
    end(world, made, "cancel", FIRST)()
    path = f"/meetings/{made['id']}"
    assert world.clerk("DELETE", path, headers=STAR).status_code == 403
    refused = world.secretary("DELETE", path, headers=STAR)
    assert flaws(refused) == {"reason": "removal_reason_missing"}


def extend(world: World, made: dict[str, Any], on: date) -> None:
    path = f"/items/{made['id']}/extensions"
    due_on = date.fromisoformat(world.clerk.ok(f"/meetings/{made['id']}")["due_on"])
    wish = {"due_on": (due_on + timedelta(days=7)).isoformat(), "reason": "人员外出"}
    asked = world.clerk.created(path, wish)
    decision = {"approved": True, "on": on.isoformat()}
    done = world.secretary("PUT", f"{path}/{asked['id']}/decision", json=decision, headers=STAR)
    assert done.status_code == 200, done.text


@examples(5, shared=True)
@given(
    lived=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(STEPS)), min_size=1, max_size=4),
    taken_back=st.booleans(),
)
def test_what_was_true_stays_true(
    world: World, lived: list[tuple[int, str]], *, taken_back: bool
) -> None:
    """Each step is taken on its own day, so no answer about an earlier day may change."""
    made, today = planned(world), FIRST
    known: dict[date, object] = {FIRST: shown(world, made, FIRST)}
    back: Callable[[], None] | None = None
    for wait, step in [*lived, (2, "back" if taken_back else "wait")]:
        today += timedelta(days=wait)
        stand_on(world, today)
        if back:
            back()
            back = None
        elif step == "extend":
            extend(world, made, today)
        elif step in STEPS:
            back = end(world, made, step, today)
        for day, answer in known.items():
            assert shown(world, made, day) == answer, (day, today, step)
        row = shown(world, made, today)
        assert row is not None
        due_on = date.fromisoformat(str(row[1]))
        assert row[3] == is_overdue(Status(str(row[0])), due_on, today)
        assert (Status(str(row[0])) in OWING) == (back is None)
        eve = today - timedelta(days=1)
        known |= {today: row, eve: shown(world, made, eve)}


def test_a_rebuild_writes_the_same_spans(world: World) -> None:
    made = planned(world)
    for wait in (5, 12, 19):
        stand_on(world, FIRST + timedelta(days=wait + 3))
        end(world, made, "cancel" if wait % 2 else "happen", FIRST + timedelta(days=wait))()
    columns = (DeadlineSpan.active_from, DeadlineSpan.active_until, DeadlineSpan.due_on)
    query = select(*columns).where(DeadlineSpan.ancestor_id == world.b1).order_by(*columns[:1])
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        before = uow.session.execute(query).all()
        assert rebuild_organization_deadlines(uow.session, [world.b1]) == 1
        assert uow.session.execute(query).all() == before
    assert [row.active_until is None for row in before] == [False, False, False, True]
