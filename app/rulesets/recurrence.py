"""Dates of a year by a small part of RFC 5545's RRULE (section 3.3.10). Pure.

The rule begins anew on 1 January of each year; only ``PARTS`` are taken. Each day of the year is
looked at once: general libraries search, for seconds, until the year 9999 when a rule names days
that never come.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

MAX_DATES = 60
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
FREQUENCIES = frozenset({"WEEKLY", "MONTHLY", "YEARLY"})
_BYDAY = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)")
_INTERVAL = re.compile(r"[1-9]|1[0-2]")
_NUMBER = re.compile(r"[+-]?[1-9][0-9]{0,2}")
MAX_WEEK_OF_MONTH, MAX_WEEK_OF_YEAR, MAX_DAY, MAX_MONTH, MAX_POSITION = 5, 53, 31, 12, 366
# A year's dates depend only on its first weekday and its length: 14 years stand for all.
SAMPLE_YEARS: Final = tuple(
    {
        (date(year, 1, 1).weekday(), calendar.isleap(year)): year for year in range(2000, 2028)
    }.values()
)


class RruleRefused(ValueError):
    """A calendar rule that is not accepted; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A checked rule; an empty part restricts nothing. ``weekdays`` are (n-th or 0, weekday)."""

    frequency: str
    interval: int
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    positions: tuple[int, ...]


@lru_cache(maxsize=512)
def parse_rrule(text: str) -> Recurrence:
    """Read a rule such as ``FREQ=MONTHLY;BYDAY=-1FR``.

    Raises:
        RruleRefused: it is malformed, uses other parts, has no date in any year, or more than
            ``MAX_DATES`` in some year.
    """
    rule = _parse_parts(_split_parts(text))
    counts = [len(_dates(rule, year)) for year in SAMPLE_YEARS]
    if max(counts) == 0:
        raise RruleRefused("这个日历规则在任何一年都没有日子，请核对月份、日子和星期")
    if max(counts) > MAX_DATES:
        raise RruleRefused(f"这个日历规则一年超过 {MAX_DATES} 个日子，请减少次数")
    return rule


def dates_of(text: str, year: int) -> tuple[date, ...]:
    """Return the rule's dates in a year, in order. Raises RruleRefused."""
    return _dates(parse_rrule(text), year)


def _split_parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.split(";"):
        name, separator, value = piece.partition("=")
        if not separator or not value:
            message = "日历规则应写成“名称=取值”，各部分用分号隔开，如 FREQ=MONTHLY;BYDAY=1FR"
            raise RruleRefused(message)
        if name not in PARTS:
            raise RruleRefused(f"日历规则只能使用 {'、'.join(sorted(PARTS))}")
        if name in parts:
            raise RruleRefused(f"{name} 只能写一次")
        parts[name] = value
    return parts


def _parse_parts(parts: Mapping[str, str]) -> Recurrence:
    frequency = parts.get("FREQ")
    if frequency not in FREQUENCIES:
        raise RruleRefused("FREQ 必须是 WEEKLY（每周）、MONTHLY（每月）或 YEARLY（每年）")
    interval = _interval(parts, frequency)
    weekdays = _weekdays(parts, frequency)
    month_days = _numbers(parts, "BYMONTHDAY", MAX_DAY)
    months = _numbers(parts, "BYMONTH", MAX_MONTH)
    positions = _numbers(parts, "BYSETPOS", MAX_POSITION)
    if any(month < 0 for month in months):
        raise RruleRefused("BYMONTH 应为 1 至 12")
    if month_days and frequency == "WEEKLY":
        raise RruleRefused("每周的规则不能写 BYMONTHDAY，请改用每月的规则")
    if positions and not (weekdays or month_days or months):
        raise RruleRefused("BYSETPOS 要与 BYDAY、BYMONTHDAY 或 BYMONTH 一起使用")
    return Recurrence(frequency, interval, weekdays, month_days, months, positions)


def _interval(parts: Mapping[str, str], frequency: str) -> int:
    text = parts.get("INTERVAL", "1")
    if not _INTERVAL.fullmatch(text):
        raise RruleRefused("INTERVAL 应为 1 至 12 的整数")
    if frequency == "YEARLY" and int(text) > 1:
        raise RruleRefused("责任清单每年重新起算，每年的规则不能写大于 1 的 INTERVAL")
    return int(text)


def _numbers(parts: Mapping[str, str], name: str, most: int) -> tuple[int, ...]:
    if name not in parts:
        return ()
    pieces = parts[name].split(",")
    if not all(_NUMBER.fullmatch(piece) and abs(int(piece)) <= most for piece in pieces):
        raise RruleRefused(f"{name} 应为不超过 {most} 的整数，多个用逗号隔开")
    return tuple(int(piece) for piece in pieces)


def _weekdays(parts: Mapping[str, str], frequency: str) -> tuple[tuple[int, int], ...]:
    if "BYDAY" not in parts:
        return ()
    in_month = frequency == "MONTHLY" or "BYMONTH" in parts
    most = MAX_WEEK_OF_MONTH if in_month else MAX_WEEK_OF_YEAR
    most = 0 if frequency == "WEEKLY" else most
    weekdays = []
    for piece in parts["BYDAY"].split(","):
        match = _BYDAY.fullmatch(piece)
        if match is None:
            raise RruleRefused("BYDAY 应为 MO、TU、WE、TH、FR、SA、SU，可带序号，如 1FR、-1MO")
        number = int(match[1] or 0)
        if abs(number) > most:
            message = "BYDAY 的序号超出范围：每周的规则不带序号，月内不超过 5，年内不超过 53"
            raise RruleRefused(message)
        weekdays.append((number, WEEKDAYS.index(match[2])))
    return tuple(weekdays)


def _dates(rule: Recurrence, year: int) -> tuple[date, ...]:
    is_allowed = _filter_of(rule, date(year, 1, 1))
    dates: set[date] = set()
    for days in _periods(rule, year):
        chosen = [day for day in days if is_allowed(day)]
        if rule.positions:
            indexes = [number - 1 if number > 0 else number for number in rule.positions]
            chosen = [chosen[index] for index in indexes if -len(chosen) <= index < len(chosen)]
        dates.update(day for day in chosen if day.year == year)
    return tuple(sorted(dates))


def _periods(rule: Recurrence, year: int) -> Iterator[Sequence[date]]:
    """Yield the days of each week (from Monday), month or year from which the rule chooses."""
    first = date(year, 1, 1)
    if rule.frequency == "YEARLY":
        yield _days(first, date(year, 12, 31))
    elif rule.frequency == "MONTHLY":
        for month in range(1, 13, rule.interval):
            last = calendar.monthrange(year, month)[1]
            yield _days(date(year, month, 1), date(year, month, last))
    else:
        monday = first - timedelta(days=first.weekday())
        while monday.year <= year:
            yield _days(max(monday, first), monday + timedelta(days=6))
            monday += timedelta(weeks=rule.interval)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _filter_of(rule: Recurrence, first: date) -> Callable[[date], bool]:
    """Return the test of a day; 1 January stands in for a missing BYDAY and BYMONTHDAY."""
    weekdays, month_days, months = rule.weekdays, rule.month_days, rule.months
    if not weekdays and not month_days:
        if rule.frequency == "WEEKLY":
            weekdays = ((0, first.weekday()),)
        else:
            month_days = (1,)
            if rule.frequency == "YEARLY":
                months = months or (1,)
    in_month = rule.frequency == "MONTHLY" or bool(rule.months)

    def is_allowed(day: date) -> bool:
        return (
            (not months or day.month in months)
            and (not month_days or _is_month_day(day, month_days))
            and (not weekdays or _is_weekday(day, weekdays, in_month=in_month))
        )

    return is_allowed


def _count_days(day: date, *, in_month: bool) -> tuple[int, int]:
    """Return the number of a day in its month or year, from the front and from the back."""
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    if in_month:
        length = calendar.monthrange(day.year, day.month)[1]
        first, last = day.replace(day=1), day.replace(day=length)
    return (day - first).days + 1, (last - day).days + 1


def _is_month_day(day: date, month_days: Sequence[int]) -> bool:
    front, back = _count_days(day, in_month=True)
    return front in month_days or -back in month_days


def _is_weekday(day: date, weekdays: Sequence[tuple[int, int]], *, in_month: bool) -> bool:
    front, back = _count_days(day, in_month=in_month)
    weeks = {0, (front + 6) // 7, -((back + 6) // 7)}
    return any(weekday == day.weekday() and number in weeks for number, weekday in weekdays)
