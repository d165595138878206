"""Which rules organisations go by."""

from typing import Any
from uuid import UUID

from app.core.uow import Actor
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.queries import effective_rules, standard_rule_set
from app.rulesets.schemas import RuleSetDocument
from tests.rulesets.makers import document, rule
from tests.rulesets.test_rule_sets_api import revised, saved, turned
from tests.support.properties import counted_statements
from tests.support.world import Client, World

OPERATOR = Actor(None, "测试")


def in_force(client: Client, place: UUID, **parts: Any) -> dict[str, Any]:
    return turned(client, saved(client, place, **parts), "in_force")


def codes(client: Client, place: UUID, year: int = 2018) -> list[str]:
    shown = client.ok(f"/organizations/{place}/rules", year=year)
    assert (shown["year"], shown["conflicts"]) == (year, [])
    return [row["rule"]["code"] for row in shown["items"]]


def test_the_nearest_set_in_force_counts(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    plain = codes(top, world.b1)
    assert "member_assembly" in plain
    everywhere = {"applies_to": ["party_branch", "general_branch", "party_committee"]}
    upper = in_force(top, world.root, rules=[rule("upper", **everywhere)])
    middle = saved(top, world.hq, based_on=upper["code"], rules=[rule("middle", **everywhere)])
    assert codes(top, world.b1) == [*plain, "upper"]
    turned(top, middle, "in_force")
    assert codes(top, world.b1) == [*plain, "upper", "middle"]
    assert codes(top, world.root)[-1] == "upper"
    own = in_force(top, world.b1, based_on=None, rules=[rule("own")])
    assert codes(top, world.b1) == ["own"]
    assert codes(top, world.b2) == [*plain, "upper", "middle"]
    turned(top, own, "retired")
    assert codes(top, world.b1) == [*plain, "upper", "middle"]


def test_each_rule_tells_where_it_comes_from(world: World) -> None:
    admin = world.as_role("admin")
    change = [{"code": "member_assembly", "quantity": "每两月一次"}]
    made = in_force(admin, world.hq, changes=change, rules=[rule("own")])
    assert revised(admin, made, changes=change, rules=[rule("own", name="改名")]).status_code == 200
    shown = admin.ok(f"/organizations/{world.b1}/rules")
    assert shown["year"] == 2018, "the organisation's present year"
    assert shown["rule_set"] == {"set_code": made["code"], "revision": 2}
    by_code = {row["rule"]["code"]: row for row in shown["items"]}
    shipped = {"set_code": "standard", "revision": standard_rule_set().version}
    assert by_code["committee_meeting"]["origin"] == shipped
    assert by_code["committee_meeting"]["changed_by"] is None
    assembly = by_code["member_assembly"]
    assert (assembly["origin"], assembly["rule"]["quantity"]) == (shipped, "每两月一次")
    assert assembly["changed_by"] == by_code["own"]["origin"] == shown["rule_set"]
    assert admin.get(f"/organizations/{world.b1}/rules", year=1900).status_code == 422


def test_years_bound_rules(world: World) -> None:
    admin = world.as_role("admin")
    in_force(admin, world.hq, based_on=None, rules=[rule("new", valid_from=2019)])
    assert codes(admin, world.b1, 2018) == []
    assert codes(admin, world.b1, 2019) == ["new"]


def test_a_moved_organisation_goes_by_its_new_place(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    base = in_force(top, world.hq, based_on=None, rules=[rule("hq_only")])
    own = saved(top, world.b1, based_on=base["code"], rules=[rule("own")])
    body = {"parent_id": str(world.root)}
    moved = top.post(f"/organizations/{world.b1}/moves", body, version=1)
    assert moved.status_code == 201, moved.text
    assert "hq_only" not in codes(top, world.b1)
    turned(top, own, "in_force")
    assert codes(top, world.b1) == ["hq_only", "own"], "what it builds on stays"
    hidden = revised(world.as_role("admin"), base, based_on=None, rules=[rule("own")])
    assert hidden.status_code == 409
    assert own["code"] not in hidden.json()["detail"], "it lies out of sight now"


def test_any_number_of_organisations_takes_three_statements(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    base = in_force(top, world.root, rules=[rule("upper")])
    for number in range(12):
        body = {"name": f"支部{number}", "kind": "party_branch", "parent_id": str(world.hq)}
        place = UUID(top.created("/organizations", body)["id"])
        if number % 2:
            in_force(top, place, based_on=base["code"], rules=[rule(f"own_{number}")])
    rows = top.ok("/organizations", ancestor_id=world.root, limit=200)["items"]
    places = [UUID(row["id"]) for row in rows]
    with world.app.state.open_uow(OPERATOR, write=False) as uow:
        with counted_statements(world.app) as few:
            one = effective_rules(uow, places[:1], 2018)
        with counted_statements(world.app) as many:
            found = effective_rules(uow, [*places, world.foreign], 2018)
        assert effective_rules(uow, [], 2018) == {}
    assert len(few) == len(many) == 3, "\n".join(many)
    assert found.keys() == {*places, world.foreign}
    assert one[places[0]] == found[places[0]]
    last = [rules[-1].rule.code for rules in found.values() if rules]
    assert {"upper", "own_1", "own_11"} <= set(last)


def test_reading_and_saving_take_few_statements(world: World) -> None:
    admin = world.as_role("admin")
    base = in_force(admin, world.hq, rules=[rule("upper")])
    for number in range(6):
        saved(admin, world.b1, based_on=base["code"], rules=[rule(f"own_{number}")])
    with counted_statements(world.app) as reading:
        admin.ok(f"/organizations/{world.b1}/rules")
    assert len(reading) <= 6, "\n".join(reading)
    with counted_statements(world.app) as listing:
        assert len(admin.ok("/rule-sets")["items"]) == 7
    assert len(listing) <= 3, "\n".join(listing)
    with counted_statements(world.app) as writing:
        assert revised(admin, base, rules=[rule("upper"), rule("more")]).status_code == 200
    assert len(writing) <= 20, "\n".join(writing)


def test_what_an_upgrade_brought_into_conflict_is_still_read(world: World) -> None:
    """As if a code that a set added had meanwhile been shipped with the standard one."""
    admin = world.as_role("admin")
    made = in_force(admin, world.hq)
    parts = {"rules": [rule("member_assembly", name="本单位的大会")], "removes": ["gone"]}
    wish = RuleSetDocument.model_validate(document(made["code"], **parts))
    with world.app.state.open_uow(OPERATOR, write=True) as uow:
        rule_set = uow.session.get_one(RuleSet, UUID(made["id"]))
        rule_set.revision = 2
        uow.session.add(
            RuleSetRevision(
                id=UUID(int=UUID(made["id"]).int + 1),
                rule_set_id=rule_set.id,
                number=2,
                document=wish.model_dump(mode="json", exclude_unset=True),
                sha256="0" * 64,
                created_at=uow.now(),
                created_by=None,
                created_by_name="测试",
            )
        )
    shown = admin.ok(f"/organizations/{world.b1}/rules")
    [assembly] = [row for row in shown["items"] if row["rule"]["code"] == "member_assembly"]
    assert assembly["rule"]["name"] == "本单位的大会"
    assert {row["code"] for row in shown["conflicts"]} == {"rule_unknown", "rule_repeated"}
    assert {row["set_code"] for row in shown["conflicts"]} == {made["code"]}
