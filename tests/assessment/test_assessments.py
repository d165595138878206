"""Computing, scoring, confirming and publishing through the API."""

import pytest

from tests.assessment.support import (
    AFTER,
    MANUAL,
    assessed,
    deduction,
    item,
    member,
    published,
    put,
    stepped,
    superior,
    with_scores,
)
from tests.checklist.lists import meeting, tasks
from tests.checklist.lists import published as published_list
from tests.support.records import flaws
from tests.support.world import World


def test_every_deduction_names_its_rule_its_arithmetic_and_its_records(world: World) -> None:
    published_list(world)
    meeting(world, "2018-08-15")
    one = assessed(superior(world), world.b3)
    missing = deduction(one, "three_meetings", "missing")
    # One assembly is there; a lecture, three committee meetings and three theme days are not.
    assert (missing["examined"], missing["count"], missing["deducted"]) == (8, 7, 21)
    assert missing["arithmetic"] == "7 × 3 = 21 分"
    assert item(one, "three_meetings")["points"] == 4
    owed = world.clerk.ok(f"/organizations/{world.b3}/task-list", year=2018, state="missing")
    known = {entry["id"] for entry in owed["items"]}
    assert {cause["id"] for cause in missing["causes"]} <= known
    assert all(cause["kind"] == "occurrence" and cause["text"] for cause in missing["causes"])
    assert one["as_of"] == "2018-09-30"
    assert (one["status"], one["unscored"]) == ("draft", ["core_work"])


def test_what_was_waived_by_now_costs_nothing_and_is_shown(world: World) -> None:
    published_list(world)
    client = superior(world)
    one = assessed(client, world.b3)
    before = deduction(one, "three_meetings", "missing")
    assert (before["examined"], before["count"], before["waived"]) == (8, 8, [])
    (owed,) = [
        entry
        for entry in tasks(world.clerk, world.b3, "member_assembly")
        if entry["period"] == "2018-Q3"
    ]
    done = client(
        "PUT", f"/occurrences/{owed['id']}/waiver", json={"reason": "整体外派"}, version=1
    )
    assert done.status_code == 204, done.text
    one = put(client, f"/assessments/{one['id']}/computation", version=one["version"])
    after = deduction(one, "three_meetings", "missing")
    assert (after["examined"], after["count"]) == (7, 7)
    (waived,) = after["waived"]
    assert waived["id"] == owed["id"]
    assert waived["text"].endswith("已免除：整体外派")
    assert deduction(one, "three_meetings", "done_late")["waived"] == []


def test_there_is_no_grade_before_everything_is_scored(world: World) -> None:
    client = superior(world)
    one = assessed(client, world.b3)
    assert (one["unscored"], one["grade"], one["final_grade"]) == (["core_work"], None, None)
    scored = with_scores(client, one)
    assert (scored["unscored"], scored["grade"]) == ([], "lagging")
    world.clock.instant = AFTER.replace(month=9, day=30)
    running = with_scores(client, assessed(client, world.b2))
    assert (running["quarter_over"], running["grade"]) == (False, None)


def test_a_limit_is_shown_in_the_arithmetic(world: World) -> None:
    published_list(world)
    missing = deduction(assessed(superior(world), world.b3, 4), "three_meetings", "missing")
    assert missing["count"] == 4  # October and November; December is not due by the tenth
    world.clock.instant = AFTER
    missing = deduction(assessed(superior(world), world.b3), "three_meetings", "missing")
    assert missing["arithmetic"] == "8 × 3 = 24 分"


def test_the_last_day_of_a_quarter_counts_once_it_is_over(world: World) -> None:
    published_list(world)
    world.clock.instant = AFTER.replace(month=9, day=30)
    client = superior(world)
    one = assessed(client, world.b3)
    assert (one["as_of"], one["quarter_over"]) == ("2018-09-30", False)
    assert deduction(one, "three_meetings", "missing")["count"] == 4
    world.clock.instant = AFTER.replace(month=10, day=1)
    path = f"/assessments/{one['id']}/computation"
    one = put(client, path, version=one["version"])
    assert one["quarter_over"]
    assert deduction(one, "three_meetings", "missing")["count"] == 8


def test_who_has_no_list_loses_the_points_of_the_list(world: World) -> None:
    one = assessed(superior(world), world.b3)
    assert item(one, "duty_list")["points"] == 0
    (cause,) = deduction(one, "duty_list", "no_list")["causes"]
    assert cause["kind"] == "duty_list"
    assert deduction(one, "three_meetings", "missing")["examined"] == 0


def test_rectifications_late_entries_findings_and_hours(world: World) -> None:
    someone = member(world, world.b3)
    body = {"organization_id": str(world.b3), "source": "self_check", "found_on": "2018-07-02"}
    late = world.clerk.created(
        "/rectifications", {**body, "title": "学习记录不全", "due_on": "2018-09-30"}
    )
    resolutions = [{"text": "完善台账", "due_on": "2018-12-30"}]
    held = meeting(world, "2018-08-15", resolutions=resolutions)
    one = assessed(superior(world), world.b3)
    overdue = deduction(one, "rectification", "overdue")
    assert [cause["id"] for cause in overdue["causes"]] == [late["id"]]
    assert item(one, "rectification")["points"] == 10
    assert [c["id"] for c in deduction(one, "ledger_quality", "late_entries")["causes"]] == [
        held["id"]
    ]
    findings = deduction(one, "ledger_quality", "findings")
    assert [cause["kind"] for cause in findings["causes"]] == ["finding"]
    assert item(one, "ledger_quality")["points"] == 8.5
    short = deduction(one, "member_education", "hours_short")
    assert [cause["id"] for cause in short["causes"]] == [someone]
    assert "应有 24 学时" in short["causes"][0]["text"]


def test_an_explained_finding_costs_nothing(world: World) -> None:
    meeting(world, "2018-08-15", resolutions=[{"text": "完善台账", "due_on": "2018-12-30"}])
    client = superior(world)
    one = assessed(client, world.b3)
    (cause,) = deduction(one, "ledger_quality", "findings")["causes"]
    path = f"/organizations/{world.b3}/findings/{cause['id']}/explanation?year=2018"
    put(world.clerk, path, {"reason": "支委会全体负责"})
    one = put(client, f"/assessments/{one['id']}/computation", version=one["version"])
    assert deduction(one, "ledger_quality", "findings")["causes"] == []


def test_what_was_met_late_is_told_after_it_is_closed(world: World) -> None:
    body = {
        "organization_id": str(world.b3),
        "source": "self_check",
        "title": "学习记录不全",
        "found_on": "2018-07-02",
        "due_on": "2018-08-31",
    }
    made = world.clerk.created("/rectifications", body)
    path = f"/rectifications/{made['id']}/events"
    for client, name, day in (
        (world.clerk, "submitted", "2018-09-03"),
        (world.secretary, "accepted", "2018-09-05"),
    ):
        version = client.ok(f"/rectifications/{made['id']}")["version"]
        done = client.post(path, {"name": name, "on": day, "note": "已补"}, version=version)
        assert done.status_code == 201, done.text
    one = assessed(superior(world), world.b3)
    met_late = deduction(one, "rectification", "met_late")
    assert (met_late["count"], met_late["examined"], met_late["deducted"]) == (1, 1, 2)
    assert deduction(one, "rectification", "overdue")["count"] == 0


def test_restricted_records_cost_nobody_anything(world: World) -> None:
    body = {
        "organization_id": str(world.b3),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-08-06",
        "persons": [{"name": "李四"}],
    }
    world.secretary.created("/talks", body)
    plain = assessed(superior(world), world.b3)
    version = plain["version"]
    assert deduction(plain, "ledger_quality", "late_entries")["count"] == 0
    supervising = world.as_role("secretary", "supervision", on=world.root)
    again = put(supervising, f"/assessments/{plain['id']}/computation", version=version)
    assert again["version"] == version


def test_scores_bonus_and_veto(world: World) -> None:
    client = superior(world)
    one = assessed(client, world.b3)
    bonus = {"points": 10, "reason": "市级先进"}
    scored = with_scores(client, one, bonus=bonus)
    parts = sum(entry["points"] for entry in scored["items"])
    assert (scored["points"], scored["unscored"]) == (parts + 10, [])
    assert scored["grade"] == "average"
    veto = {"code": "falsified_records", "reason": "经核实"}
    vetoed = with_scores(client, scored, bonus=bonus, veto=veto)
    assert (vetoed["grade"], vetoed["points"]) == ("lagging", scored["points"])
    lifted = with_scores(client, vetoed)
    assert (lifted["veto"], lifted["bonus"], lifted["points"]) == (None, 0, parts)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"scores": [{**MANUAL[0], "points": 15.5}]}, {"#/scores/0/points": "points_over_full"}),
        ({"scores": [{**MANUAL[0], "points": 1.2}]}, {"#/scores/0/points": "points_precision"}),
        ({"scores": [{"code": "core_work", "points": 1}]}, {"#/scores/0/reason": "missing"}),
        ({"scores": MANUAL * 2}, {"#/scores/1/code": "code_repeated"}),
        (
            {"scores": [{**MANUAL[0], "code": "rectification"}]},
            {"#/scores/0/code": "item_not_manual"},
        ),
        ({"bonus": {"points": 10.5, "reason": "多"}}, {"#/bonus/points": "bonus_over_limit"}),
        ({"veto": {"code": "none", "reason": "无"}}, {"#/veto/code": "veto_unknown"}),
    ],
)
def test_scores_fit_the_sheet(world: World, body: object, expected: dict[str, str]) -> None:
    client = superior(world)
    one = assessed(client, world.b3)
    path = f"/assessments/{one['id']}/scores"
    assert flaws(client("PUT", path, json=body, version=one["version"])) == expected


def test_recomputing_the_same_data_changes_nothing_and_keeps_scores(world: World) -> None:
    published_list(world)
    client = superior(world)
    one = with_scores(client, assessed(client, world.b3))
    path = f"/assessments/{one['id']}/computation"
    assert put(client, path, version=one["version"]) == one
    meeting(world, "2018-08-15")
    again = put(client, path, version=one["version"])
    assert again["version"] == one["version"] + 1
    assert again["points"] == one["points"] + 3 - 0.5  # held, but entered late
    assert item(again, "core_work") == item(one, "core_work")


def test_a_young_organisation_is_scored_but_not_graded(world: World) -> None:
    def found(day: str) -> None:
        place = world.as_role("admin").ok(f"/organizations/{world.b3}")
        changed = world.as_role("admin").patch(
            f"/organizations/{world.b3}", {"founded_on": day}, version=place["version"]
        )
        assert changed.status_code == 200, changed.text

    found("2017-10-01")
    client = superior(world)
    one = with_scores(client, assessed(client, world.b3))
    assert (one["grade"], one["ungraded"]) == (None, "founded_less_than_a_year_ago")
    assert one["points"] > 0
    found("2017-09-30")
    path = f"/assessments/{one['id']}/computation"
    assert put(client, path, version=one["version"])["grade"] == "lagging"


def test_only_a_whole_draft_of_a_past_quarter_is_confirmed(world: World) -> None:
    client = superior(world)
    one = assessed(client, world.b3, 4)
    assert stepped(client, one, "confirm").json()["code"] == "assessment_incomplete"
    one = with_scores(client, one)
    refused = stepped(client, one, "confirm")
    assert (refused.status_code, refused.json()["code"]) == (409, "assessment_incomplete")
    assert "季度结束后" in refused.json()["detail"]


def test_a_published_assessment_is_never_changed(world: World) -> None:
    client = superior(world)
    one = with_scores(client, assessed(client, world.b3))
    assert stepped(client, one, "publish").json()["code"] == "assessment_step_not_allowed"
    one = stepped(client, one, "confirm").json()
    one = stepped(client, one, "return").json()
    assert (one["status"], one["confirmed_at"]) == ("draft", None)
    one = published(client, one)
    path, version = f"/assessments/{one['id']}", one["version"]
    calls = [
        client("PUT", f"{path}/scores", json={}, version=version),
        client("PUT", f"{path}/computation", version=version),
        client("DELETE", path, version=version),
        stepped(client, one, "return"),
    ]
    assert {call.status_code for call in calls} == {409}
    assert client.ok(path) == one


def test_a_draft_can_be_removed_and_a_quarter_is_assessed_once(world: World) -> None:
    client = superior(world)
    one = assessed(client, world.b3)
    path, wish = f"/organizations/{world.b3}/assessments", {"year": 2018, "quarter": 3}
    assert client.post(path, wish).json()["code"] == "assessment_exists"
    assert client("DELETE", f"/assessments/{one['id']}", version=1).status_code == 204
    assert client.get(f"/assessments/{one['id']}").status_code == 404
    assert assessed(client, world.b3)["id"] != one["id"]


def test_what_cannot_be_assessed(world: World) -> None:
    client = superior(world)
    path = f"/organizations/{world.b3}/assessments"
    future = client.post(path, {"year": 2019, "quarter": 1})
    assert flaws(future) == {"#/quarter": "quarter_not_begun"}
    unknown = client.post(path, {"year": 2018, "quarter": 3, "sheet": "none"})
    assert flaws(unknown, 404) == {"#/sheet": "not_found"}
    body = {"name": "第一党小组", "kind": "party_group", "parent_id": str(world.b3)}
    group = world.as_role("admin").created("/organizations", body)["id"]
    refused = client.post(f"/organizations/{group}/assessments", {"year": 2018, "quarter": 3})
    assert refused.json()["code"] == "not_assessed"
