"""The annual summary through the API: what is told, to whom, in which form."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import docx
import pytest

from app.report.files.formats import FORMATS, WORD
from app.report.files.model import title_lines
from tests.report.files.support import put_template, template, xml_of
from tests.report.files.test_formats import Reader
from tests.support.world import Client, World


def meeting(world: World, on: str, topic: str, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "special_meeting",
        "topic": topic,
        "title": "专题会议",
        "happened_on": on,
        "focus": "dual_responsibility",
        "actor": {"kind": "person", "name": "王总支", "post": "secretary"},
        **changes,
    }


def sentences(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        sentence
        for section in summary["sections"]
        for paragraph in section["paragraphs"]
        for sentence in paragraph["sentences"]
    ]


def summary(client: Client, world: World, **query: object) -> dict[str, Any]:
    return client.ok(f"/organizations/{world.hq}/annual-summaries/2018", **query)


def fetched(world: World, accept: str) -> Any:  # noqa: ANN401 - a response
    path = f"/organizations/{world.hq}/annual-summaries/2018"
    return world.clerk("GET", path, headers={"Accept": accept})


def told(client: Client, world: World, **query: object) -> str:
    return "".join(sentence["text"] for sentence in sentences(summary(client, world, **query)))


def test_only_what_took_place_is_told(world: World) -> None:
    for day in ("2018-02-06", "2018-06-28", "2018-11-08"):
        world.clerk.created("/meetings", meeting(world, day, "party_building"))
    planned = meeting(world, "2018-12-28", "ideology", happened_on=None, planned_on="2018-12-28")
    world.clerk.created("/meetings", planned)
    text = told(world.clerk, world)
    assert "三次党建工作专题会议" in text
    assert "意识形态专题会议" not in text
    assert "两次党建工作专题会议" in told(world.clerk, world, as_of="2018-11-07")


def test_each_number_has_as_many_records(world: World) -> None:
    made = {
        world.clerk.created("/meetings", meeting(world, day, "integrity"))["id"]
        for day in ("2018-03-22", "2018-09-13")
    }
    counted = [
        count
        for sentence in sentences(summary(world.clerk, world))
        for count in sentence["counts"]
        if count["basis"] == "records" and set(count["ids"]) == made
    ]
    assert counted
    assert all(count["value"] == 2 for count in counted)


def test_supervision_is_told_only_to_those_who_may_see_it(world: World) -> None:
    body = {
        "organization_id": str(world.hq),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-03-06",
        "focus": "integrity",
        "persons": [{"name": "谈话对象甲"}],
        "actor": {"kind": "person", "name": "王总支", "post": "secretary"},
    }
    made = world.secretary.created("/talks", body)
    seen = summary(world.secretary, world)
    text = "".join(sentence["text"] for sentence in sentences(seen))
    assert "提醒谈话一人" in text
    assert "谈话对象甲" not in str(seen)
    hidden = str(summary(world.clerk, world))
    assert "提醒谈话一人" not in hidden
    assert made["id"] not in hidden


def test_the_reporter_is_told_as_i_only_in_the_first_person(world: World) -> None:
    world.clerk.created("/meetings", meeting(world, "2018-02-06", "party_building"))
    assert "我" in told(world.clerk, world)
    assert "我" not in told(world.clerk, world, voice="organization")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        *((name, offered.content_type) for name, offered in FORMATS.items()),
        ("text/markdown, text/plain;q=0.5", "text/markdown; charset=utf-8"),
        ("text/*", "text/plain; charset=utf-8"),
        ("*/*", "application/json"),
    ],
)
def test_formats_follow_the_accept_header(world: World, accept: str, media_type: str) -> None:
    response = fetched(world, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert response.headers["vary"] == "Accept"
    assert fetched(world, "application/pdf").status_code == 406


def test_word_and_html_say_what_the_text_says(world: World) -> None:
    world.clerk.created("/meetings", meeting(world, "2018-02-06", "party_building", title="<甲>"))
    inputs = {"salutation": "各位领导、同志们", "shortcomings": [{"title": "*调研*不够"}]}
    path = f"/organizations/{world.hq}/report-inputs/2018"
    assert world.clerk("PUT", path, json=inputs).status_code == 200
    title, *rest = fetched(world, "text/plain").text.split()
    assert rest[0] == "各位领导、同志们："
    word = fetched(world, WORD)
    _, _, name = word.headers["content-disposition"].partition("filename*=UTF-8''")
    assert unquote(name) == f"{title}.docx"
    read = docx.Document(BytesIO(word.content))
    assert [part.text for part in read.paragraphs] == [*title_lines(title), *rest]
    page = Reader(fetched(world, "text/html").content)
    # The title stands in the head of the page and above the text.
    assert re.sub(r"\s", "", page.text) == "".join([title, title, *rest])


def test_a_summary_in_word_has_the_styles_of_its_organization(world: World) -> None:
    plain = xml_of(fetched(world, WORD).content, "word/styles.xml")
    put_template(
        world.as_role("secretary", on=world.root), world.root, template(公文正文="华文中宋")
    )
    styled = xml_of(fetched(world, WORD).content, "word/styles.xml")
    assert ("华文中宋" in plain, "华文中宋" in styled) == (False, True)


def test_an_empty_year_is_short_and_honest(world: World) -> None:
    text = told(world.clerk, world)
    assert "（待补充）" in text
    assert len(text) < 300


def test_own_words_are_kept_with_their_version(world: World) -> None:
    path = f"/organizations/{world.hq}/report-inputs/2018"
    wish = {
        "salutation": "各位同志",
        "shortcomings": [{"title": "深入一线调研不够", "detail": "全年到项目部不足十次"}],
        "next_plans": [{"title": "每月到一个项目部调研"}],
    }
    first = world.clerk("PUT", path, json=wish)
    assert first.status_code == 200, first.text
    body = first.json()
    assert world.clerk("PUT", path, json=wish).status_code == 428
    assert world.clerk("PUT", path, json=wish, version=9).status_code == 412
    kept = {**wish, "shortcomings": [{**body["shortcomings"][0], "result": "已完成"}]}
    again = world.clerk("PUT", path, json=kept, version=body["version"]).json()
    assert again["shortcomings"][0]["id"] == body["shortcomings"][0]["id"]
    assert "深入一线调研不够" in told(world.clerk, world)
    assert world.as_role("viewer")("PUT", path, json=wish, version=2).status_code == 403
    stranger = world.as_role("admin", on=world.foreign)
    assert stranger.get(path).status_code == 404


def test_a_summary_of_another_tree_does_not_exist(world: World) -> None:
    path = f"/organizations/{world.foreign}/annual-summaries/2018"
    assert world.clerk.get(path).status_code == 404
    assert world.clerk.get(f"/organizations/{world.hq}/annual-summaries/99").status_code == 422
    early = world.clerk.get(f"/organizations/{world.hq}/annual-summaries/2018", as_of="2017-12-31")
    assert early.status_code == 422


def test_what_has_not_come_is_not_told_as_past(world: World) -> None:
    path = f"/organizations/{world.hq}/annual-summaries/2018"
    late = world.clerk.get(path, as_of="2018-12-31")
    assert late.status_code == 422
    assert late.json()["errors"][0]["code"] == "as_of_in_future"
    # At 00:30 of the 11th in the organisation's zone it is still the 10th in UTC.
    world.clock.instant = datetime(2018, 12, 10, 16, 30, tzinfo=UTC)
    assert world.clerk.get(path, as_of="2018-12-11").status_code == 200
    # A period that is over is seen from its last day, whatever later day is named.
    assert world.clerk.get(path, period="q3", as_of="2018-12-31").status_code == 200
