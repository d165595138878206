"""What is done, late, missing, not yet due or waived, on any day."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import service as access
from app.access.models import User
from app.access.rules import Role
from app.access.schemas import RoleGrantWrite
from tests.checklist.lists import drawn_up, meeting, own_duty, published, states, stepped, tasks
from tests.items.test_query_counts import counted
from tests.support.properties import examples
from tests.support.records import flaws, meeting_of
from tests.support.world import SYSTEM, Client, World, new_user

ASSEMBLY = "member_assembly"


def test_a_quarter_without_an_assembly_is_missing(world: World) -> None:
    published(world)
    for day in ("2018-03-10", "2018-06-20", "2018-12-05"):
        meeting(world, day)
    assert states(world.clerk, world.b3, ASSEMBLY) == {
        "2018-Q1": "done",
        "2018-Q2": "done",
        "2018-Q3": "missing",
        "2018-Q4": "done",
    }
    missing = tasks(world.clerk, world.b3, ASSEMBLY, state="missing")
    assert [(item["period"], item["days_overdue"]) for item in missing] == [("2018-Q3", 71)]


def test_too_many_records_never_hide_a_missing_period(world: World) -> None:
    published(world)
    for day in ("2018-03-10", "2018-03-11", "2018-03-12", "2018-04-02"):
        meeting(world, day)
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q3"] == "missing"


def test_what_did_not_happen_never_counts(world: World) -> None:
    published(world)
    planned = meeting(world, "2018-09-10", happened_on=None, planned_on="2018-09-10")
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q3"] == "missing"
    world.clerk(
        "PUT",
        f"/meetings/{planned['id']}/cancellation",
        json={"reason": "会期冲突"},
        version=planned["version"],
    )
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q3"] == "missing"


def test_the_day_it_happened_decides_and_a_late_entry_is_marked(world: World) -> None:
    published(world)
    made = meeting(world, "2018-08-15")
    (quarter,) = [
        item for item in tasks(world.clerk, world.b3, ASSEMBLY) if item["period"] == "2018-Q3"
    ]
    assert quarter["state"] == "done"
    assert quarter["records"] == [
        {
            "id": made["id"],
            "kind": "meeting",
            "title": "支部党员大会",
            "happened_on": "2018-08-15",
            "late_entry": True,
        }
    ]


def test_a_link_by_hand_fulfils_late_and_wins(world: World) -> None:
    published(world)
    made = meeting(world, "2018-10-20")
    (quarter,) = [
        item for item in tasks(world.clerk, world.b3, ASSEMBLY) if item["period"] == "2018-Q3"
    ]
    path = f"/occurrences/{quarter['id']}/records/{made['id']}"
    assert world.clerk("PUT", path).status_code == 204
    assert world.clerk("PUT", path).status_code == 204
    found = states(world.clerk, world.b3, ASSEMBLY)
    assert found["2018-Q3"] == "done_late"
    assert found["2018-Q4"] == "not_yet_due", "a record counts once for a duty"
    assert world.clerk("DELETE", path).status_code == 204
    assert world.clerk("DELETE", path).json()["code"] == "occurrence_conflict"
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q4"] == "done"


def test_one_record_serves_two_duties_where_they_share(world: World) -> None:
    published(world)
    meeting(
        world,
        "2018-12-01",
        type="organizational_life_meeting",
        title="组织生活会并开展民主评议",
        appraisal={"excellent": 2, "qualified": 8},
    )
    assert states(world.clerk, world.b3, "organizational_life_meeting") == {"2018": "done"}
    assert states(world.clerk, world.b3, "democratic_appraisal") == {"2018": "done"}


def test_a_guests_lecture_is_not_the_secretarys(world: World) -> None:
    published(world, world.hq)
    secretary = {"kind": "person", "name": "王建国", "post": "secretary"}
    made = meeting(
        world,
        "2018-03-10",
        world.hq,
        type="party_lecture",
        title="党课",
        actor=secretary,
        lecturer="外聘教授",
    )
    assert states(world.clerk, world.hq, "secretary_lecture") == {"2018": "not_yet_due"}
    done = world.clerk.patch(
        f"/meetings/{made['id']}", {"lecturer": "王建国"}, version=made["version"]
    )
    assert done.status_code == 200, done.text
    assert states(world.clerk, world.hq, "secretary_lecture") == {"2018": "done"}


def test_what_no_record_can_show_waits_for_people(world: World) -> None:
    published(world)
    dues = "membership_dues"
    found = states(world.clerk, world.b3, dues)
    assert (found["2018-11"], found["2018-12"]) == ("to_confirm", "not_yet_due")
    coverage = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018)
    (tally,) = [duty["tally"] for duty in coverage["duties"] if duty["code"] == dues]
    assert (tally["owed"], tally["missing"], tally["to_confirm"]) == (0, 0, 11)
    (owed,) = [item for item in tasks(world.clerk, world.b3, dues) if item["period"] == "2018-09"]
    body = world.clerk.ok(f"/organizations/{world.b3}/outstanding", month="2018-09")
    assert owed["id"] in {item["id"] for item in body["items"]}, "it is to be confirmed"
    assert dues not in {item["code"] for item in body["earlier"]}
    record = meeting(world, "2018-09-28", type="other", title="公布三季度党费收缴情况")
    linked = world.clerk("PUT", f"/occurrences/{owed['id']}/records/{record['id']}")
    assert linked.status_code == 204
    assert states(world.clerk, world.b3, dues)["2018-09"] == "done"


def test_a_waiver_has_a_reason_and_is_not_counted_before_its_day(world: World) -> None:
    published(world)
    (quarter,) = [
        item for item in tasks(world.clerk, world.b3, ASSEMBLY) if item["period"] == "2018-Q3"
    ]
    path = f"/occurrences/{quarter['id']}/waiver"
    body = {"reason": "支部整体外派，经总支同意"}
    assert world.clerk("PUT", path, json=body, version=quarter["version"]).status_code == 403
    assert flaws(world.secretary("PUT", path, json={}, version=1)) == {"#/reason": "missing"}
    assert world.secretary("PUT", path, json=body, version=quarter["version"]).status_code == 204
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q3"] == "waived"
    before = states(world.clerk, world.b3, ASSEMBLY, as_of="2018-12-09")
    assert before["2018-Q3"] == "missing"
    version = quarter["version"] + 1
    assert world.secretary("DELETE", path, version=version).status_code == 204
    assert states(world.clerk, world.b3, ASSEMBLY)["2018-Q3"] == "missing"


def test_a_branch_does_not_waive_its_own_gaps(world: World) -> None:
    published(world)
    (owed, *_) = tasks(world.clerk, world.b3, ASSEMBLY)
    path, body = f"/occurrences/{owed['id']}/waiver", {"reason": "工作较忙"}
    own = world.as_role("secretary", on=world.b3)
    response = own("PUT", path, json=body, version=owed["version"])
    assert (response.status_code, response.json()["code"]) == (403, "own_request")
    inspector = world.as_role("inspector", on=world.b3)
    assert inspector("PUT", path, json=body, version=owed["version"]).status_code == 204


def test_a_root_waives_and_publishes_with_a_second_person(world: World) -> None:
    one, other = (world.as_role(*roles, on=world.root) for roles in (("secretary",), ("admin",)))
    both = world.as_role("admin", "clerk", on=world.root)
    (made,) = drawn_up(one, world.root)["items"]
    assert stepped(both, made, "submit").status_code == 201
    assert stepped(both, made, "publish").json()["code"] == "own_request"
    assert stepped(one, made, "publish").status_code == 201
    (owed, *_) = tasks(one, world.root, "central_group_study")
    path, body = f"/occurrences/{owed['id']}/waiver", {"reason": "集中培训"}
    response = both("PUT", path, json=body, version=owed["version"])
    assert (response.status_code, response.json()["code"]) == (403, "own_request")
    assert other("PUT", path, json=body, version=owed["version"]).status_code == 204


def test_nothing_changes_in_a_closed_year(world: World) -> None:
    made = published(world)
    (quarter, *_) = tasks(world.clerk, world.b3, ASSEMBLY)
    stepped(world.secretary, made, "close")
    response = world.secretary(
        "PUT", f"/occurrences/{quarter['id']}/waiver", json={"reason": "免除"}, version=1
    )
    assert response.json()["code"] == "occurrence_conflict"


def test_what_is_missing_this_month_comes_with_its_rule(world: World) -> None:
    published(world)
    meeting(world, "2018-03-10")
    body = world.clerk.ok(f"/organizations/{world.b3}/outstanding", month="2018-09")
    found = {item["code"]: item for item in body["items"]}
    rule = found[ASSEMBLY]["rule"]
    assert rule["article"] == "第十一条"
    assert "支部工作条例" in rule["source"]
    assert {item["period"] for item in body["earlier"] if item["code"] == ASSEMBLY} == {"2018-Q2"}
    path = f"/organizations/{world.b3}/outstanding"
    assert flaws(world.clerk.get(path, month="2018-13")) == {"month": "string_pattern_mismatch"}


def test_restricted_records_fulfil_nothing(world: World) -> None:
    published(world)
    talk = world.secretary.created(
        "/talks",
        {
            "organization_id": str(world.b3),
            "type": "reminder_talk",
            "title": "提醒谈话",
            "happened_on": "2018-11-01",
            "persons": [{"name": "甲"}],
        },
    )
    (first, *_) = tasks(world.clerk, world.b3, ASSEMBLY)
    path = f"/occurrences/{first['id']}/records/{talk['id']}"
    assert world.clerk("PUT", path).status_code == 404
    assert world.secretary("PUT", path).json()["code"] == "occurrence_conflict"


def test_records_of_another_tree_fulfil_nothing(world: World) -> None:
    published(world)
    (first, *_) = tasks(world.clerk, world.b3, ASSEMBLY)
    stranger = world.as_role("clerk", on=world.foreign)
    theirs = stranger.created("/meetings", meeting_of(world.foreign, 1))["id"]
    path = f"/occurrences/{first['id']}/records"
    assert world.clerk("PUT", f"{path}/{uuid4()}").status_code == 404
    assert world.clerk("PUT", f"{path}/{theirs}").status_code == 404
    both = Client(world.http, new_user(world.app, world.hq, "clerk"))
    with world.app.state.open_uow(SYSTEM, write=True) as uow:
        user = uow.session.get_one(User, UUID(both.ok("/me")["id"]))
        access.add_grant(uow, user, RoleGrantWrite(organization_id=world.foreign, role=Role.CLERK))
    refused = both("PUT", f"{path}/{theirs}")
    assert refused.json()["code"] == "occurrence_conflict"
    assert "同一组织体系" in refused.json()["detail"]


def test_the_whole_is_the_sum_of_its_parts(world: World) -> None:
    for place in (world.hq, world.b1, world.b2, world.b3):
        published(world, place)
    meeting(world, "2018-03-10")
    meeting(world, "2018-05-10", world.b1)
    path = f"/organizations/{world.hq}/coverage"
    body = world.clerk.ok(path, year=2018, include_descendants=True)
    for parts in (body["organizations"], body["duties"]):
        for name, number in body["total"].items():
            assert number == sum(part["tally"][name] for part in parts)
    for part in body["organizations"]:
        alone = world.clerk.ok(f"/organizations/{part['organization_id']}/coverage", year=2018)
        assert alone["total"] == part["tally"]


def test_the_matrix_shows_each_thing_once(world: World) -> None:
    for place in (world.b1, world.b3):
        published(world, place)
    meeting(world, "2018-03-10")
    query = {"year": 2018, "include_descendants": True}
    found = world.clerk.ok(f"/organizations/{world.hq}/coverage-matrix", **query)
    rows = {row["organization_id"]: row["cells"] for row in found["rows"]}
    march = {cell["code"]: cell["states"] for cell in rows[str(world.b3)] if cell["month"] == 3}
    assert march[ASSEMBLY] == ["done"]
    total = world.clerk.ok(f"/organizations/{world.hq}/coverage", **query)["total"]
    shown = [state for cells in rows.values() for cell in cells for state in cell["states"]]
    assert len(shown) == sum(
        total[name] for name in ("owed", "not_yet_due", "waived", "to_confirm")
    )


def test_reading_takes_the_same_number_of_statements(world: World) -> None:
    query = {"year": 2018, "include_descendants": True}
    path = f"/organizations/{world.hq}/coverage"
    published(world, world.b1)
    with counted(world) as few:
        world.clerk.ok(path, **query)
    for place in (world.b2, world.b3):
        published(world, place)
        for month in range(1, 11):
            meeting(world, f"2018-{month:02}-15", place, type="theme_party_day")
    with counted(world) as many:
        world.clerk.ok(path, **query)
    assert len(few) == len(many) <= 9, "\n".join(many)


def test_the_three_lists_are_views_of_the_same_things(world: World) -> None:
    published(world)
    found = world.clerk.created(
        "/rectifications",
        {
            "organization_id": str(world.b3),
            "title": "会议记录不完整",
            "source": "self_check",
            "found_on": "2018-05-02",
            "due_on": "2018-06-30",
        },
    )
    issues = world.clerk.ok(f"/organizations/{world.b3}/issue-list", year=2018)["items"]
    assert [issue["id"] for issue in issues] == [found["id"]]
    assert not world.clerk.ok(f"/organizations/{world.b3}/issue-list", year=2017)["items"]
    who = world.clerk.ok(f"/organizations/{world.b3}/responsibility-list", year=2018)["items"]
    total = world.clerk.ok(f"/organizations/{world.b3}/coverage", year=2018)["total"]
    assert sum(one["tally"]["missing"] for one in who) == total["missing"]


@examples(8, shared=True)
@given(
    days=st.lists(st.dates(date(2018, 1, 1), date(2018, 12, 9)), max_size=6),
    later=st.lists(st.dates(date(2018, 7, 1), date(2018, 12, 9)), max_size=3),
)
def test_a_past_answer_stays_when_time_goes_on(
    world: World, days: list[date], later: list[date]
) -> None:
    place = new_branch(world)
    published(world, place)
    for day in days:
        meeting(world, day.isoformat(), place)
    known = states(world.clerk, place, ASSEMBLY, as_of="2018-06-30")
    for day in later:
        meeting(world, day.isoformat(), place)
    assert states(world.clerk, place, ASSEMBLY, as_of="2018-06-30") == known
    found = tasks(world.clerk, place, ASSEMBLY)
    used = [record["id"] for item in found for record in item["records"]]
    assert len(used) == len(set(used))
    done = {item["period"] for item in found if item["state"] == "done"}
    assert done == {f"2018-Q{(day.month + 2) // 3}" for day in (*days, *later)}


def new_branch(world: World) -> UUID:
    wish = {"parent_id": str(world.hq), "kind": "party_branch", "name": f"支部{uuid4().hex[:8]}"}
    return UUID(world.as_role("admin").created("/organizations", wish)["id"])


@pytest.mark.parametrize("path", ["coverage", "coverage-matrix", "task-list"])
def test_a_day_before_the_year_is_refused(world: World, path: str) -> None:
    response = world.clerk.get(f"/organizations/{world.b3}/{path}", year=2018, as_of="2017-12-31")
    assert flaws(response) == {"as_of": "as_of_before_year"}


def test_an_own_duty_counts_what_it_says(world: World) -> None:
    (made,) = drawn_up(world.clerk, world.b3)["items"]
    world.clerk.created(f"/duty-lists/{made['id']}/duties", own_duty())
    stepped(world.clerk, made, "submit")
    stepped(world.secretary, made, "publish")
    for kind, day in (("reading", "2018-03-05"), ("visit", "2018-04-05")):
        world.clerk.created(
            "/activities",
            {"organization_id": str(world.b3), "type": kind, "title": "读书会", "happened_on": day},
        )
    found = states(world.clerk, world.b3, "monthly_reading")
    assert found["2018-03"] == "done"
    assert found["2018-04"] == "missing"
    assert found["2018-12"] == "not_yet_due"
