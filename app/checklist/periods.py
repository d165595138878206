"""The periods in which something is owed, and by when: pure."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from app.rulesets.recurrence import dates_of
from app.rulesets.rules import Every, MonthOfPeriod
from app.rulesets.schemas import AfterEvent, DayOfMonth, Due, FixedDate, Frequency, WorkingDay
from app.workdays.rules import WorkCalendar

MONTHS_OF = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
# Who lives to see most of such a period owes it; the others are owed by who is there on the day.
OWED_BY_HALVES = frozenset({Every.MONTH, Every.QUARTER, Every.HALF_YEAR})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DutyPeriod:
    """The days ``first`` to ``last``, both inclusive, within one year; named for people."""

    first: date
    last: date
    name: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def periods(frequency: Frequency, year: int) -> tuple[DutyPeriod, ...]:
    """List the periods of a year, in order; they never overlap.

    Months (2018-09), quarters (2018-Q3), half-years (2018-H2) and the year (2018) tile the year.
    Single dates (``once``, RRULE) end a period each, named after the date: it begins on the day
    after the date before, the first on 1 January; after the last date nothing is owed. A year in
    which there is no date has no periods.

    Raises:
        RruleRefused: the rule's calendar rule is not one that is taken.
    """
    if frequency.every == Every.ONCE:
        on = frequency.on
        return _ending_on((on,)) if on and on.year == year else ()
    if frequency.every == Every.RRULE:
        return _ending_on(dates_of(frequency.rrule or "", year))
    return _tiles(frequency.every, year)


def quarters(year: int) -> tuple[DutyPeriod, ...]:
    """List the four quarters of a year."""
    return _tiles(Every.QUARTER, year)


def _tiles(every: Every, year: int) -> tuple[DutyPeriod, ...]:
    months = MONTHS_OF[every]
    tiles = []
    for number in range(1, 12 // months + 1):
        month = number * months
        name = {
            Every.MONTH: f"{year}-{number:02d}",
            Every.QUARTER: f"{year}-Q{number}",
            Every.HALF_YEAR: f"{year}-H{number}",
        }.get(every, f"{year}")
        last = date(year, month, calendar.monthrange(year, month)[1])
        tiles.append(DutyPeriod(date(year, month - months + 1, 1), last, name))
    return tuple(tiles)


def _ending_on(days: tuple[date, ...]) -> tuple[DutyPeriod, ...]:
    made: list[DutyPeriod] = []
    for day in days:
        first = made[-1].last + ONE_DAY if made else date(day.year, 1, 1)
        made.append(DutyPeriod(first, day, day.isoformat()))
    return tuple(made)


def clipped(
    period: DutyPeriod,
    founded_on: date | None,
    dissolved_on: date | None,
    *,
    every: Every,
    due_on: date | None = None,
) -> DutyPeriod | None:
    """Clip a period to an organisation's existence; None when it owes nothing in it.

    An organisation exists from ``founded_on`` (always, when unknown) until the day before
    ``dissolved_on``. A month, quarter or half-year is owed when it existed on the period's last day
    and on at least half of its days (新成立当期过半才计), and was founded by the deadline. A year
    or a single date is owed when it existed on the day of the deadline. ``due_on`` is the deadline
    in the whole period; without one (None) the period's last day stands for it.
    """
    first = max(period.first, founded_on or period.first)
    last = min(period.last, dissolved_on - ONE_DAY if dissolved_on else period.last)
    deadline = due_on or period.last
    if first > last or (founded_on and deadline < founded_on):
        return None
    lived = DutyPeriod(first, last, period.name)
    if every in OWED_BY_HALVES:
        return lived if last == period.last and lived.days * 2 >= period.days else None
    return lived if not dissolved_on or deadline < dissolved_on else None


def due_on(due: Due, period: DutyPeriod, working_days: WorkCalendar) -> date | None:
    """Return the day by which an occurrence of a (whole) period is owed, inclusive.

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
    """Return the day by which something is owed that follows an event, in calendar days."""
    return event_on + timedelta(days=due.days)


def _month_of(period: DutyPeriod, which: MonthOfPeriod) -> date:
    return period.first if which == MonthOfPeriod.FIRST else period.last


def _day_or_last(year: int, month: int, day: int) -> date:
    """Return a day of a month, or its last day: the 31st in June, 29 February in most years."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
