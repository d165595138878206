"""What falls due from the lines of published lists: one row for each thing owed, made once.

Making them again changes nothing. What lies in the past, is waived or has a record linked to it is
never touched, whatever becomes of the line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from app.checklist.due import due_on
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.periods import clipped, periods
from app.checklist.queries import duties_of, groups_of
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.rulesets.schemas import Obligation
from app.workdays.queries import work_calendar
from app.workdays.work_calendar import WorkCalendar

Row = dict[str, Any]
Key = tuple[UUID, UUID, date, int]
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owes: an organisation or one of its groups, for as long as it exists."""

    id: UUID
    founded_on: date | None
    dissolved_on: date | None


def owed(
    duty: Duty, obligation: Obligation, holder: Holder, year: int, calendar: WorkCalendar
) -> Iterator[Row]:
    """What one holder owes of a line in its year. Pure.

    A period belongs to the line that holds on the period's last day.
    """
    for period in periods(obligation.frequency, year):
        if not duty.effective_from <= period.last < duty.effective_until:
            continue
        due = due_on(obligation.due, period, calendar)
        every = obligation.frequency.every
        if not clipped(period, holder.founded_on, holder.dissolved_on, every=every, due_on=due):
            continue
        for number in range(1, obligation.frequency.times + 1):
            yield {
                "duty_id": duty.id,
                "owed_by_id": holder.id,
                "year": year,
                "period": period.name,
                "first_on": period.first,
                "last_on": period.last,
                "number": number,
                "due_on": due,
            }


def generate(
    unit: Unit, lists: Sequence[DutyList], told: Callable[[int], None] | None = None
) -> int:
    """Make what is missing of the lists' occurrences, take away what is not owed any more.

    Returns how many were made. ``told`` hears how many lists are done. A constant number of
    statements, but for the batches of a large tree.
    """
    if not lists:
        return 0
    wanted = _wanted(unit, lists, told)
    known = _known(unit, lists)
    _take_away(unit, [known[key] for key in known.keys() - wanted.keys()])
    rows = [
        {**row, "id": new_id(), "version": 1} for key, row in wanted.items() if key not in known
    ]
    for start in range(0, len(rows), BATCH):
        unit.session.execute(insert(Occurrence), rows[start : start + BATCH])
    return len(rows)


def _wanted(
    unit: Unit, lists: Sequence[DutyList], told: Callable[[int], None] | None
) -> dict[Key, Row]:
    places = _places(unit, lists)
    groups = _groups(unit, places)
    calendars = {
        root: work_calendar(unit.session, root)
        for root in {place.root_id for place in places.values()}
    }
    duties: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in unit.session.scalars(duties_of([one.id for one in lists])):
        duties[duty.list_id].append(duty)
    wanted: dict[Key, Row] = {}
    for done, one in enumerate(lists, start=1):
        place = places[one.organization_id]
        for duty in duties[one.id]:
            obligation = Obligation.model_validate(
                {name: duty.content[name] for name in Obligation.model_fields}
            )
            holders = groups[place.id] if obligation.for_each_group else [_holder(place)]
            for holder in holders:
                for row in owed(duty, obligation, holder, one.year, calendars[place.root_id]):
                    row["organization_id"] = place.id
                    key = (row["duty_id"], row["owed_by_id"], row["first_on"], row["number"])
                    wanted[key] = row
        if told:
            told(done)
    return wanted


def _places(unit: Unit, lists: Sequence[DutyList]) -> Mapping[UUID, Organization]:
    wanted = select(Organization).where(Organization.id.in_({one.organization_id for one in lists}))
    return {place.id: place for place in unit.session.scalars(wanted)}


def _groups(unit: Unit, places: Mapping[UUID, Organization]) -> Mapping[UUID, list[Holder]]:
    found: dict[UUID, list[Holder]] = defaultdict(list)
    for group in unit.session.scalars(groups_of(places)):
        if group.parent_id is not None:
            found[group.parent_id].append(_holder(group))
    return found


def _holder(place: Organization) -> Holder:
    return Holder(place.id, place.founded_on, place.dissolved_on)


def _known(unit: Unit, lists: Sequence[DutyList]) -> dict[Key, UUID]:
    columns = Occurrence.__table__.c
    duties = select(Duty.id).where(Duty.list_id.in_([one.id for one in lists]))
    statement = select(
        columns.id, columns.duty_id, columns.owed_by_id, columns.first_on, columns.number
    ).where(columns.duty_id.in_(duties))
    return {
        (row.duty_id, row.owed_by_id, row.first_on, row.number): row.id
        for row in unit.session.execute(statement)
    }


def _take_away(unit: Unit, ids: Sequence[UUID]) -> None:
    """Remove what is not owed any more, unless it is over, waived or linked."""
    today = unit.now().date()
    for start in range(0, len(ids), BATCH):
        unit.session.execute(
            delete(Occurrence).where(
                Occurrence.id.in_(ids[start : start + BATCH]),
                Occurrence.last_on >= today,
                Occurrence.waived_on.is_(None),
                Occurrence.id.not_in(select(OccurrenceRecord.occurrence_id)),
            )
        )
