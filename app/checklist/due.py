"""What is owed in a period, and by when: pure."""

import calendar
from datetime import date, timedelta
from typing import Any, Protocol, TypeAlias

from app.checklist.periods import Period
from app.rulesets.rules import MonthOfPeriod
from app.rulesets.schemas import AfterEvent, DayOfMonth, Due, FixedDate, WorkingDay

# What names a thing: its UUID, or what the database has for one (``app.core.columns.raw``). Ids
# of one question are of one type; they are compared, and no more.
Id: TypeAlias = Any


class Owed(Protocol):
    """What the matching asks of an occurrence whose duty and place it has been told."""

    @property
    def id(self) -> Id:
        """Its id."""
        ...

    @property
    def first(self) -> date:
        """The first day of its period."""
        ...

    @property
    def last(self) -> date:
        """The last day of its period, inclusive."""
        ...

    @property
    def number(self) -> int:
        """Which of the period's occurrences it is, from 1."""
        ...


class WorkingDays(Protocol):
    """What a deadline asks of a calendar of working days."""

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """The n-th working day of a month, or the last one of a month that has fewer."""
        ...


def due_on(due: Due, period: Period, working_days: WorkingDays) -> date | None:
    """The day by which an occurrence of a (whole) period is owed, inclusive.

    None for what follows an event: the event's day decides (``after_event``).
    """
    if isinstance(due, AfterEvent):
        return None
    if isinstance(due, FixedDate):
        return _day_or_last(period.first.year, due.month, due.day)
    if isinstance(due, DayOfMonth):
        month = _month_of(period, due.month)
        return _day_or_last(month.year, month.month, due.day)
    if isinstance(due, WorkingDay):
        month = _month_of(period, due.month)
        return working_days.nth_working_day(month.year, month.month, due.number)
    return period.last


def after_event(due: AfterEvent, event_on: date) -> date:
    """The day by which something is owed that follows an event, in calendar days."""
    return event_on + timedelta(days=due.days)


def _month_of(period: Period, which: MonthOfPeriod) -> date:
    return period.first if which == MonthOfPeriod.FIRST else period.last


def _day_or_last(year: int, month: int, day: int) -> date:
    """A day of a month, or the month's last day: the 31st in June, 29 February in most years."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
