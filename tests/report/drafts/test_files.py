"""A stored report as a file: every format, its styles, its annexes; and proofread."""

import json
from typing import Any

import pytest

from app.report.files.formats import FORMATS, WORD
from tests.items.test_query_counts import counted
from tests.report.drafts.support import drafted, finalised, held, keyed, path, reworded
from tests.report.files.support import put_template, template, xml_of
from tests.support.word import text_of_word
from tests.support.world import World

DAYS = ("2018-02-06", "2018-06-14", "2018-11-08")
SPECIAL = "p1.dual_responsibility.special.person-reporter"


def fetched(world: World, report: dict[str, Any], query: str = "", accept: str = "*/*") -> Any:  # noqa: ANN401 - a response
    where = f"{path(report, 'document')}?{query}"
    return world.clerk("GET", where, headers={"Accept": accept})


def key_of_meetings(report: dict[str, Any]) -> str:
    [key] = [
        one["source"]["key"]
        for one in report["blocks"]
        if one["source"]
        and "党建工作专题会议" in one["text"]
        and one["source"]["counts"]
        and not one["source"]["key"].startswith("p0")
    ]
    return str(key)


def edited(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """A report with a sentence in a person's own words, wrong in a number and a word."""
    held(world, *DAYS)
    report = drafted(world, salutation="各位同志", signatory="指挥部*党总支")
    block = keyed(report, key_of_meetings(report))
    return report, reworded(world, report, block, text="开会三次，共999人，台帐齐全㼆。")


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_by_accept_and_by_name(world: World, media_type: str) -> None:
    report, _ = edited(world)
    offered = FORMATS[media_type]
    by_accept = fetched(world, report, accept=media_type)
    assert by_accept.status_code == 200
    assert by_accept.headers["content-type"] == offered.content_type
    assert by_accept.headers["vary"] == "Accept"
    by_name = fetched(world, report, f"format={offered.name}", accept="application/pdf")
    assert by_name.content == by_accept.content
    disposition = by_name.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.endswith(f".{offered.extension}")


def test_what_no_format_is_called(world: World) -> None:
    report, _ = edited(world)
    assert fetched(world, report, accept="application/pdf").status_code == 406
    for query in ("format=pdf", "annexes=secret", "variant=draft"):
        assert fetched(world, report, query).status_code == 422
    assert fetched(world, report).headers["content-type"] == "application/json"


def test_the_word_file_holds_the_blocks_character_by_character(world: World) -> None:
    report, _ = edited(world)
    text = text_of_word(fetched(world, report, "format=docx").content)
    shown = "".join(one["text"] for one in world.clerk.ok(path(report))["blocks"])
    assert shown in "".join("".join(text).split("\n"))


def test_the_review_variant_says_what_stands_behind_in_every_format(world: World) -> None:
    report, block = edited(world)
    wanted = ("人工修改，原文：", "没有记录支持的数字：999", "共3条记录", "2018年2月6日")
    for name in ("json", "html", "text", "markdown"):
        review = fetched(world, report, f"format={name}&variant=review").text
        assert all(said in review for said in wanted), name
        final = fetched(world, report, f"format={name}").text
        assert not any(said in final for said in wanted[:2]), name
    comments = fetched(world, report, "format=docx&variant=review").content
    assert block["source"]["text"] in xml_of(comments, "word/comments.xml")
    assert "指挥部\\*党总支" in fetched(world, report, "format=markdown").text


def test_annexes_tell_of_the_text_as_it_stands(world: World) -> None:
    report, block = edited(world)
    query = "&".join(f"annexes={name}" for name in ("sources", "meetings", "evidence"))
    [sources] = fetched(world, report, query).json()["annexes"]
    assert sources["title"] == "数据来源对照表"
    rows = sources["elements"][0]["rows"]
    [row] = [row for row in rows if "经人工修改" in row[1]]
    assert row[1].startswith("开会三次，共999人")
    assert row[2].split("\n") == ["党建工作专题会议：三次，共3条记录", "999：没有记录支持"]
    assert len(row[3].split("\n")) == 3
    gone = world.clerk.patch(
        path(report, "blocks", block["id"]), {"removed": True}, version=block["version"]
    )
    assert gone.status_code == 200
    assert "经人工修改" not in fetched(world, report, query).text


def test_what_is_finalised_keeps_its_bytes(world: World) -> None:
    report, _ = edited(world)
    put_template(world.clerk, world.hq, template(公文正文="华文中宋"))
    draft = fetched(world, report, "format=docx").content
    assert "华文中宋" in xml_of(draft, "word/styles.xml")
    finalised(world, report)
    put_template(world.clerk, world.hq, template(公文正文="华文新魏"))
    assert fetched(world, report, "format=docx").content == draft
    other = drafted(world)
    assert "华文新魏" in xml_of(fetched(world, other, "format=docx").content, "word/styles.xml")
    check = world.clerk.ok(path(report, "verification"))
    assert check["valid"] is True


def test_proofreading_points_at_blocks(world: World) -> None:
    report, block = edited(world)
    found = world.clerk.ok(path(report, "proofreading"))
    [wrong] = [hint for hint in found["hints"] if hint["severity"] == "error"]
    assert (wrong["block_id"], wrong["found"], wrong["suggestion"]) == (block["id"], "台帐", "台账")
    assert wrong["found"] == block["text"][wrong["start"] : wrong["end"]]
    assert found["unsupported_numbers"] == [{"block_id": block["id"], "numbers": ["999"]}]
    [stray] = found["outside_gb2312"]
    assert (stray["character"], stray["code_point"], stray["part"]) == ("㼆", "U+3F06", "正文")


@pytest.mark.parametrize(
    "operation",
    ["document?variant=review&annexes=sources&format=docx", "document?format=text", "proofreading"],
)
def test_statements_do_not_grow(world: World, operation: str) -> None:
    held(world, "2018-01-05")
    report = drafted(world)
    with counted(world) as first:
        world.clerk.get(path(report, operation))
    held(world, *DAYS)
    update = {"all": True}
    version = world.clerk.ok(path(report))["version"]
    assert world.clerk.post(path(report, "updates"), update, version=version).status_code < 300
    with counted(world) as second:
        answer = world.clerk.get(path(report, operation))
    assert answer.status_code == 200
    assert len(first) == len(second) <= 7, "\n".join(second)


def test_json_is_whole(world: World) -> None:
    report, _ = edited(world)
    told = json.loads(fetched(world, report, "format=json").content)
    assert told["salutation"] == "各位同志"
    assert [one["kind"] for one in told["body"]].count("heading") == 3
    assert WORD in FORMATS


def test_the_list_of_rectifications_says_who_answers_for_them(world: World) -> None:
    body = {
        "organization_id": str(world.b1),
        "source": "audit",
        "title": "党费收缴不及时",
        "found_on": "2018-03-01",
        "due_on": "2018-09-30",
        "responsible_person": "赵六",
        "responsible_department": "党群工作部",
    }
    world.clerk.created("/rectifications", body)
    report = drafted(world, include_descendants=True)
    [annex] = fetched(world, report, "annexes=rectifications").json()["annexes"]
    table = annex["elements"][0]
    [row] = (dict(zip(table["header"], row, strict=True)) for row in table["rows"])
    name = world.clerk.ok(f"/organizations/{world.b1}")["name"]
    assert (row["党组织"], row["责任部门、责任人"]) == (name, "党群工作部、赵六")
