"""A repeated request is done once: the first answer comes again, under the same key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.records import flaws
from tests.support.world import Client, World, new_user

THREADS = 8


def meeting(world: World, **changes: object) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "type": "other", "title": "工作例会", **changes}


def key() -> str:
    return uuid4().hex


def count(world: World) -> int:
    total: int = world.clerk.ok("/meetings", include_total=True)["total"]
    return total


def newcomer(world: World, *roles: str) -> tuple[str, Client]:
    """The id and the client of a user of the test's own, whose roles it can take away."""
    client = Client(world.http, new_user(world.app, world.hq, *roles))
    return str(client.ok("/me")["id"]), client


def test_a_repetition_gets_the_first_answer(world: World) -> None:
    name, body = key(), meeting(world)
    first = world.clerk.post("/meetings", body, key=name)
    again = world.clerk.post("/meetings", body, key=name)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for header in ("location", "etag", "content-type"):
        assert again.headers[header] == first.headers[header]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert count(world) == 1


def test_another_body_under_the_key_is_refused(world: World) -> None:
    name = key()
    assert world.clerk.post("/meetings", meeting(world), key=name).status_code == 201
    other = world.clerk.post("/meetings", meeting(world, title="另一次"), key=name)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert count(world) == 1


def test_a_key_is_its_users_and_its_routes(world: World) -> None:
    name, body = key(), meeting(world)
    assert world.clerk.post("/meetings", body, key=name).status_code == 201
    stranger = world.secretary.post("/meetings", body, key=name)
    assert (stranger.status_code, "idempotency-replayed" in stranger.headers) == (201, False)
    path = f"/organizations/{world.hq}/members"
    person = {"name": "张明", "joined_on": "2018-01-01"}
    assert world.clerk.post(path, person, key=name).status_code == 201
    assert count(world) == 2


def test_what_was_refused_is_not_kept(world: World) -> None:
    name = key()
    assert world.clerk.post("/meetings", meeting(world, title=""), key=name).status_code == 422
    unseen = meeting(world, organization_id=str(world.foreign))
    assert world.clerk.post("/meetings", unseen, key=name).status_code == 404
    late = meeting(world, happened_on="2018-12-11")
    assert world.clerk.post("/meetings", late, key=name).status_code == 422
    assert world.as_role("viewer").post("/meetings", meeting(world), key=name).status_code == 403
    good = world.clerk.post("/meetings", meeting(world), key=name)
    assert (good.status_code, "idempotency-replayed" in good.headers) == (201, False)


@pytest.mark.race
def test_eight_at_once_make_one_record(world: World) -> None:
    name, body, clerk = key(), meeting(world), world.clerk
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: clerk.post("/meetings", body, key=name), range(THREADS)))
    assert {answer.status_code for answer in answers} == {201}, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    replayed = sum("idempotency-replayed" in answer.headers for answer in answers)
    assert replayed == THREADS - 1
    assert count(world) == 1


def test_changes_are_repeated_safely_too(world: World) -> None:
    made = world.clerk.created("/meetings", meeting(world))
    path, name = f"/meetings/{made['id']}", key()
    first = world.clerk.patch(path, {"title": "改名"}, version=1, key=name)
    again = world.clerk.patch(path, {"title": "改名"}, version=1, key=name)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    gone, twice = (world.clerk("DELETE", path, version=2, key=key_) for key_ in [key()] * 2)
    assert (gone.status_code, twice.status_code) == (204, 204)


def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    name, body = key(), meeting(world)
    assert world.clerk.post("/meetings", body, key=name).status_code == 201
    world.clock.instant += timedelta(hours=23)
    assert "idempotency-replayed" in world.clerk.post("/meetings", body, key=name).headers
    world.clock.instant += timedelta(hours=2)
    assert "idempotency-replayed" not in world.clerk.post("/meetings", body, key=name).headers
    assert count(world) == 2


@pytest.mark.parametrize("name", ["", "k" * 256])
def test_a_key_has_a_length(world: World, name: str) -> None:
    response = world.clerk.post("/meetings", meeting(world), key=name)
    assert flaws(response) == {"Idempotency-Key": "idempotency_key_length"}
    assert count(world) == 0


def test_the_body_of_a_read_has_no_key(world: World) -> None:
    name = key()
    headers = {"Idempotency-Key": name}
    assert world.clerk("GET", "/meetings", headers=headers).status_code == 200
    assert world.clerk.post("/meetings", meeting(world), key=name).status_code == 201


def test_a_role_that_was_withdrawn_ends_replays(world: World) -> None:
    """What a repetition shows, its sender could not read any more."""
    name, body = key(), meeting(world)
    user, client = newcomer(world, "clerk")
    assert client.post("/meetings", body, key=name).status_code == 201
    admin, path = world.as_role("admin"), f"/users/{user}/roles"
    [grant] = admin.ok(path)["items"]
    assert admin("DELETE", f"{path}/{grant['id']}").status_code == 204
    again = client.post("/meetings", body, key=name)
    assert (again.status_code, again.json()["code"]) == (403, "forbidden")
    assert "idempotency-replayed" not in again.headers
    assert body["title"] not in again.text
    assert count(world) == 1
    role = {"organization_id": str(world.hq), "role": "clerk"}
    admin.created(path, role)
    assert client.post("/meetings", body, key=name).headers["idempotency-replayed"] == "true"
    assert count(world) == 1


def test_a_lesser_role_replays_no_restricted_record(world: World) -> None:
    name = key()
    user, client = newcomer(world, "clerk", "supervision")
    body = {
        "organization_id": str(world.hq),
        "type": "admonition_talk",
        "title": "诫勉谈话",
        "persons": [{"name": "张明"}],
    }
    first = client.post("/talks", body, key=name)
    assert first.status_code == 201, first.text
    admin, path = world.as_role("admin"), f"/users/{user}/roles"
    [grant] = [row for row in admin.ok(path)["items"] if row["role"] == "supervision"]
    assert admin("DELETE", f"{path}/{grant['id']}").status_code == 204
    again = client.post("/talks", body, key=name)
    assert (again.status_code, "张明" in again.text) == (403, False)


def test_a_further_role_changes_no_replay(world: World) -> None:
    name, body = key(), meeting(world)
    user, client = newcomer(world, "clerk")
    assert client.post("/meetings", body, key=name).status_code == 201
    more = {"organization_id": str(world.hq), "role": "inspector"}
    world.as_role("admin").created(f"/users/{user}/roles", more)
    assert client.post("/meetings", body, key=name).headers["idempotency-replayed"] == "true"
    assert count(world) == 1
