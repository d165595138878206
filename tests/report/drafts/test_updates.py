"""Records change after drafting: what would change is told, and taken over when asked for."""

from tests.report.drafts.support import drafted, held, keyed, path, read, reworded
from tests.report.drafts.test_reports import SPECIAL
from tests.support.records import flaws
from tests.support.world import World

DAYS = ("2018-02-06", "2018-06-28", "2018-11-08")


def test_a_meeting_added_later_is_offered_and_taken_over(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    nothing = world.clerk.ok(path(report, "changes"))
    assert (nothing["facts_changed"], nothing["items"]) == (False, [])
    [fourth] = held(world, "2018-12-05")
    offered = world.clerk.ok(path(report, "changes"))
    assert offered["facts_changed"] is True
    [special] = [one for one in offered["items"] if one["key"] == SPECIAL]
    assert special["counts"] == [{"label": "党建工作专题会议", "old": "三次", "new": "四次"}]
    assert (special["kind"], special["ids_added"]) == ("changed", [fourth])
    assert "四次" in special["new_text"]
    assert {one["key"] for one in offered["items"]} == {SPECIAL, "p0.lead"}
    wish = {"block_ids": [special["block_id"]]}
    assert world.clerk.post(path(report, "updates"), wish).status_code == 428
    done = world.clerk.post(path(report, "updates"), wish, version=report["version"])
    assert done.status_code == 201, done.text
    now = done.json()
    assert keyed(now, SPECIAL)["text"] == special["new_text"]
    assert keyed(now, SPECIAL)["source"]["fact_set_number"] == 2
    assert keyed(now, "p0.lead") == keyed(report, "p0.lead")
    assert [one["key"] for one in world.clerk.ok(path(report, "changes"))["items"]] == ["p0.lead"]
    rest = world.clerk.post(path(report, "updates"), {"all": True}, version=now["version"])
    assert "四次" in keyed(rest.json(), "p0.lead")["text"]
    assert rest.json()["fact_set_number"] == 2
    assert world.clerk.ok(path(report, "changes"))["items"] == []


def test_what_a_person_wrote_stays_and_is_marked(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    mine = "我主持专题会议三次，会会有结果。"
    one = reworded(world, report, keyed(report, SPECIAL), text=mine)
    held(world, "2018-12-05")
    now = world.clerk.post(
        path(report, "updates"), {"all": True}, version=read(world, report)["version"]
    ).json()
    kept = keyed(now, SPECIAL)
    assert (kept["text"], kept["outdated"], kept["edited"]) == (mine, True, True)
    assert kept["source"] == one["source"]
    [offer] = world.clerk.ok(path(report, "changes"))["items"]
    assert (offer["edited"], offer["current_text"]) == (True, mine)
    named = world.clerk.post(
        path(report, "updates"), {"block_ids": [kept["id"]]}, version=now["version"]
    ).json()
    fresh = keyed(named, SPECIAL)
    assert ("四次" in fresh["text"], fresh["edited"], fresh["outdated"]) == (True, False, False)
    versions = world.clerk.ok(path(report, "versions"))["items"]
    assert [one["label"] for one in versions] == ["更新前", "更新前"]
    kept_words = world.clerk.ok(path(report, "versions", 2))["blocks"]
    assert mine in [block["text"] for block in kept_words]


def test_sentences_come_and_go_with_their_records(world: World) -> None:
    report = drafted(world)
    made = held(world, *DAYS)
    offered = world.clerk.ok(path(report, "changes"))["items"]
    coming = [one["key"] for one in offered if one["kind"] == "new"]
    assert SPECIAL in coming
    assert [one["key"] for one in offered if one["kind"] == "vanished"] == ["p1.empty"]
    only = world.clerk.post(path(report, "updates"), {"keys": [SPECIAL]}, version=1).json()
    assert [one["added"] for one in only["blocks"] if one["text"] == keyed(only, SPECIAL)["text"]]
    full = world.clerk.post(path(report, "updates"), {"all": True}, version=only["version"]).json()
    anew = drafted(world)
    assert [one["text"] for one in full["blocks"] if not one["removed"]] == [
        one["text"] for one in anew["blocks"]
    ]
    assert [one["position"] for one in full["blocks"]] == list(range(1, len(full["blocks"]) + 1))
    assert keyed(full, "p1.empty")["removed"] is True
    for identifier in made:
        gone = f"/meetings/{identifier}?reason=重复登记"
        assert world.secretary("DELETE", gone, version=1).status_code == 204
    version = full["version"]
    empty = world.clerk.post(path(report, "updates"), {"all": True}, version=version).json()
    assert keyed(empty, SPECIAL)["removed"] is True
    assert keyed(empty, "p1.empty")["removed"] is False
    assert [one["text"] for one in empty["blocks"] if not one["removed"]] == [
        one["text"] for one in report["blocks"]
    ]


def test_only_what_is_there_can_be_followed(world: World) -> None:
    report = drafted(world)
    where = path(report, "updates")
    assert flaws(world.clerk.post(where, {}, version=1)) == {"#/block_ids": "nothing_chosen"}
    unknown = world.clerk.post(where, {"block_ids": [report["id"]], "keys": ["x"]}, version=1)
    assert flaws(unknown, 404) == {"#/block_ids/0": "not_found", "#/keys/0": "not_found"}
    early = world.clerk.get(path(report, "changes"), as_of="2017-01-01")
    assert flaws(early) == {"as_of": "as_of_before_period"}
    late = world.clerk.get(path(report, "changes"), as_of="2018-12-11")
    assert flaws(late) == {"as_of": "as_of_in_future"}
    wish = {"all": True, "as_of": "2018-12-11"}
    assert flaws(world.clerk.post(where, wish, version=1)) == {"#/as_of": "as_of_in_future"}


def test_another_day_is_looked_at_when_asked_for(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    past = world.clerk.ok(path(report, "changes"), as_of="2018-07-01")
    [special] = [one for one in past["items"] if one["key"] == SPECIAL]
    assert special["counts"][0]["new"] == "两次"
    wish = {"all": True, "as_of": "2018-07-01"}
    now = world.clerk.post(path(report, "updates"), wish, version=1).json()
    assert now["as_of"] == "2018-07-01"
    assert "两次" in keyed(now, SPECIAL)["text"]
