"""What the examination finds in the years that come with the program."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from app import demo
from app.access.service import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.checks.findings import ExaminationFinding, RuleCode, Severity
from app.checks.schemas import FindingFilters
from app.checks.service import examination
from app.core.clock import FixedClock, SystemClock
from app.core.uow import Actor, Permission, UnitOfWork
from tools.demo.__main__ import FAULTY

AFTER_THE_YEAR = datetime(2019, 1, 10, 4, 0, tzinfo=UTC)
# What an import or a file can bring, and no record of the data file by itself.
BEYOND_THE_FILE = {
    RuleCode.PRESENT_OVER_EXPECTED,
    RuleCode.CLOSED_WITHOUT_ACCEPTANCE,
    RuleCode.COMPLETED_IN_FUTURE,
    RuleCode.DATED_AFTER_ENTRY,
    RuleCode.ATTENDANCE_LIST_DIFFERS,
    RuleCode.EVIDENCE_OUTSIDE_PERIOD,
}


class Undone(Exception):
    """Ends a transaction that nobody else shall see."""


@pytest.fixture
def uow(app: FastAPI) -> Iterator[UnitOfWork]:
    """A transaction that is rolled back when the test has read in it."""
    open_uow = unit_of_work(app.state.database, SystemClock(), OPERATOR, write=True)
    with suppress(Undone), open_uow as uow:
        yield uow
        raise Undone


def found_in(uow: UnitOfWork, file: Path) -> tuple[ExaminationFinding, ...]:
    year = demo.load(uow, "Asia/Shanghai", file)
    everything = {permission: frozenset({year.root_id}) for permission in Permission}
    uow.actor, uow.clock = Actor(None, "检查人员", everything), FixedClock(AFTER_THE_YEAR)
    filters = FindingFilters(year=2018, include_descendants=True)
    return examination(uow, year.root_id, filters).findings


def test_the_faulty_year_has_one_finding_of_each_code_it_can_have(uow: UnitOfWork) -> None:
    codes = [finding.rule.code for finding in found_in(uow, FAULTY)]
    assert codes == [code for code in RuleCode if code not in BEYOND_THE_FILE]


def test_the_reference_year_has_what_its_facts_hold_and_nothing_serious(uow: UnitOfWork) -> None:
    found = found_in(uow, demo.REFERENCE)
    codes = [finding.rule.code for finding in found]
    # One assembly was not held; there is no evidence of the sixteen that are closed.
    assert codes.count(RuleCode.QUARTER_WITHOUT_ASSEMBLY) == 1
    assert codes.count(RuleCode.CLOSED_WITHOUT_EVIDENCE) == 16
    assert len(codes) == 17
    assert {finding.rule.severity for finding in found} == {Severity.ATTENTION}
