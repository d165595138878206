"""The four steps side by side, in a constant number of statements."""

from typing import Any

from tests.meeting_steps.support import FULL, held, planned, put, set_day
from tests.support.properties import counted_statements
from tests.support.records import flaws
from tests.support.world import World

WORDS = {"observer_name": "周志强", "text": "决议应写明责任人"}


def rows(world: World, **query: object) -> list[dict[str, Any]]:
    path = f"/organizations/{world.hq}/meeting-steps"
    page = world.clerk.ok(path, **{"year": 2018, "include_descendants": True, **query})
    found: list[dict[str, Any]] = page["items"]
    return found


def all_steps(world: World) -> dict[str, Any]:
    """A meeting with all four steps done."""
    meeting = planned(world, "2018-12-13")
    path = f"/meetings/{meeting['id']}"
    put(world.clerk, f"{path}/filing", {})
    set_day(world, "2018-12-14")
    done = world.clerk.patch(path, {"happened_on": "2018-12-13"}, version=meeting["version"])
    assert done.status_code == 200
    put(world.clerk, f"{path}/publication", {})
    world.secretary.created(f"{path}/guidance", WORDS)
    review = world.secretary.created(f"{path}/quality-reviews", {"scores": FULL})
    confirmation = f"/quality-reviews/{review['id']}/confirmation"
    assert world.secretary("PUT", confirmation, version=1).status_code == 200
    return meeting


def test_one_meeting_shows_all_four_steps(world: World) -> None:
    meeting = all_steps(world)
    steps = world.clerk.ok(f"/meetings/{meeting['id']}/steps")
    assert (steps["meeting_id"], steps["status"]) == (meeting["id"], "completed")
    assert steps["filing"] == world.clerk.ok(f"/meetings/{meeting['id']}/filing")
    assert steps["filing"]["in_time"] is True
    publication = steps["publication"]
    assert publication == world.clerk.ok(f"/publications/{publication['id']}")
    assert [entry["text"] for entry in steps["guidance"]] == [WORDS["text"]]
    assert steps["review"]["total"] == 100
    bare = world.clerk.ok(f"/meetings/{held(world)['id']}/steps")
    assert [bare[step] for step in ("filing", "publication", "review", "guidance")] == [
        None, None, None, [],
    ]  # fmt: skip


def test_the_year_tells_where_each_step_is(world: World) -> None:
    all_steps(world)
    late = planned(world, "2018-12-15", title="迟报")
    put(world.clerk, f"/meetings/{late['id']}/filing", {})
    gone = planned(world, "2018-12-30", title="撤回")
    path = f"/meetings/{gone['id']}/filing"
    put(world.clerk, path, {})
    put(world.clerk, f"{path}/withdrawal", {"reason": "改期"}, 1)
    held(world, title="未报备")
    planned(world, "2019-01-08", title="明年")
    cancelled = planned(world, title="取消")
    answer = world.clerk(
        "PUT", f"/meetings/{cancelled['id']}/cancellation", json={"reason": "合并"}, version=1
    )
    assert answer.status_code == 200
    names = ("title", "filing", "publication", "shown_until", "guidance_count", "score", "grade")
    assert [tuple(row[name] for name in names) for row in rows(world)] == [
        ("未报备", "not_filed", "not_published", None, 0, None, None),
        ("十二月支部委员会会议", "in_time", "on_show", "2018-12-20", 1, 100, "excellent"),
        ("迟报", "late", "not_published", None, 0, None, None),
        ("撤回", "withdrawn", "not_published", None, 0, None, None),
    ]
    assert [row["title"] for row in rows(world, year=2019)] == ["明年"]
    assert rows(world, include_descendants=False) == []
    assert flaws(world.clerk.get(f"/organizations/{world.hq}/meeting-steps")) == {"year": "missing"}


def test_the_list_is_paged_both_ways(world: World) -> None:
    for number in range(5):
        planned(world, "2018-12-20", title=f"会议{number}")
    path = f"/organizations/{world.b1}/meeting-steps"
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = world.clerk.ok(path, year=2018, limit=2, **cursor)
        seen += [row["title"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"会议{number}" for number in range(5)]
    back = world.clerk.ok(path, year=2018, limit=2, cursor=page["prev_cursor"])
    assert [row["title"] for row in back["items"]] == ["会议2", "会议3"]
    forged = world.clerk.get(path, year=2019, limit=2, cursor=page["prev_cursor"])
    assert flaws(forged) == {"cursor": "cursor_invalid"}


MOST_STATEMENTS = {
    "/organizations/{hq}/meeting-steps?year=2018&include_descendants=true": 7,
    "/organizations/{hq}/publications?include_descendants=true": 3,
    "/meetings/{meeting}/steps": 7,
    "/meetings/{meeting}/guidance": 4,
}


def counts(world: World, meeting: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in MOST_STATEMENTS:
        with counted_statements(world.app) as sent:
            answer = world.clerk("GET", path.format(hq=world.hq, meeting=meeting["id"]))
        assert answer.status_code == 200
        found[path] = len(sent)
    return found


def test_reads_take_the_same_number_of_statements(world: World) -> None:
    meeting = all_steps(world)
    path = f"/meetings/{meeting['id']}/guidance"
    problem = {"title": "问题", "source": "inspection", "due_on": "2018-12-31"}
    first = world.secretary.ok(path)["items"][0]
    world.clerk.created(f"/guidance/{first['id']}/rectification", problem)
    few = counts(world, meeting)
    for _ in range(2):
        set_day(world, "2018-12-10")
        all_steps(world)
        made = world.secretary.created(path, WORDS)
        world.clerk.created(f"/guidance/{made['id']}/rectification", problem)
    many = counts(world, meeting)
    assert few == many
    assert all(many[path] <= most for path, most in MOST_STATEMENTS.items()), many


def test_the_steps_stay_out_of_the_meetings_own_history(world: World) -> None:
    meeting = all_steps(world)
    entries = world.clerk.ok(f"/meetings/{meeting['id']}/history")["items"]
    assert [entry["action"] for entry in entries] == ["meeting.created", "meeting.changed"]


def test_another_tree_sees_no_steps(world: World) -> None:
    meeting = all_steps(world)
    for client in (
        world.as_role("secretary", on=world.foreign),
        world.as_role("secretary", on=world.b2),
    ):
        assert client.get(f"/meetings/{meeting['id']}/steps").status_code == 404
        path = f"/organizations/{world.hq}/meeting-steps"
        assert client.get(path, year=2018).status_code == 404
