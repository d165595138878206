"""Who sees what, who scores, who confirms, who appeals and who answers."""

from tests.assessment.support import (
    MANUAL,
    assessed,
    item,
    published,
    put,
    stepped,
    superior,
    with_scores,
)
from tests.support.records import flaws
from tests.support.world import Client, World


def test_what_is_not_published_is_for_those_who_may_review(world: World) -> None:
    one = assessed(superior(world), world.b3)
    path = f"/assessments/{one['id']}"
    reader, branch = world.as_role("viewer"), world.as_role("secretary", on=world.b3)
    assert reader.get(path).status_code == 404
    assert branch.get(path).status_code == 200
    assert reader.ok("/assessments")["items"] == []
    published(superior(world), one)
    assert reader.ok(path)["status"] == "published"
    assert [row["id"] for row in reader.ok("/assessments")["items"]] == [one["id"]]
    assert world.as_role("viewer", on=world.b1).get(path).status_code == 404
    assert world.as_role("admin", on=world.foreign).get(path).status_code == 404


def test_nobody_scores_or_confirms_the_own_organisation(world: World) -> None:
    branch = world.as_role("secretary", on=world.b3)
    one = assessed(branch, world.b3)
    path = f"/assessments/{one['id']}"
    own = branch("PUT", f"{path}/scores", json={"scores": MANUAL}, version=1)
    assert (own.status_code, own.json()["code"]) == (403, "own_assessment")
    inspector = world.as_role("inspector", on=world.b3)
    one = with_scores(inspector, one)
    assert stepped(inspector, one, "confirm").json()["code"] == "forbidden"
    assert stepped(branch, one, "confirm").status_code == 403
    assert stepped(world.as_role("secretary"), one, "confirm").status_code == 201


def test_at_a_root_two_people_score_and_confirm(world: World) -> None:
    first = world.as_role("secretary", on=world.root)
    second = world.as_role("inspector", on=world.root)
    one = with_scores(first, assessed(first, world.root))
    refused = stepped(first, one, "confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_assessment")
    assert stepped(second, one, "confirm").status_code == 201


def _appealed(world: World, code: str = "duty_list") -> tuple[dict[str, object], str, Client]:
    one = published(superior(world), assessed(superior(world), world.b3))
    clerk = world.as_role("clerk", on=world.b3)
    path = f"/assessments/{one['id']}/appeals"
    made = clerk.created(path, {"item": code, "text": "清单已经公布，公布时没有登记。"})
    return one, f"{path}/{made['id']}", clerk


def test_an_appeal_that_is_upheld_stands_beside_what_was_published(world: World) -> None:
    one, path, clerk = _appealed(world)
    assert clerk.ok(path)["points_before"] == 0
    body = {"decision": "adjust", "points": 20, "reason": "经核实，清单一月已公布。"}
    answered = put(superior(world), f"{path}/decision", body, version=1)
    assert (answered["decision"], answered["points_after"]) == ("adjust", 20)
    now = clerk.ok(f"/assessments/{one['id']}")
    assert (now["points"], now["grade"], now["items"]) == (53, "lagging", one["items"])
    assert (now["final_points"], now["final_grade"]) == (73, "average")
    row = clerk.ok("/assessments", grade="average")["items"]
    assert [entry["final_points"] for entry in row] == [73]
    trail = clerk.ok(f"/assessments/{one['id']}/history")["items"]
    assert [entry["action"] for entry in trail] == [
        "assessment.published",
        "assessment_appeal.made",
        "assessment_appeal.answered",
        "assessment.adjusted",
    ]
    whole = superior(world).ok(f"/assessments/{one['id']}/history")["items"]
    assert [entry["action"] for entry in whole][:3] == [
        "assessment.computed",
        "assessment.scored",
        "assessment.confirmed",
    ]


def test_an_appeal_that_is_refused_keeps_the_points_and_its_reason(world: World) -> None:
    one, path, clerk = _appealed(world)
    body = {"decision": "keep", "reason": "清单至今没有公布。"}
    put(superior(world), f"{path}/decision", body, version=1)
    assert clerk.ok(f"/assessments/{one['id']}") == one
    (kept,) = clerk.ok(path.rpartition("/")[0])["items"]
    assert (kept["decision"], kept["decision_reason"]) == ("keep", "清单至今没有公布。")
    again = superior(world)("PUT", f"{path}/decision", json=body, version=2)
    assert again.json()["code"] == "appeal_not_allowed"
    twice = clerk.post(path.rpartition("/")[0], {"item": "duty_list", "text": "再次申诉"})
    assert (twice.status_code, twice.json()["code"]) == (409, "appeal_not_allowed")


def test_what_an_appeal_takes(world: World) -> None:
    client, clerk = superior(world), world.as_role("clerk", on=world.b3)
    one = with_scores(client, assessed(client, world.b3))
    path = f"/assessments/{one['id']}/appeals"
    body = {"item": "duty_list", "text": "清单已经公布。"}
    reviewing = world.as_role("secretary", on=world.b3)
    assert reviewing.post(path, body).json()["code"] == "appeal_not_allowed"
    published(client, one)
    assert world.as_role("viewer").post(path, body).status_code == 403
    assert flaws(clerk.post(path, {**body, "item": "none"}), 404) == {"#/item": "not_found"}
    made = clerk.created(path, body)
    decision = f"{path}/{made['id']}/decision"
    keep = {"decision": "keep", "reason": "维持"}
    assert reviewing("PUT", decision, json=keep, version=1).status_code == 403
    for answer, expected in (
        ({"decision": "adjust", "reason": "调整"}, "points_of_adjustment"),
        ({**keep, "points": 3}, "points_of_adjustment"),
        ({"decision": "adjust", "points": 0, "reason": "调整"}, "adjustment_out_of_range"),
        ({"decision": "adjust", "points": 21, "reason": "调整"}, "adjustment_out_of_range"),
    ):
        refused = client("PUT", decision, json=answer, version=1)
        assert flaws(refused) == {"#/points": expected}
    assert item(client.ok(f"/assessments/{one['id']}"), "duty_list")["points"] == 0


def test_nobody_answers_his_own_appeal(world: World) -> None:
    secretary = world.as_role("secretary")
    one = published(secretary, assessed(secretary, world.b3))
    path = f"/assessments/{one['id']}/appeals"
    made = secretary.created(path, {"item": "duty_list", "text": "代支部提出"})
    body = {"decision": "keep", "reason": "维持"}
    own = secretary("PUT", f"{path}/{made['id']}/decision", json=body, version=1)
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
