"""What falls due from the lines of published lists: one row for each thing owed, made once.

There is one of each by code, holder, period and number: a line that replaces another under its
code takes over what the other owed, with all that people said of it. Making them again changes
nothing. What lies in the past, is waived or has a record linked to it is never taken away.

Rows are made for the whole of a year, as if whoever owes them had always been there: how long that
was is asked when they are read (``list_status``), since it is corrected at any time.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, bindparam, cast, delete, or_, select, update

from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.periods import DutyPeriod, due_on, periods
from app.checklist.queries import groups_of
from app.checklist.rules import ListStatus
from app.core.database import BATCH, insert_rows
from app.core.ids import new_id
from app.core.uow import UnitOfWork
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.rulesets.schemas import Obligation
from app.workdays.service import work_calendar

Key = tuple[str, UUID, str, int]
_OCCURRENCES: Any = Occurrence.__table__
_DUTIES: Any = Duty.__table__


class NewOccurrence(NamedTuple):
    """Something to be owed; the names are those of its columns."""

    id: UUID
    duty_id: UUID
    organization_id: UUID
    owed_by_id: UUID
    year: int
    period: str
    first_on: date
    last_on: date
    number: int
    due_on: date | None
    version: int


class ExistingOccurrence(NamedTuple):
    """A row that is there: its list's organisation and year, and what making it anew may change."""

    id: UUID
    owed_by_id: UUID
    year: int
    duty_id: UUID
    organization_id: UUID
    first_on: date
    last_on: date
    due_on: date | None

    def differs(self, row: NewOccurrence) -> bool:
        """Tell whether it would be made differently now."""
        return self[3:] != (
            *(row.duty_id, row.organization_id, row.first_on, row.last_on, row.due_on),
        )


class LineText(NamedTuple):
    """A line of a list: what it says, and from when until (not on) when."""

    id: UUID
    code: str
    content: str
    effective_from: date
    effective_until: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """An obligation's periods in a year, each with its deadline."""

    obligation: Obligation
    periods: tuple[tuple[DutyPeriod, date | None], ...]


def owed(line: LineText, plan: Schedule) -> Iterator[tuple[DutyPeriod, date | None]]:
    """List the periods in which a line is owed, with the deadlines. Pure.

    A period belongs to the line that holds on the period's last day.
    """
    for period, due in plan.periods:
        if line.effective_from <= period.last < line.effective_until:
            yield period, due


class _Schedules:
    """Schedules made once for each content: most lists of a tree have the same lines."""

    def __init__(self, uow: UnitOfWork, roots: Iterable[UUID]) -> None:
        self._calendars = {root: work_calendar(uow.session, root) for root in roots}
        self._known: dict[tuple[UUID, int, str], Schedule] = {}

    def of(self, root: UUID, year: int, line: LineText) -> Schedule:
        """Return the schedule of a line."""
        key = root, year, line.content
        if key not in self._known:
            content = json.loads(line.content)
            obligation = Obligation.model_validate(
                {name: content[name] for name in Obligation.model_fields}
            )
            self._known[key] = Schedule(
                obligation,
                tuple(
                    (period, due_on(obligation.due, period, self._calendars[root]))
                    for period in periods(obligation.frequency, year)
                ),
            )
        return self._known[key]


def generate(
    uow: UnitOfWork, lists: Sequence[DutyList], progress: Callable[[int], None] | None = None
) -> int:
    """Make what is missing of the lists' occurrences, take away what is not owed any more.

    Returns how many were made. ``progress`` is called with how many lists are done. Takes a
    constant number of statements, but for the batches of a large tree.
    """
    if not lists:
        return 0
    owners = select(Organization).where(
        Organization.id.in_({duty_list.organization_id for duty_list in lists})
    )
    organizations = {owner.id: owner for owner in uow.session.scalars(owners)}
    groups = _groups(uow, organizations)
    wanted = _wanted(uow, lists, organizations, groups, progress)
    known = _known(uow, lists, groups)
    if known:
        zones = {organization.time_zone for organization in organizations.values()}
        today = max(uow.today(zone) for zone in zones)
        _take_away(uow, [row.id for key, row in known.items() if key not in wanted], today)
        _carry_over(uow, [(row, wanted[key]) for key, row in known.items() if key in wanted])
    new = [row for key, row in wanted.items() if key not in known]
    insert_rows(uow.connection, _OCCURRENCES, NewOccurrence._fields, new)
    return len(new)


def _wanted(
    uow: UnitOfWork,
    lists: Sequence[DutyList],
    organizations: Mapping[UUID, Organization],
    groups: Mapping[UUID, Sequence[UUID]],
    progress: Callable[[int], None] | None,
) -> dict[Key, NewOccurrence]:
    """Make all rows of the lists, by key."""
    wanted: dict[Key, NewOccurrence] = {}
    schedules = _Schedules(uow, {organization.root_id for organization in organizations.values()})
    lines = _lines(uow, lists)
    for done, duty_list in enumerate(lists, start=1):
        organization = organizations[duty_list.organization_id]
        own = (organization.id,)
        for line in lines[duty_list.id]:
            plan = schedules.of(organization.root_id, duty_list.year, line)
            for holder in groups[organization.id] if plan.obligation.for_each_group else own:
                wanted.update(_rows(organization.id, duty_list.year, line, plan, holder))
        if progress:
            progress(done)
    return wanted


def _rows(
    organization_id: UUID, year: int, line: LineText, plan: Schedule, holder: UUID
) -> Iterator[tuple[Key, NewOccurrence]]:
    for period, due in owed(line, plan):
        for number in range(1, plan.obligation.frequency.times + 1):
            row = NewOccurrence(
                *(new_id(), line.id, organization_id, holder, year, period.name),
                *(period.first, period.last, number, due, 1),
            )
            yield (line.code, holder, period.name, number), row


def _lines(uow: UnitOfWork, lists: Sequence[DutyList]) -> Mapping[UUID, list[LineText]]:
    columns = _DUTIES.c
    statement = (
        select(
            *(columns.list_id, columns.id, columns.code, cast(columns.content, String)),
            *(columns.effective_from, columns.effective_until),
        )
        .where(columns.list_id.in_([duty_list.id for duty_list in lists]))
        .order_by(columns.list_id, columns.position, columns.effective_from, columns.id)
    )
    lines: dict[UUID, list[LineText]] = defaultdict(list)
    for list_id, *line in uow.connection.execute(statement):
        lines[list_id].append(LineText(*line))
    return lines


def _groups(
    uow: UnitOfWork, organizations: Mapping[UUID, Organization]
) -> defaultdict[UUID, list[UUID]]:
    groups: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for group in uow.session.scalars(groups_of(organizations)):
        if group.parent_id is not None:
            groups[group.parent_id].append(group.id)
    return groups


def _known(
    uow: UnitOfWork, lists: Sequence[DutyList], groups: Mapping[UUID, Sequence[UUID]]
) -> dict[Key, ExistingOccurrence]:
    """Read the lists' rows, and their groups' on the lists of branches that they left."""
    columns = _OCCURRENCES.c
    of_lists = {(duty_list.organization_id, duty_list.year) for duty_list in lists}
    organizations = {duty_list.organization_id for duty_list in lists}
    branch_of = {group: branch for branch, below in groups.items() for group in below}
    statement = (
        select(
            *(columns.id, columns.owed_by_id, columns.year, columns.duty_id),
            *(columns.organization_id, columns.first_on, columns.last_on, columns.due_on),
            *(_DUTIES.c.code, columns.period, columns.number),
        )
        .join(_DUTIES, _DUTIES.c.id == columns.duty_id)
        .where(
            columns.year.in_({duty_list.year for duty_list in lists}),
            or_(
                columns.organization_id.in_(organizations),
                columns.owed_by_id.in_(groups_of(organizations).with_only_columns(Organization.id)),
            ),
        )
    )
    known: dict[Key, ExistingOccurrence] = {}
    for *values, code, period, number in uow.connection.execute(statement):
        row = ExistingOccurrence(*values)
        owners = row.organization_id, branch_of.get(row.owed_by_id)
        if any((owner, row.year) in of_lists for owner in owners):
            known[code, row.owed_by_id, period, number] = row
    return known


def _take_away(uow: UnitOfWork, ids: Sequence[UUID], today: date) -> None:
    """Remove what is not owed any more, unless it is over, waived or linked."""
    for start in range(0, len(ids), BATCH):
        uow.session.execute(
            delete(Occurrence).where(
                Occurrence.id.in_(ids[start : start + BATCH]),
                Occurrence.last_on >= today,
                Occurrence.waived_on.is_(None),
                Occurrence.id.not_in(select(OccurrenceRecord.occurrence_id)),
            )
        )


def _carry_over(uow: UnitOfWork, pairs: Iterable[tuple[ExistingOccurrence, NewOccurrence]]) -> None:
    """Update rows that stay to their line: one that replaced another, or the group's new list."""
    changed = [
        {
            "known": known.id,
            "duty_id": row.duty_id,
            "organization_id": row.organization_id,
            "first_on": row.first_on,
            "last_on": row.last_on,
            "due_on": row.due_on,
        }
        for known, row in pairs
        if known.differs(row)
    ]
    if changed:
        columns = _OCCURRENCES.c
        statement = update(_OCCURRENCES).where(columns.id == bindparam("known"))
        uow.connection.execute(statement.values(version=columns.version + 1), changed)


def sync_lists(uow: UnitOfWork, organization: Organization, since: date | None = None) -> None:
    """Make a party group owe what published lists of its branch ask of each group.

    From the year of ``since`` on (a new group's founding), else from the present one: after a move
    earlier years stay on the list of the branch that it belonged to.
    """
    if organization.kind != OrganizationKind.PARTY_GROUP:
        return
    lists = select(DutyList).where(
        DutyList.organization_id == organization.parent_id,
        DutyList.year >= (since or uow.today(organization.time_zone)).year,
        DutyList.status == ListStatus.PUBLISHED,
    )
    generate(uow, uow.session.scalars(lists.with_for_update()).all())
