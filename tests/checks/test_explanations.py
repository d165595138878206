"""Explaining a finding: a reason that stands, is replaced, is withdrawn, and is kept."""

from typing import Any

import pytest

from app.core.audit import AuditEntry
from tests.checks.support import UNASSIGNED, examined, findings, meeting
from tests.support.records import flaws
from tests.support.world import Client, World

REASON = {"reason": "已另行安排专人落实"}


@pytest.fixture
def slip(world: World) -> dict[str, Any]:
    """A meeting of the first branch whose resolution nobody is to do."""
    return meeting(world, **UNASSIGNED)


@pytest.fixture
def path(world: World, slip: dict[str, Any]) -> str:
    """Where the slip's finding is explained."""
    (row,) = findings(world.clerk, world.b1)
    assert [record["id"] for record in row["records"]] == [slip["id"]]
    return f"/organizations/{world.b1}/findings/{row['id']}/explanation"


def explained(client: Client, path: str, reason: str, **options: Any) -> Any:  # noqa: ANN401 - a response
    return client("PUT", f"{path}?year=2018", json={"reason": reason}, **options)


def test_an_explained_finding_stays_and_says_so(world: World, path: str) -> None:
    made = explained(world.clerk, path, **REASON)
    assert made.status_code == 200
    assert made.headers["etag"] == '"1"'
    body = made.json()
    assert body["reason"] == REASON["reason"]
    assert body["explained_by_name"] == "clerk"
    assert body["organization_id"] == str(world.b1)
    for place, query in ((world.b1, {}), (world.hq, {"include_descendants": True})):
        (row,) = findings(world.clerk, place, **query)
        assert (row["explained"], row["explanation"]) == (True, body)
        assert findings(world.clerk, place, explained=True, **query) == [row]
        assert findings(world.clerk, place, explained=False, **query) == []
    shown = examined(world.clerk, world.b1, explained=False)["items"]
    assert {row["code"] for row in shown} == {"quarter_without_assembly"}


def test_replacing_names_the_version_and_keeps_the_history(world: World, path: str) -> None:
    explained(world.clerk, path, "理由一")
    assert explained(world.clerk, path, "理由二").status_code == 428
    assert explained(world.clerk, path, "理由二", version=7).status_code == 412
    second = explained(world.secretary, path, "理由二", version=1)
    assert second.headers["etag"] == '"2"'
    assert world.clerk("DELETE", path).status_code == 428
    assert world.clerk("DELETE", path, version=1).status_code == 412
    assert world.clerk("DELETE", path, version=2).status_code == 204
    assert world.clerk("DELETE", path, version=2).status_code == 404
    (row,) = findings(world.clerk, world.b1)
    assert row["explained"] is False
    third = explained(world.clerk, path, "理由三")
    assert third.headers["etag"] == '"3"'
    history = world.clerk.ok(f"{path}s")["items"]
    assert [entry["reason"] for entry in history] == ["理由一", "理由二", "理由三"]
    withdrawn = [entry["withdrawn_by_name"] for entry in history]
    assert withdrawn == ["secretary、supervision", "clerk", None]
    page = world.clerk.ok(f"{path}s", limit=2)
    assert len(page["items"]) == 2
    assert len(world.clerk.ok(f"{path}s", limit=2, cursor=page["next_cursor"])["items"]) == 1


def test_changes_are_in_the_trail(world: World, path: str) -> None:
    explained(world.clerk, path, "理由一")
    explained(world.clerk, path, "理由二", version=1)
    world.clerk("DELETE", path, version=2)
    with world.app.state.database.read() as session:
        entries = (
            session.query(AuditEntry)
            .filter(AuditEntry.subject_kind == "finding_explanation")
            .filter(AuditEntry.organization_id == world.b1)
            .order_by(AuditEntry.sequence)
            .all()
        )
        actions = [entry.action for entry in entries]
        assert actions == ["finding.explained"] * 2 + ["finding.explanation_withdrawn"]
        assert [(entry.before or {}).get("reason") for entry in entries[:2]] == [None, "理由一"]
        assert [entry.restricted for entry in entries] == [False] * 3


def test_only_what_is_found_now_can_be_explained(
    world: World, path: str, slip: dict[str, Any]
) -> None:
    unknown = path.replace(path.split("/")[-2], "0" * 32)
    assert explained(world.clerk, unknown, **REASON).status_code == 404
    assert world.clerk("PUT", f"{path}?year=2017", json=REASON).status_code == 404
    other = path.replace(str(world.b1), str(world.b2))
    assert explained(world.clerk, other, **REASON).status_code == 404
    assert flaws(world.clerk("PUT", path, json=REASON)) == {"year": "missing"}
    assert flaws(explained(world.clerk, path, "  ")) == {"#/reason": "blank"}
    mended = {"resolutions": [{"text": "完善台账", "responsible_person": "张明"}]}
    world.clerk.patch(f"/meetings/{slip['id']}", mended, version=1)
    assert explained(world.clerk, path, **REASON).status_code == 404


def test_a_superior_explains_for_the_subtree(world: World, path: str) -> None:
    above = path.replace(str(world.b1), str(world.hq))
    assert explained(world.clerk, above, **REASON).status_code == 404, "not in hq's own records"
    query = "?year=2018&include_descendants=true"
    done = world.clerk("PUT", above + query, json=REASON)
    assert done.status_code == 200
    assert done.json()["organization_id"] == str(world.b1)
    branch = world.as_role("clerk", on=world.b1)
    (row,) = findings(branch, world.b1)
    assert row["explained"] is True
    assert branch("DELETE", path, version=1).status_code == 204


def test_explaining_takes_the_permission_to_write(world: World, path: str) -> None:
    explained(world.clerk, path, **REASON)
    viewer, stranger = world.as_role("viewer"), world.as_role("clerk", on=world.b2)
    assert explained(viewer, path, "理由", version=1).status_code == 403
    assert viewer("DELETE", path, version=1).status_code == 403
    assert viewer.get(f"{path}s").status_code == 200
    for response in (
        explained(stranger, path, "理由", version=1),
        stranger("DELETE", path, version=1),
        stranger.get(f"{path}s"),
    ):
        assert response.status_code == 404


def test_a_quarter_is_explained_like_any_other(world: World) -> None:
    first = examined(world.clerk, world.b1, code="quarter_without_assembly")["items"][0]
    assert (first["records"], first["period"]) == ([], "2018-Q1")
    path = f"/organizations/{world.b1}/findings/{first['id']}/explanation"
    assert explained(world.clerk, path, "支部筹建中，经上级同意暂未召开").status_code == 200
    rows = examined(world.clerk, world.b1, code="quarter_without_assembly")["items"]
    assert [row["explained"] for row in rows] == [True, False, False]
