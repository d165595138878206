"""Signing in: one answer for every failure, a throttle that locks nobody else out."""

from typing import Any
from uuid import uuid4

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from app.access import passwords
from app.access.models import User
from app.access.passwords import ATTEMPT_WINDOW, ATTEMPTS
from tests.support.world import API, World

PASSWORD = "correct horse battery staple"


def account(world: World) -> dict[str, Any]:
    body = {
        "username": f"Zhang.{uuid4().hex[:12]}",
        "display_name": "张明",
        "password": PASSWORD,
        "home_organization_id": str(world.hq),
    }
    return world.as_role("admin").created("/users", body)


def attempt(http: TestClient, username: str, password: str, **headers: str) -> Any:  # noqa: ANN401 - a response
    body = {"username": username, "password": password, "name": "测试"}
    return http.post(f"{API}/access-tokens", json=body, headers=headers)


def test_a_stored_password_is_argon2id_and_heavy(world: World) -> None:
    user = account(world)
    with world.app.state.database.read() as session:
        stored = session.query(User.password_hash).filter_by(username=user["username"]).scalar()
    scheme, parameters = stored.split("$")[1], stored.split("$")[3]
    costs = dict(part.split("=") for part in parameters.split(","))
    assert scheme == "argon2id"
    assert int(costs["m"]) >= 19_456
    assert int(costs["t"]) >= 2
    assert PASSWORD not in stored


def test_signing_in_renews_an_old_hash(world: World) -> None:
    user = account(world)
    old = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    find = {"username": user["username"]}
    with world.app.state.database.write() as session:
        session.query(User).filter_by(**find).update({"password_hash": old})
    assert attempt(world.http, user["username"], PASSWORD).status_code == 201
    with world.app.state.database.read() as session:
        assert session.query(User.password_hash).filter_by(**find).scalar() != old
    assert attempt(world.http, user["username"], PASSWORD).status_code == 201


@pytest.mark.usefixtures("light_hashing")
def test_unknown_wrong_and_disabled_get_the_same_answer(world: World) -> None:
    user, other = account(world), account(world)
    path = f"/users/{other['id']}"
    assert world.as_role("admin").patch(path, {"disabled": True}, version=1).status_code == 200
    answers = [
        attempt(world.http, "nobody.at.all", PASSWORD),
        attempt(world.http, user["username"], "wrong password"),
        attempt(world.http, other["username"], PASSWORD),
    ]
    bodies = []
    for answer in answers:
        assert answer.status_code == 401
        bodies.append({k: v for k, v in answer.json().items() if k != "request_id"})
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "wrong_credentials"
    assert attempt(world.http, user["username"].upper(), PASSWORD).status_code == 201


class CountingHasher(Argon2Hasher):
    """Notes the scheme and the costs of every hash that a password was verified against."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[list[str]] = []

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the base's name
        self.verified.append(str(hash).split("$")[1:4])
        return super().verify(password, hash)


def test_an_unknown_user_takes_as_long_as_a_wrong_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, hasher = account(world), CountingHasher()
    monkeypatch.setattr(passwords, "_hasher", PasswordHash((hasher,)))
    for name in (user["username"], "nobody.here"):
        assert attempt(world.http, name, "wrong password").status_code == 401
    known, unknown = hasher.verified
    assert known == unknown


@pytest.mark.usefixtures("light_hashing")
def test_too_many_failures_stop_one_place_for_one_account(world: World) -> None:
    user, other = account(world), account(world)
    place = TestClient(world.app, client=(f"attacker-{uuid4().hex[:8]}", 1))
    elsewhere = TestClient(world.app, client=(f"office-{uuid4().hex[:8]}", 1))
    for number in range(ATTEMPTS):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        assert attempt(place, user["username"], "wrong password", **forged).status_code == 401
    stopped = attempt(place, user["username"], PASSWORD, **{"X-Forwarded-For": "203.0.113.9"})
    assert stopped.status_code == 429
    assert stopped.json()["code"] == "too_many_attempts"
    assert int(stopped.headers["retry-after"]) > 0
    assert attempt(elsewhere, user["username"], PASSWORD).status_code == 201
    assert attempt(place, other["username"], PASSWORD).status_code == 201
    world.clock.instant += ATTEMPT_WINDOW
    assert attempt(place, user["username"], PASSWORD).status_code == 201


@pytest.mark.parametrize("name", ["a\x00b", "İ" * 100, "张明", "x" * 101, "", "a b"])
def test_a_name_that_no_user_can_have_is_refused(world: World, name: str) -> None:
    answer = attempt(world.http, name, PASSWORD)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/username"


@pytest.mark.usefixtures("light_hashing")
def test_signing_in_does_not_hold_up_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a password is checked, which is slow by design, others can write."""
    user = account(world)
    body = {"organization_id": str(world.hq), "type": "other", "title": "例会"}
    clerk, written = world.clerk, []
    real = passwords.verify_password

    def meanwhile(password: str, stored: str | None) -> tuple[bool, str | None]:
        client = TestClient(world.app)
        headers = {"Authorization": f"Bearer {clerk.token}"}
        written.append(client.post(f"{API}/meetings", json=body, headers=headers).status_code)
        return real(password, stored)

    monkeypatch.setattr("app.access.passwords.verify_password", meanwhile)
    assert attempt(world.http, user["username"], PASSWORD).status_code == 201
    assert written == [201]


@pytest.mark.parametrize(
    "password",
    ["short", "password1", "12345678", "zhaodan2024", "照单履责2024", "zhang.ming!!", "x" * 257],
)
def test_weak_passwords_are_refused_with_the_reason(world: World, password: str) -> None:
    body = {
        "username": f"zhang.ming{uuid4().hex[:8]}",
        "display_name": "zhang.ming",
        "password": password,
        "home_organization_id": str(world.hq),
    }
    answer = world.as_role("admin").post("/users", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "weak_password")
    [flaw] = answer.json()["errors"]
    assert flaw["pointer"] == "#/password"
    assert "密码" in flaw["detail"]
    assert password not in answer.text


@pytest.mark.parametrize(
    "password", ["x9 " * 30, "只有汉字的长密码也可以", "  leading and trailing  "]
)
def test_long_and_plain_passwords_are_accepted_untouched(password: str) -> None:
    passwords.check_strength(password, "zhang.ming", "张明")
    stored = passwords.hash_password(password)
    assert passwords.verify_password(password, stored) == (True, None)
    assert not passwords.verify_password(password.strip() + "!", stored)[0]
    assert not passwords.verify_password(password[:72], stored)[0] or len(password) <= 72


@pytest.mark.usefixtures("light_hashing")
def test_no_answer_shows_a_secret(world: World) -> None:
    user = account(world)
    assert user.keys() == {
        "id",
        "username",
        "display_name",
        "home_organization_id",
        "disabled_at",
        "created_at",
        "version",
    }
    made = attempt(world.http, user["username"], PASSWORD)
    assert made.headers["cache-control"] == "no-store"
    assert PASSWORD not in made.text
    assert "argon2" not in made.text


@pytest.mark.usefixtures("light_hashing")
def test_two_users_do_not_share_a_name(world: World) -> None:
    user = account(world)
    body = {
        "username": user["username"].upper(),
        "display_name": "另一人",
        "password": PASSWORD,
        "home_organization_id": str(world.hq),
    }
    answer = world.as_role("admin").post("/users", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
