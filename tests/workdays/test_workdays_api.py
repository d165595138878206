"""Working days over the API: read by everybody of the tree, changed at its root."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.workdays.rules import LAST_ANNOUNCED_YEAR
from app.workdays.service import work_calendar
from tests.support.properties import counted_statements
from tests.support.records import flaws
from tests.support.world import SYSTEM, Client, World

OFF = {"works": False, "name": "厂庆日放假", "note": "集团公司通知"}


@pytest.fixture
def admin(world: World) -> Client:
    return world.as_role("admin", on=world.root)


def put(client: Client, path: str, body: object, **options: Any) -> dict[str, Any]:
    response = client("PUT", path, json=body, **options)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    assert response.headers["etag"] == f'"{made["version"]}"'
    return made


def shown(client: Client, place: object, year: int) -> dict[str, Any]:
    found = client.ok(f"/organizations/{place}/workdays", year=year)
    return {day["day"]: day for day in found["days"]}


def test_a_year_shows_days_off_and_swapped_weekends(world: World) -> None:
    found = world.clerk.ok(f"/organizations/{world.b1}/workdays", year=2018)
    assert (found["year"], found["published"], found["provisional"]) == (2018, True, False)
    days = {day["day"]: day for day in found["days"]}
    assert list(days) == sorted(days)
    swapped = {"day": "2018-02-11", "works": True, "name": "调休上班", "note": None}
    assert days["2018-02-11"] == {**swapped, "version": None}
    assert days["2018-02-16"]["name"] == "春节"
    assert "2018-02-17" not in days, "a Saturday is off anyway"


def test_the_present_year_is_the_default_in_the_trees_zone(world: World) -> None:
    path = f"/organizations/{world.hq}/workdays"
    world.clerk.ok(path)
    world.clock.instant = datetime(2018, 12, 31, 15, 59, tzinfo=UTC)
    assert world.clerk.ok(path)["year"] == 2018
    world.clock.instant = datetime(2018, 12, 31, 16, 0, tzinfo=UTC)
    assert world.clerk.ok(path)["year"] == 2019


def test_an_own_day_holds_for_the_whole_tree_and_no_other(world: World, admin: Client) -> None:
    path = f"/organizations/{world.hq}/workday-overrides/2018-05-04"
    made = put(admin, path, OFF)
    assert made == {"day": "2018-05-04", **OFF, "version": 1}
    for place in (world.root, world.hq, world.b1):
        assert shown(admin, place, 2018)["2018-05-04"] == made
    assert world.clerk.ok(f"/organizations/{world.b2}/workday-overrides/2018-05-04") == made
    foreign = world.as_role("viewer", on=world.foreign)
    assert "2018-05-04" not in shown(foreign, world.foreign, 2018)
    with world.app.state.open_uow(SYSTEM, write=False) as uow:
        ours = work_calendar(uow.session, world.root)
        theirs = work_calendar(uow.session, world.foreign)
    day = datetime(2018, 5, 4, tzinfo=UTC).date()
    assert (ours.is_working_day(day), theirs.is_working_day(day)) == (False, True)


def test_an_own_day_replaces_the_states(world: World, admin: Client) -> None:
    path = f"/organizations/{world.root}/workday-overrides/2018-02-15"
    made = put(admin, path, {"works": True, "name": "除夕值班"})
    assert shown(admin, world.root, 2018)["2018-02-15"] == made
    response = admin("DELETE", path, version=made["version"])
    assert response.status_code == 204
    assert shown(admin, world.root, 2018)["2018-02-15"]["works"] is False
    assert admin.get(path).status_code == 404
    assert admin("DELETE", path, version=1).status_code == 404


def test_changes_are_based_on_the_version_seen(world: World, admin: Client) -> None:
    for path, body in (
        (f"/organizations/{world.root}/workday-overrides/2018-05-04", OFF),
        (f"/organizations/{world.root}/workday-years/2027", {"published": True, "note": None}),
    ):
        made = put(admin, path, body)
        assert admin("PUT", path, json=body).status_code == 428
        again = put(admin, path, {**body, "note": "更正"}, version=made["version"])
        assert (again["version"], again["note"]) == (2, "更正")
        assert admin("PUT", path, json=body, version=1).status_code == 412
        assert admin("DELETE", path).status_code == 428
        assert admin("DELETE", path, version=1).status_code == 412
        unchanged = admin("GET", path, headers={"If-None-Match": '"2"'})
        assert unchanged.status_code == 304
        assert admin("DELETE", path, version=2).status_code == 204


def test_a_year_not_yet_announced_is_provisional_until_the_tree_says_so(
    world: World, admin: Client
) -> None:
    following = LAST_ANNOUNCED_YEAR + 1
    path = f"/organizations/{world.root}/workdays"
    assert world.clerk.ok(f"/organizations/{world.hq}/workdays", year=following)["provisional"]
    body = {"published": True, "note": "国务院办公厅已公布"}
    flag = f"/organizations/{world.root}/workday-years/{following}"
    made = put(admin, flag, body)
    found = admin.ok(path, year=following)
    assert (found["published"], found["provisional"]) == (True, False)
    assert (found["note"], found["version"]) == (made["note"], made["version"])
    assert world.clerk.ok(f"/organizations/{world.hq}/workday-years/{following}") == made
    assert admin("DELETE", flag, version=made["version"]).status_code == 204
    assert admin.ok(path, year=following)["provisional"]
    assert admin.get(flag).status_code == 404


@pytest.mark.parametrize("role", ["secretary", "clerk", "viewer", "inspector"])
def test_only_who_manages_the_root_changes_days(world: World, role: str) -> None:
    client = world.as_role(role, on=world.root)
    days = f"/organizations/{world.root}/workday-overrides/2018-05-04"
    years = f"/organizations/{world.root}/workday-years/2018"
    assert client("PUT", days, json=OFF).status_code == 403
    assert client("PUT", years, json={"published": False}).status_code == 403
    below = world.as_role("admin")
    unseen = below("PUT", f"/organizations/{world.hq}/workday-overrides/2018-05-04", json=OFF)
    assert unseen.status_code == 404
    assert "2018-05-04" not in shown(client, world.root, 2018)


def test_each_change_is_in_the_trail(world: World, admin: Client) -> None:
    path = f"/organizations/{world.root}/workday-overrides/2018-05-04"
    made = put(admin, path, OFF)
    put(admin, path, {**OFF, "works": True}, version=made["version"])
    admin("DELETE", path, version=2)
    flag = f"/organizations/{world.root}/workday-years/2018"
    put(admin, flag, {"published": False})
    admin("DELETE", flag, version=1)
    entries = trail(world)
    assert [entry[0] for entry in entries] == [
        "workday_override.written",
        "workday_override.written",
        "workday_override.removed",
        "workday_year.written",
        "workday_year.removed",
    ]
    (_, none, first), (_, before, after), (_, last, gone), *_ = entries
    assert none is None
    assert first == before == {"day": "2018-05-04", **OFF}
    assert after == last == {**first, "works": True}
    assert gone is None


def trail(world: World) -> list[tuple[str, Any, Any]]:
    statement = select(AuditEntry).where(
        AuditEntry.organization_id == world.root, AuditEntry.action.startswith("workday")
    )
    with world.app.state.open_uow(SYSTEM, write=False) as uow:
        entries = uow.session.scalars(statement.order_by(AuditEntry.sequence)).all()
        return [(entry.action, entry.before, entry.after) for entry in entries]


def test_bad_requests_are_refused(world: World, admin: Client) -> None:
    place = f"/organizations/{world.root}"
    assert flaws(admin.get(f"{place}/workdays", year=1920)) == {"year": "greater_than_equal"}
    assert flaws(admin.get(f"{place}/workdays", year="去年")) == {"year": "int_parsing"}
    bad_day = admin("PUT", f"{place}/workday-overrides/2018-02-30", json=OFF)
    assert set(flaws(bad_day)) == {"day"}
    number = admin("PUT", f"{place}/workday-overrides/20180504", json=OFF)
    assert flaws(number) == {"day": "date_parsing"}
    late = admin("PUT", f"{place}/workday-years/2200", json={"published": True})
    assert flaws(late) == {"year": "less_than_equal"}
    nameless = admin("PUT", f"{place}/workday-overrides/2018-05-04", json={"works": True})
    assert flaws(nameless) == {"#/name": "missing"}


def test_a_year_takes_the_same_number_of_statements(world: World, admin: Client) -> None:
    counts = []
    for number in (1, 20):
        for day in range(1, number + 1):
            path = f"/organizations/{world.root}/workday-overrides/2018-07-{day:02d}"
            put(admin, path, OFF, headers={"If-Match": "*"})
        with counted_statements(world.app) as sent:
            shown(admin, world.b1, 2018)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 4
