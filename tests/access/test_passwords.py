"""Passwords set and changed: slow work holds nobody up, guesses are counted, names are refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from app.access import passwords
from app.access.models import FailedLogin, User
from app.access.passwords import ATTEMPT_WINDOW, ATTEMPTS
from tests.support.records import flaws
from tests.support.world import API, Client, World

pytestmark = pytest.mark.usefixtures("light_hashing")

PASSWORD = "correct horse battery staple"
NEXT = "another long password"


def wish(world: World, **changes: object) -> dict[str, Any]:
    return {
        "username": f"u{uuid4().hex[:16]}",
        "display_name": "张明",
        "password": PASSWORD,
        "home_organization_id": str(world.hq),
        **changes,
    }


def signed_in(world: World, http: TestClient | None = None, **options: object) -> Client:
    """The client of a new user without any role."""
    body = wish(world)
    world.as_role("admin").created("/users", body)
    asked = {"username": body["username"], "password": PASSWORD, "name": "测试", **options}
    answer = world.http.post(f"{API}/access-tokens", json=asked)
    assert answer.status_code == 201, answer.text
    return Client(http or world.http, answer.json()["token"])


def change(client: Client, current: str, password: str = NEXT) -> Any:  # noqa: ANN401 - a response
    return client("PUT", "/me/password", json={"current_password": current, "password": password})


@pytest.fixture
def meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The statuses of what a colleague writes each time that a password is checked or hashed."""
    written: list[int] = []
    body = {"organization_id": str(world.hq), "type": "other", "title": "例会"}
    headers = {"Authorization": f"Bearer {world.clerk.token}"}

    def slowly(real: Callable[..., Any]) -> Callable[..., Any]:
        def work(*given: Any) -> Any:  # noqa: ANN401 - whatever the real one takes
            answer = TestClient(world.app).post(f"{API}/meetings", json=body, headers=headers)
            written.append(answer.status_code)
            return real(*given)

        return work

    # Where the argon2 work is done, whichever function of ours asks for it.
    for name in ("hash", "verify", "verify_and_update"):
        real = getattr(passwords._hasher, name)  # noqa: SLF001 - the place that is slow
        monkeypatch.setattr(passwords._hasher, name, slowly(real), raising=False)  # noqa: SLF001
    return written


def test_changing_a_password_holds_nobody_up(world: World, meanwhile: list[int]) -> None:
    client = signed_in(world)
    meanwhile.clear()
    assert change(client, "not this one").status_code == 422
    assert meanwhile == [201]
    assert change(client, PASSWORD).status_code == 204
    assert meanwhile == [201, 201, 201]


def test_making_a_user_holds_nobody_up(world: World, meanwhile: list[int]) -> None:
    world.as_role("admin").created("/users", wish(world))
    assert meanwhile == [201]


def test_guesses_of_the_current_password_are_counted(world: World) -> None:
    place = TestClient(world.app, client=(f"desk-{uuid4().hex[:8]}", 1))
    client = signed_in(world, place)
    answers = [change(client, f"wrong guess {number}") for number in range(ATTEMPTS)]
    assert {str(flaws(answer)) for answer in answers} == {
        "{'#/current_password': 'wrong_credentials'}"
    }
    stopped = change(client, PASSWORD)
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_attempts")
    assert int(stopped.headers["retry-after"]) > 0
    elsewhere = TestClient(world.app, client=(f"home-{uuid4().hex[:8]}", 1))
    assert change(Client(elsewhere, client.token), "wrong").status_code == 422
    world.clock.instant += ATTEMPT_WINDOW
    assert change(client, PASSWORD).status_code == 204


def test_a_weak_new_password_is_no_failed_guess(world: World) -> None:
    client = signed_in(world)
    answer = change(client, PASSWORD, "short")
    assert (answer.status_code, answer.json()["code"]) == (422, "weak_password")
    name = client.ok("/me")["username"]
    with world.app.state.database.read() as session:
        assert session.query(FailedLogin).filter_by(username=name).count() == 0
        stored = session.query(User.password_hash).filter_by(username=name).scalar()
    assert passwords.verify_password(PASSWORD, stored)[0]


def test_a_read_only_token_is_no_way_to_guess(world: World) -> None:
    reader = signed_in(world, read_only=True)
    answers = [change(reader, guess) for guess in (PASSWORD, "wrong guess")]
    assert [answer.status_code for answer in answers] == [403, 403]
    admin = world.as_role("admin")
    assert admin.get("/me").status_code == 200


def test_a_password_that_was_changed_meanwhile_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world)
    name = client.ok("/me")["username"]
    other = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash("set by another request")
    real = passwords.verify_password

    def overtaken(password: str, stored: str | None) -> tuple[bool, str | None]:
        found = real(password, stored)
        with world.app.state.database.write() as session:
            session.query(User).filter_by(username=name).update({"password_hash": other})
        return found

    monkeypatch.setattr("app.access.passwords.verify_password", overtaken)
    assert flaws(change(client, PASSWORD)) == {"#/current_password": "wrong_credentials"}
    with world.app.state.database.read() as session:
        stored = session.query(User.password_hash).filter_by(username=name).scalar()
    assert stored == other


def test_making_a_user_can_be_repeated(world: World) -> None:
    body, key, admin = wish(world), uuid4().hex, world.as_role("admin")
    first, again = (admin.post("/users", body, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    changed = {**body, "display_name": "李四"}
    assert admin.post("/users", changed, key=key).json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    "password",
    [
        "机关党支部2026",
        "指挥部党总支123",
        "！集团公司党委！",
        "aaaaaaaa",
        "一一一一一一一一一",
        "        ",
    ],
)
def test_names_of_units_and_one_repeated_character_are_no_passwords(
    world: World, password: str
) -> None:
    body = wish(world, password=password, home_organization_id=str(world.b1))
    if "集团" in password:
        root = world.as_role("admin", on=world.root).ok(f"/organizations/{world.root}")["name"]
        body["password"] = f"{root}——2026"
    answer = world.as_role("admin").post("/users", body)
    assert flaws(answer) == {"#/password": "weak_password"}
    client = signed_in(world)
    if "机关" not in password:  # not above this user's own place
        answer = change(client, PASSWORD, body["password"])
        assert flaws(answer) == {"#/password": "weak_password"}
