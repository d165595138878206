"""Rule sets over the API: saved whole or not at all, revised, put in force, retired."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.rulesets.queries import standard_rule_set
from tests.rulesets.makers import document, rule
from tests.support.records import flaws
from tests.support.world import Client, World

YAML = {"Content-Type": "application/yaml; charset=utf-8"}
EXTRA = [rule("innovation", name="创新活动", focus="core_work")]


def fresh() -> str:
    return f"r{uuid4().hex[:12]}"


def saved(client: Client, place: UUID, code: str | None = None, **parts: Any) -> dict[str, Any]:
    body = document(code or fresh(), **parts)
    return client.created(f"/organizations/{place}/rule-sets", body)


def revised(client: Client, made: dict[str, Any], **parts: Any) -> Any:  # noqa: ANN401 - a response
    body, path = document(made["code"], **parts), f"/rule-sets/{made['id']}"
    version = client.ok(path)["version"]
    return client("PUT", f"{path}/document", json=body, version=version)


def turned(client: Client, made: dict[str, Any], status: str) -> dict[str, Any]:
    path = f"/rule-sets/{made['id']}"
    done = client.patch(path, {"status": status}, version=client.ok(path)["version"])
    assert done.status_code == 200, done.text
    shown: dict[str, Any] = done.json()
    assert shown == client.ok(path)
    return shown


@pytest.fixture
def admin(world: World) -> Client:
    return world.as_role("admin")


def test_a_set_is_saved_in_yaml_and_read_in_both(world: World, admin: Client) -> None:
    code = fresh()
    text = f"code: {code}\nname: 指挥部规则\nremoves: [secretary_review]\n"
    path = f"/organizations/{world.hq}/rule-sets"
    done = admin("POST", path, content=text.encode(), headers=YAML)
    assert done.status_code == 201, done.text
    made = done.json()
    assert (made["status"], made["revision"], made["version"]) == ("available", 1, 1)
    assert (made["based_on"], made["organization_id"]) == ("standard", str(world.hq))
    assert done.headers["location"].endswith(f"/rule-sets/{made['id']}")
    assert done.headers["etag"] == '"1"'
    one = f"/rule-sets/{made['id']}"
    assert admin.ok(one) == made
    shown = admin.ok(f"{one}/document")
    assert shown == {
        "format": 1,
        "code": code,
        "name": "指挥部规则",
        "based_on": "standard",
        "removes": ["secretary_review"],
    }
    for wanted in ("application/yaml", "text/yaml", "text/*;q=0.9, image/png"):
        exported = admin("GET", f"{one}/document", headers={"Accept": wanted})
        assert exported.headers["content-type"] == "application/yaml; charset=utf-8"
        assert "name: 指挥部规则" in exported.text
    again = admin("PUT", f"{one}/document", content=exported.content, headers=YAML, version=1)
    assert again.json() == made, "the same makes no revision"
    assert admin("GET", f"{one}/document", headers={"Accept": "image/png"}).status_code == 406
    known = admin("GET", f"{one}/document", headers={"If-None-Match": '"1"'})
    assert (known.status_code, known.content) == (304, b"")


def test_a_broken_set_changes_nothing(world: World, admin: Client) -> None:
    path = f"/organizations/{world.hq}/rule-sets"
    text = "code: own\nname: 规则\nremoves:\n  - nothing\nrules:\n  - code: x\n"
    refused = admin("POST", path, content=text.encode(), headers=YAML)
    assert flaws(refused) == dict.fromkeys(
        [f"#/rules/0/{name}" for name in ("name", "applies_to", "quantity", "frequency")], "missing"
    )
    whole = text.partition("rules:")[0] + "changes: [{code: heart_talk, focus: unheard_of}]\n"
    refused = admin("POST", path, content=whole.encode(), headers=YAML)
    assert flaws(refused) == {"#/removes/0": "rule_unknown", "#/changes/0/focus": "focus_unknown"}
    assert [(e["line"], e["column"]) for e in refused.json()["errors"]] == [(4, 5), (5, 30)]
    assert refused.json()["detail"].startswith("第 4 行：")
    assert admin.ok("/rule-sets", organization_id=world.hq)["items"] == []

    made = saved(admin, world.hq)
    assert flaws(revised(admin, made, removes=["nothing"])) == {"#/removes/0": "rule_unknown"}
    other_code = admin(
        "PUT", f"/rule-sets/{made['id']}/document", json=document("other"), version=1
    )
    assert flaws(other_code) == {"#/code": "code_fixed"}
    assert admin.ok(f"/rule-sets/{made['id']}") == made
    assert len(admin.ok(f"/rule-sets/{made['id']}/revisions")["items"]) == 1


@pytest.mark.parametrize("media", ["text/plain", "application/xml", ""])
def test_other_types_are_not_taken(world: World, admin: Client, media: str) -> None:
    path = f"/organizations/{world.hq}/rule-sets"
    refused = admin("POST", path, content=b"code: x", headers={"Content-Type": media})
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")
    big = admin("POST", path, content=b"#" * 300_000, headers=YAML)
    assert (big.status_code, big.json()["code"]) == (413, "payload_too_large")


def test_revisions_stay(world: World, admin: Client) -> None:
    made = saved(admin, world.hq)
    path = f"/rule-sets/{made['id']}"
    assert revised(admin, made, rules=EXTRA).json()["revision"] == 2
    assert revised(admin, made, rules=EXTRA, removes=["heart_talk"]).json()["version"] == 3
    stale = admin("PUT", f"{path}/document", json=document(made["code"]), version=1)
    assert (stale.status_code, stale.headers["etag"]) == (412, '"3"')
    assert admin("PUT", f"{path}/document", json=document(made["code"])).status_code == 428
    rows = admin.ok(f"{path}/revisions")["items"]
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert len({row["sha256"] for row in rows}) == 3
    assert all(row["created_by_name"] == "admin" for row in rows)
    assert "rules" not in admin.ok(f"{path}/revisions/1/document")
    assert admin.ok(f"{path}/revisions/2/document")["rules"][0]["code"] == "innovation"
    assert admin.get(f"{path}/revisions/4/document").status_code == 404
    with world.app.state.database.read() as session:
        trail = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == UUID(made["id"]))
            .order_by(AuditEntry.sequence)
        ).all()
    assert trail == ["rule_set.created", "rule_set.revised", "rule_set.revised"]


def test_one_set_of_an_organisation_is_in_force(world: World, admin: Client) -> None:
    first, second = saved(admin, world.hq), saved(admin, world.hq)
    assert turned(admin, first, "in_force")["status"] == "in_force"
    assert turned(admin, second, "in_force")["status"] == "in_force"
    assert admin.ok(f"/rule-sets/{first['id']}")["status"] == "available"
    assert turned(admin, second, "in_force")["version"] == 2, "nothing was changed"
    in_force = admin.ok("/rule-sets", status=["in_force"], organization_id=world.hq)["items"]
    assert [row["id"] for row in in_force] == [second["id"]]
    assert turned(admin, second, "retired")["status"] == "retired"
    refused = revised(admin, second, rules=EXTRA)
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_set_retired")
    assert turned(admin, second, "available")["status"] == "available"
    assert revised(admin, second, rules=EXTRA).status_code == 200


def test_codes_are_a_trees_own(world: World, admin: Client) -> None:
    made = saved(admin, world.hq)
    path = f"/organizations/{world.b1}/rule-sets"
    taken = admin.post(path, document(made["code"]))
    assert flaws(taken, 409) == {"#/code": "rule_set_code_taken"}
    assert flaws(admin.post(path, document("standard"))) == {"#/code": "code_reserved"}
    foreign = world.as_role("admin", on=world.foreign)
    assert saved(foreign, world.foreign, made["code"])["code"] == made["code"]


def test_a_base_is_ones_own_or_lies_above(world: World, admin: Client) -> None:
    top = world.as_role("admin", on=world.root)
    above, beside = saved(top, world.root, rules=EXTRA), saved(top, world.b2)
    foreign = saved(world.as_role("admin", on=world.foreign), world.foreign)
    path = f"/organizations/{world.hq}/rule-sets"
    for unknown in (beside["code"], foreign["code"], "nothing"):
        refused = admin.post(path, document(fresh(), based_on=unknown))
        assert flaws(refused, 404) == {"#/based_on": "not_found"}
    own = saved(admin, world.hq, based_on=above["code"], removes=["innovation"])
    mine = revised(admin, own, based_on=own["code"])
    assert flaws(mine, 404 if mine.status_code == 404 else 422) == {"#/based_on": "base_cycle"}
    other = saved(admin, world.hq, based_on=own["code"])
    assert flaws(revised(admin, own, based_on=other["code"])) == {"#/based_on": "base_cycle"}
    alone = saved(admin, world.hq, based_on=None, rules=EXTRA)
    assert alone["based_on"] is None
    turned(top, above, "retired")
    assert revised(admin, own, based_on=above["code"]).status_code == 200, "it stays its base"
    refused = admin.post(path, document(fresh(), based_on=above["code"]))
    assert flaws(refused, 404) == {"#/based_on": "not_found"}


def test_chains_have_an_end(world: World, admin: Client) -> None:
    code = "standard"
    for _ in range(8):
        code = saved(admin, world.hq, based_on=code)["code"]
    path = f"/organizations/{world.hq}/rule-sets"
    refused = admin.post(path, document(fresh(), based_on=code))
    assert flaws(refused) == {"#/based_on": "base_too_deep"}


def test_what_others_build_on_is_not_taken_from_them(world: World, admin: Client) -> None:
    base = saved(admin, world.hq, rules=EXTRA)
    change = [{"code": "innovation", "quantity": "每年两次"}]
    own = saved(admin, world.b1, based_on=base["code"], changes=change)
    above = saved(admin, world.b1, based_on=own["code"], removes=["innovation"])
    refused = revised(admin, base)
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_set_dependents_broken")
    assert own["code"] in refused.json()["detail"]
    assert revised(admin, base, rules=[*EXTRA, rule("more")]).status_code == 200
    turned(admin, above, "retired")
    turned(admin, own, "retired")
    assert revised(admin, base).status_code == 200
    back = admin.patch(f"/rule-sets/{own['id']}", {"status": "available"}, version=2)
    assert flaws(back) == {"#/status": "base_changed"}


def test_who_sees_which_sets(world: World) -> None:
    top = world.as_role("admin", on=world.root)
    sets = {place: saved(top, place)["id"] for place in (world.root, world.hq, world.b1, world.b2)}
    viewer = world.as_role("viewer", on=world.b1)
    seen = [row["id"] for row in viewer.ok("/rule-sets")["items"]]
    assert seen == [sets[world.root], sets[world.hq], sets[world.b1]]
    assert viewer.get("/rule-sets", organization_id=world.b2).status_code == 404
    assert viewer.get(f"/rule-sets/{sets[world.b2]}").status_code == 404
    assert viewer.get(f"/rule-sets/{sets[world.hq]}/document").status_code == 200
    below = world.as_role("admin", on=world.b1)
    path = f"/rule-sets/{sets[world.hq]}"
    assert below.patch(path, {"status": "retired"}, version=1).status_code == 403
    body = document("x")
    assert below("PUT", f"{path}/document", json=body, version=1).status_code == 403
    assert below.get(f"/organizations/{world.hq}/rules").status_code == 404


def test_the_shipped_set_is_everybodys(world: World) -> None:
    stranger = world.as_role()
    shown = stranger.ok("/standard-rule-set")
    assert (shown["code"], shown["version"]) == ("standard", standard_rule_set().version)
    assert len(shown["rules"]) == len(standard_rule_set().rules)
    text = stranger("GET", "/standard-rule-set", headers={"Accept": "application/yaml"}).text
    assert text.startswith("format: 1\ncode: standard\n")
