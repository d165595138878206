"""Records of a day as they are read for reports, examinations and assessments."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.core.errors import Busy
from app.core.uow import Actor, Permission
from app.items.history import completed_by
from app.items.models import Item, ItemEvent
from app.items.rules import Status, StepTaken, closed_since, ordinary_status, ordinary_timeline
from app.items.rules import state_on as moment_on
from app.items.snapshot import Limit, Reach, RecordOnDay, RecordReader, RecordScope, SnapshotPeriod
from app.rectifications.rules import replay
from tests.items.test_query_counts import counted
from tests.items.test_states_on_days import STATES, meeting, rectification, take
from tests.items.timelines import FIRST, days, every_day
from tests.support.world import World

YEAR = SnapshotPeriod(date(2018, 1, 1), date(2018, 12, 31), date(2019, 12, 31))
DAYS = ("2018-02-19", "2018-03-12", "2018-04-10", "2018-06-02", "2018-09-03", "2018-12-10")


def read(
    world: World,
    as_of: str,
    reach: Reach = "own",
    limit: Limit | None = None,
    period: SnapshotPeriod = YEAR,
    **scope: Any,
) -> dict[str, RecordOnDay]:
    """What is read of the first branch (or of 指挥部党总支 and all below), by title."""
    place = world.b1 if reach == "own" else world.hq
    values = {"organization_id": place, "organization_ids": [world.b1, world.b2]}
    actor = Actor(None, "测试", {Permission.READ: frozenset({world.hq})})
    with world.app.state.open_uow(actor, write=False) as uow:
        reader = RecordReader(
            uow.connection, RecordScope(reach, **scope), period, date.fromisoformat(as_of), values
        )
        return {one.row.title: one for one in reader.records(limit=limit, notes=True)}


@pytest.fixture
def lives(world: World) -> World:
    meeting(world, "已开", planned_on="2018-03-01", due_on="2018-03-31", happened_on="2018-03-12")
    made = meeting(world, "取消", planned_on="2018-02-20")
    cancellation = {"reason": "冲突", "on": "2018-04-02"}
    path = f"/meetings/{made['id']}/cancellation"
    assert world.clerk("PUT", path, json=cancellation, version=1).status_code == 200
    rectification(
        world,
        *(("progress", "2018-03-05"), ("submitted", "2018-04-10"), ("returned", "2018-04-10")),
        *(("submitted", "2018-05-20"), ("accepted", "2018-06-02"), ("reopened", "2018-09-03")),
    )
    return world


@pytest.mark.parametrize("as_of", DAYS)
def test_what_is_read_is_what_the_lists_say_of_the_day(lives: World, as_of: str) -> None:
    listed = {
        row["title"]: status
        for status in STATES
        for row in lives.clerk.ok("/items", status=status, as_of=as_of)["items"]
    }
    known = read(lives, as_of, cancelled=True)
    assert {title: one.status for title, one in known.items()} == listed
    happened = completed_by(date.fromisoformat(as_of))
    statement = select(Item.title).where(Item.organization_id == lives.b1, *happened)
    with lives.app.state.database.write() as session:
        titles = set(session.scalars(statement))
    assert titles == {title for title, status in listed.items() if status == "completed"}
    uncancelled = {title for title, status in listed.items() if status != "cancelled"}
    assert set(read(lives, as_of)) == uncancelled


def test_days_and_steps_are_those_known_by_the_day(lives: World) -> None:
    before, after = read(lives, "2018-03-11")["已开"], read(lives, "2018-03-12")["已开"]
    assert (before.happened_on, before.completed_on) == (None, None)
    assert after.happened_on == after.completed_on == date(2018, 3, 12)
    problem = read(lives, "2018-07-01")["整改"]
    assert (problem.happened_on, problem.completed_on) == (None, date(2018, 6, 2))
    assert problem.due_on == date(2018, 6, 30)
    names = ["opened", "progress", "submitted", "returned", "submitted", "accepted"]
    assert [step.name for step in problem.steps] == names
    assert problem.steps[2].note == "说明"
    reopened = read(lives, "2018-12-10")["整改"]
    assert reopened.completed_on is None
    assert replay(reopened.steps).steps == ("reopened",)


def test_a_deadline_is_the_one_of_the_day(world: World) -> None:
    made = meeting(world, "延期", planned_on="2018-12-20", due_on="2018-12-25")
    path = f"/items/{made['id']}/extensions"
    asked = world.clerk.created(path, {"due_on": "2019-01-10", "reason": "冲突"})
    decision = f"{path}/{asked['id']}/decision"
    approved = {"approved": True}
    version = world.clerk.ok(f"/meetings/{made['id']}")["version"]
    answer = world.secretary("PUT", decision, json=approved, version=version)
    assert answer.status_code == 200, answer.text
    assert read(world, "2018-12-10")["延期"].due_on == date(2019, 1, 10)
    with world.app.state.database.write() as session:
        session.execute(update(Item).values(opened_on=date(2018, 12, 1)))
    assert read(world, "2018-12-09")["延期"].due_on == date(2018, 12, 25)


def test_a_deadline_that_is_refused_later_closes_nothing_once_more(world: World) -> None:
    made = rectification(world)
    path = f"/items/{made['id']}/extensions"
    asked = world.clerk.created(path, {"due_on": "2018-12-31", "reason": "材料未到"})
    made = take(world, made, ("submitted", "2018-05-20"), ("accepted", "2018-06-02"))
    denied = {"approved": False, "note": "已经销号", "on": "2018-07-10"}
    decision = f"{path}/{asked['id']}/decision"
    answer = world.secretary("PUT", decision, json=denied, version=made["version"])
    assert answer.status_code == 200, answer.text
    for as_of in ("2018-06-30", "2018-07-10", "2018-08-01"):
        (row,) = world.clerk.ok("/items", status="closed", as_of=as_of)["items"]
        assert row["completed_on"] == "2018-06-02"
        assert read(world, as_of)["整改"].completed_on == date(2018, 6, 2)
        later = {"not_completed_before": "2018-06-03", "as_of": as_of}
        assert world.clerk.ok("/rectifications", **later)["items"] == []


def test_of_one_without_steps_its_own_columns_tell(world: World) -> None:
    rectification(world)
    with world.app.state.database.write() as session:
        session.execute(delete(ItemEvent))
        closed = {"status": "closed", "completed_on": date(2018, 7, 1)}
        session.execute(update(Item).values(closed))
    assert read(world, "2018-06-30")["整改"].status == Status.OPEN
    problem = read(world, "2018-07-01")["整改"]
    assert (problem.status, problem.completed_on) == (Status.CLOSED, date(2018, 7, 1))


def test_the_scope_says_whose_records_are_read(lives: World) -> None:
    meeting(lives, "上级", organization_id=str(lives.hq), happened_on="2018-05-08")
    assert set(read(lives, "2018-12-10")) == {"已开", "整改"}
    assert set(read(lives, "2018-12-10", "subtree")) == {"已开", "整改", "上级"}
    assert set(read(lives, "2018-12-10", "listed")) == {"已开", "整改"}
    only = (Item.__table__.c.title == "已开",)
    assert set(read(lives, "2018-12-10", "subtree", narrowed=only)) == {"已开"}
    known = read(lives, "2018-12-10", text_ids=True)["已开"]
    assert (known.id, known.row.organization_id) == (str(known.id), str(lives.b1))


def test_a_problem_closed_before_the_period_is_not_read(lives: World) -> None:
    later = SnapshotPeriod(date(2018, 7, 1), date(2018, 8, 31), date(2018, 8, 31))
    rectification(lives)
    assert set(read(lives, "2018-08-31", period=later)) == {"整改"}
    earlier = SnapshotPeriod(date(2017, 1, 1), date(2017, 12, 31), date(2017, 12, 31))
    assert read(lives, "2018-12-10", period=earlier) == {}


def test_more_than_the_limit_is_refused_and_statements_are_constant(lives: World) -> None:
    with counted(lives) as few:
        assert len(read(lives, "2018-12-10", limit=Limit(2, Busy))) == 2
    with pytest.raises(Busy):
        read(lives, "2018-12-10", limit=Limit(1, Busy))
    meeting(lives, "另一次", happened_on="2018-05-08")
    with counted(lives) as many:
        read(lives, "2018-12-10")
    assert len(few) == len(many)


@given(st.none() | days(), st.none() | days())
def test_an_ordinary_state_is_that_of_the_timeline(
    happened_on: date | None, cancelled_on: date | None
) -> None:
    timeline = ordinary_timeline(FIRST, None, (), happened_on, cancelled_on)
    for day in every_day():
        moment = moment_on(timeline, day)
        if moment:
            assert ordinary_status(happened_on, cancelled_on, day) == moment.status


def taken(*steps: tuple[str, Status, int]) -> list[StepTaken]:
    return [StepTaken(name, date(2018, month, 5), status) for name, status, month in steps]


def test_a_course_is_followed_step_by_step() -> None:
    steps = taken(
        ("opened", Status.OPEN, 1),
        ("suspended", Status.SUSPENDED, 2),
        ("resumed", Status.IN_PROGRESS, 3),
        ("submitted", Status.SUBMITTED, 4),
        ("returned", Status.IN_PROGRESS, 5),
        ("submitted", Status.SUBMITTED, 6),
        ("accepted", Status.CLOSED, 7),
        ("extension_denied", Status.CLOSED, 8),
    )
    course = replay(steps)
    assert course.steps == tuple(step.name for step in steps)
    assert course.handed_in is steps[5]
    assert course.suspended is steps[1]
    assert course.was_returned
    assert closed_since(steps) == date(2018, 7, 5), "a refusal closes nothing once more"
    reopened = [*steps, *taken(("reopened", Status.IN_PROGRESS, 9))]
    assert replay(reopened).steps == ("reopened",)
    assert replay(reopened).was_returned
    assert closed_since(reopened) is closed_since([]) is None
