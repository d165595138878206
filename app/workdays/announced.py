"""The state's holidays and swapped weekends (调休), as far as they are known: pure.

The State Council announces a year's swaps in the November before it. The ``holidays`` package
carries them once they are announced; of later years it knows the festivals alone.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays

from app.workdays.rules import SpecialDay, works_by_weekday

LAST_ANNOUNCED_YEAR = max(ChinaStaticHolidays.special_public_holidays)
SWAPPED_WEEKEND = "调休上班"


@lru_cache(maxsize=256)
def announced(year: int) -> Mapping[date, SpecialDay]:
    """The days of a year on which the state departs from Monday to Friday, in order.

    A year without an announcement has its festivals (lunar ones by the almanac, 1901 to 2100) and
    the days off in lieu that usually follow them; it has no swapped weekends.
    """
    # New Year swaps with the December before it, so a year's last days need the following year.
    state = country_holidays("CN", years=(year, year + 1), expand=False, language="zh_CN")
    found = {
        day: SpecialDay(day, works=False, name=name.replace("; ", "、"))
        for day, name in state.items()
        if works_by_weekday(day)
    }
    found |= {
        day: SpecialDay(day, works=True, name=SWAPPED_WEEKEND) for day in state.weekend_workdays
    }
    return MappingProxyType({day: found[day] for day in sorted(found) if day.year == year})
