"""Whatever roles somebody has, and wherever: lists show exactly what these roles open."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import service as access
from app.access.models import User
from app.access.rules import ROLE_PERMISSIONS, Role
from app.access.schemas import RoleGrantWrite
from app.core.uow import Permission
from tests.support.properties import examples
from tests.support.records import meeting_of
from tests.support.world import SYSTEM, Client, World, new_user

PLACES = ("root", "hq", "b1", "b2", "b3", "foreign")
ABOVE = {
    "root": {"root"},
    "hq": {"hq", "root"},
    "b1": {"b1", "hq", "root"},
    "b2": {"b2", "hq", "root"},
    "b3": {"b3", "hq", "root"},
    "foreign": {"foreign"},
}
grants = st.sets(st.tuples(st.sampled_from(PLACES), st.sampled_from(Role)), max_size=4)


def place_of(world: World, name: str) -> UUID:
    place: UUID = getattr(world, name)
    return place


def opened(held: set[tuple[str, Role]], permission: Permission) -> set[str]:
    """The places that a permission covers, by the tree as it is drawn above."""
    roots = {place for place, role in held if permission in ROLE_PERMISSIONS[role]}
    return {place for place in PLACES if ABOVE[place] & roots}


@pytest.fixture
def filled(world: World) -> dict[str, dict[str, str]]:
    """One late rectification and one reminder talk, which is restricted, in every place."""
    made: dict[str, dict[str, str]] = {}
    for name in PLACES:
        place = place_of(world, name)
        keeper = world.as_role("clerk", "supervision", on=place)
        base = {"organization_id": str(place), "title": name}
        late = {"source": "self_check", "found_on": "2018-03-01", "due_on": "2018-04-01"}
        talk = {"type": "reminder_talk", "persons": [{"name": "李四"}], "due_on": "2018-04-01"}
        made[name] = {
            "meeting": keeper.created("/meetings", meeting_of(place, 1))["id"],
            "rectification": keeper.created("/rectifications", base | late)["id"],
            "talk": keeper.created("/talks", base | talk)["id"],
        }
    return made


def granted(world: World, held: set[tuple[str, Role]]) -> Client:
    client = Client(world.http, new_user(world.app, world.hq))
    user_id = UUID(client.ok("/me")["id"])
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        user = uow.session.get_one(User, user_id)
        for place, role in sorted(held):
            wish = RoleGrantWrite(organization_id=place_of(world, place), role=role)
            access.add_grant(uow, user, wish)
    return client


@examples(5, shared=True)
@given(grants)
def test_lists_show_what_the_roles_open(
    world: World, filled: dict[str, dict[str, str]], held: set[tuple[str, Role]]
) -> None:
    client = granted(world, held)
    reads = opened(held, Permission.READ)
    supervises = reads & opened(held, Permission.SUPERVISION)
    plain = {filled[place][kind] for place in reads for kind in ("meeting", "rectification")}
    secret = {filled[place]["talk"] for place in supervises}

    def ids(path: str, **query: object) -> set[str]:
        rows = client.rows(path, **query)
        assert len({row["id"] for row in rows}) == len(rows)
        return {row["id"] for row in rows}

    assert ids("/items") == plain | secret
    assert ids("/talks") == secret
    late = {filled[place]["rectification"] for place in reads} | secret
    assert ids("/items", overdue=True) == late
    assert ids("/items", overdue=True, as_of="2018-06-01") == late
    assert ids("/items", overdue=True, as_of="2018-04-01") == set()
    assert client.ok("/items", include_total=True)["total"] == len(plain | secret)
    for place in PLACES:
        for kind, path in (("meeting", "meetings"), ("talk", "talks")):
            sees = place in (supervises if kind == "talk" else reads)
            status = client.get(f"/{path}/{filled[place][kind]}").status_code
            assert status == (200 if sees else 404), (place, kind)
