"""The clock of the service, and the civil day of a time zone."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

# Files of the zone database that follow the machine, or stand for "not set".
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})


class Clock(Protocol):
    """The present instant; injected, so that tests and loaded years can set it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that always gives the same instant."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """Return the fixed instant in UTC."""
        return self.instant


def civil_day(instant: datetime, zone: str) -> date:
    """Return the calendar day of an instant in an IANA zone.

    A day begins at 00:00 of the zone: something due 2026-12-31 in Asia/Shanghai is overdue from
    2026-12-31T16:00:00Z, whatever the zone of the server.
    """
    return instant.astimezone(ZoneInfo(zone)).date()


def is_zone(name: str) -> bool:
    """Tell whether this names an IANA zone, not a folder of zones or the machine's own zone."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES
