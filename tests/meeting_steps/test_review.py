"""质量评估: scored by somebody who did not write the record, against a sheet that is kept."""

from typing import Any

from tests.meeting_steps.support import FULL, held, held_body, planned, put, refused, trail
from tests.support.records import flaws
from tests.support.world import Client, World


def scored(**points: int) -> list[dict[str, Any]]:
    """Full marks but for some criteria, each with its reason."""
    return [
        {**line, "points": points[line["code"]], "reason": f"{line['code']}有欠缺"}
        if line["code"] in points
        else line
        for line in FULL
    ]


def drafted(client: Client, meeting: dict[str, Any], scores: object) -> dict[str, Any]:
    return client.created(f"/meetings/{meeting['id']}/quality-reviews", {"scores": scores})


def confirmed(client: Client, review: dict[str, Any], status: int = 200) -> dict[str, Any]:
    path = f"/quality-reviews/{review['id']}/confirmation"
    answer = client("PUT", path, version=review["version"])
    assert answer.status_code == status, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_a_record_is_scored_confirmed_and_scored_again(world: World) -> None:
    meeting = held(world)
    draft = drafted(world.secretary, meeting, FULL[:2])
    assert (draft["state"], draft["total"], draft["grade"]) == ("draft", 30, None)
    assert draft["unscored"] == ["procedure", "content", "resolutions", "record"]
    problem = confirmed(world.secretary, draft, 409)
    assert problem["code"] == "review_incomplete"
    assert "会议程序、会议内容" in problem["detail"]
    path = f"/quality-reviews/{draft['id']}"
    body = {"scores": scored(content=10, record=12), "comment": "讨论不够深入"}
    whole = put(world.secretary, path, body, draft["version"])
    assert (whole["total"], whole["unscored"]) == (87, [])
    done = confirmed(world.secretary, whole)
    assert (done["state"], done["grade"]) == ("confirmed", "good")
    assert done["confirmed_by_name"] == "secretary、supervision"
    answer = world.secretary("PUT", path, json=body, version=done["version"])
    assert "重新评估" in refused(answer, 409, "review_confirmed")
    assert confirmed(world.secretary, done, 409)["code"] == "review_confirmed"

    again = confirmed(world.secretary, drafted(world.secretary, meeting, FULL))
    assert (again["total"], again["grade"]) == (100, "excellent")
    listed = world.clerk.ok(f"/meetings/{meeting['id']}/quality-reviews")["items"]
    assert listed == [done, again], "the first one is kept as it was"
    steps = world.clerk.ok(f"/meetings/{meeting['id']}/steps")
    assert steps["review"] == again
    assert [action for action, _ in trail(world, "quality_review")] == [
        "quality_review.drafted", "quality_review.rescored", "quality_review.confirmed",
        "quality_review.drafted", "quality_review.confirmed",
    ]  # fmt: skip


def test_nobody_scores_a_record_that_he_had_a_hand_in(world: World) -> None:
    own = world.secretary.created(
        "/meetings",
        {
            "organization_id": str(world.b1),
            "type": "committee_meeting",
            "title": "十一月支委会",
            "happened_on": "2018-12-03",
        },
    )
    body = {"scores": FULL}
    answer = world.secretary.post(f"/meetings/{own['id']}/quality-reviews", body)
    assert "本人登记或更正过" in refused(answer, 403, "own_request")
    meeting = held(world)
    draft = drafted(world.secretary, meeting, FULL)
    corrected = world.secretary.patch(
        f"/meetings/{meeting['id']}", {"place": "二楼"}, version=meeting["version"]
    )
    assert corrected.status_code == 200
    assert confirmed(world.secretary, draft, 403)["code"] == "own_request"
    inspector = world.as_role("inspector", on=world.root)
    path = f"/quality-reviews/{draft['id']}"
    assert inspector.ok(path)["changed_since"] is True
    problem = confirmed(inspector, draft, 409)
    assert (problem["code"], "更正" in problem["detail"]) == ("review_outdated", True)
    fresh = put(inspector, path, body, draft["version"])
    assert fresh["changed_since"] is False
    done = confirmed(inspector, fresh)
    assert (done["confirmed_by_name"], done["drafted_by_name"]) == ("inspector", "inspector")


def test_a_branch_does_not_score_its_own_record(world: World) -> None:
    meeting = held(world)
    path, body = f"/meetings/{meeting['id']}/quality-reviews", {"scores": FULL}
    own = world.as_role("secretary", on=world.b1)
    assert "由上级或检查人员" in refused(own.post(path, body), 403, "own_request")
    draft = drafted(world.secretary, meeting, FULL)
    answer = own("PUT", f"/quality-reviews/{draft['id']}", json=body, version=draft["version"])
    refused(answer, 403, "own_request")
    assert confirmed(own, draft, 403)["code"] == "own_request"
    inspector = world.as_role("inspector", on=world.b1)
    assert confirmed(inspector, draft)["grade"] == "excellent"


def test_a_root_is_scored_by_whoever_reviews_there(world: World) -> None:
    clerk = world.as_role("clerk", on=world.root)
    meeting = clerk.created("/meetings", held_body(world.root))
    other = world.as_role("secretary", on=world.root)
    confirmed(other, drafted(other, meeting, FULL))


def test_drafts_are_for_reviewers(world: World) -> None:
    meeting = held(world)
    draft = drafted(world.secretary, meeting, FULL)
    path = f"/meetings/{meeting['id']}/quality-reviews"
    assert world.clerk.get(f"/quality-reviews/{draft['id']}").status_code == 404
    assert world.clerk.ok(path)["items"] == []
    assert world.clerk.ok(f"/meetings/{meeting['id']}/steps")["review"] is None
    assert world.secretary.ok(path)["items"] == [draft]
    refused(world.secretary.post(path, {"scores": []}), 409, "review_pending")
    confirmed(world.secretary, draft)
    assert len(world.clerk.ok(path)["items"]) == 1


BAD_SCORES: list[tuple[list[dict[str, Any]], dict[str, str]]] = [
    ([{"code": "content", "points": 19}], {"#/scores/0/reason": "reason_missing"}),
    ([{"code": "content", "points": 21}], {"#/scores/0/points": "points_above_limit"}),
    ([{"code": "content", "points": -1}], {"#/scores/0/points": "greater_than_equal"}),
    ([{"code": "content", "points": 19.5}], {"#/scores/0/points": "int_type"}),
    ([{"code": "beauty", "points": 1}], {"#/scores/0/code": "criterion_unknown"}),
    ([FULL[0], FULL[1], FULL[0]], {"#/scores/2/code": "criterion_repeated"}),
    (
        [{"code": "content", "points": 1}, {"code": "record", "points": 16}],
        {"#/scores/0/reason": "reason_missing", "#/scores/1/points": "points_above_limit"},
    ),
]


def test_bad_scores_name_their_place(world: World) -> None:
    path = f"/meetings/{held(world)['id']}/quality-reviews"
    for scores, expected in BAD_SCORES:
        assert flaws(world.secretary.post(path, {"scores": scores})) == expected
    assert world.secretary.ok(path)["items"] == []


def test_illegal_orders_are_refused(world: World) -> None:
    path = f"/meetings/{planned(world)['id']}/quality-reviews"
    refused(world.secretary.post(path, {"scores": []}), 409, "meeting_not_held")
    meeting = held(world)
    path = f"/meetings/{meeting['id']}/quality-reviews"
    refused(world.clerk.post(path, {"scores": []}), 403, "forbidden")
    stranger = world.as_role("secretary", on=world.foreign)
    assert stranger.post(path, {"scores": []}).status_code == 404
    draft = drafted(world.secretary, meeting, FULL)
    answer = world.clerk("PUT", f"/quality-reviews/{draft['id']}/confirmation", version=1)
    refused(answer, 404, "not_found")
    answer = world.secretary("PUT", f"/quality-reviews/{draft['id']}/confirmation", version=7)
    refused(answer, 412, "version_mismatch")


def sheet(*points: int) -> dict[str, Any]:
    lines = [
        {"code": f"c{n}", "name": f"项目{n}", "max_points": most, "description": "说明"}
        for n, most in enumerate(points)
    ]
    return {"criteria": lines}


def test_a_review_keeps_the_sheet_with_which_it_began(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    path = f"/organizations/{world.root}/quality-sheet"
    default = world.clerk.ok(f"/organizations/{world.b1}/quality-sheet")
    assert (default["edition"], sum(c["max_points"] for c in default["criteria"])) == (0, 100)
    meeting = held(world)
    draft = drafted(world.secretary, meeting, FULL)
    refused(admin("PUT", path, json=sheet(60, 40)), 428, "precondition_required")
    written = put(admin, path, sheet(60, 40), 0)
    assert (written["edition"], written["written_by_name"]) == (1, "admin")
    refused(admin("PUT", path, json=sheet(100), version=0), 412, "version_mismatch")
    assert world.clerk.ok(f"/organizations/{world.b1}/quality-sheet") == written
    rescored = put(
        world.secretary, f"/quality-reviews/{draft['id']}", {"scores": FULL}, draft["version"]
    )
    assert (rescored["edition"], rescored["criteria"]) == (0, default["criteria"])
    confirmed(world.secretary, rescored)
    answer = world.secretary.post(
        f"/meetings/{meeting['id']}/quality-reviews", {"scores": FULL[:1]}
    )
    assert flaws(answer) == {"#/scores/0/code": "criterion_unknown"}
    newer = drafted(world.secretary, meeting, [{"code": "c0", "points": 60}])
    assert (newer["edition"], newer["unscored"]) == (1, ["c1"])
    assert put(admin, path, sheet(100), 1)["edition"] == 2


def test_a_sheet_is_worth_a_hundred_points(world: World) -> None:
    admin = world.as_role("admin", on=world.root)
    path = f"/organizations/{world.root}/quality-sheet"
    cases: list[tuple[dict[str, Any], str]] = [
        (sheet(60, 30), "points_not_full"),
        (sheet(60, 41), "points_not_full"),
        ({"criteria": []}, "too_short"),
        ({"criteria": sheet(50)["criteria"] * 2}, "criterion_code_repeated"),
    ]
    for body, code in cases:
        assert flaws(admin("PUT", path, json=body, version=0)) == {"#/criteria": code}
    assert world.clerk.ok(f"/organizations/{world.b1}/quality-sheet")["edition"] == 0
