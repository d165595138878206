"""A line replaced by an amendment goes on: nothing is owed twice, nothing said of it is lost."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from tests.checklist.lists import meeting, own_duty, published, states, stepped, tasks
from tests.support.properties import examples
from tests.support.world import World

PARTY_DAY, ASSEMBLY = "theme_party_day", "member_assembly"


def line(world: World, made: dict[str, Any], code: str, **changes: object) -> dict[str, Any]:
    """A line of a list as somebody states it anew."""
    known = world.clerk.ok(f"/duty-lists/{made['id']}")["items"]
    found = [duty for duty in known if duty["code"] == code][-1]
    fields = own_duty().keys() | {"due", "shares_with", "quantity", "wording"}
    return {name: found[name] for name in fields} | changes


def amended(world: World, made: dict[str, Any], **wish: object) -> Any:  # noqa: ANN401 - a response
    version = world.clerk.ok(f"/duty-lists/{made['id']}")["version"]
    body = {"effective_on": "2018-11-25", "reason": "落实到人", **wish}
    return world.secretary.post(f"/duty-lists/{made['id']}/amendments", body, version=version)


def test_a_replaced_line_keeps_what_was_linked_and_waived(world: World) -> None:
    made = published(world)
    world.clock.instant = datetime(2018, 11, 20, 4, 0, tzinfo=UTC)
    held = meeting(world, "2018-11-05", type="special_meeting", topic="ideology")
    november, december = tasks(world.clerk, world.b3, PARTY_DAY)[10:]
    linked = world.clerk("PUT", f"/occurrences/{november['id']}/records/{held['id']}")
    assert linked.status_code == 204
    path, reason = f"/occurrences/{december['id']}/waiver", {"reason": "整体休整"}
    assert world.secretary("PUT", path, json=reason, version=1).status_code == 204
    new = line(world, made, PARTY_DAY, responsible_person="李红")
    assert amended(world, made, replace=[new]).status_code == 201
    found = tasks(world.clerk, world.b3, PARTY_DAY, as_of="2018-12-31")
    assert len(found) == 12
    assert [one["id"] for one in found[10:]] == [november["id"], december["id"]]
    assert [one["state"] for one in found[10:]] == ["done", "waived"]
    assert [one["responsible_person"] for one in found[9:]] == [None, "李红", "李红"]
    assert found[11]["version"] > december["version"] + 1, "it changed when its line did"


def test_a_line_replaced_by_one_of_another_rhythm_owes_that(world: World) -> None:
    made = published(world)
    world.clock.instant = datetime(2018, 6, 20, 4, 0, tzinfo=UTC)
    new = line(world, made, PARTY_DAY, frequency={"every": "quarter"}, quantity="每季度一次")
    assert amended(world, made, effective_on="2018-07-01", replace=[new]).status_code == 201
    months = [f"2018-0{month}" for month in range(1, 7)]
    assert list(states(world.clerk, world.b3, PARTY_DAY)) == [*months, "2018-Q3", "2018-Q4"]


def test_a_deadline_follows_the_line_that_replaced_another(world: World) -> None:
    made = published(world)
    world.clock.instant = datetime(2018, 11, 20, 4, 0, tzinfo=UTC)
    new = line(world, made, PARTY_DAY, due={"rule": "day", "day": 26})
    assert amended(world, made, replace=[new]).status_code == 201
    found = tasks(world.clerk, world.b3, PARTY_DAY)
    assert [one["due_on"] for one in found[9:]] == ["2018-10-31", "2018-11-26", "2018-12-26"]


steps = st.lists(
    st.tuples(
        st.sampled_from(["replace", "slower", "end", "add", "link", "waive"]), st.integers(0, 20)
    ),
    min_size=1,
    max_size=5,
)


@examples(6, shared=True)
@given(steps)
def test_whatever_is_amended_each_period_is_owed_once(
    world: World, steps: list[tuple[str, int]]
) -> None:
    wish = {"parent_id": str(world.hq), "kind": "party_branch", "name": f"支部{uuid4().hex[:8]}"}
    place = UUID(world.as_role("admin").created("/organizations", wish)["id"])
    made = published(world, place)
    said: set[str] = set()
    for month, (step, number) in enumerate(steps, start=6):
        world.clock.instant = datetime(2018, month, 3 + number, 4, 0, tzinfo=UTC)
        if step in {"link", "waive"}:
            said |= speak(world, place, step, number)
            continue
        change: dict[str, Any] = {"end": [PARTY_DAY]} if step == "end" else {}
        frequency = {"every": "quarter" if step == "slower" else "month"}
        new = line(world, made, PARTY_DAY, frequency=frequency)
        if step != "end":
            change = {"add" if step == "add" else "replace": [new]}
        day = f"2018-{month:02}-{4 + number:02}"
        assert amended(world, made, effective_on=day, **change).status_code in {201, 404, 409, 422}
    found = tasks(world.clerk, place, PARTY_DAY)
    owed = Counter((one["owed_by_id"], one["period"], one["number"]) for one in found)
    assert set(owed.values()) <= {1}
    assert said <= {one["id"] for one in found}, "what people said of a thing is never lost"


def speak(world: World, place: UUID, step: str, number: int) -> set[str]:
    """Link a record to a coming thing, or waive it."""
    coming = [one for one in tasks(world.clerk, place, PARTY_DAY) if one["state"] == "not_yet_due"]
    if not coming:
        return set()
    one = coming[number % len(coming)]
    path, reason = f"/occurrences/{one['id']}", {"reason": "停工"}
    if step == "waive":
        done = world.secretary("PUT", f"{path}/waiver", json=reason, version=one["version"])
    else:
        held = meeting(world, "2018-05-05", place)
        done = world.clerk("PUT", f"{path}/records/{held['id']}")
    assert done.status_code == 204
    return {one["id"]}


def test_reopening_a_year_brings_what_falls_due_up_to_date(world: World) -> None:
    made = published(world)
    stepped(world.secretary, made, "close")
    wish = {"parent_id": str(world.b3), "kind": "party_group", "name": "第一党小组"}
    world.as_role("admin").created("/organizations", wish | {"founded_on": "2018-01-01"})
    assert tasks(world.clerk, world.b3, "group_meeting") == []
    stepped(world.secretary, made, "reopen", note="补设党小组")
    assert len(tasks(world.clerk, world.b3, "group_meeting")) == 12
