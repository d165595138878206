"""Every operation × every role × every place of the tree, against the one table."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.access.rules import ROLE_PERMISSIONS, Role
from app.core.ids import new_id
from app.core.uow import Permission
from tests.access.matrix import OPERATIONS
from tests.access.operations import Needs
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
# Things that do not exist for whoever holds none of these permissions.
REVEALED_BY: dict[Needs, set[Permission]] = {
    Needs.SECRET_READ: {Permission.SUPERVISION},
    Needs.SECRET_WRITE: {Permission.SUPERVISION},
    Needs.SECRET_REVIEW: {Permission.SUPERVISION},
    Needs.ACCOUNTS: {Permission.MANAGE_ACCESS},
    Needs.OBJECTIONS: {Permission.WRITE, Permission.REVIEW},
    Needs.REVIEW_DRAFT: {Permission.REVIEW},
    Needs.SCORE_DRAFT: {Permission.REVIEW},
    Needs.SUPERIOR_DRAFT: {Permission.REVIEW},
}
# What happens to an own account by these calls is the same for everybody who is signed in.
SELF_STATUS = {"change_password": 422, "revoke_access_token": 404}


def holding(roles: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset(p for role in roles for p in ROLE_PERMISSIONS[Role(role)])


def expected(needs: Needs, holds: frozenset[Permission], place: str) -> set[int]:
    """The statuses that the table allows for a caller with these permissions on ``own``."""
    if not _is_seen(needs, holds, place):
        return {404}
    if needs == Needs.HEIR_ORGANIZE and place == "parent":
        return {403}
    if place == "own" and _is_of_superior(needs, holds):
        return {403}
    if needs == Needs.HAND:
        return DONE if holds & {Permission.WRITE, Permission.REVIEW} else {403}
    return DONE if _takes(needs) <= holds else {403}


def _is_seen(needs: Needs, holds: frozenset[Permission], place: str) -> bool:
    """Whether what the operation touches exists for the caller."""
    if needs == Needs.TREE:
        return Permission.READ in holds and place != "foreign"
    heirs = needs in {Needs.HEIR, Needs.HEIR_ORGANIZE} and place == "parent"
    above = needs == Needs.ORGANIZE_ROOT or (needs == Needs.ORGANIZE_BOTH and place == "own")
    revealed = needs not in REVEALED_BY or bool(holds & REVEALED_BY[needs])
    reads = Permission.READ in holds and revealed
    return reads and not above and (place in INSIDE or heirs)


def _is_of_superior(needs: Needs, holds: frozenset[Permission]) -> bool:
    """Whether it is for whoever reviews one level above: nobody judges the own organisation."""
    if needs in {Needs.SCORE, Needs.SCORE_DRAFT}:
        return Permission.WRITE in holds
    return needs in {Needs.SUPERIOR, Needs.SUPERIOR_DRAFT}


def _takes(needs: Needs) -> frozenset[Permission]:
    return {
        Needs.WRITE: frozenset({Permission.WRITE}),
        Needs.REVIEW: frozenset({Permission.REVIEW}),
        Needs.SCORE: frozenset({Permission.REVIEW}),
        Needs.SUPERIOR: frozenset({Permission.REVIEW}),
        Needs.ORGANIZE: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.ORGANIZE_BOTH: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.HEIR_ORGANIZE: frozenset({Permission.MANAGE_ORGANIZATIONS}),
        Needs.ENROL: frozenset({Permission.MANAGE_ACCESS}),
        Needs.SECRET_CREATE: frozenset({Permission.WRITE, Permission.SUPERVISION}),
        Needs.SECRET_WRITE: frozenset({Permission.WRITE}),
        Needs.SECRET_REVIEW: frozenset({Permission.WRITE, Permission.REVIEW}),
    }.get(needs, frozenset())


def sites_of(world: World) -> dict[str, Site]:
    keeper = world.as_role("admin", "clerk", "supervision", on=world.root)
    away = world.as_role("admin", "clerk", "supervision", on=world.foreign)
    body = {"name": "机关党总支", "kind": "general_branch", "parent_id": str(world.root)}
    sibling = keeper.created("/organizations", body)["id"]
    reviewer = world.as_role("inspector", on=world.root)
    reviewer_away = world.as_role("inspector", on=world.foreign)
    return {
        "own": Site(keeper, world.hq, world.root, "party_branch", reviewer),
        "child": Site(keeper, world.b1, world.hq, "party_group", reviewer),
        "sibling": Site(keeper, sibling, world.root, "party_branch", reviewer),
        "parent": Site(keeper, world.root, world.root, "general_branch", reviewer),
        "foreign": Site(away, world.foreign, world.root, "general_branch", reviewer_away),
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
