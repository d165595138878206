"""The status of a part of the tree on a day, read in a constant number of statements."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.checklist import status_statements as statements
from app.checklist.errors import CoverageTooLarge
from app.checklist.list_status import (
    DoneText,
    DutyContent,
    DutyLine,
    Life,
    ListPlan,
    ListQuestion,
    OccurrenceStatus,
    OwnDays,
    StatusOfList,
)
from app.checklist.matching import Id
from app.checklist.periods import MONTHS_OF, periods
from app.checklist.queries import ScopeQuestion, day_of, without_list
from app.checklist.rules import Tally
from app.checklist.schemas import DutyWrite
from app.checklist.status_schemas import PlaceName, WithoutList
from app.core.database import reads_only
from app.core.errors import ValidationFailed, existing
from app.core.uow import Permission, UnitOfWork
from app.items.models import Focus
from app.meetings.rules import MeetingType
from app.organizations.models import Organization
from app.organizations.queries import NO_SUCH_ORGANIZATION, visible_zone
from app.rulesets.resolution import as_cited_in
from app.rulesets.rules import Having
from app.rulesets.schemas import Counts, Frequency
from app.talks.rules import TalkType
from app.workdays.rules import SpecialDay

# More than can be worked out in one answer.
MAX_OWED = 50_000
TOO_MUCH = f"范围内的责任事项超过 {MAX_OWED} 项，请按下级组织分别查看。"
# Some twenty megabytes at most; of more lists than that the oldest are read again.
MAX_PLANS = 512
Stamp = tuple[Id, Id]


class PlanMemory:
    """Plans by list and stamp, the oldest first."""

    def __init__(self) -> None:
        self._plans: dict[Stamp, ListPlan] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many plans there are."""
        return len(self._plans)

    def get(self, stamp: Stamp) -> ListPlan | None:
        """Return the plan under a stamp, if it is there."""
        return self._plans.get(stamp)

    def put(self, plans: Mapping[Stamp, ListPlan]) -> None:
        """Add plans, and drop the oldest beyond ``MAX_PLANS``."""
        with self._lock:
            self._plans |= plans
            for stamp in [*self._plans][:-MAX_PLANS]:
                del self._plans[stamp]


PLANS = PlanMemory()


@dataclass(frozen=True, slots=True)
class Reading:
    """One question to the database: the parameters that all its statements share."""

    uow: UnitOfWork
    parameters: Mapping[str, Any]

    def rows(self, statement: Any, **further: object) -> Sequence[Any]:  # noqa: ANN401 - a statement
        """Read the rows of a statement."""
        return self.uow.connection.execute(statement, {**self.parameters, **further}).all()


def read_status(
    uow: UnitOfWork,
    organization_id: UUID,
    year: int,
    days: tuple[date, date],
    *,
    include_descendants: bool,
) -> tuple[Mapping[UUID, str], Sequence[StatusOfList]]:
    """Read the lists of a year and work out how they stand, by organisation; and names in scope.

    ``days`` are the day asked for and the one by which something must have been waived. The caller
    has checked the right to read. Of a party group, which has no list, its part of its branch's is
    read. Restricted records are left out for everybody: the status is the same whoever looks.

    Raises:
        CoverageTooLarge: the lists hold more than can be worked out at once.
    """
    reading = Reading(
        uow,
        {
            "organization_id": organization_id,
            "year": year,
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "day": days[0],
            "roots": list(uow.actor.roots(Permission.READ)),
        },
    )
    reads = statements.READS[include_descendants]
    lists = reading.rows(reads.lists)
    if lists:
        return _read(reading, reads, _plans(reading, lists), days)
    reads = statements.READS_OF_GROUP
    names, statuses = _read(reading, reads, _plans(reading, reading.rows(reads.lists)), days)
    return names, [status.owed_by(organization_id) for status in statuses]


def _plans(reading: Reading, lists: Sequence[Any]) -> Sequence[ListPlan]:
    """Return the plans of lists on which something is owed, from memory or the database."""
    stamp_of: dict[Id, Stamp] = {owner: (list_id, stamp) for owner, list_id, stamp in lists}
    plans = {owner: plan for owner, stamp in stamp_of.items() if (plan := PLANS.get(stamp))}
    room = MAX_OWED - sum(len(plan.rows) for plan in plans.values())
    missing = [UUID(owner) for owner in stamp_of if owner not in plans]
    if room < 0:
        raise CoverageTooLarge(TOO_MUCH)
    new = _read_plans(reading, missing, room) if missing else {}
    # What a writing unit reads is of several moments on PostgreSQL: not one stamp's.
    if new and reads_only(reading.uow.connection):
        PLANS.put({stamp_of[owner]: plan for owner, plan in new.items()})
    plans |= new
    return [plans[owner] for owner in stamp_of if owner in plans and plans[owner].rows]


def _read_plans(
    reading: Reading, organizations: Sequence[UUID], room: int
) -> Mapping[Id, ListPlan]:
    """Read the lists of some organisations.

    Raises:
        CoverageTooLarge: more than ``room`` things are owed on them, or on those read before.
    """
    owed = reading.rows(statements.OWED_ON_LISTS, organizations=organizations, most=room + 1)
    if sum(count for _, count, _ in owed) > room:
        raise CoverageTooLarge(TOO_MUCH)
    contents: dict[str, DutyContent] = {}
    lines: defaultdict[Id, list[DutyLine]] = defaultdict(list)
    year = reading.parameters["year"]
    for owner, line, position, text in reading.rows(statements.LINES, organizations=organizations):
        if text not in contents:
            contents[text] = _content(text, year)
        lines[owner].append(DutyLine(line, position, contents[text]))
    rows = {owner: text for owner, _, text in owed}
    return {owner: ListPlan(owner, own, rows.get(owner, "[]")) for owner, own in lines.items()}


def _content(text: str, year: int) -> DutyContent:
    """Parse a line; what it cites from after its year, in an older program's lists, is left out."""
    return DutyContent(text, year, as_cited_in(DutyWrite.model_validate_json(text), year))


def _read(
    reading: Reading, reads: statements.Reads, plans: Sequence[ListPlan], days: tuple[date, date]
) -> tuple[Mapping[UUID, str], Sequence[StatusOfList]]:
    if not plans:
        return {}, []
    organizations = reading.rows(reads.organizations)
    moved: list[UUID] = []
    if reads is not statements.READS_OF_GROUP:
        moved = _moved_groups(plans, organizations)
    if moved:
        of_moved = reading.rows(statements.ORGANIZATIONS_OF_MOVED, moved=moved)
        organizations = [*organizations, *of_moved]
    links: defaultdict[Id, list[Id]] = defaultdict(list)
    for occurrence, item in reading.rows(reads.links):
        links[occurrence].append(item)
    wanted = _wanted(plans)
    done: dict[Id, str] = dict(reading.rows(reads.done_in_year, **wanted))
    if moved:
        done |= dict(reading.rows(statements.DONE_BY_MOVED, **wanted, moved=moved))
    linked: dict[Id, DoneText] = {}
    if links:
        rows = reading.rows(reads.done_and_linked, **wanted)
        linked = {item: DoneText(*text) for item, *text in rows}
    lives, own_days = _lives(organizations, reading.parameters["year"]), _own_days(reading, plans)
    statuses = []
    for plan in plans:
        of_plan = [(row.id, tuple(links[row.id])) for row in plan.rows if links and row.id in links]
        question = ListQuestion(
            *days,
            done=tuple(DoneText(doer, done[doer]) for doer in plan.doers if doer in done),
            linked=tuple(linked[item] for _, items in of_plan for item in items if item in linked),
            links=tuple(of_plan),
            lives=tuple((doer, lives[doer]) for doer in plan.doers if doer in lives),
            own_days=own_days if plan.counts_working_days else (),
        )
        statuses.append(plan.status(question))
    return {UUID(id_): name for id_, name, *_ in organizations}, statuses


def _moved_groups(plans: Iterable[ListPlan], organizations: Iterable[Sequence[Any]]) -> list[UUID]:
    """List who owes something here and lies elsewhere: groups that moved to another branch."""
    doers = {doer for plan in plans for doer in plan.doers}
    return [UUID(doer) for doer in sorted(doers - {id_ for id_, *_ in organizations})]


def _lives(organizations: Iterable[Sequence[Any]], year: int) -> Mapping[Id, Life]:
    """Collect who does not exist for all of a year."""
    lives = {id_: Life(founded, dissolved) for id_, _, founded, dissolved in organizations}
    return {id_: life for id_, life in lives.items() if not life.covers(year)}


def _own_days(reading: Reading, plans: Iterable[ListPlan]) -> OwnDays:
    """Read the tree's own working and free days, if a deadline counts working days."""
    if not any(plan.counts_working_days for plan in plans):
        return ()
    return tuple(SpecialDay(*row) for row in reading.rows(statements.OWN_DAYS))


def _wanted(plans: Iterable[ListPlan]) -> Mapping[str, Any]:
    """Tell which records may count, and of which types more than that must be looked up."""
    contents = {line.content for plan in plans for line in plan.lines}
    counts = [counted for content in contents for counted in content.obligation.counts]
    return {
        "kinds": sorted({counted.kind for counted in counts}),
        "appraised": _types_appraised(counts),
        "paired": [TalkType.HEART_TALK] if any(counted.pair_types for counted in counts) else [],
    }


def _types_appraised(counts: Iterable[Counts]) -> Sequence[str]:
    """List the types of meeting that count for a duty only with an appraisal."""
    asking = [counted for counted in counts if counted.having == Having.APPRAISAL]
    if any(not counted.types for counted in asking):
        return tuple(MeetingType)
    return sorted({type_ for counted in asking for type_ in counted.types})


MAX_WITHOUT_LIST = 500


@dataclass(frozen=True, slots=True)
class MonthQuestion:
    """A question about one month (``2018-09``): its year's lists, or those of a year before.

    What follows an event late in a year falls due in the next one.
    """

    month: str
    as_of: date | None
    include_descendants: bool = False
    years_back: int = 0

    @property
    def year(self) -> int:
        """The year whose lists are asked."""
        return int(self.month[:4]) - self.years_back


@dataclass(frozen=True)
class ScopeStatus:
    """The status of a part of the tree on a day: its lists, by organisation."""

    organization_id: UUID
    year: int
    as_of: date
    names: Mapping[UUID, str]
    lists: Sequence[StatusOfList]
    period: str | None = None

    @cached_property
    def entries(self) -> Sequence[OccurrenceStatus]:
        """The things owed on all lists."""
        return tuple(entry for of_list in self.lists for entry in of_list.entries)


def tally_of(entries: Iterable[OccurrenceStatus]) -> Tally:
    """Count how many of some entries are in which state."""
    return Tally.of(entry.state for entry in entries)


def scope_status(
    uow: UnitOfWork,
    organization_id: UUID,
    question: ScopeQuestion,
    *,
    waived_by: date | None = None,
) -> ScopeStatus:
    """Work out the status of the year's lists of an organisation, or of it and all below.

    A waiver counts that was made by the day asked for, or by the later day ``waived_by``.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day lies before the year.
        CoverageTooLarge: the scope holds more than can be worked out at once.
    """
    zone = existing(visible_zone(uow, organization_id), NO_SUCH_ORGANIZATION)
    day, year = day_of(uow, zone, question), question.year
    names, lists = read_status(
        uow,
        organization_id,
        year,
        (day, waived_by or day),
        include_descendants=question.include_descendants,
    )
    return ScopeStatus(organization_id, year, day, names, lists)


def within_period(status: ScopeStatus, period: str | None) -> ScopeStatus:
    """Select one period (2018, 2018-H1, 2018-Q3, 2018-09) of a year; all of it without one.

    Raises:
        ValidationFailed: the period lies outside of the year.
    """
    if period is None:
        return status
    by_name = {
        named.name: named
        for every in MONTHS_OF
        for named in periods(Frequency(every=every), status.year)
    }
    if period not in by_name:
        message = f"{period} 不在 {status.year} 年度之内"
        raise ValidationFailed.parameter("period", "period_outside_year", message)
    days = by_name[period]
    lists = tuple(of_list.within(days.first, days.last) for of_list in status.lists)
    return replace(status, lists=lists, period=period)


def focus_names(uow: UnitOfWork, organization_id: UUID) -> Mapping[str, str]:
    """Read the names of the categories of responsibility in an organisation's tree, by code."""
    root = select(Organization.root_id).where(Organization.id == organization_id)
    statement = select(Focus.code, Focus.name).where(Focus.root_id == root.scalar_subquery())
    names: dict[str, str] = dict(uow.connection.execute(statement).all())
    return names


def organizations_without_list(
    uow: UnitOfWork, organization_id: UUID, year: int, *, include_descendants: bool
) -> WithoutList:
    """Read who in scope has no published list: no status can be told of them.

    The caller has checked the right to read.
    """
    statement = without_list(organization_id, year, include_descendants=include_descendants)
    rows = uow.connection.execute(statement.limit(MAX_WITHOUT_LIST)).all()
    if not rows:
        return WithoutList()
    total = rows[0][2]
    return WithoutList(
        without_list=[
            PlaceName(organization_id=id_, organization_name=name) for id_, name, _ in rows
        ],
        without_list_total=total,
        without_list_note=f"{total} 个组织尚未公布 {year} 年度责任清单，无从核对",
    )
