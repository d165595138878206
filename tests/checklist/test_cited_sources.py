"""A year's list cites what there was in its year, whoever reads it and whenever it was drawn up."""

from typing import Any
from uuid import UUID

import pytest

from app.checklist.models import Duty, DutyList
from tests.checklist.lists import drawn_up, own_duty, published, stepped, tasks
from tests.support.records import flaws
from tests.support.world import SYSTEM, World

BUILDING = "special_meeting:party_building"
YOUNG = "《党委（党组）落实全面从严治党主体责任规定》（2020），基层参照"
GROUNDS = ("source", "article", "confidence")


def line(world: World, duty_list: dict[str, Any], code: str) -> dict[str, Any]:
    """A line as the list shows it, which is how it is shown by itself."""
    [found] = [
        one
        for one in world.clerk.ok(f"/duty-lists/{duty_list['id']}")["items"]
        if one["code"] == code
    ]
    assert world.clerk.ok(f"/duties/{found['id']}") == found
    result: dict[str, Any] = found
    return result


def cited(shown: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(shown[name] for name in GROUNDS)


def everywhere(world: World, duty_list: dict[str, Any]) -> set[tuple[Any, ...]]:
    """What all who show the grounds of 党建工作专题会议 say."""
    place = world.hq
    body = world.clerk.ok(f"/organizations/{place}/outstanding", month="2018-12")
    left = [one for one in (*body["items"], *body["earlier"]) if one["code"] == BUILDING]
    listed = tasks(world.clerk, place, BUILDING)
    assert left
    assert listed
    rules = [one["rule"] for one in (*left, *listed)]
    return {cited(one) for one in (*rules, line(world, duty_list, BUILDING))}


def test_a_list_is_drawn_up_with_what_its_year_knew(world: World) -> None:
    made = published(world, world.hq)
    assert everywhere(world, made) == {(None, None, "general")}
    rules = world.clerk.ok(f"/organizations/{world.hq}/rules", year=2018)["items"]
    [rule] = [one["rule"] for one in rules if one["rule"]["code"] == BUILDING]
    assert cited(rule) == (None, None, "general")
    life = line(world, made, "democratic_life_meeting")
    assert life["source"].endswith("（2016），基层参照")
    assert life["confidence"] == "regulation"


def test_a_list_of_an_older_program_reads_the_same(world: World) -> None:
    made = published(world, world.hq)
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        duty = uow.session.get_one(Duty, UUID(line(world, made, BUILDING)["id"]))
        kept = {"source": YOUNG, "article": "第三条", "confidence": "practice"}
        duty.content = {**duty.content, **kept}
        uow.session.get_one(DutyList, UUID(made["id"])).updated_at = uow.now()
    assert everywhere(world, made) == {(None, None, "general")}
    told = world.clerk.ok(f"/organizations/{world.hq}/annual-summaries/2018")
    assert "党建工作专题会议" in str(told)
    assert "主体责任规定" not in str(told)


@pytest.mark.parametrize("source", [YOUNG, f"本单位细则；{YOUNG}"])
def test_a_line_of_ones_own_cites_nothing_younger(world: World, source: str) -> None:
    (made,) = drawn_up(world.clerk, world.b1)["items"]
    path = f"/duty-lists/{made['id']}/duties"
    refused = world.clerk.post(path, own_duty(source=source))
    assert flaws(refused) == {"#/source": "source_too_young"}
    assert "2018年" in refused.json()["detail"]
    duty = world.clerk.created(path, own_duty(source="《本单位细则》（2018）"))
    assert duty["source"] == "《本单位细则》（2018）"
    change = world.clerk.patch(f"/duties/{duty['id']}", {"source": source}, version=1)
    assert flaws(change) == {"#/source": "source_too_young"}
    assert stepped(world.clerk, made, "submit").status_code == 201
    shown = stepped(world.secretary, made, "publish").json()
    wish = {
        "effective_on": "2018-12-20",
        "reason": "补充依据",
        "replace": [own_duty(source=source)],
    }
    amended = world.secretary.post(
        f"/duty-lists/{made['id']}/amendments", wish, version=shown["version"]
    )
    assert flaws(amended) == {"#/replace/0/source": "source_too_young"}


def test_a_line_drawn_up_before_can_still_be_edited(world: World) -> None:
    (made,) = drawn_up(world.clerk, world.hq)["items"]
    duty = line(world, made, BUILDING)
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        row = uow.session.get_one(Duty, UUID(duty["id"]))
        row.content = {**row.content, "source": YOUNG}
    duty = line(world, made, BUILDING)
    changed = world.clerk.patch(
        f"/duties/{duty['id']}", {"responsible_person": "王芳"}, version=duty["version"]
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["responsible_person"], *cited(changed.json())) == (
        *("王芳", None, None, "general"),
    )
