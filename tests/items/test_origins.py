"""Where a record came from: another record, never itself and never what came from it."""

from typing import Any

from tests.support.records import flaws, meeting_of
from tests.support.world import World

CIRCULAR = {"#/origin_id": "origin_circular"}


def made(world: World, number: int, origin: str | None = None) -> str:
    body = meeting_of(world.b1, number) | {"origin_id": origin}
    return str(world.clerk.created("/meetings", body)["id"])


def comes_from(world: World, one: str, origin: str | None) -> Any:  # noqa: ANN401 - a response
    star = {"If-Match": "*"}
    return world.clerk.patch(f"/meetings/{one}", {"origin_id": origin}, headers=star)


def test_nothing_comes_from_itself(world: World) -> None:
    one = made(world, 1)
    assert flaws(comes_from(world, one, one)) == CIRCULAR
    assert world.clerk.ok(f"/meetings/{one}")["origin"] is None


def test_nothing_comes_from_what_came_from_it(world: World) -> None:
    first = made(world, 1)
    second = made(world, 2, first)
    third = made(world, 3, second)
    for later in (second, third):
        assert flaws(comes_from(world, first, later)) == CIRCULAR
    assert flaws(comes_from(world, second, third)) == CIRCULAR
    aside = made(world, 4, first)
    assert comes_from(world, third, aside).status_code == 200
    assert comes_from(world, second, None).status_code == 200
    assert comes_from(world, first, second).status_code == 200
    derived = world.clerk.ok(f"/meetings/{second}")["derived"]
    assert [link["id"] for link in derived] == [first]
