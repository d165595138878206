"""A draft is edited block by block: nothing typed is lost, every number is traced."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.report.drafts.support import drafted, held, keyed, path, read, reworded
from tests.report.drafts.test_reports import SPECIAL
from tests.support.records import flaws
from tests.support.world import World

DAYS = ("2018-02-06", "2018-06-28", "2018-11-08")


def order(report: dict[str, Any]) -> list[str]:
    return [one["id"] for one in report["blocks"]]


def positions(report: dict[str, Any]) -> list[int]:
    return [one["position"] for one in report["blocks"]]


def test_an_edited_sentence_keeps_its_sources_and_its_original(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    one = keyed(report, SPECIAL)
    words = "2018年，我先后主持党建工作专题会议三次，其中2月6日一次，参加44人。"
    edited = reworded(world, report, one, text=words)
    assert (edited["text"], edited["edited"]) == (words, True)
    assert edited["source"] == one["source"]
    assert edited["unsupported_numbers"] == ["一", "44"]
    back = reworded(world, report, edited, original=True)
    assert (back["text"], back["edited"], back["unsupported_numbers"]) == (one["text"], False, [])
    gone = reworded(world, report, back, removed=True)
    assert gone["removed"] is True
    assert reworded(world, report, gone, removed=False)["removed"] is False
    trail = world.as_role("admin").ok(f"/reports/{report['id']}")
    assert keyed(trail, SPECIAL)["text"] == one["text"]


def test_a_change_takes_the_newest_version_of_the_block_alone(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    one, other = keyed(report, SPECIAL), keyed(report, "p0.lead")
    reworded(world, report, one, text="甲。")
    where = path(report, "blocks", one["id"])
    assert world.clerk.patch(where, {"text": "乙。"}).status_code == 428
    assert world.clerk.patch(where, {"text": "乙。"}, version=one["version"]).status_code == 412
    assert reworded(world, report, other, text="丙。")["text"] == "丙。"
    both = world.clerk.patch(where, {"text": "乙。", "original": True}, version=2)
    assert flaws(both) == {"#/original": "two_texts"}
    assert world.clerk.ok(where)["text"] == "甲。"


def test_own_blocks_stand_where_they_were_put(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    one = keyed(report, SPECIAL)
    path_ = path(report, "blocks")
    text = world.clerk.created(
        path_, {"kind": "text", "text": "会后逐项督办。", "after": one["id"]}
    )
    assert (text["added"], text["source"], text["paragraph"]) == (True, None, one["paragraph"])
    first = world.clerk.created(path_, {"kind": "heading", "text": "概况", "level": 1})
    cells = {"header": ["月份", "次数"], "rows": [["二月", "1"]], "weights": [1, 2]}
    table = world.clerk.created(
        path_, {"kind": "table", "text": "会议情况", "cells": cells, "after": text["id"]}
    )
    now = read(world, report)
    assert positions(now) == list(range(1, len(report["blocks"]) + 4))
    expected = order(report)
    at = expected.index(one["id"]) + 1
    assert order(now) == [first["id"], *expected[:at], text["id"], table["id"], *expected[at:]]
    flawed = {**cells, "rows": [["二月"]]}
    wrong = world.clerk.patch(
        path(report, "blocks", table["id"]), {"cells": flawed}, version=table["version"]
    )
    assert flaws(wrong) == {"#/cells/rows": "not_rectangular"}
    assert flaws(world.clerk.post(path_, {"kind": "heading", "text": "无层次"})) == {
        "#/level": "level_misplaced"
    }
    absent = world.clerk.post(path_, {"kind": "text", "text": "甲", "after": report["id"]})
    assert flaws(absent, 404) == {"#/after": "not_found"}
    none = world.clerk.patch(
        path(report, "blocks", text["id"]), {"original": True}, version=text["version"]
    )
    assert flaws(none) == {"#/original": "no_original"}


def test_moving_leaves_no_gap_and_other_versions_alone(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    blocks = report["blocks"]
    last, second = blocks[-1], blocks[1]
    where = path(report, "blocks", last["id"], "move")
    moved = world.clerk.post(where, {"after": second["id"]}, version=last["version"])
    assert moved.status_code == 201, moved.text
    now = read(world, report)
    ids = order(report)
    assert order(now) == [*ids[:2], ids[-1], *ids[2:-1]]
    assert positions(now) == positions(report)
    assert {one["version"] for one in now["blocks"] if one["id"] != last["id"]} == {1}
    again = world.clerk.post(where, {"after": None}, version=moved.json()["version"])
    assert again.status_code == 201, again.text
    assert again.json()["position"] == 1
    itself = world.clerk.post(where, {"after": last["id"]}, version=again.json()["version"])
    assert flaws(itself) == {"#/after": "after_itself"}
    special = keyed(report, SPECIAL)
    joined = world.clerk.post(
        path(report, "blocks", last["id"], "move"),
        {"after": special["id"], "joins": "none"},
        version=again.json()["version"],
    )
    assert joined.json()["paragraph"].startswith("own.")


@pytest.mark.race
def test_two_who_edit_at_once_both_keep_their_words(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    texts = [f"第{number}位补充。" for number in "一二三四五六"]

    def add(text: str) -> int:
        body = {"kind": "text", "text": text, "after": report["blocks"][0]["id"]}
        status: int = world.clerk.post(path(report, "blocks"), body).status_code
        return status

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(add, texts)) == {201}
    now = read(world, report)
    assert positions(now) == list(range(1, len(report["blocks"]) + 7))
    assert sorted(one["text"] for one in now["blocks"] if one["added"]) == sorted(texts)


def test_the_trace_opens_every_number(world: World) -> None:
    made = held(world, *DAYS)
    report = drafted(world)
    one = keyed(report, SPECIAL)
    where = path(report, "blocks", one["id"], "trace")
    shown = world.clerk.ok(where)
    assert [record["id"] for record in shown["records"]] == made
    first = shown["records"][0]
    assert (first["day"], first["kind"], first["changed"]) == (DAYS[0], "meeting", False)
    assert first["url"] == f"/api/v1/meetings/{made[0]}"
    assert shown["counts"][0]["arithmetic"] == "共3条记录"
    changed = world.clerk.patch(f"/meetings/{made[0]}", {"title": "更正"}, version=1)
    assert changed.status_code == 200, changed.text
    assert world.secretary("DELETE", f"/meetings/{made[2]}?reason=重复登记", version=1).is_success
    later = world.clerk.ok(where)
    assert [(record["title"], record["changed"]) for record in later["records"]] == [
        ("更正", True),
        (f"党建工作专题会议（{DAYS[1]}）", False),
    ]
    assert (later["gone"], later["records"][0]["version_then"]) == (1, 1)


def test_what_is_told_nowhere_is_listed(world: World) -> None:
    made = held(world, *DAYS)
    report = drafted(world)
    assert world.clerk.ok(path(report, "uncited")) == {"records": [], "gone": 0}
    one = keyed(report, SPECIAL)
    gone = reworded(world, report, one, removed=True)
    listed = world.clerk.ok(path(report, "uncited"))["records"]
    assert [record["id"] for record in listed] == made
    reworded(world, report, gone, removed=False)
    assert world.clerk.ok(path(report, "uncited"))["records"] == []


def test_a_number_of_ones_own_stands_on_the_reports_numbers(world: World) -> None:
    held(world, *DAYS)
    report = drafted(world)
    where = path(report, "blocks")
    wrong = world.clerk.created(where, {"kind": "text", "text": "全年召开会议9次。"})
    assert wrong["unsupported_numbers"] == ["9"]
    right = world.clerk.created(where, {"kind": "text", "text": "全年召开会议三次，首次在2月6日。"})
    assert right["unsupported_numbers"] == []
    assert reworded(world, report, wrong, text="全年召开会议。")["unsupported_numbers"] == []
