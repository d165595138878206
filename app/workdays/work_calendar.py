"""The calendar by which a tree counts working days: pure."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.workdays.announced import LAST_ANNOUNCED_YEAR, announced
from app.workdays.rules import SpecialDay, works_by_weekday


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, changed by the state's announcements, changed by the tree's own days.

    ``published`` holds what the tree says of whole years, against what the program knows.
    """

    own: Mapping[date, SpecialDay] = field(default_factory=dict)
    published: Mapping[int, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on a day."""
        special = self.own.get(day) or announced(day.year).get(day)
        return special.works if special else works_by_weekday(day)

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """The n-th working day of a month, n from 1.

        A month with fewer has its last working day instead (February 2018 had 17); one without any
        its last day, so that a deadline always exists.
        """
        if n < 1:
            raise ValueError("working days are counted from 1")
        last = calendar.monthrange(year, month)[1]
        days = [date(year, month, number) for number in range(1, last + 1)]
        working = [day for day in days if self.is_working_day(day)]
        return working[min(n, len(working)) - 1] if working else days[-1]

    def is_published(self, year: int) -> bool:
        """Whether the year's swaps are known: by the program, unless the tree says otherwise.

        A swap that is announced with the next year may still touch a year's last days.
        """
        return self.published.get(year, year <= LAST_ANNOUNCED_YEAR)

    def special_days(self, year: int) -> list[SpecialDay]:
        """The days of a year that depart from Monday to Friday, and all of the tree's own."""
        own = {day: special for day, special in self.own.items() if day.year == year}
        found = {**announced(year), **own}
        return [found[day] for day in sorted(found)]
