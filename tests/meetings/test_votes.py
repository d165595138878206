"""Ballots fit the meeting: nobody votes who was not there, or has no vote."""

from typing import Any

import pytest

from tests.support.records import enrolled, flaws, patched
from tests.support.world import World


def assembly(world: World, **changes: object) -> dict[str, Any]:
    return {
        "organization_id": str(world.hq),
        "type": "member_assembly",
        "title": "支部党员大会",
        "happened_on": "2018-03-22",
        **changes,
    }


def ballot(eligible: int, present: int, yes: int) -> dict[str, Any]:
    numbers = {"eligible": eligible, "present_eligible": present, "yes": yes}
    return {"matter": "通过年度党建工作计划", **numbers}


FIVE = {"expected": 5, "present": 5, "vote_eligible": 5, "present_eligible": 5}


@pytest.mark.parametrize(
    ("numbers", "votes", "pointer"),
    [
        (FIVE, [ballot(5, 5, 5), ballot(10, 5, 5)], "#/votes/1/eligible"),
        (FIVE, [ballot(5, 5, 5)] * 2, None),
        ({**FIVE, "present_eligible": 4}, [ballot(5, 5, 4)], "#/votes/0/present_eligible"),
        ({"expected": 5, "present": 3}, [ballot(6, 3, 3)], "#/votes/0/eligible"),
        ({"expected": 5, "present": 3}, [ballot(5, 4, 3)], "#/votes/0/present_eligible"),
        ({"vote_eligible": 3}, [ballot(4, 3, 3)], "#/votes/0/eligible"),
        ({}, [ballot(400, 300, 300)], None),
    ],
)
def test_a_ballot_counts_no_more_than_the_meeting(
    world: World, numbers: dict[str, int], votes: list[dict[str, Any]], pointer: str | None
) -> None:
    answer = world.clerk.post("/meetings", assembly(world, **numbers, votes=votes))
    if pointer is None:
        assert answer.status_code == 201, answer.text
        return
    assert flaws(answer) == {pointer: f"{pointer.rsplit('/', 1)[1]}_exceeds_meeting"}


def people_of(world: World) -> list[dict[str, Any]]:
    """One member with a vote and one on probation, both there."""
    full = enrolled(world, "张明")
    path = f"/organizations/{world.hq}/members"
    body = {"name": "李红", "joined_on": "2018-01-05", "membership": "probationary_member"}
    fresh = world.clerk.created(path, body)
    assert fresh["votes"] is False
    return [{"member_id": full}, {"member_id": fresh["id"]}]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"vote_eligible": 2}, "#/vote_eligible"),
        ({"vote_eligible": 1, "present_eligible": 1}, None),
        ({"votes": [ballot(2, 1, 1)]}, "#/votes/0/eligible"),
        ({"votes": [ballot(1, 1, 1)]}, None),
    ],
)
def test_people_without_a_vote_are_not_counted(
    world: World, changes: dict[str, Any], pointer: str | None
) -> None:
    body = assembly(world, attendance=people_of(world))
    answer = world.clerk.post("/meetings", {**body, **changes})
    assert (answer.status_code == 201) is (pointer is None), answer.text
    if pointer:
        assert flaws(answer) == {pointer: "voters_exceed_list"}
    made = world.clerk.created("/meetings", body)
    answer = world.clerk.patch(f"/meetings/{made['id']}", changes, version=1)
    assert (answer.status_code == 200) is (pointer is None), answer.text


def test_a_vote_lost_later_does_not_hinder_a_correction(world: World) -> None:
    full, fresh = people_of(world)
    numbers = {"vote_eligible": 1, "present_eligible": 1, "votes": [ballot(1, 1, 1)]}
    made = world.clerk.created("/meetings", assembly(world, attendance=[full, fresh], **numbers))
    lost = world.clerk.patch(f"/members/{full['member_id']}", {"votes": False}, version=1)
    assert lost.status_code == 200
    assert patched(world.clerk, "/meetings", made, {"title": "党员大会"})["vote_eligible"] == 1


def test_where_nobody_has_a_vote_there_is_no_quorum_to_meet(world: World) -> None:
    none = {"vote_eligible": 0, "present_eligible": 0, "votes": [ballot(0, 0, 0)]}
    made = world.clerk.created("/meetings", assembly(world, **none))
    assert made["quorum_met"] is None
    [vote] = made["votes"]
    assert (vote["quorum_met"], vote["adopted"]) == (None, False)
