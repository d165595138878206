"""Deadlines on a working day follow the tree's calendar, also on lists that are published."""

from datetime import UTC, datetime

from tests.checklist.lists import NEW_YEAR, drawn_up, own_duty, stepped, tasks
from tests.items.test_query_counts import counted
from tests.support.world import World

FIFTH = {"rule": "working_day", "number": 5, "month": "last"}


def test_a_day_off_moves_the_deadlines_of_a_published_list(world: World) -> None:
    now, world.clock.instant = world.clock.instant, NEW_YEAR
    (made,) = drawn_up(world.clerk, world.b3)["items"]
    world.clerk.created(f"/duty-lists/{made['id']}/duties", own_duty(due=FIFTH))
    stepped(world.clerk, made, "submit")
    stepped(world.secretary, made, "publish")
    world.clock.instant = now

    def december() -> tuple[str, str]:
        found = tasks(world.clerk, world.b3, "monthly_reading", as_of="2018-12-08")[-1]
        return found["due_on"], found["state"]

    path = f"/organizations/{world.b3}/coverage"
    assert december() == ("2018-12-07", "missing")
    with counted(world) as before:
        world.clerk.ok(path, year=2018)
    admin = world.as_role("admin", on=world.root)
    override = f"/organizations/{world.root}/workday-overrides/2018-12-03"
    assert admin("PUT", override, json={"works": False, "name": "停工"}).status_code == 200
    assert december() == ("2018-12-10", "not_yet_due")
    with counted(world) as after:
        world.clerk.ok(path, year=2018)
    assert len(after) == len(before)
    version = admin.ok(override)["version"]
    assert admin("DELETE", override, version=version).status_code == 204
    assert december() == ("2018-12-07", "missing")


def test_making_it_again_keeps_each_thing_though_its_deadline_moved(world: World) -> None:
    world.clock.instant = datetime(2018, 6, 1, 4, 0, tzinfo=UTC)
    (made,) = drawn_up(world.clerk, world.b3)["items"]
    world.clerk.created(f"/duty-lists/{made['id']}/duties", own_duty(due=FIFTH))
    stepped(world.clerk, made, "submit")
    stepped(world.secretary, made, "publish")
    admin = world.as_role("admin", on=world.root)
    override = f"/organizations/{world.root}/workday-overrides/2018-12-03"
    admin("PUT", override, json={"works": False, "name": "停工"})
    before = tasks(world.clerk, world.b3, "monthly_reading")
    assert drawn_up(world.clerk, world.b3)["existing"] == 1
    after = tasks(world.clerk, world.b3, "monthly_reading")
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert [one["due_on"] for one in after] == [one["due_on"] for one in before]
