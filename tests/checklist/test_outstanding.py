"""本月还差什么 looks back over the year's end."""

from datetime import UTC, datetime
from typing import Any

from tests.assessment.support import assessed, superior
from tests.checklist.lists import NEW_YEAR, drawn_up, meeting, own_duty, published, stepped
from tests.support.world import World

REPORT = "democratic_life_report"
EVENT = "democratic_life_meeting"
JANUARY = datetime(2019, 1, 10, 4, 0, tzinfo=UTC)


def left(world: World, month: str, **query: object) -> tuple[set[Any], set[Any]]:
    """What is to be done in a month, and what is left from before: codes and periods."""
    body = world.clerk.ok(f"/organizations/{world.hq}/outstanding", month=month, **query)
    items, earlier = (
        {(one["code"], one["period"]) for one in body[name]} for name in ("items", "earlier")
    )
    return items, earlier


def test_what_follows_an_event_in_december_is_asked_for_in_january(world: World) -> None:
    published(world, world.hq)
    world.clock.instant = JANUARY
    meeting(world, "2018-12-20", world.hq, type=EVENT, title="民主生活会")
    key = (REPORT, "2018")
    items, earlier = left(world, "2019-01", as_of="2019-01-10")
    assert key in items
    assert key not in earlier
    later = left(world, "2019-02", as_of="2019-02-10")
    assert key not in later[0] | later[1], "no record shows a report: it waits for people"
    assert ("secretary_review", "2018") in later[1]
    assert key not in left(world, "2018-12", as_of="2018-12-31")[0]
    assert left(world, "2020-01", as_of="2020-01-10") == (set(), set()), "a year back, no further"


def test_what_was_missing_in_december_is_left_in_january(world: World) -> None:
    published(world, world.b3)
    path = f"/organizations/{world.b3}/outstanding"
    query = {"month": "2019-01", "as_of": "2019-01-10"}
    world.clock.instant = JANUARY
    earlier = world.clerk.ok(path, **query)["earlier"]
    missing = world.clerk.ok(
        f"/organizations/{world.b3}/task-list", year=2018, state="missing", as_of="2019-01-10"
    )
    assert [one["id"] for one in earlier] == [one["id"] for one in missing["items"]]


def test_what_falls_due_in_a_quarter_from_last_years_list_is_assessed(world: World) -> None:
    world.clock.instant = NEW_YEAR
    (made,) = drawn_up(world.clerk, world.b3)["items"]
    due = {"rule": "after_event", "event": "organizational_life_meeting", "days": 15}
    follows = own_duty(due=due, frequency={"every": "year"}, name="会后整改通报")
    world.clerk.created(f"/duty-lists/{made['id']}/duties", follows)
    stepped(world.clerk, made, "submit")
    stepped(world.secretary, made, "publish")
    world.clock.instant = datetime(2019, 4, 8, 4, 0, tzinfo=UTC)
    meeting(world, "2018-12-20", type="organizational_life_meeting", title="组织生活会")
    first = assessed(superior(world), world.b3, 1, year=2019)
    assert "会后整改通报（2018），应于 2019-01-04 前完成" in str(first["items"])
