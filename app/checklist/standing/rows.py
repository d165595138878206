"""One thing owed as it was read, with its days as days: pure."""

from datetime import date
from typing import NamedTuple

from app.checklist.due import Id
from app.checklist.standing.plans import Cells
from app.core.columns import day_of


class Owed(NamedTuple):
    """One thing owed; ids as the driver has them."""

    id: Id
    duty_id: Id
    organization_id: Id
    owed_by_id: Id
    first: date
    last: date
    due_on: date | None
    number: int
    period: str
    waived_on: date | None
    waived_reason: str | None
    version: int


def row_of(cells: Cells) -> Owed:
    """What stands in a row of ``plans.OWED_CELLS``."""
    identity, duty, place, owed_by, first, last, due, number, period, *exception = cells
    waived_on, reason, version = exception
    return Owed(
        id=identity,
        duty_id=duty,
        organization_id=place,
        owed_by_id=owed_by,
        first=day_of(first),
        last=day_of(last),
        due_on=day_of(due) if due else None,
        number=number,
        period=period,
        waived_on=day_of(waived_on) if waived_on else None,
        waived_reason=reason,
        version=version,
    )
