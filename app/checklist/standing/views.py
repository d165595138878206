"""The standing as it is shown: totals, a matrix, what is missing, the three lists."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from pydantic_core import to_json

from app.checklist.coverage import STATE_LABELS, State
from app.checklist.standing.lists import Entry
from app.checklist.standing.schemas import (
    CoverageRead,
    DutyTally,
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
from app.checklist.standing.service import Standing
from app.core.columns import uuid_of

Key = TypeVar("Key", bound=Hashable)
UNASSIGNED = "未落实到人或岗位"
_POSITION = attrgetter("position")
NOBODY = WithoutList()
UNDONE = frozenset({State.MISSING, State.NOT_YET_DUE, State.TO_CONFIRM})


def coverage(found: Standing, without: WithoutList = NOBODY) -> CoverageRead:
    """The totals by organisation and by duty; ``without`` are those who have no list."""
    return CoverageRead(
        **without.model_dump(),
        organization_id=found.organization_id,
        year=found.year,
        period=found.period,
        as_of=found.as_of,
        total=TallyRead.of(found.tally(found.entries)),
        organizations=[
            PlaceTally(
                organization_id=place,
                organization_name=found.names[place],
                tally=TallyRead.of(found.tally(entries)),
            )
            for place, entries in _by_place(found.entries).items()
        ],
        duties=[
            DutyTally(code=code, name=name, tally=TallyRead.of(found.tally(entries)))
            for (code, name), entries in _by_duty(found.entries).items()
        ],
    )


def matrix(found: Standing) -> bytes:
    """Organisation × month × duty; a thing stands in the month in which its period ends.

    The JSON of a ``MatrixRead``, written at once: thousands of cells are no objects of their own.
    """
    rows = b",".join(
        b'{"organization_id":%b,"organization_name":%b,"cells":%b}'
        % (to_json(one.organization_id), to_json(found.names[one.organization_id]), one.cells)
        for one in found.lists
    )
    head = {
        "organization_id": found.organization_id,
        "year": found.year,
        "period": found.period,
        "as_of": found.as_of,
        "duties": [{"code": code, "name": name} for code, name in _duties(found)],
    }
    return b'%b,"rows":[%b]}' % (to_json(head)[:-1], rows)


def _duties(found: Standing) -> Iterable[tuple[str, str]]:
    """The code and the name of each duty, in the order of the lists."""
    lines = sorted((line for one in found.lists for line in one.lines), key=_POSITION)
    return dict.fromkeys((line.content.code, line.content.obligation.name) for line in lines)


def _by_place(entries: Iterable[Entry]) -> Mapping[Any, Sequence[Entry]]:
    """Entries by whose list they stand on."""
    return _grouped(entries, lambda entry: entry.organization_id)


def _by_duty(entries: Iterable[Entry]) -> Mapping[tuple[str, str], Sequence[Entry]]:
    """Entries by duty, in the order of the lists."""
    in_order = sorted(entries, key=lambda one: one.line.position)
    return _grouped(in_order, lambda one: (one.obligation.code, one.obligation.name))


def _grouped(
    entries: Iterable[Entry], key: Callable[[Entry], Key]
) -> Mapping[Key, Sequence[Entry]]:
    found: defaultdict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[key(entry)].append(entry)
    return found


def occurrences(
    found: Standing, entries: Sequence[Entry], focuses: Mapping[str, str]
) -> OccurrencesBody:
    """Some of the things owed, each with its grounds; ``focuses`` are names of categories."""
    return OccurrencesBody(
        organization_id=found.organization_id,
        as_of=found.as_of,
        tally=TallyRead.of(found.tally(entries)),
        items=[occurrence(found, entry, focuses) for entry in entries],
    )


def outstanding(
    found: Standing,
    month: str,
    focuses: Mapping[str, str],
    before: Standing | None = None,
    without: WithoutList = NOBODY,
) -> OutstandingBody:
    """本月还差什么: undone things with a deadline in the month, and what is left from before.

    ``before`` are the lists of the year before: what follows an event late in a year falls due in
    the next one, and what was left undone is not forgotten on New Year's Eve.
    """
    first = date.fromisoformat(f"{month}-01")
    this_month: list[OccurrenceRead] = []
    earlier: list[OccurrenceRead] = []
    for part in [before, found] if before else [found]:
        for entry in part.entries:
            if entry.state in UNDONE and _month_of(entry) == (first.year, first.month):
                this_month.append(occurrence(part, entry, focuses))
            elif entry.state == State.MISSING and entry.due_on and entry.due_on < first:
                earlier.append(occurrence(part, entry, focuses))
    return OutstandingBody(
        **without.model_dump(),
        organization_id=found.organization_id,
        month=month,
        as_of=found.as_of,
        items=this_month,
        earlier=earlier,
    )


def _month_of(entry: Entry) -> tuple[int, int] | None:
    """The month of the deadline, or while there is none, that in which the period ends."""
    day = entry.due_on or entry.row.last
    return day.year, day.month


def occurrence(found: Standing, entry: Entry, focuses: Mapping[str, str]) -> OccurrenceRead:
    """One thing owed as it is returned."""
    row, obligation = entry.row, entry.obligation
    place, owed_by = entry.organization_id, entry.owed_by_id
    overdue = entry.state == State.MISSING and entry.due_on is not None
    return OccurrenceRead(
        id=entry.id,
        organization_id=place,
        organization_name=found.names[place],
        owed_by_id=owed_by,
        owed_by_name=found.names[owed_by],
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
        state_label=STATE_LABELS[entry.state],
        days_overdue=(found.as_of - entry.due_on).days if overdue and entry.due_on else None,
        **_evidence(found, entry),
        responsible_person=entry.line.content.responsible_person,
        responsible_post=obligation.responsible_post,
        responsible_department=obligation.responsible_department,
        evidence=obligation.evidence,
        rule=RuleRead.model_validate(obligation),
        waived_reason=row.waived_reason if entry.waived else None,
        version=row.version,
    )


def _evidence(found: Standing, entry: Entry) -> dict[str, Any]:
    """The records that fulfil a thing, as far as the reader may open them, and since when."""
    told = [record for record in entry.records if record.id in found.titles]
    return {
        "fulfilled_on": entry.fulfilled_on if entry.records[:1] == told[:1] else None,
        "records": [
            RecordLink(
                id=uuid_of(record.id),
                kind=record.kind,
                title=found.titles[record.id],
                happened_on=record.happened_on,
                late_entry=record.late_entry,
            )
            for record in told
            if record.happened_on is not None
        ],
        "records_hidden": len(entry.records) - len(told),
    }


def responsibilities(found: Standing) -> ResponsibilityList:
    """责任清单: by organisation, there by the person, else the post, else the department."""
    items = [
        PersonDuties(
            organization_id=place,
            organization_name=found.names[place],
            responsible=who,
            tally=TallyRead.of(found.tally(held)),
            codes=sorted({entry.obligation.code for entry in held}),
        )
        for place, entries in _by_place(found.entries).items()
        for who, held in sorted(_grouped(entries, _responsible).items(), key=_assigned_first)
    ]
    return ResponsibilityList(
        organization_id=found.organization_id, year=found.year, as_of=found.as_of, items=items
    )


def _assigned_first(held: tuple[str, object]) -> tuple[bool, str]:
    return held[0] == UNASSIGNED, held[0]


def _responsible(entry: Entry) -> str:
    obligation = entry.obligation
    return (
        entry.line.content.responsible_person
        or obligation.responsible_post
        or obligation.responsible_department
        or UNASSIGNED
    )
