"""Reports through the API: drafted, read, headed, listed, removed, seen by whom."""

import pytest

from tests.items.test_query_counts import counted
from tests.report.drafts.support import block, drafted, held, keyed, meeting, path, read
from tests.support.records import flaws
from tests.support.world import World

SPECIAL = "p1.dual_responsibility.special.reporter"


def test_a_draft_says_what_the_summary_says_and_knows_its_records(world: World) -> None:
    made = held(world, "2018-02-06", "2018-06-28", "2018-11-08")
    report = drafted(world, signatory="指挥部党总支")
    summary = world.clerk.ok(f"/organizations/{world.hq}/annual-summaries/2018")
    said = [
        sentence["text"]
        for section in summary["sections"]
        for paragraph in section["paragraphs"]
        for sentence in paragraph["sentences"]
    ]
    assert [one["text"] for one in report["blocks"] if one["kind"] == "sentence"] == said
    assert [one["position"] for one in report["blocks"]] == list(
        range(1, len(report["blocks"]) + 1)
    )
    assert report["title"] == summary["title"]
    assert report["signatory"] == "指挥部党总支"
    special = keyed(report, SPECIAL)
    assert sorted(special["source"]["ids"]) == sorted(made)
    assert special["source"]["text"] == special["text"]
    assert (special["source"]["counts"][0]["value"], special["edited"]) == (3, False)
    assert read(world, report) == report


def test_location_and_etag(world: World) -> None:
    body = {"organization_id": str(world.hq), "year": 2018, "form": "work_summary"}
    made = world.clerk.post("/reports", body)
    assert made.headers["location"] == f"/api/v1/reports/{made.json()['id']}"
    again = world.clerk("GET", path(made.json()), headers={"If-None-Match": made.headers["etag"]})
    assert again.status_code == 304
    assert made.json()["voice"] == "organization"


def test_what_is_asked_for_is_checked(world: World) -> None:
    ask = {"organization_id": str(world.hq), "year": 2018, "form": "duty_report"}
    assert flaws(world.clerk.post("/reports", {**ask, "form": "poem"})) == {
        "#/form": "form_unknown"
    }
    assert flaws(world.clerk.post("/reports", {**ask, "year": 2030})) == {
        "#/year": "period_not_begun"
    }
    early = world.clerk.post("/reports", {**ask, "as_of": "2017-12-31"})
    assert flaws(early) == {"#/as_of": "as_of_before_period"}
    late = world.clerk.post("/reports", {**ask, "as_of": "2018-12-11"})
    assert flaws(late) == {"#/as_of": "as_of_in_future"}
    foreign = {**ask, "organization_id": str(world.foreign)}
    assert world.clerk.post("/reports", foreign).status_code == 404
    assert world.as_role("viewer").post("/reports", ask).status_code == 403


def test_the_head_is_changed_by_version(world: World) -> None:
    report = drafted(world)
    wish = {"title": "二〇一八年述职报告", "signed_on": "2018-12-10", "salutation": None}
    assert world.clerk.patch(path(report), wish).status_code == 428
    done = world.clerk.patch(path(report), wish, version=report["version"])
    assert done.status_code == 200, done.text
    assert (done.json()["title"], done.json()["signed_on"]) == (wish["title"], "2018-12-10")
    assert world.clerk.patch(path(report), wish, version=report["version"]).status_code == 412
    none = world.clerk.patch(path(report), {"title": None}, version=done.json()["version"])
    assert flaws(none) == {"#/title": "string_type"}


def test_lists_and_removal(world: World) -> None:
    reports = [drafted(world), drafted(world, form="work_summary")]
    below = world.as_role("clerk").created(
        "/reports", {"organization_id": str(world.b1), "year": 2018, "form": "work_summary"}
    )

    def ids(**query: object) -> list[str]:
        return [one["id"] for one in world.clerk.ok("/reports", **query)["items"]]

    assert ids(organization_id=world.hq) == [one["id"] for one in reports]
    assert below["id"] in ids(organization_id=world.hq, include_descendants=True)
    assert ids(organization_id=world.hq, form="work_summary") == [reports[1]["id"]]
    assert ids(organization_id=world.hq, status="finalised") == []
    assert world.clerk.get("/reports", organization_id=world.foreign).status_code == 404
    first = world.clerk.ok("/reports", organization_id=world.hq, limit=1)
    assert ids(organization_id=world.hq, limit=1, cursor=first["next_cursor"]) == [reports[1]["id"]]
    gone = world.clerk("DELETE", path(reports[0]), version=reports[0]["version"])
    assert gone.status_code == 204
    assert world.clerk.get(path(reports[0])).status_code == 404
    assert ids(organization_id=world.hq) == [reports[1]["id"]]


def test_supervision_makes_a_report_that_others_do_not_see(world: World) -> None:
    talk = meeting(world, "2018-03-06", type="reminder_talk", title="提醒谈话", focus="integrity")
    del talk["topic"]
    secret = world.secretary.created("/talks", {**talk, "persons": [{"name": "谈话对象甲"}]})
    ask = {"organization_id": str(world.hq), "year": 2018, "form": "duty_report"}
    wish = {**ask, "include_supervision": True}
    assert world.clerk.post("/reports", wish).status_code == 403
    report = world.secretary.created("/reports", wish)
    assert report["restricted"] is True
    told = block(report, "提醒谈话一人")
    assert secret["id"] in told["source"]["ids"]
    shown = world.secretary.ok(path(report, "blocks", told["id"], "trace"))
    assert secret["id"] in [one["id"] for one in shown["records"]]
    version = world.secretary.created(path(report, "versions"), {"label": "初稿"})
    remark = world.secretary.created(path(report, "comments"), {"text": "核对人数"})
    for more in (
        *([], ["blocks", told["id"]], ["blocks", told["id"], "trace"], ["versions"], ["changes"]),
        *(["versions", version["number"]], ["comments"], ["comments", remark["id"]], ["uncited"]),
        *(["document"], ["verification"]),
    ):
        assert world.clerk.get(path(report, *more)).status_code == 404, more
    assert world.clerk.post(path(report, "comments"), {"text": "看看"}).status_code == 404
    assert world.clerk.ok("/reports", organization_id=world.hq)["items"] == []
    plain = world.secretary.created("/reports", ask)
    assert secret["id"] not in str(plain)
    assert "提醒谈话一人" not in str(plain)
    assert "未纳入监督执纪谈话" not in str(plain)
    texts = [
        world.secretary.get(path(plain, "document"), variant=variant, format="text").text
        for variant in ("review", "final")
    ]
    assert ["本文未纳入监督执纪谈话" in text for text in texts] == [True, False]
    review = world.secretary.get(path(report, "document"), variant="review").text
    assert "谈话对象甲" not in review
    assert "监督执纪记录1条" in review


@pytest.mark.parametrize("operation", ["read", "draft", "changes"])
def test_statements_do_not_grow_with_the_records(world: World, operation: str) -> None:
    ask = {"organization_id": str(world.hq), "year": 2018, "form": "duty_report"}
    held(world, "2018-01-05")

    def statements() -> list[str]:
        report = drafted(world)
        with counted(world) as made:
            if operation == "draft":
                world.clerk.created("/reports", ask)
            else:
                world.clerk.ok(path(report, *([] if operation == "read" else ["changes"])))
        return made

    few = statements()
    for month in range(2, 8):
        held(world, *(f"2018-{month:02}-{day:02}" for day in (5, 15, 25)))
        lecture = meeting(world, f"2018-{month:02}-09", type="party_lecture", focus="core_work")
        del lecture["topic"]
        world.clerk.created("/meetings", lecture)
    many = statements()
    most = {"read": 5, "draft": 44, "changes": 38}[operation]
    assert len(few) == len(many) <= most, "\n".join(many)
