"""A record's days lie between the founding of its organisation and its dissolution."""

from typing import Any

import pytest

from tests.support.records import flaws, meeting_of, patched
from tests.support.world import World

STAR = {"If-Match": "*"}


def lived(world: World, **days: str) -> None:
    admin = world.as_role("admin", on=world.root)
    changed = admin.patch(f"/organizations/{world.b1}", days, headers=STAR)
    assert changed.status_code == 200, changed.text


def refusal(answer: Any) -> dict[str, str] | None:  # noqa: ANN401 - a response
    """What is wrong with it; None when it was accepted."""
    return None if answer.status_code == 201 else flaws(answer)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2018-03-17", "before_founding"),
        ("2018-03-18", None),
        ("2018-06-30", None),
        ("2018-07-01", "after_dissolution"),
    ],
)
def test_days_outside_of_its_life_are_refused(world: World, day: str, code: str | None) -> None:
    lived(world, founded_on="2018-03-18", dissolved_on="2018-06-30")
    body = meeting_of(world.b1, 1)
    problem = {
        "organization_id": str(world.b1),
        "title": "整改",
        "source": "self_check",
        "found_on": day,
        "due_on": "2018-12-31",
    }
    for name in ("happened_on", "planned_on"):
        stated = body | {"happened_on": None, name: day}
        answer = world.clerk.post("/meetings", stated)
        assert refusal(answer) == ({f"#/{name}": code} if code else None)
    answer = world.clerk.post("/rectifications", problem)
    assert (flaws(answer) if code else answer.status_code) == (
        {"#/found_on": code} if code else 201
    )


def test_what_was_accepted_before_can_still_be_corrected(world: World) -> None:
    made = world.clerk.created("/meetings", meeting_of(world.b1, 1) | {"happened_on": "2018-02-12"})
    lived(world, founded_on="2018-03-18")
    made = patched(world.clerk, "/meetings", made, {"title": "更正"})
    one = f"/meetings/{made['id']}"
    answer = world.clerk.patch(one, {"happened_on": "2018-02-13"}, headers=STAR)
    assert flaws(answer) == {"#/happened_on": "before_founding"}
    patched(world.clerk, "/meetings", made, {"happened_on": "2018-03-20"})
