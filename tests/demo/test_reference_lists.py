"""The reference year's lists: what the branches owed, and the assembly that was not held."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app import demo
from app.assessment.models import Assessment
from app.checklist.rules import State
from app.checklist.schemas import YearParameters
from app.checklist.status import MonthQuestion, ScopeStatus, scope_status
from app.checklist.status_schemas import OutstandingParameters
from app.checklist.status_views import coverage, outstanding
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Organization
from tests.demo.test_reference import (
    uow,  # noqa: F401 - fixtures
    year,  # noqa: F401 - fixtures
)

BRANCHES = ("机关党支部", "第一项目部党支部", "第二项目部党支部")
YEAR_END = date(2018, 12, 31)


def reader(uow: UnitOfWork, year: demo.LoadedYear) -> UnitOfWork:  # noqa: F811 - the fixtures
    reach = {Permission.READ: frozenset({year.root_id})}
    return UnitOfWork(uow.connection, Actor(None, "检查员", reach), uow.clock)


def place(uow: UnitOfWork, year: demo.LoadedYear, name: str) -> UUID:  # noqa: F811
    below = Organization.root_id == year.root_id
    found = uow.session.scalars(select(Organization.id).where(below, Organization.name == name))
    return found.one()


def stands(uow: UnitOfWork, year: demo.LoadedYear, name: str) -> ScopeStatus:  # noqa: F811
    asked = YearParameters(year=2018, as_of=YEAR_END)
    there = place(uow, year, name)
    return scope_status(reader(uow, year), there, asked)


def test_every_branch_has_its_list(uow: UnitOfWork, year: demo.LoadedYear) -> None:  # noqa: F811
    for name in BRANCHES:
        total = coverage(stands(uow, year, name)).total
        assert total.owed == total.done + total.done_late + total.missing > 0
        assert total.waived == 0


def test_the_assembly_that_was_not_held_is_missing(
    uow: UnitOfWork,  # noqa: F811
    year: demo.LoadedYear,  # noqa: F811
) -> None:
    found = stands(uow, year, "第二项目部党支部")
    third_quarter = [
        entry.state
        for entry in found.entries
        if (entry.obligation.code, entry.row.period) == ("member_assembly", "2018-Q3")
    ]
    assert third_quarter == [State.MISSING]
    asked = OutstandingParameters(month="2018-09", as_of=date(2018, 10, 8))
    there = place(uow, year, "第二项目部党支部")
    month = scope_status(reader(uow, year), there, MonthQuestion(asked.month, asked.as_of))
    missing = {item.code: item for item in outstanding(month, asked.month, {}).items}
    assert missing["member_assembly"].rule.article == "第十一条"
    assert missing["member_assembly"].days_overdue == 8


def test_nothing_else_is_missing(uow: UnitOfWork, year: demo.LoadedYear) -> None:  # noqa: F811
    asked = YearParameters(year=2018, as_of=date(2019, 3, 1), include_descendants=True)
    found = scope_status(reader(uow, year), year.organization_id, asked)
    open_ = [entry for entry in found.entries if entry.state not in {State.DONE, State.DONE_LATE}]
    assert [(entry.obligation.code, entry.row.period) for entry in open_] == [
        ("member_assembly", "2018-Q3")
    ]


def test_the_third_quarter_is_assessed_from_the_records(
    uow: UnitOfWork,  # noqa: F811
    year: demo.LoadedYear,  # noqa: F811
) -> None:
    statement = (
        select(Organization.name, Assessment)
        .join(Assessment, Assessment.organization_id == Organization.id)
        .where(Organization.root_id == year.root_id)
    )
    found = {row[0]: row[1] for row in uow.session.execute(statement)}
    assert found.keys() == set(BRANCHES)
    for one in found.values():
        assert (one.year, one.quarter, one.status) == (2018, 3, "published")
    grades = {name: (one.points, one.grade) for name, one in found.items()}
    assert grades["机关党支部"] == grades["第一项目部党支部"] == (100, "advanced")
    assert grades["第二项目部党支部"] == (85, "good"), "the assembly that was not held"


def test_what_the_general_branch_held_counts(
    uow: UnitOfWork,  # noqa: F811
    year: demo.LoadedYear,  # noqa: F811
) -> None:
    found = stands(uow, year, "指挥部党总支")
    done = {
        (entry.obligation.code, entry.row.period)
        for entry in found.entries
        if entry.state == State.DONE
    }
    assert {code for code, _ in done} >= {
        "special_meeting:party_building",
        "special_meeting:ideology",
        "central_group_study",
    }
