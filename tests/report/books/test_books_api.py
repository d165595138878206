"""Report books over the API: saved whole or not at all, tried out, put in force, inherited."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from tests.items.test_query_counts import counted
from tests.report.books.makers import document, outline, phrase
from tests.support.records import flaws
from tests.support.world import Client, World

YAML = {"Content-Type": "application/yaml; charset=utf-8"}
OWN = [phrase("article", "{when}，{doer}写成文章{count}，题为{titles}。", "dated")]
TURNED = [phrase("article", "{when}，{doer}写就文章{count}，题为{titles}。", "dated")]


def fresh() -> str:
    return f"b{uuid4().hex[:12]}"


def saved(client: Client, place: UUID, code: str | None = None, **parts: Any) -> dict[str, Any]:
    body = document(code or fresh(), **parts)
    return client.created(f"/organizations/{place}/report-books", body)


def revised(client: Client, made: dict[str, Any], **parts: Any) -> Any:  # noqa: ANN401 - a response
    body, path = document(made["code"], **parts), f"/report-books/{made['id']}"
    version = client.ok(path)["version"]
    return client("PUT", f"{path}/document", json=body, version=version)


def turned(client: Client, made: dict[str, Any], status: str) -> dict[str, Any]:
    path = f"/report-books/{made['id']}"
    done = client.patch(path, {"status": status}, version=client.ok(path)["version"])
    assert done.status_code == 200, done.text
    shown: dict[str, Any] = done.json()
    assert shown == client.ok(path)
    return shown


def text_of(client: Client, place: UUID, **query: object) -> str:
    shown = client.ok(f"/organizations/{place}/annual-summaries/2018", **query)
    return "".join(
        sentence["text"]
        for section in shown["sections"]
        for paragraph in section["paragraphs"]
        for sentence in paragraph["sentences"]
    )


@pytest.fixture
def admin(world: World) -> Client:
    return world.as_role("admin")


@pytest.fixture
def article(world: World) -> None:
    for place in (world.hq, world.b1):
        world.as_role("clerk", on=place).created(
            "/outputs",
            {
                "organization_id": str(place),
                "type": "article",
                "title": "调研报告",
                "happened_on": "2018-04-03",
                "focus": "core_work",
            },
        )


def test_a_book_is_saved_in_yaml_and_read_in_both(world: World, admin: Client) -> None:
    code = fresh()
    text = f"code: {code}\nname: 指挥部用语\nphrases:\n  - rule: platform\n"
    path = f"/organizations/{world.hq}/report-books"
    whole = text + '    text: "{doer}建成并启用{titles}。"\n'
    done = admin("POST", path, content=whole.encode(), headers=YAML)
    assert done.status_code == 201, done.text
    made = done.json()
    assert (made["status"], made["revision"], made["version"]) == ("available", 1, 1)
    assert (made["based_on"], made["organization_id"]) == ("superior", str(world.hq))
    one = f"/report-books/{made['id']}"
    assert done.headers["location"].endswith(one)
    assert admin.ok(f"{one}/document") == {
        "format": 1,
        "code": code,
        "name": "指挥部用语",
        "based_on": "superior",
        "phrases": [{"rule": "platform", "text": "{doer}建成并启用{titles}。"}],
    }
    exported = admin("GET", f"{one}/document", headers={"Accept": "application/yaml"})
    assert "name: 指挥部用语" in exported.text
    again = admin("PUT", f"{one}/document", content=exported.content, headers=YAML, version=1)
    assert again.json() == made, "the same makes no revision"


def test_a_broken_book_changes_nothing_and_names_its_lines(world: World, admin: Client) -> None:
    path = f"/organizations/{world.hq}/report-books"
    text = (
        f"code: {fresh()}\nname: 用语\nphrases:\n  - rule: article\n"
        '    text: "{doer.name}写{count}篇。"\n  - rule: unheard\n    text: 甲\n'
    )
    refused = admin("POST", path, content=text.encode(), headers=YAML)
    assert flaws(refused) == {
        "#/phrases/0/text": "template_refused",
        "#/phrases/1/rule": "rule_unknown",
    }
    assert [error["line"] for error in refused.json()["errors"]] == [5, 6]
    assert refused.json()["detail"].startswith("第 5 行：")
    preview = admin(
        "POST", f"/organizations/{world.hq}/report-book-previews?year=2018",
        content=text.encode(), headers=YAML,
    )  # fmt: skip
    assert preview.status_code == 422
    assert admin.ok("/report-books", organization_id=world.hq)["items"] == []
    made = saved(admin, world.hq)
    assert flaws(revised(admin, made, phrases=[phrase("study", "学。")]))
    other = admin("PUT", f"/report-books/{made['id']}/document", json=document("x"), version=1)
    assert flaws(other) == {"#/code": "code_fixed"}
    taken = admin.post(f"/organizations/{world.b1}/report-books", document(made["code"]))
    assert flaws(taken, 409) == {"#/code": "report_book_code_taken"}
    foreign = world.as_role("admin", on=world.foreign)
    assert saved(foreign, world.foreign, made["code"])["code"] == made["code"]
    plain = admin("POST", path, content=b"code: x", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415


def test_revisions_and_the_trail_stay(world: World, admin: Client) -> None:
    made = saved(admin, world.hq)
    path = f"/report-books/{made['id']}"
    assert revised(admin, made, phrases=OWN).json()["revision"] == 2
    stale = admin("PUT", f"{path}/document", json=document(made["code"]), version=1)
    assert stale.status_code == 412
    assert admin("PUT", f"{path}/document", json=document(made["code"])).status_code == 428
    assert turned(admin, made, "retired")["status"] == "retired"
    refused = revised(admin, made)
    assert (refused.status_code, refused.json()["code"]) == (409, "report_book_retired")
    rows = admin.ok(f"{path}/revisions")["items"]
    assert [row["number"] for row in rows] == [1, 2]
    assert "phrases" not in admin.ok(f"{path}/revisions/1/document")
    assert admin.get(f"{path}/revisions/3/document").status_code == 404
    with world.app.state.database.read() as session:
        trail = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == UUID(made["id"]))
            .order_by(AuditEntry.sequence)
        ).all()
    assert trail == [f"report_book.{verb}" for verb in ("created", "revised", "status_changed")]


@pytest.mark.usefixtures("article")
def test_a_preview_writes_the_report_and_saves_nothing(world: World, admin: Client) -> None:
    body = document(
        phrases=[phrase("article", "{doer}扎实写成文章{count}，题为{titles}。")],
        outlines=[outline(periods=["year", "quarter"])],
    )
    path = f"/organizations/{world.hq}/report-book-previews"
    shown = admin.post(f"{path}?year=2018", body)
    assert shown.status_code == 200, shown.text
    assert shown.json()["text"].startswith("2018年抓基层党建工作述职报告\n")
    assert [hint["code"] for hint in shown.json()["hints"]] == ["filler", "seldom_used"]
    own = admin.post(f"{path}?year=2018&form=own_report&period=q2", body).json()
    assert own["summary"]["title"] == "指挥部党总支2018年第二季度专项报告"
    assert admin.post(f"{path}?year=2018&form=unheard", body).status_code == 422
    assert admin.post(path, body).status_code == 422
    assert admin.ok("/report-books")["items"] == []
    assert "own_report" not in str(admin.ok(f"/organizations/{world.hq}/report-book"))


@pytest.mark.usefixtures("article")
def test_a_book_in_force_holds_for_the_subtree_and_is_built_upon(
    world: World, admin: Client
) -> None:
    first = saved(admin, world.hq, phrases=OWN, outlines=[outline()])
    assert "写成" not in text_of(admin, world.b1), "it is not in force"
    turned(admin, first, "in_force")
    assert "写成文章" in text_of(admin, world.b1)
    assert "写成文章" in text_of(world.clerk, world.hq)
    below = saved(admin, world.b1, phrases=TURNED)
    turned(admin, below, "in_force")
    assert "写就文章" in text_of(admin, world.b1)
    assert "写成文章" in text_of(admin, world.hq)
    used = admin.ok(f"/organizations/{world.b1}/report-book")
    codes = [source["code"] for source in used["sources"]]
    assert codes == ["standard", first["code"], below["code"]]
    assert "own_report" in [form["code"] for form in used["forms"]]
    assert revised(admin, below, phrases=TURNED, based_on="standard").status_code == 200
    alone = admin.ok(f"/organizations/{world.b1}/report-book")
    assert [source["code"] for source in alone["sources"]] == ["standard", below["code"]]
    assert "own_report" not in [form["code"] for form in alone["forms"]]
    second = saved(admin, world.hq)
    turned(admin, second, "in_force")
    assert admin.ok(f"/report-books/{first['id']}")["status"] == "available"
    assert "写成" not in text_of(admin, world.hq)


def test_who_sees_which_books(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    books = {place: saved(top, place)["id"] for place in (world.root, world.hq, world.b1, world.b2)}
    viewer = world.as_role("viewer", on=world.b1)
    seen = [row["id"] for row in viewer.ok("/report-books")["items"]]
    assert seen == [books[world.root], books[world.hq], books[world.b1]]
    assert viewer.get("/report-books", organization_id=world.b2).status_code == 404
    assert viewer.get(f"/report-books/{books[world.b2]}").status_code == 404
    below = world.as_role("admin", on=world.b1)
    path = f"/report-books/{books[world.hq]}"
    assert below.patch(path, {"status": "retired"}, version=1).status_code == 403
    preview = f"/organizations/{world.hq}/report-book-previews?year=2018"
    assert below.post(preview, document()).status_code == 404
    assert world.clerk.post(preview, document()).status_code == 403


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"form": "unheard"}, {"form": "form_unknown"}),
        ({"form": "duty_report", "voice": "organization"}, {"voice": "voice_of_form"}),
        ({"form": "quarterly_brief", "period": "year"}, {"period": "period_of_form"}),
        ({"form": "Bad form"}, {"form": "string_pattern_mismatch"}),
        ({"period": "q3", "as_of": "2018-06-30"}, {"as_of": "as_of_before_period"}),
    ],
)
def test_what_cannot_be_asked_for(
    world: World, query: dict[str, str], code: dict[str, str]
) -> None:
    path = f"/organizations/{world.hq}/annual-summaries/2018"
    assert flaws(world.clerk.get(path, **query)) == code


@pytest.mark.usefixtures("article")
def test_forms_and_periods_of_the_summary(world: World) -> None:
    path = f"/organizations/{world.hq}/annual-summaries/2018"
    titles = {
        "duty_report": "2018年抓基层党建工作述职报告",
        "work_summary": "指挥部党总支2018年度党建工作总结",
        "half_year_summary": "指挥部党总支2018年上半年党建工作总结",
        "quarterly_brief": "指挥部党总支2018年第四季度党建工作小结",
        "rectification_report": "指挥部党总支2018年度问题整改情况报告",
        "integrity_report": "指挥部党总支2018年度党风廉政建设工作情况报告",
    }
    for form, title in titles.items():
        assert world.clerk.ok(path, form=form)["title"] == title
    third = world.clerk.ok(path, form="quarterly_brief", period="q3")
    assert third["title"].startswith("指挥部党总支2018年第三季度")


def test_a_period_is_told_as_it_stood_on_its_last_day(world: World) -> None:
    body = {
        "organization_id": str(world.hq),
        "type": "special_meeting",
        "topic": "ideology",
        "title": "专题会议",
        "focus": "dual_responsibility",
    }
    world.clerk.created("/meetings", {**body, "happened_on": "2018-05-17"})
    late = {**body, "happened_on": "2018-11-08", "due_on": "2018-06-20"}
    world.clerk.created("/meetings", late)
    half = text_of(world.clerk, world.hq, form="half_year_summary")
    assert "召开一次意识形态专题会议（5月）" in half
    assert "应于6月20日前召开，截至6月30日尚未召开" in half
    assert "两次意识形态专题会议" in text_of(world.clerk, world.hq)


def test_reading_takes_the_same_number_of_statements(world: World, admin: Client) -> None:
    path = f"/organizations/{world.b1}/annual-summaries/2018"
    admin.ok(path)
    with counted(world) as few:
        admin.ok(path)
    for place in (world.hq, world.b1):
        turned(admin, saved(admin, place, phrases=OWN), "in_force")
    with counted(world) as many:
        admin.ok(path)
    assert len(many) == len(few)
