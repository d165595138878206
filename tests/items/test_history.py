"""Overdue as of any day, through the API, equals the plain fold of the record's history."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.items.rules import Moment, Status, is_overdue, state_on
from tests.items.timelines import FIRST
from tests.support.properties import examples
from tests.support.world import World

EVERY = 4  # days between the days that are asked
STEPS = {
    Status.OPEN: ("progress", "submitted", "suspended", "extend", "deny"),
    Status.IN_PROGRESS: ("progress", "submitted", "suspended", "extend", "deny"),
    Status.SUBMITTED: ("accepted", "returned"),
    Status.SUSPENDED: ("resumed",),
    Status.CLOSED: ("reopened",),
}
TARGETS = {
    "progress": Status.IN_PROGRESS,
    "submitted": Status.SUBMITTED,
    "suspended": Status.SUSPENDED,
    "accepted": Status.CLOSED,
    "returned": Status.IN_PROGRESS,
    "resumed": Status.IN_PROGRESS,
    "reopened": Status.IN_PROGRESS,
}
PAPERS = {"approver": "集团公司工会", "document": "关于暂缓的批复"}


@dataclass
class Life:
    """A rectification lived through the API, and the timeline that it should have."""

    world: World
    item: dict[str, Any]
    timeline: list[Moment]
    due: list[date] = field(default_factory=list)

    @classmethod
    def begin(cls, world: World, due_on: date) -> "Life":
        stand_on(world, FIRST)
        body = {
            "organization_id": str(world.b1),
            "title": "整改",
            "source": "self_check",
            "found_on": FIRST.isoformat(),
            "due_on": due_on.isoformat(),
        }
        item = world.clerk.created("/rectifications", body)
        return cls(world, item, [Moment(FIRST, Status.OPEN, due_on)], [due_on])

    @property
    def path(self) -> str:
        return f"/rectifications/{self.item['id']}"

    @property
    def status(self) -> Status:
        return self.timeline[-1].status

    def take(self, name: str, on: date) -> None:
        if name in {"extend", "deny"}:
            self._extend(on, approved=name == "extend")
        else:
            note = {} if name == "resumed" else {"note": "说明"}
            extra = PAPERS if name == "suspended" else {}
            body = {"name": name, "on": on.isoformat(), **note, **extra}
            who = (
                self.world.secretary
                if name in {"accepted", "returned", "reopened"}
                else self.world.clerk
            )
            response = who.post(f"{self.path}/events", body, version=self.item["version"])
            assert response.status_code == 201, response.text
            self.timeline.append(Moment(on, TARGETS[name], self.due[-1]))
        self.item = self.world.clerk.ok(self.path)

    def _extend(self, on: date, *, approved: bool) -> None:
        wished = self.due[-1] + timedelta(days=7)
        path = f"/items/{self.item['id']}/extensions"
        body = {"due_on": wished.isoformat(), "reason": "人员外出"}
        asked = self.world.clerk.created(path, body)
        assert self.world.clerk.ok(self.path)["due_on"] == self.due[-1].isoformat()
        decision = {"approved": approved, "note": "意见", "on": on.isoformat()}
        done = self.world.secretary(
            "PUT", f"{path}/{asked['id']}/decision", json=decision, version=self.item["version"]
        )
        assert done.status_code == 200, done.text
        if approved:
            self.due.append(wished)
        self.timeline.append(Moment(on, self.status, self.due[-1]))

    def overdue_days(self, until: date) -> dict[date, int | None]:
        """For each asked day up to one, how late the API says the record was."""
        found: dict[date, int | None] = {}
        day = FIRST - timedelta(days=1)
        while day <= until:
            found[day] = self.listed(as_of=day.isoformat())
            day += timedelta(days=EVERY)
        return found

    def listed(self, **query: str) -> int | None:
        """How late the list says the record is."""
        place = str(self.world.b1)
        rows = self.world.clerk.rows(
            "/rectifications", overdue=True, organization_id=place, **query
        )
        own = [int(row["days_overdue"]) for row in rows if row["id"] == self.item["id"]]
        return own[0] if own else None

    def folded(self, day: date) -> int | None:
        moment = state_on(self.timeline, day)
        if moment is None or not is_overdue(moment.status, moment.due_on, day):
            return None
        assert moment.due_on is not None
        return (day - moment.due_on).days


def stand_on(world: World, day: date) -> None:
    world.clock.instant = datetime.combine(day, time(4), UTC)


def live(life: Life, choices: list[tuple[int, int]]) -> date:
    """Take steps, each some days after the one before; returns the last day."""
    on = life.timeline[-1].on
    for wait, choice in choices:
        on += timedelta(days=wait)
        stand_on(life.world, on)
        possible = STEPS[life.status]
        life.take(possible[choice % len(possible)], on)
    return on


steps = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=6)


@examples(5, shared=True)
@given(st.integers(0, 15), steps, st.integers(0, 8))
def test_the_api_folds_the_history(
    world: World, due: int, choices: list[tuple[int, int]], wait: int
) -> None:
    life = Life.begin(world, FIRST + timedelta(days=due))
    today = live(life, choices) + timedelta(days=wait)
    stand_on(world, today)
    answers = life.overdue_days(today)
    assert answers == {day: life.folded(day) for day in answers}
    shown = world.clerk.ok(life.path)
    assert shown["days_overdue"] == life.folded(today), "the record itself"
    quick = life.listed()
    assert quick == life.folded(today), "the list as of today"
    stand_on(world, today + timedelta(days=1))
    assert life.listed(as_of=today.isoformat()) == quick, "the same day, once it is past"


@examples(5, shared=True)
@given(st.integers(0, 10), steps, st.integers(1, 6), steps)
def test_what_was_true_stays_true(
    world: World, due: int, earlier: list[tuple[int, int]], wait: int, later: list[tuple[int, int]]
) -> None:
    life = Life.begin(world, FIRST + timedelta(days=due))
    then = live(life, earlier)
    before = life.overdue_days(then)
    live(life, [(wait, 1), *later])
    assert life.overdue_days(then) == before


@examples(5, shared=True)
@given(st.lists(st.sampled_from(["extend", "deny", "progress"]), min_size=1, max_size=6))
def test_the_deadline_in_force_is_the_last_approved(world: World, names: list[str]) -> None:
    life = Life.begin(world, FIRST + timedelta(days=5))
    for name in names:
        life.take(name, FIRST)
    assert life.item["original_due_on"] == life.due[0].isoformat()
    assert life.item["due_on"] == life.due[-1].isoformat()
    chain = world.clerk.ok(f"/items/{life.item['id']}/extensions")["items"]
    approved = [row["requested_due_on"] for row in chain if row["state"] == "approved"]
    assert approved == [day.isoformat() for day in life.due[1:]]
    assert [row["state"] for row in chain] == [
        "approved" if name == "extend" else "denied" for name in names if name != "progress"
    ]
