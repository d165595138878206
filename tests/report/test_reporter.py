"""Whose deeds are 我: those of the secretary who reports, not of whoever held the post before."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.report.book import standard_book
from app.report.compose.outline import compose
from app.report.drafts.composing import ReportSnapshot, dump_snapshot, load_snapshot, pack, unpack
from app.report.facts import Fact, FactSet, Options
from app.report.load_records import reporter_of
from tests.report.drafts.support import drafted, path
from tests.report.test_summary_api import meeting, summary, told
from tests.report.written import to_text
from tests.report.years import HQ, fact, on, year
from tests.support.world import World

DAY = date(2018, 12, 31)


@dataclass
class Row:
    """The columns of a record that tell who did it."""

    actor_name: str | None
    happened_on: date | None = date(2018, 3, 1)
    organization_id: str = HQ
    actor_kind: str = "person"
    actor_post: str | None = "secretary"


OWN, OTHER, NAMELESS = Row("赵强"), Row("李四"), Row(None)


@pytest.mark.parametrize(
    ("roster", "rows", "mine"),
    [
        (["赵强"], [OWN, OTHER, NAMELESS], [OWN]),
        (["赵强"], [OWN, NAMELESS], [OWN, NAMELESS]),
        (["赵强"], [OTHER], []),
        ([], [OTHER, NAMELESS], [OTHER, NAMELESS]),
        ([], [OWN, OTHER, NAMELESS], []),
        (["赵强", "王五"], [OWN, OTHER], [OWN]),
        (["赵强", "李四"], [OWN, OTHER], []),
        ([], [OWN, Row("李四", None)], [OWN]),
        ([], [OWN, Row("李四", date(2019, 1, 2))], [OWN]),
        (["赵强"], [replace(OWN, organization_id="其他")], []),
        (["赵强"], [replace(OWN, actor_post="deputy_secretary")], []),
    ],
)
def test_only_the_reporters_own_deeds_are_the_reporters(
    roster: list[str], rows: list[Row], mine: list[Row]
) -> None:
    reporter = reporter_of(HQ, roster, rows, DAY)
    assert [row for row in rows if reporter.did(row)] == mine


def handed_over() -> FactSet:
    """A year in which 李四 was the secretary first and 赵强 later."""

    def written(name: str, title: str, month: int) -> Fact:
        return fact(
            *("output", "article", title),
            actor="person",
            actor_post="secretary",
            actor_name=name,
            is_reporter=name == "赵强",
            happened_on=on(month, 5),
        )

    facts = [written("李四", "前任的文章", 2), written("赵强", "现任的文章", 9)]
    return year(facts, reporter="赵强", organization_kind="party_branch")


def test_a_predecessors_deeds_go_by_the_post_of_that_time() -> None:
    first = to_text(compose(handed_over()))
    assert "我撰写文章一篇，题为《现任的文章》" in first
    assert "时任支部书记" in first.split("《现任的文章》")[1]
    assert first.count("我") == 1
    second = to_text(compose(handed_over(), Options(voice="organization")))
    assert "支部书记撰写文章一篇，题为《现任的文章》" in second
    assert "时任支部书记" in second


def test_who_reports_is_frozen_and_an_older_draft_still_reads() -> None:
    packed = dump_snapshot(ReportSnapshot(handed_over(), Options(), standard_book()))
    assert load_snapshot(packed.content).facts.reporter == "赵强"
    older = unpack(packed.content)
    del older["facts"]["reporter"]
    assert load_snapshot(pack(older).content).facts.reporter is None
    book = standard_book()
    earlier = {rule: said for rule, said in book.phrases.items() if rule != "other_output"}
    made = year([fact("output", "other", "支部品牌", happened_on=on(5, 5))])
    assert "支部品牌" in to_text(compose(made, Options(), replace(book, phrases=earlier)))


def test_a_roster_tells_whose_deeds_are_mine(world: World) -> None:
    roster = {"name": "王总支", "post": "secretary", "joined_on": "2018-03-01"}
    world.clerk.created(f"/organizations/{world.hq}/members", roster)
    before = {"kind": "person", "name": "前书记", "post": "secretary"}
    old = world.clerk.created("/meetings", meeting(world, "2018-02-06", "ideology", actor=before))
    new = world.clerk.created("/meetings", meeting(world, "2018-08-06", "integrity"))
    text = told(world.clerk, world)
    assert "我主持召开一次党风廉政建设专题会议（8月）" in text
    assert "时任总支书记主持召开" in text.split("8月")[1]
    [found] = [
        one
        for one in summary(world.clerk, world)["findings"]
        if one["code"] == "secretaries_several"
    ]
    assert found["ids"] == [old["id"]]
    assert new["id"] not in found["ids"]
    # On a day before the new one came, the post was the old one's and nobody else's.
    assert "我主持召开一次意识形态专题会议（2月）" in told(world.clerk, world, as_of="2018-02-20")
    report = drafted(world, form="duty_report")
    assert world.clerk.ok(path(report, "changes"))["items"] == []
