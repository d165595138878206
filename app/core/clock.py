"""The one clock, and the civil day of a zone."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

# Files of the zone database that follow the machine, or stand for "not set".
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})


class Clock(Protocol):
    """Tells the time; injected, so that tests and the demonstration year can set it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands where it was put."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant at which it was put, in UTC."""
        return self.instant


def civil_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in an IANA zone.

    A day begins at 00:00 of the zone: something due 2026-12-31 in Asia/Shanghai is overdue from
    2026-12-31T16:00:00Z, whatever the zone of the server.
    """
    return instant.astimezone(ZoneInfo(zone)).date()


def is_zone(name: str) -> bool:
    """Whether this is the name of an IANA zone: not of a folder of zones, nor of the machine's."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES
