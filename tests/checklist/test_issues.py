"""问题清单 on a past day: what had been found by then, as it stood then."""

from typing import Any

from tests.rectifications.test_life import advance, opened
from tests.support.records import flaws
from tests.support.world import World


def issues(world: World, **query: Any) -> list[tuple[str, str, str | None]]:
    body = world.clerk.ok(f"/organizations/{world.b2}/issue-list", **{"year": 2018, **query})
    return [(one["title"], one["status"], one["due_on"]) for one in body["items"]]


def test_a_past_day_tells_what_was_found_and_how_it_stood(world: World) -> None:
    first = opened(world, title="甲", due_on="2018-09-30")
    opened(world, title="乙", found_on="2018-10-08")
    done = advance(world.clerk, first, "submitted", on="2018-09-20", note="已补齐")
    advance(world.secretary, done, "accepted", on="2018-09-25", note="同意销号")
    late = ("乙", "open", "2018-11-30")
    assert issues(world, as_of="2018-08-05") == []
    assert issues(world, as_of="2018-08-06") == [("甲", "open", "2018-09-30")]
    assert issues(world, as_of="2018-09-20") == [("甲", "submitted", "2018-09-30")]
    assert issues(world, as_of="2018-10-08") == [("甲", "closed", "2018-09-30"), late]
    assert issues(world) == issues(world, as_of="2018-12-10")
    assert issues(world, year=2019, as_of="2019-01-01") == [late], "closed before the year began"
    path = f"/organizations/{world.b2}/issue-list"
    assert world.clerk.ok(path, year=2018)["as_of"] == "2018-12-10"
    assert flaws(world.clerk.get(path, year=2018, as_of="2017-12-31")) == {
        "as_of": "as_of_before_year"
    }
