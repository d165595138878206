"""What of a list's rows is owed, and by when, as the tree and its calendar are now: pure.

Neither how long an organisation existed nor its working days are kept with what is owed: both are
put right at any time, and count from then on as if they had always been known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.checklist.due import Id, due_on
from app.checklist.periods import Period, clipped
from app.checklist.standing.plans import Line
from app.checklist.standing.rows import Owed
from app.rulesets.schemas import WorkingDay
from app.workdays.rules import SpecialDay
from app.workdays.work_calendar import WorkCalendar

# A tree has one set of days of its own for each year that is asked for.
MAX_CALENDARS = 64
OwnDays = tuple[SpecialDay, ...]


class Life(NamedTuple):
    """From when an organisation exists, and from when on no more; None where that is not known."""

    founded_on: date | None
    dissolved_on: date | None

    def covers(self, year: int) -> bool:
        """Whether it exists for all of a year."""
        founded = self.founded_on is None or self.founded_on <= date(year, 1, 1)
        return founded and (self.dissolved_on is None or self.dissolved_on > date(year, 12, 31))


def owed_now(
    rows: Iterable[Owed],
    lines: Mapping[Id, Line],
    lives: Mapping[Id, Life],
    own_days: OwnDays,
) -> Sequence[Owed]:
    """The rows that are owed, with their deadlines; ``lives`` are those that do not cover a year.

    Deadlines on a working day follow the calendar, also those that have passed.
    """
    dated = [_dated(row, lines[row.duty_id], own_days) for row in rows]
    return [row for row in dated if _lived(row, lines[row.duty_id], lives)] if lives else dated


def _dated(row: Owed, line: Line, own_days: OwnDays) -> Owed:
    due = line.content.obligation.due
    if not isinstance(due, WorkingDay):
        return row
    return row._replace(due_on=due_on(due, _period(row), _calendar(own_days)))


def _lived(row: Owed, line: Line, lives: Mapping[Id, Life]) -> bool:
    life = lives.get(row.owed_by_id)
    if life is None:
        return True
    every = line.content.obligation.frequency.every
    return clipped(_period(row), *life, every=every, due_on=row.due_on) is not None


def _period(row: Owed) -> Period:
    return Period(row.first, row.last, row.period)


@lru_cache(maxsize=MAX_CALENDARS)
def _calendar(own_days: OwnDays) -> WorkCalendar:
    return WorkCalendar(own={special.day: special for special in own_days})
