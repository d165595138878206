"""Rights are looked up in every request: what is taken away is gone with the next one."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.rules import token_hash
from app.core.ids import new_id
from tests.support.world import API, Client, World

pytestmark = pytest.mark.usefixtures("light_hashing")

PASSWORD = "correct horse battery staple"


def enrolled(world: World, *roles: str) -> tuple[dict[str, Any], Client]:
    """A user who signs in with a password, made through the API by an administrator."""
    admin = world.as_role("admin")
    body = {
        "username": f"u{uuid4().hex[:16]}",
        "display_name": "李四",
        "password": PASSWORD,
        "home_organization_id": str(world.hq),
    }
    user = admin.created("/users", body)
    for role in roles:
        grant = {"organization_id": str(world.hq), "role": role}
        admin.created(f"/users/{user['id']}/roles", grant)
    return user, signed_in(world, user)


def signed_in(world: World, user: dict[str, Any], **options: object) -> Client:
    body = {"username": user["username"], "password": PASSWORD, "name": "测试", **options}
    response = world.http.post(f"{API}/access-tokens", json=body)
    assert response.status_code == 201, response.text
    return Client(world.http, response.json()["token"])


def meeting(world: World) -> dict[str, Any]:
    return {"organization_id": str(world.hq), "type": "other", "title": "工作例会"}


def test_disabling_ends_every_token_for_good(world: World) -> None:
    user, client = enrolled(world, "clerk")
    admin, path = world.as_role("admin"), f"/users/{user['id']}"
    assert client.get("/meetings").status_code == 200
    assert admin.patch(path, {"disabled": True}, version=1).status_code == 200
    assert client.get("/meetings").status_code == 401
    assert admin.patch(path, {"disabled": False}, version=2).status_code == 200
    assert client.get("/meetings").status_code == 401, "an old token does not come back to life"
    assert signed_in(world, user).get("/meetings").status_code == 200


def test_a_withdrawn_role_is_gone_at_once(world: World) -> None:
    user, client = enrolled(world, "clerk")
    made = client.created("/meetings", meeting(world))
    admin, path = world.as_role("admin"), f"/users/{user['id']}/roles"
    [grant] = admin.ok(path)["items"]
    assert admin("DELETE", f"{path}/{grant['id']}").status_code == 204
    assert client.post("/meetings", meeting(world)).status_code == 404
    assert client.get(f"/meetings/{made['id']}").status_code == 404
    assert client.ok("/meetings")["items"] == []
    assert client.get("/me").status_code == 200


def test_a_new_role_counts_at_once(world: World) -> None:
    user, client = enrolled(world)
    assert client.post("/meetings", meeting(world)).status_code == 404
    grant = {"organization_id": str(world.hq), "role": "clerk"}
    path = f"/users/{user['id']}/roles"
    world.as_role("admin").created(path, grant)
    assert client.post("/meetings", meeting(world)).status_code == 201
    again = world.as_role("admin").post(path, grant)
    assert (again.status_code, again.json()["code"]) == (409, "role_already_granted")


def test_a_revoked_token_is_refused_and_the_others_work(world: World) -> None:
    user, client = enrolled(world, "viewer")
    other = signed_in(world, user)
    first, second = client.ok("/me/access-tokens")["items"]
    assert "token" not in first
    assert "hash" not in first
    assert other("DELETE", f"/me/access-tokens/{first['id']}").status_code == 204
    assert client.get("/me").status_code == 401
    assert other.get("/me").status_code == 200
    stranger = world.as_role("admin")
    assert stranger("DELETE", f"/me/access-tokens/{second['id']}").status_code == 404


def test_a_changed_password_ends_every_token(world: World) -> None:
    user, client = enrolled(world, "viewer")
    other = signed_in(world, user)
    wrong = {"current_password": "not this one", "password": "another long password"}
    assert client("PUT", "/me/password", json=wrong).status_code == 422
    right = {"current_password": PASSWORD, "password": "another long password"}
    assert client("PUT", "/me/password", json=right).status_code == 204
    assert client.get("/me").status_code == 401
    assert other.get("/me").status_code == 401
    old = {"username": user["username"], "password": PASSWORD, "name": "旧"}
    assert world.http.post(f"{API}/access-tokens", json=old).status_code == 401
    new = {**old, "password": "another long password"}
    assert world.http.post(f"{API}/access-tokens", json=new).status_code == 201


def test_a_token_expires(world: World) -> None:
    user, _ = enrolled(world, "viewer")
    client = signed_in(world, user, expires_in_days=1)
    world.clock.instant += timedelta(days=1, seconds=-1)
    assert client.get("/me").status_code == 200
    world.clock.instant += timedelta(seconds=1)
    assert client.get("/me").status_code == 401


@pytest.mark.parametrize("days", [0, 367, -1])
def test_no_token_lives_for_ever(world: World, days: int) -> None:
    body = {"username": "nobody", "password": PASSWORD, "name": "测试", "expires_in_days": days}
    assert world.http.post(f"{API}/access-tokens", json=body).status_code == 422


def test_a_read_only_token_reads_and_changes_nothing(world: World) -> None:
    user, full = enrolled(world, "admin", "secretary")
    reader = signed_in(world, user, read_only=True)
    made = full.created("/meetings", meeting(world))
    path = f"/meetings/{made['id']}"
    assert reader.get(path).status_code == 200
    listed = full.ok("/me/access-tokens")["items"]
    password = {"current_password": PASSWORD, "password": "another long password"}
    attempts = [
        reader.post("/meetings", meeting(world)),
        reader.patch(path, {"title": "改名"}, version=1),
        reader("DELETE", path, version=1),
        reader("PUT", "/me/password", json=password),
        reader("DELETE", f"/me/access-tokens/{listed[0]['id']}"),
    ]
    assert [response.status_code for response in attempts] == [403] * 5
    assert full.ok("/me/access-tokens")["items"] == listed
    assert full.ok(path) == made


def test_a_token_cannot_make_a_token(world: World) -> None:
    client = world.as_role("admin")
    assert client.post("/access-tokens", {"name": "新"}).status_code == 422
    unknown = {"username": "nobody.here", "password": PASSWORD, "name": "新"}
    assert client.post("/access-tokens", unknown).status_code == 401
    assert client.post("/me/access-tokens", {"name": "新"}).status_code == 405


def test_nobody_grants_more_than_he_holds(world: World) -> None:
    user, _ = enrolled(world)
    admin, path = world.as_role("admin"), f"/users/{user['id']}/roles"
    supervision = {"organization_id": str(world.hq), "role": "supervision"}
    refused = admin.post(path, supervision)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_above_own")
    own_id = admin.ok("/me")["id"]
    assert admin.post(f"/users/{own_id}/roles", supervision).status_code == 403
    for place in (world.root, world.foreign):
        above = {"organization_id": str(place), "role": "viewer"}
        assert admin.post(path, above).status_code == 404
    assert admin.ok(path)["items"] == []


def test_an_administrator_cannot_touch_roles_granted_above_him(world: World) -> None:
    user, _ = enrolled(world)
    top = world.as_role("admin", on=world.root)
    path = f"/users/{user['id']}/roles"
    grant = top.created(path, {"organization_id": str(world.root), "role": "viewer"})
    assert world.as_role("admin")("DELETE", f"{path}/{grant['id']}").status_code == 404
    assert world.as_role("admin")("DELETE", f"{path}/{new_id()}").status_code == 404
    assert [row["id"] for row in top.ok(path)["items"]] == [grant["id"]]


def test_users_are_seen_by_their_own_administrators_only(world: World) -> None:
    user, client = enrolled(world, "viewer")
    away = world.as_role("admin", on=world.foreign)
    below = world.as_role("admin", on=world.b1)
    for stranger in (away, below):
        assert stranger.get(f"/users/{user['id']}").status_code == 404
        assert user["id"] not in {row["id"] for row in stranger.ok("/users")["items"]}
    assert [row["id"] for row in client.ok("/users")["items"]] == [user["id"]]
    assert client.ok(f"/users/{user['id']}") == user
    assert (
        client.patch(f"/users/{user['id']}", {"display_name": "改"}, version=1).status_code == 403
    )


def test_what_is_stored_of_a_token_is_its_hash(world: World) -> None:
    client = world.clerk
    assert client.token.startswith("zd_")
    assert len(client.token) >= 46, "256 random bits"
    with world.app.state.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT hash FROM access_tokens").all()
    stored = {bytes(row.hash) for row in rows}
    assert token_hash(client.token) in stored
    assert client.token.encode() not in b"".join(stored)
    assert UUID(client.ok("/me")["id"]).version == 7
