"""The tree: what may hang where, names and their periods, one zone for all of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.core.ids import new_id
from app.organizations.rules import ALLOWED_CHILDREN, OrganizationKind
from tests.support.records import flaws
from tests.support.world import Client, World


def found(client: Client, parent: object, kind: str, name: str, **more: object) -> dict[str, Any]:
    body = {"name": name, "kind": kind, "parent_id": str(parent), **more}
    return client.created("/organizations", body)


@pytest.mark.parametrize("below", list(OrganizationKind))
@pytest.mark.parametrize("above", [k for k in OrganizationKind if k != "party_committee"])
def test_kinds_fit_below_each_other(
    world: World, above: OrganizationKind, below: OrganizationKind
) -> None:
    admin = world.as_role("admin", on=world.root)
    chain = {
        OrganizationKind.WORK_COMMITTEE: [OrganizationKind.WORK_COMMITTEE],
        OrganizationKind.GENERAL_BRANCH: [OrganizationKind.GENERAL_BRANCH],
        OrganizationKind.PARTY_BRANCH: [OrganizationKind.PARTY_BRANCH],
        OrganizationKind.PARTY_GROUP: [OrganizationKind.PARTY_BRANCH, OrganizationKind.PARTY_GROUP],
    }[above]
    parent: object = world.root
    for number, kind in enumerate(chain):
        parent = found(admin, parent, kind, f"上级{number}")["id"]
    body = {"name": "下级", "kind": below, "parent_id": str(parent)}
    response = admin.post("/organizations", body)
    if below in ALLOWED_CHILDREN[above]:
        assert response.status_code == 201, response.text
        assert response.headers["location"].endswith(response.json()["id"])
    else:
        assert response.json()["code"] == "organization_kind_not_allowed"


def test_groups_hang_below_branches_only() -> None:
    for kind, children in ALLOWED_CHILDREN.items():
        assert (OrganizationKind.PARTY_GROUP in children) == (kind == OrganizationKind.PARTY_BRANCH)
    assert ALLOWED_CHILDREN[OrganizationKind.PARTY_GROUP] == frozenset()


def test_a_root_is_not_founded_over_the_api(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    response = admin.post("/organizations", {"name": "新党委", "kind": "party_committee"})
    assert response.status_code == 403


def test_siblings_have_different_names(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    taken = {"name": "机关党支部", "kind": "party_branch", "parent_id": str(world.hq)}
    assert admin.post("/organizations", taken).json()["code"] == "organization_name_taken"
    assert admin.post("/organizations", {**taken, "parent_id": str(world.root)}).status_code == 201
    renamed = admin.patch(f"/organizations/{world.b2}", {"name": "机关党支部"}, version=1)
    assert renamed.json()["code"] == "organization_name_taken"
    kept = admin.patch(f"/organizations/{world.b1}", {"name": "机关党支部"}, version=1)
    assert kept.status_code == 200


def test_renaming_keeps_the_periods(world: World) -> None:
    admin, path = world.as_role("admin"), f"/organizations/{world.b1}"
    [first] = admin.ok(f"{path}/periods")["items"]
    assert (first["name"], first["valid_until"]) == ("机关党支部", None)
    world.clock.instant += timedelta(days=1)
    assert admin.patch(path, {"name": "机关第一党支部"}, version=1).status_code == 200
    assert admin.patch(path, {"name": "机关第一党支部"}, version=2).status_code == 200
    assert admin.patch(path, {"founded_on": "2016-03-18"}, version=2).status_code == 200
    old, new = admin.ok(f"{path}/periods")["items"]
    assert (old["name"], new["name"]) == ("机关党支部", "机关第一党支部")
    assert old["valid_until"] == new["valid_from"] > old["valid_from"]
    assert new["valid_until"] is None
    assert {UUID(row["parent_id"]) for row in (old, new)} == {world.hq}


def test_patching_a_name_needs_a_name(world: World) -> None:
    admin, path = world.as_role("admin"), f"/organizations/{world.b1}"
    before = admin.ok(path)
    for body in ({"name": None}, {"name": ""}, {"name": " "}, {"name": "党\n支部"}):
        assert set(flaws(admin.patch(path, body, version=1))) == {"#/name"}
    for field in ("kind", "parent_id", "root_id", "id"):
        assert set(flaws(admin.patch(path, {field: "x"}, version=1))) == {f"#/{field}"}
    assert admin.ok(path) == before


def test_dates_follow_each_other(world: World) -> None:
    admin, path = world.as_role("admin"), f"/organizations/{world.b1}"
    for field in ("last_election_on", "dissolved_on"):
        body = {"founded_on": "2016-03-18", field: "2016-03-17"}
        assert flaws(admin.patch(path, body, version=1)) == {f"#/{field}": "before_founding"}
    good = {"founded_on": "2016-02-29", "last_election_on": "2016-02-29"}
    shown = admin.patch(path, good, version=1).json()
    assert shown["term_election_due_on"] == "2019-02-28"
    cleared = admin.patch(path, {"founded_on": None, "last_election_on": None}, version=2).json()
    assert cleared["term_election_due_on"] is None


def test_the_zone_is_the_whole_trees(world: World) -> None:
    top, hq = world.as_role("admin", on=world.root), world.as_role("admin")
    child = f"/organizations/{world.b1}"
    refused = hq.patch(child, {"time_zone": "Asia/Urumqi"}, version=1)
    assert flaws(refused) == {"#/time_zone": "time_zone_of_child"}
    path = f"/organizations/{world.root}"
    folders = ("America", "Asia", "Etc", "localtime", "posixrules", "Factory", "zone.tab")
    for value in ("Mars/Phobos", "../etc/passwd", "", "/etc/localtime", None, *folders):
        assert set(flaws(top.patch(path, {"time_zone": value}, version=1))) == {"#/time_zone"}
    assert top.patch(path, {"time_zone": "Asia/Urumqi"}, version=1).status_code == 200
    zones = {row["time_zone"] for row in top.ok("/organizations")["items"]}
    assert zones == {"Asia/Urumqi"}
    new = found(top, world.hq, "party_branch", "新支部")
    assert new["time_zone"] == "Asia/Urumqi"
    with_zone = {"name": "又一支部", "kind": "party_branch", "parent_id": str(world.hq)}
    response = top.post("/organizations", {**with_zone, "time_zone": "Asia/Shanghai"})
    assert flaws(response) == {"#/time_zone": "time_zone_of_child"}


def test_lists_name_parts_of_the_tree(world: World) -> None:
    admin = world.as_role("admin", on=world.root)

    def ids(**query: object) -> list[UUID]:
        return [UUID(row["id"]) for row in admin.ok("/organizations", **query)["items"]]

    assert ids() == [world.root, world.hq, world.b1, world.b2, world.b3]
    assert ids(parent_id=world.hq) == [world.b1, world.b2, world.b3]
    assert ids(ancestor_id=world.hq) == [world.hq, world.b1, world.b2, world.b3]
    assert ids(kind="general_branch") == [world.hq]
    assert ids(q="项目部") == [world.b2, world.b3]


def test_focuses_belong_to_the_tree(world: World) -> None:
    top, path = world.as_role("admin", on=world.root), f"/organizations/{world.root}/focuses"
    names = [row["name"] for row in top.ok(path)["items"]]
    assert names == [
        "理论武装",
        "党的领导",
        "党建质量",
        "一岗双责",
        "党风廉政",
        "问题整改",
        "中心工作",
    ]
    made = top.created(path, {"code": "innovation", "name": "创新工作", "position": 8})
    same = top.post(path, {"code": "innovation", "name": "另一个"})
    assert same.json()["code"] == "focus_taken"
    one = f"/focuses/{made['id']}"
    changed = top.patch(one, {"name": "改革创新", "retired": True}, version=1)
    assert changed.json() == {**made, "name": "改革创新", "retired": True, "version": 2}
    assert set(flaws(top.patch(one, {"code": "x"}, version=2))) == {"#/code"}
    assert top.patch(one, {"name": "党风廉政"}, version=2).json()["code"] == "focus_taken"
    assert world.as_role("viewer", on=world.b1).ok(one)["name"] == "改革创新"
    assert world.as_role("viewer", on=world.foreign).get(one).status_code == 404
    assert top.get(f"/focuses/{new_id()}").status_code == 404
