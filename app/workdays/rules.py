"""Working days (工作日与调休): the state's calendar and a tree's own days over it. Pure."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays

SATURDAY = 5
LAST_ANNOUNCED_YEAR = max(ChinaStaticHolidays.special_public_holidays)
SWAPPED_WEEKEND = "调休上班"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is worked or off whatever its weekday, and the name that says why."""

    day: date
    works: bool
    name: str


def works_by_weekday(day: date) -> bool:
    """Return whether a day is one from Monday to Friday."""
    return day.weekday() < SATURDAY


@lru_cache(maxsize=256)
def announced_days(year: int) -> Mapping[date, SpecialDay]:
    """Return the days of a year on which the state departs from Monday to Friday, in order.

    A year without an announcement has its festivals (lunar ones by the almanac, 1901 to 2100) and
    the days off in lieu that usually follow them; it has no swapped weekends.
    """
    # New Year swaps with the December before it, so a year's last days need the following year.
    state = country_holidays("CN", years=(year, year + 1), expand=False, language="zh_CN")
    days_off = [
        SpecialDay(day, works=False, name=name.replace("; ", "、"))
        for day, name in state.items()
        if works_by_weekday(day)
    ]
    swapped = [SpecialDay(day, works=True, name=SWAPPED_WEEKEND) for day in state.weekend_workdays]
    of_year = [special for special in (*days_off, *swapped) if special.day.year == year]
    return MappingProxyType({special.day: special for special in sorted(of_year, key=_day_of)})


def _day_of(special: SpecialDay) -> date:
    return special.day


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, changed by the state's announcements, then by the tree's own days.

    ``published`` says of years whether their swaps are known, against what the program knows.
    """

    own: Mapping[date, SpecialDay] = field(default_factory=dict)
    published: Mapping[int, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Return whether people are at work on a day."""
        special = self.own.get(day) or announced_days(day.year).get(day)
        return special.works if special else works_by_weekday(day)

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """Return the n-th working day of a month, n from 1.

        A month with fewer has its last working day instead (February 2018 had 17); one without any
        its last day, so that a deadline always exists.

        Raises:
            ValueError: n is less than 1.
        """
        if n < 1:
            raise ValueError("working days are counted from 1")
        last = calendar.monthrange(year, month)[1]
        days = [date(year, month, number) for number in range(1, last + 1)]
        working = [day for day in days if self.is_working_day(day)]
        return working[min(n, len(working)) - 1] if working else days[-1]

    def is_published(self, year: int) -> bool:
        """Return whether the year's swaps are known, by the tree's word or else the program's.

        A swap that is announced with the next year may still touch a year's last days.
        """
        return self.published.get(year, year <= LAST_ANNOUNCED_YEAR)

    def special_days(self, year: int) -> list[SpecialDay]:
        """Return a year's days that depart from Monday to Friday and all of the tree's own."""
        own = {day: special for day, special in self.own.items() if day.year == year}
        return sorted({**announced_days(year), **own}.values(), key=_day_of)
