"""The status as it is shown: totals, matrix, what is missing, and the three lists."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Select, select

from app.checklist.errors import CoverageTooLarge
from app.checklist.list_status import OccurrenceStatus
from app.checklist.queries import below, day_of
from app.checklist.rules import State, Tally
from app.checklist.schemas import YearParameters
from app.checklist.status import ScopeStatus, tally_of
from app.checklist.status_schemas import (
    CoverageRead,
    DutyTally,
    IssueList,
    IssueRead,
    OccurrenceRead,
    OccurrencesBody,
    OutstandingBody,
    PersonDuties,
    PlaceTally,
    RecordLink,
    ResponsibilityList,
    RuleRead,
    TallyRead,
    WithoutList,
)
from app.core.uow import UnitOfWork
from app.items.history import EVENTS, last_step, state_on, unfinished_before
from app.items.models import Item
from app.organizations.models import Organization
from app.organizations.queries import get_visible
from app.rectifications.models import Rectification

Key = TypeVar("Key", bound=Hashable)
MOST_ISSUES = 5_000
UNASSIGNED = "未落实到人或岗位"
NOBODY = WithoutList()
UNDONE = frozenset({State.MISSING, State.NOT_YET_DUE, State.TO_CONFIRM})
_POSITION = attrgetter("position")


def issue_list(uow: UnitOfWork, organization_id: UUID, parameters: YearParameters) -> IssueList:
    """List what was found by the day and the year's end, and not closed before its beginning.

    States and deadlines are those of the day, today unless one is asked for, from the history.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day lies before the year.
        CoverageTooLarge: there are more than fit into one answer.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    day = day_of(uow, organization.time_zone, parameters)
    scope = below(organization.id, include_descendants=parameters.include_descendants)
    rows = uow.session.execute(_issues(scope, parameters.year, day)).all()
    if len(rows) > MOST_ISSUES:
        raise CoverageTooLarge(f"问题超过 {MOST_ISSUES} 条，请按下级组织分别查看。")
    return IssueList(
        organization_id=organization.id,
        year=parameters.year,
        as_of=day,
        items=[IssueRead.model_validate(row) for row in rows],
    )


def _issues(scope: Select[Any], year: int, day: date) -> Select[Any]:
    items, own = Item.__table__.c, Rectification.__table__.c
    organizations = Organization.__table__.c
    status, due_on = state_on(day), last_step(EVENTS.due_on, day)
    return (
        select(
            *(items.id, items.title, items.organization_id),
            *(status.label("status"), due_on.label("due_on")),
            *(items.responsible_person, items.responsible_department),
            own.source,
            organizations.name.label("organization_name"),
        )
        .select_from(
            Item.__table__.join(Rectification.__table__, own.item_id == items.id).join(
                Organization.__table__, organizations.id == items.organization_id
            )
        )
        .where(
            # Told apart by its table: the index by kind would lead through every tree.
            items.organization_id.in_(scope),
            items.day <= date(year, 12, 31),
            own.found_on <= day,
            status.is_not(None),
            items.deleted_at.is_(None),
            items.restricted.is_(False),
            unfinished_before(date(year, 1, 1), day),
        )
        .order_by(due_on, items.id)
        .limit(MOST_ISSUES + 1)
    )


def coverage(status: ScopeStatus, without: WithoutList = NOBODY) -> CoverageRead:
    """Show the totals by organisation and by duty; ``without`` are those who have no list."""
    tallies = {
        of_list.organization_id: tally_of(of_list.entries)
        for of_list in status.lists
        if of_list.entries
    }
    return CoverageRead(
        **without.model_dump(),
        organization_id=status.organization_id,
        year=status.year,
        period=status.period,
        as_of=status.as_of,
        total=TallyRead.of(sum(tallies.values(), Tally())),
        organizations=[
            PlaceTally(
                organization_id=owner,
                organization_name=status.names[owner],
                tally=TallyRead.of(tally),
            )
            for owner, tally in tallies.items()
        ],
        duties=[
            DutyTally(code=code, name=name, tally=TallyRead.of(tally_of(entries)))
            for (code, name), entries in _by_duty(status.entries).items()
        ],
    )


def matrix(status: ScopeStatus) -> bytes:
    """Show organisation × month × duty; a thing stands in the month in which its period ends.

    Returns:
        The JSON of a ``MatrixRead``: of thousands of cells no objects are made.
    """
    rows = b",".join(
        b'{"organization_id":%b,"organization_name":%b,"cells":%b}'
        % (
            to_json(of_list.organization_id),
            to_json(status.names[of_list.organization_id]),
            of_list.matrix_cells,
        )
        for of_list in status.lists
    )
    head = {
        "organization_id": status.organization_id,
        "year": status.year,
        "period": status.period,
        "as_of": status.as_of,
        "duties": [{"code": code, "name": name} for code, name in _duties(status)],
    }
    return b'%b,"rows":[%b]}' % (to_json(head)[:-1], rows)


def _duties(status: ScopeStatus) -> Iterable[tuple[str, str]]:
    """List the code and the name of each duty, in the order of the lists."""
    lines = sorted((line for of_list in status.lists for line in of_list.lines), key=_POSITION)
    return dict.fromkeys((line.obligation.code, line.obligation.name) for line in lines)


def _by_duty(
    entries: Iterable[OccurrenceStatus],
) -> Mapping[tuple[str, str], Sequence[OccurrenceStatus]]:
    """Group entries by the code and the name of their duty, in the order of the lists."""
    groups: defaultdict[tuple[str, str], list[OccurrenceStatus]] = defaultdict(list)
    by_line = _grouped(entries, lambda entry: entry.row.line.id).values()
    for of_line in sorted(by_line, key=lambda of_line: of_line[0].line.position):
        obligation = of_line[0].obligation
        groups[obligation.code, obligation.name] += of_line
    return groups


def _grouped(
    entries: Iterable[OccurrenceStatus], key: Callable[[OccurrenceStatus], Key]
) -> Mapping[Key, Sequence[OccurrenceStatus]]:
    groups: defaultdict[Key, list[OccurrenceStatus]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    return groups


def occurrences(
    status: ScopeStatus, entries: Sequence[OccurrenceStatus], focuses: Mapping[str, str]
) -> OccurrencesBody:
    """Show some of the things owed with their grounds; ``focuses`` are names of categories."""
    return OccurrencesBody(
        organization_id=status.organization_id,
        as_of=status.as_of,
        tally=TallyRead.of(tally_of(entries)),
        items=[occurrence(status, entry, focuses) for entry in entries],
    )


def outstanding(
    status: ScopeStatus,
    month: str,
    focuses: Mapping[str, str],
    before: ScopeStatus | None = None,
    without: WithoutList = NOBODY,
) -> OutstandingBody:
    """Show 本月还差什么: what is undone and due in the month, and what is left from before.

    ``before`` are the lists of the year before: what follows an event late in a year falls due in
    the next one, and what was left undone is not forgotten on New Year's Eve.
    """
    first = date.fromisoformat(f"{month}-01")
    this_month: list[OccurrenceRead] = []
    earlier: list[OccurrenceRead] = []
    for part in [before, status] if before else [status]:
        for entry in part.entries:
            # Of what has no deadline yet, the month counts in which its period ends.
            due_on = entry.due_on or entry.row.last
            if entry.state in UNDONE and due_on.replace(day=1) == first:
                this_month.append(occurrence(part, entry, focuses))
            elif entry.state == State.MISSING and entry.due_on and entry.due_on < first:
                earlier.append(occurrence(part, entry, focuses))
    return OutstandingBody(
        **without.model_dump(),
        organization_id=status.organization_id,
        month=month,
        as_of=status.as_of,
        items=this_month,
        earlier=earlier,
    )


def occurrence(
    status: ScopeStatus, entry: OccurrenceStatus, focuses: Mapping[str, str]
) -> OccurrenceRead:
    """Show one thing owed."""
    row, obligation = entry.row, entry.obligation
    owner, owed_by = entry.organization_id, entry.owed_by_id
    overdue = entry.state == State.MISSING and entry.due_on is not None
    return OccurrenceRead(
        id=entry.id,
        organization_id=owner,
        organization_name=status.names[owner],
        owed_by_id=owed_by,
        owed_by_name=status.names[owed_by],
        code=obligation.code,
        name=obligation.name,
        measures=obligation.measures,
        focus=obligation.focus,
        focus_name=focuses.get(obligation.focus) if obligation.focus else None,
        period=row.period,
        first_on=row.first,
        last_on=row.last,
        number=row.number,
        due_on=entry.due_on,
        state=entry.state,
        state_label=entry.state.label,
        days_overdue=(status.as_of - entry.due_on).days if overdue and entry.due_on else None,
        **_evidence(entry),
        responsible_person=obligation.responsible_person,
        responsible_post=obligation.responsible_post,
        responsible_department=obligation.responsible_department,
        evidence=obligation.evidence,
        rule=RuleRead.model_validate(obligation),
        waived_reason=row.waived_reason if entry.waived else None,
        version=row.version,
    )


def _evidence(entry: OccurrenceStatus) -> dict[str, Any]:
    """Show the records that fulfil a thing, as far as the reader may open them, and since when."""
    readable = [record for record in entry.records if record.title is not None]
    return {
        "fulfilled_on": entry.fulfilled_on if entry.records[:1] == readable[:1] else None,
        "records": [
            RecordLink(
                id=UUID(record.id),
                kind=record.kind,
                title=record.title,
                happened_on=record.happened_on,
                late_entry=record.late_entry,
            )
            for record in readable
            if record.title is not None and record.happened_on is not None
        ],
        "records_hidden": len(entry.records) - len(readable),
    }


def responsibilities(status: ScopeStatus) -> ResponsibilityList:
    """Show 责任清单: by organisation, there by the person, else the post, else the department."""
    items = [
        PersonDuties(
            organization_id=of_list.organization_id,
            organization_name=status.names[of_list.organization_id],
            responsible=responsible,
            tally=TallyRead.of(tally_of(entries)),
            codes=sorted({entry.obligation.code for entry in entries}),
        )
        for of_list in status.lists
        for responsible, entries in sorted(
            _grouped(of_list.entries, _responsible).items(), key=_assigned_first
        )
    ]
    return ResponsibilityList(
        organization_id=status.organization_id, year=status.year, as_of=status.as_of, items=items
    )


def _assigned_first(group: tuple[str, object]) -> tuple[bool, str]:
    return group[0] == UNASSIGNED, group[0]


def _responsible(entry: OccurrenceStatus) -> str:
    obligation = entry.obligation
    return (
        obligation.responsible_person
        or obligation.responsible_post
        or obligation.responsible_department
        or UNASSIGNED
    )
