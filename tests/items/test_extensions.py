"""Extensions: asked for, decided by somebody else, kept for ever."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app.core.uow import Permission, UnitOfWork
from app.items import extensions
from app.organizations.queries import require
from tests.support.records import flaws, meeting_of
from tests.support.world import Client, World

LATER = {"due_on": "2018-12-31", "reason": "人员外出施工"}


def opened(world: World, **changes: object) -> dict[str, Any]:
    body = {
        "organization_id": str(world.hq),
        "title": "笔记抽查不合格",
        "source": "self_check",
        "found_on": "2018-08-06",
        "due_on": "2018-11-30",
        **changes,
    }
    return world.clerk.created("/rectifications", body)


def chain(item: dict[str, Any]) -> str:
    return f"/items/{item['id']}/extensions"


def decide(client: Client, item: dict[str, Any], asked: dict[str, Any], **fields: object) -> Any:  # noqa: ANN401 - a response
    body = {"approved": True, **fields}
    return client(
        "PUT", f"{chain(item)}/{asked['id']}/decision", json=body, version=item["version"]
    )


@pytest.mark.parametrize("due_on", ["2018-11-30", "2018-11-01"])
def test_an_extension_is_later(world: World, due_on: str) -> None:
    item = opened(world)
    response = world.clerk.post(chain(item), {**LATER, "due_on": due_on})
    assert flaws(response) == {"#/due_on": "not_later"}


def test_what_has_no_deadline_or_owes_nothing_is_not_extended(world: World) -> None:
    without = opened(world, type="immediate", due_on=None)
    assert world.clerk.post(chain(without), LATER).json()["code"] == "deadline_required"
    held = world.clerk.created("/meetings", meeting_of(world.hq, 1) | {"due_on": "2018-03-01"})
    assert world.clerk.post(chain(held), LATER).json()["code"] == "illegal_transition"


def test_a_denial_needs_its_reason_and_changes_nothing(world: World) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    assert flaws(decide(world.secretary, item, asked, approved=False)) == {"#/note": "missing"}
    assert decide(world.secretary, item, asked, approved=False, note="不同意").status_code == 200
    shown = world.clerk.ok(f"/rectifications/{item['id']}")
    assert (shown["due_on"], shown["status"]) == ("2018-11-30", "open")
    again = decide(world.secretary, shown, asked, note="改主意")
    assert again.json()["code"] == "illegal_transition"
    assert world.clerk.post(chain(item), LATER).status_code == 201, "a new request may follow"


@pytest.mark.parametrize("on", ["2018-12-11", "2018-08-05"])
def test_a_decision_falls_between_the_last_step_and_today(world: World, on: str) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    assert set(flaws(decide(world.secretary, item, asked, on=on))) == {"#/on"}
    assert world.clerk.ok(f"{chain(item)}/{asked['id']}")["state"] == "pending"


def test_what_was_closed_meanwhile_is_not_extended(world: World) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    body = {"name": "submitted", "note": "已完成"}
    path = f"/rectifications/{item['id']}"
    assert world.clerk.post(f"{path}/events", body, version=1).status_code == 201
    item = world.clerk.ok(path)
    refused = decide(world.secretary, item, asked)
    assert refused.json()["code"] == "illegal_transition"
    assert world.clerk.ok(path) == item
    assert world.clerk.ok(f"{chain(item)}/{asked['id']}")["state"] == "pending"


def test_a_withdrawn_request_is_over(world: World) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    assert world.clerk("DELETE", f"{chain(item)}/{asked['id']}").status_code == 204
    assert decide(world.secretary, item, asked).json()["code"] == "illegal_transition"
    twice = world.clerk("DELETE", f"{chain(item)}/{asked['id']}")
    assert twice.json()["code"] == "illegal_transition"
    assert world.clerk.ok(f"{chain(item)}/{asked['id']}")["state"] == "withdrawn"


def test_a_request_is_taken_back_by_whoever_made_it(world: World) -> None:
    item = opened(world)
    asked = world.secretary.created(chain(item), LATER)
    path = f"{chain(item)}/{asked['id']}"
    assert world.clerk("DELETE", path).status_code == 403
    assert world.clerk.ok(path)["state"] == "pending"
    assert world.secretary("DELETE", path).status_code == 204
    left = world.clerk.created(chain(item), LATER)
    reviewer = world.as_role("inspector")
    assert reviewer("DELETE", f"{chain(item)}/{left['id']}").status_code == 204


def test_the_right_to_decide_counts_when_it_is_decided(world: World) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    assert decide(world.as_role("viewer"), item, asked).status_code == 403
    assert decide(world.as_role("secretary", on=world.b1), item, asked).status_code == 404
    assert decide(world.as_role("inspector"), item, asked).status_code == 200


@pytest.mark.race
def test_of_two_decisions_at_once_one_counts(world: World) -> None:
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    reviewers = [world.secretary, world.as_role("inspector")]

    def judge(pair: tuple[Client, bool]) -> int:
        client, approved = pair
        return int(decide(client, item, asked, approved=approved, note="意见").status_code)

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(judge, zip(reviewers, (True, False), strict=True)))
    assert statuses[0] == 200
    assert statuses[1] in {409, 412}
    state = world.clerk.ok(f"{chain(item)}/{asked['id']}")["state"]
    due_on = world.clerk.ok(f"/rectifications/{item['id']}")["due_on"]
    assert due_on == ("2018-12-31" if state == "approved" else "2018-11-30")


@pytest.mark.race
def test_two_requests_at_once_make_one(world: World) -> None:
    item, clerk = opened(world), world.clerk
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: clerk.post(chain(item), LATER), range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(clerk.ok(chain(item))["items"]) == 1


def test_a_withdrawal_that_came_first_stops_the_approval(
    world: World, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision reads the request anew under a lock: a stale reading must not win."""
    if backend == "sqlite":
        pytest.skip("one writer at a time: a second one reads only after the first has finished")
    item = opened(world)
    asked = world.clerk.created(chain(item), LATER)
    token, answers = world.clerk.token, []

    def withdrawn_meanwhile(uow: UnitOfWork, permission: Permission, place: UUID) -> None:
        if permission == Permission.REVIEW:
            clerk = Client(TestClient(world.app), token)
            answers.append(clerk("DELETE", f"{chain(item)}/{asked['id']}").status_code)
        require(uow, permission, place)

    monkeypatch.setattr(extensions, "require", withdrawn_meanwhile)
    refused = decide(world.secretary, item, asked)
    assert answers == [204]
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert world.clerk.ok(f"/rectifications/{item['id']}")["due_on"] == "2018-11-30"
