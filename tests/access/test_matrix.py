"""Every operation × every role × every place of the tree, against the one table."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.access.rules import ROLE_PERMISSIONS, Role
from app.core.actor import Permission
from app.core.ids import new_id
from tests.access.matrix import OPERATIONS, Needs
from tests.access.sites import Site
from tests.support.world import API, Client, World

pytestmark = pytest.mark.usefixtures("light_hashing")

ROLES: dict[str, tuple[str, ...]] = {
    **{str(role): (str(role),) for role in Role},
    "supervising clerk": ("clerk", "supervision"),
    "no role": (),
}
INSIDE = ("own", "child")
OUTSIDE = ("sibling", "parent", "foreign")
# These two hold every permission between them: how far one reaches, up and down, is theirs to try.
MIGHTIEST = {"admin", "supervising clerk"}
DONE = {200, 201, 204}
# What happens to an own account by these calls is the same for everybody who is signed in.
SELF_STATUS = {"change_password": 422, "revoke_access_token": 404}


def holding(roles: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset(p for role in roles for p in ROLE_PERMISSIONS[Role(role)])


def expected(needs: Needs, holds: frozenset[Permission], place: str) -> set[int]:
    """The statuses that the table allows for a caller with these permissions on ``own``."""
    inside, reads = place in INSIDE, Permission.READ in holds
    if needs == Needs.TREE:
        return DONE if reads and place != "foreign" else {404}
    inherits = place == "parent" and needs in {Needs.HEIR, Needs.HEIR_ORGANIZE}
    if not (inside or inherits) or not reads or needs == Needs.ORGANIZE_ROOT:
        return {404}
    if needs == Needs.ORGANIZE_BOTH and place == "own":
        return {404}
    supervises = Permission.SUPERVISION in holds
    if needs in {Needs.SECRET_READ, Needs.SECRET_WRITE} and not supervises:
        return {404}
    if needs == Needs.ACCOUNTS:
        return DONE if Permission.MANAGE_ACCESS in holds else {404}
    granted = holds if inside else frozenset()
    return DONE if _takes(needs) <= granted else {403}


def _takes(needs: Needs) -> frozenset[Permission]:
    return {
        Needs.WRITE: frozenset({Permission.WRITE}),
        Needs.REVIEW: frozenset({Permission.REVIEW}),
        Needs.ORGANIZE: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.ORGANIZE_BOTH: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.HEIR_ORGANIZE: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.ENROL: frozenset({Permission.MANAGE_ACCESS}),
        Needs.SECRET_CREATE: frozenset({Permission.WRITE, Permission.SUPERVISION}),
        Needs.SECRET_WRITE: frozenset({Permission.WRITE}),
    }.get(needs, frozenset())


def sites_of(world: World) -> dict[str, Site]:
    keeper = world.as_role("admin", "clerk", "supervision", on=world.root)
    away = world.as_role("admin", "clerk", "supervision", on=world.foreign)
    body = {"name": "机关党总支", "kind": "general_branch", "parent_id": str(world.root)}
    sibling = keeper.created("/organizations", body)["id"]
    return {
        "own": Site(keeper, world.hq, world.root, "party_branch"),
        "child": Site(keeper, world.b1, world.hq, "party_group"),
        "sibling": Site(keeper, sibling, world.root, "party_branch"),
        "parent": Site(keeper, world.root, world.root, "general_branch"),
        "foreign": Site(away, world.foreign, world.root, "general_branch"),
    }


def answer(world: World, client: Client | None, site: Site, name: str) -> Any:  # noqa: ANN401 - a response
    method, path, options = OPERATIONS[name].call(site)
    if client is None:
        options.pop("version", None)
        return world.http.request(method, API + path, **options)
    response = client(method, path, **options)
    if response.is_success and method != "GET":
        site.forget(name)
    return response


def judged() -> Iterator[str]:
    yield from (
        name for name, op in OPERATIONS.items() if op.needs not in {Needs.PUBLIC, Needs.SELF}
    )


def test_every_operation_is_in_the_table(world: World) -> None:
    document = world.http.get(f"{API}/openapi.json").json()
    served = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert served == OPERATIONS.keys()


@pytest.mark.parametrize("role", ROLES)
def test_the_table_holds(world: World, backend: str, role: str) -> None:
    holds, sites = holding(ROLES[role]), sites_of(world)
    if role not in MIGHTIEST:
        places = ("own", "sibling") if backend == "sqlite" else ("own",)
        sites = {place: sites[place] for place in places}
    client = world.as_role(*ROLES[role])
    wrong = []
    for name in judged():
        for place, site in sites.items():
            response = answer(world, client, site, name)
            allowed = expected(OPERATIONS[name].needs, holds, place)
            if response.status_code not in allowed:
                wrong.append((name, place, response.status_code, allowed, response.text[:200]))
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_an_own_account(world: World, role: str) -> None:
    client, site = world.as_role(*ROLES[role]), sites_of(world)["own"]
    for name, operation in OPERATIONS.items():
        if operation.needs == Needs.SELF:
            status = answer(world, client, site, name).status_code
            assert status == SELF_STATUS.get(name, 200), name


def test_nobody_unknown_gets_in(world: World) -> None:
    site = sites_of(world)["own"]
    open_to_all = set()
    for name in OPERATIONS:
        response = answer(world, None, site, name)
        if response.status_code != 401:
            open_to_all.add(name)
    assert open_to_all == {"create_access_token"}


def test_unseen_and_absent_look_the_same(world: World) -> None:
    made = sites_of(world)["foreign"].record("meetings")
    unseen = world.clerk.get(f"/meetings/{made['id']}").json()
    absent = world.clerk.get(f"/meetings/{new_id()}").json()
    for body in (unseen, absent):
        for name in ("instance", "request_id"):
            del body[name]
    assert unseen == absent
