"""Text comes back as it was typed; what cannot be shown or could deceive is refused."""

from typing import Any

import pytest

from tests.support.records import flaws
from tests.support.world import World

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def meeting(world: World, **changes: object) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "type": "other", "title": "工作例会", **changes}


@pytest.mark.parametrize(
    "title",
    [
        "庆祝🎉" + FAMILY,
        "会" * 300,
        "🎉" * 300,
        "𠮷野家〇一二",
        "e\u0301 与 é",
        "' OR 1=1; DROP TABLE items; --",
        "=HYPERLINK(1)",
        '<script>alert("1")</script>',
        "  两端有空格  ",
        "مرحبا",
        "%s {0} ${x} \\u0041",
        "行分隔\u2028之后",
    ],
    ids=lambda title: ascii(title)[1:25],
)
def test_text_round_trips(world: World, title: str) -> None:
    made = world.clerk.created("/meetings", meeting(world, title=title, chair=title[:100]))
    assert (made["title"], made["chair"]) == (title, title[:100])
    assert world.clerk.ok(f"/meetings/{made['id']}") == made
    assert world.clerk.ok("/meetings")["items"][0]["title"] == title
    [entry] = world.clerk.ok(f"/meetings/{made['id']}/history")["items"]
    assert entry["after"]["title"] == title
    person = {"name": title[:100], "joined_on": "2018-01-01"}
    path = f"/organizations/{world.hq}/members"
    assert world.clerk.created(path, person)["name"] == title[:100]


@pytest.mark.parametrize(
    "bad",
    ["a\x00b", "a\x07b", "a\x1b[31mb", "a\x7fb", "a\x85b", "a\u202eb", "a\u2066b", "a\nb", "a\tb"],
    ids=ascii,
)
def test_controls_are_refused_in_names(world: World, bad: str) -> None:
    response = world.clerk.post("/meetings", meeting(world, title=bad))
    assert set(flaws(response)) == {"#/title"}
    path = f"/organizations/{world.hq}/members"
    person = {"name": bad, "joined_on": "2018-01-01"}
    assert set(flaws(world.clerk.post(path, person))) == {"#/name"}


@pytest.mark.parametrize("bad", ['"a\\ud800b"', '"a\\udfffb"', '"a\\u0000b"'])
@pytest.mark.parametrize("field", ["title", "outcome", "chair", "focus"])
def test_half_characters_and_nul_are_refused(world: World, field: str, bad: str) -> None:
    body = f'{{"organization_id":"{world.hq}","type":"other","title":"例会","{field}":{bad}}}'
    headers = {"Content-Type": "application/json"}
    response = world.clerk("POST", "/meetings", content=body.encode(), headers=headers)
    assert set(flaws(response)) == {f"#/{field}"}
    assert world.clerk.ok("/meetings")["items"] == []


def test_long_text_keeps_its_lines(world: World) -> None:
    text = "第一行\n\t第二行\r\n第三行"
    made = world.clerk.created("/meetings", meeting(world, outcome=text))
    assert world.clerk.ok(f"/meetings/{made['id']}")["outcome"] == text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("happened_on", "2018-02-29"),
        ("happened_on", "2018-1-1"),
        ("happened_on", "20180101"),
        ("happened_on", "2018-01-01T00:00:00"),
        ("happened_on", 1514764800),
        ("happened_on", "１９４９-10-01"),
        ("due_on", "1900-01-01"),
        ("due_on", "9999-12-31"),
        ("expected", "14"),
        ("expected", 14.0),
        ("expected", -1),
        ("expected", 10**12),
        ("expected", True),
        ("agenda", "学习"),
        ("agenda", [""]),
        ("agenda", ["x"] * 101),
        ("actor", None),
        ("organization_id", 7),
    ],
    ids=str,
)
def test_values_of_another_shape_are_refused(world: World, field: str, value: object) -> None:
    response = world.clerk.post("/meetings", meeting(world, **{field: value}))
    assert {place.split("/")[1] for place in flaws(response)} == {field}


def test_errors_speak_chinese(world: World) -> None:
    body = {"title": 7, "type": "x", "expected": -1, "x": 1, "happened_on": "x", "agenda": 1}
    response = world.clerk.post("/meetings", body)
    for error in response.json()["errors"]:
        words = error["detail"]
        assert any("\u4e00" <= character <= "\u9fff" for character in words), error
        assert "{" not in words
