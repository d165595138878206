"""How a report's period is told: its name, its adverbs, and the period after it."""

from dataclasses import dataclass
from datetime import date

from app.report.composition import wording
from app.report.facts import FactSet, PeriodCode, period_days

_NAMES: dict[PeriodCode, str] = {
    "year": "",
    "first_half": "上半年",
    "second_half": "下半年",
    "q1": "第一季度",
    "q2": "第二季度",
    "q3": "第三季度",
    "q4": "第四季度",
}
_NEXT: dict[PeriodCode, PeriodCode] = {
    "year": "year",
    "first_half": "second_half",
    "second_half": "first_half",
    "q1": "q2",
    "q2": "q3",
    "q3": "q4",
    "q4": "q1",
}
_HALVES = frozenset({"first_half", "second_half"})
# Months from which on one more or less makes no difference to who reads of them.
_LONG = 6
_LAST_OF_YEAR = frozenset({"year", "second_half", "q4"})


@dataclass(frozen=True, slots=True)
class Following:
    """The period after a report's own: its year, its name as it is said, its last day."""

    year: int
    name: str
    last: date


def following(period: PeriodCode, year: int) -> Following:
    """What comes next: 2019年, 下半年, 第四季度, 2019年第一季度."""
    later = _NEXT[period]
    if period not in _LAST_OF_YEAR:
        return Following(year, _NAMES[later], period_days(later, year)[1])
    return Following(year + 1, f"{year + 1}年{_NAMES[later]}", period_days(later, year + 1)[1])


def when(fact_set: FactSet) -> str:
    """2018年, 2018年上半年, 2018年第三季度."""
    return f"{fact_set.year}年{_NAMES[fact_set.period]}"


def term(fact_set: FactSet) -> str:
    """The same in a title: 2018年度 for a whole year."""
    return when(fact_set) + ("度" if fact_set.period == "year" else "")


def _is_over(fact_set: FactSet) -> bool:
    """Whether the period is over, or in its last month."""
    last = fact_set.days[1]
    return fact_set.as_of >= last.replace(day=1)


def covered(fact_set: FactSet) -> str:
    """The span as an adverb: 全年, 上半年; while it runs 年初以来, 7月以来."""
    if _is_over(fact_set):
        return _NAMES[fact_set.period] or "全年"
    month = fact_set.days[0].month
    return "年初以来" if month == 1 else f"{month}月以来"


def during(fact_set: FactSet) -> str:
    """The span for what took place in it now and then: 年内, otherwise as ``covered``."""
    return "年内" if fact_set.period == "year" else covered(fact_set)


def is_covered(fact_set: FactSet, span: str) -> bool:
    """Whether a span is all of the period so far; of half a year or more a month may lack."""
    first, last = fact_set.days
    passed = min(fact_set.as_of, last).month - first.month + 1
    return wording.months_in(span) >= (passed if passed < _LONG else passed - 1)


def elapsed(fact_set: FactSet) -> str:
    """The span looking back: 一年来, 半年来, 本季度; while it runs 年初以来."""
    if not _is_over(fact_set):
        return covered(fact_set)
    if fact_set.period == "year":
        return "一年来"
    return "半年来" if fact_set.period in _HALVES else "本季度"


def current(fact_set: FactSet) -> str:
    """Which period it is, as its own report says: 本年, 上半年, 本季度."""
    if fact_set.period == "year":
        return "本年"
    return _NAMES[fact_set.period] if fact_set.period in _HALVES else "本季度"


def heading_period(fact_set: FactSet) -> str:
    """The span in a heading: 全年, 上半年, 第三季度, whether it is over or not."""
    return _NAMES[fact_set.period] or "全年"
