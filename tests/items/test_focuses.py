"""A category that is no longer in use: kept by the records that have it, refused to others."""

from tests.support.records import flaws, meeting_of, patched
from tests.support.world import World

RETIRED = {"#/focus": "focus_retired"}


def retire(world: World, code: str, *, retired: bool = True) -> None:
    admin = world.as_role("admin", on=world.root)
    focuses = admin.ok(f"/organizations/{world.hq}/focuses")["items"]
    one = next(focus for focus in focuses if focus["code"] == code)
    changed = admin.patch(f"/focuses/{one['id']}", {"retired": retired}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text


def test_a_retired_category_is_not_for_new_records(world: World) -> None:
    body = meeting_of(world.b1, 1) | {"focus": "integrity"}
    kept, other = world.clerk.created("/meetings", body), meeting_of(world.b1, 2)
    retire(world, "integrity")
    assert flaws(world.clerk.post("/meetings", body)) == RETIRED
    bare = world.clerk.created("/meetings", other)
    answer = world.clerk.patch(f"/meetings/{bare['id']}", {"focus": "integrity"}, version=1)
    assert flaws(answer) == RETIRED
    assert patched(world.clerk, "/meetings", kept, {"title": "更正"})["focus"] == "integrity"
    assert len(world.clerk.ok("/meetings", focus="integrity")["items"]) == 1
    retire(world, "integrity", retired=False)
    world.clerk.created("/meetings", body)
