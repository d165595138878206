"""What the summary tells beyond its records: lists, findings, grades, last year; to whom."""

from typing import Any

import pytest

from app.checklist import status
from app.report import load_context
from tests.assessment.support import AFTER, assessed, superior
from tests.assessment.support import published as published_assessment
from tests.checklist.lists import meeting, published, tasks
from tests.checks.support import at
from tests.checks.support import meeting as committee
from tests.items.test_query_counts import counted
from tests.report.numerals import value_of
from tests.report.test_summary_api import sentences
from tests.support.world import Client, World

YEAR = "/organizations/{}/annual-summaries/2018"


def whole(world: World, place: object, client: Client | None = None, **query: object) -> Any:  # noqa: ANN401 - JSON
    return (client or world.clerk).ok(YEAR.format(place), **query)


def told(summary: dict[str, Any], part: str = "") -> str:
    return "".join(one["text"] for one in sentences(summary) if one["id"].startswith(part))


def test_the_list_is_told_with_what_is_missing_and_why_it_is_owed(world: World) -> None:
    published(world)
    for day in ("2018-03-10", "2018-06-20"):
        meeting(world, day)
    summary = whole(world, world.b3)
    total = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018)["total"]
    (coverage,) = [one for one in sentences(summary) if one["id"] == "p1.duties.coverage"]
    numbers = {ref["label"]: ref["value"] for ref in coverage["counts"]}
    (unlinked,) = [one for one in sentences(summary) if one["id"] == "p1.duties.coverage.unlinked"]
    (rest,) = [ref["value"] for ref in unlinked["counts"]]
    assert (numbers["应完成"], rest) == (total["owed"], total["to_confirm"])
    assert numbers["到期未完成"] == total["missing"]
    assert numbers["按时完成"] == total["done"]
    admitted = told(summary, "p2.duties")
    assert "《中国共产党支部工作条例（试行）》" in admitted
    assert "支部党员大会（第十一条）一项" in admitted
    missing = tasks(world.clerk, world.b3, "member_assembly", state="missing")
    sources = {
        one["id"]
        for sentence in sentences(summary)
        if sentence["id"].startswith("p2.duties")
        for one in sentence["sources"]
    }
    assert {one["id"] for one in missing} <= sources
    assert "补办" in told(summary, "p3.duties")
    assert "责任清单" not in told(whole(world, world.hq)), "only with descendants"
    assert "责任清单" in told(whole(world, world.hq, include_descendants=True))


def test_what_was_waived_is_told_with_its_reason_and_a_past_day_is_a_past_day(world: World) -> None:
    published(world)
    (first, *_) = tasks(world.clerk, world.b3, "member_assembly")
    path = f"/occurrences/{first['id']}/waiver"
    waived = world.secretary("PUT", path, json={"reason": "支部新近合并"}, version=first["version"])
    assert waived.status_code == 204, waived.text
    assert "第一季度支部党员大会，原因是支部新近合并" in told(whole(world, world.b3))
    march = whole(world, world.b3, as_of="2018-03-20")
    assert "第一季度" not in told(march)
    assert "截至3月20日" in told(march, "p1.duties")


def test_a_deadline_on_the_last_day_is_missed_once_that_day_is_over(world: World) -> None:
    published(world)
    at(world, "2018-12-31T10:00")
    before = _reminded(world)
    total = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018, as_of="2018-12-31")
    assert before == not_done(total["total"])
    at(world, "2019-01-05T10:00")
    total = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018)
    assert _reminded(world) == not_done(total["total"]) > before


def not_done(tally: dict[str, int]) -> int:
    return tally["missing"] + tally["to_confirm"]


def _reminded(world: World) -> int:
    """How many things the clerk is told to be missing, or without a record that people name."""
    messages = [
        one["message"]
        for one in whole(world, world.b3, as_of="2018-12-31")["findings"]
        if one["code"] in {"duties_missing", "duties_unlinked"}
    ]
    return sum(int(value_of(message)) for message in messages)


def test_open_findings_are_told_until_they_are_explained(world: World) -> None:
    made = committee(world, expected=5, present=2)
    summary = whole(world, world.b1)
    (sentence,) = [one for one in sentences(summary) if one["id"] == "p2.findings"]
    assert "到会人数未达到规定一条" in sentence["text"]
    assert made["id"] in sentence["ids"]
    assert "逐条核对" in told(summary, "p3.findings")
    found = world.clerk.ok(f"/organizations/{world.b1}/findings", year=2018)["items"]
    (finding,) = [one for one in found if one["code"] == "quorum_missed"]
    path = f"/organizations/{world.b1}/findings/{finding['id']}/explanation"
    done = world.clerk("PUT", path, params={"year": 2018}, json={"reason": "应到人数填错"})
    assert done.status_code in {200, 201}, done.text
    assert "到会人数未达到规定" not in told(whole(world, world.b1))


def test_findings_about_supervision_are_told_to_nobody(world: World) -> None:
    talk = {
        "organization_id": str(world.b3),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-03-06",
        "persons": [{"name": "甲某"}],
    }
    for _ in range(2):
        world.secretary.created("/talks", talk)
    found = world.secretary.ok(f"/organizations/{world.b3}/findings", year=2018)["items"]
    assert {one["code"] for one in found} >= {"possible_duplicate"}
    for client in (world.secretary, world.clerk):
        assert "可能重复登记" not in told(whole(world, world.b3, client))


def test_small_numbers_of_supervision_can_be_withheld(world: World) -> None:
    talk = {
        "organization_id": str(world.hq),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-03-06",
        "focus": "integrity",
        "persons": [{"name": "甲某"}],
    }
    made = world.secretary.created("/talks", talk)
    exact = whole(world, world.hq, world.secretary)
    assert "提醒谈话一人" in told(exact)
    withheld = whole(world, world.hq, world.secretary, small_counts="withheld")
    assert "提醒谈话少于3人" in told(withheld)
    assert made["id"] not in str(withheld)
    assert withheld["uncited"] == []


def test_published_grades_alone_are_told(world: World) -> None:
    world.clock.instant = AFTER
    one = assessed(superior(world), world.b3)
    assert "考评表" not in told(whole(world, world.b3, as_of="2018-10-08"))
    shown = published_assessment(superior(world), one)
    own = whole(world, world.b3)
    points = shown["final_points"]
    assert f"第三季度{points:g}分" in told(own, "p1.grades")
    assert "第二项目部党支部" in told(whole(world, world.hq, include_descendants=True), "p1.grades")
    assert "p1.grades" not in str(whole(world, world.b3, as_of="2018-09-29"))


def test_last_year_is_compared_up_to_the_same_day(world: World) -> None:
    for day in ("2017-02-10", "2017-05-10", "2017-11-10", "2018-02-10"):
        meeting(world, day)
    at(world, "2019-01-05T10:00")
    assert "各类会议和学习由三次减少到一次，少两次" in told(
        whole(world, world.b3, as_of="2018-12-31")
    )
    middle = told(whole(world, world.b3, as_of="2018-06-30"), "p0.comparison")
    assert middle == "与2017年同期（截至6月30日）相比，各类会议和学习由两次减少到一次，少一次。"
    assert "相比" not in told(whole(world, world.b1))


@pytest.mark.parametrize(
    ("module", "limit", "code", "word"),
    [
        (load_context, "MAX_EXAMINED", "findings_unread", "体检"),
        (status, "MAX_OWED", "duties_unread", "责任清单"),
        (load_context, "MAX_EARLIER", "earlier_unread", "相比"),
    ],
)
def test_what_is_too_much_is_left_out_and_said_to_be(
    world: World, monkeypatch: pytest.MonkeyPatch, module: object, limit: str, code: str, word: str
) -> None:
    published(world)
    meeting(world, "2017-03-10")
    meeting(world, "2018-03-10", type="committee_meeting", expected=5, present=2)
    assert word in told(whole(world, world.b3))
    part = code.removesuffix("_unread")
    assert word not in told(whole(world, world.b3, without=part))
    monkeypatch.setattr(module, limit, 0)
    summary = whole(world, world.b3)
    assert word not in told(summary)
    assert code in {one["code"] for one in summary["findings"]}


def test_a_year_to_come_is_an_empty_year(world: World) -> None:
    summary = world.clerk.ok(f"/organizations/{world.b3}/annual-summaries/2030")
    assert "（待补充）" in told(summary)


def test_the_number_of_statements_does_not_grow(world: World) -> None:
    published(world)
    meeting(world, "2018-03-10")
    path = YEAR.format(world.b3)
    world.clerk.ok(path)
    with counted(world) as few:
        world.clerk.ok(path)
    published(world, world.b1)
    for month in range(1, 12):
        meeting(world, f"2018-{month:02d}-11", expected=5, present=2)
        meeting(world, f"2017-{month:02d}-11")
    with counted(world) as many:
        world.clerk.ok(path)
    assert len(few) == len(many), "\n".join(many)
