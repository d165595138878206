"""The day on which a year is looked at."""

from datetime import date
from typing import Annotated, Protocol

from pydantic import Field

from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.organizations.models import Organization

AskedYear = Annotated[int, Field(ge=1921, le=2199)]


class Asked(Protocol):
    """A question about a year, as of a day."""

    @property
    def year(self) -> int:
        """The year."""
        ...

    @property
    def as_of(self) -> date | None:
        """The day, if one is asked for."""
        ...


def day_in_year(unit: Unit, organization: Organization, asked: Asked) -> date:
    """The day asked for; else today in the organisation's zone, or the year's last day if past.

    Raises:
        ValidationFailed: the day lies before the year.
    """
    day = day_of(unit, organization.time_zone, asked)
    return day if asked.as_of else min(day, date(asked.year, 12, 31))


def day_of(unit: Unit, zone: str, asked: Asked) -> date:
    """The day asked for, else today in a zone.

    Raises:
        ValidationFailed: the day lies before the year.
    """
    if asked.as_of is None:
        return unit.today(zone)
    if asked.as_of.year < asked.year:
        words = f"截至日期不能早于 {asked.year} 年"
        raise ValidationFailed.parameter("as_of", "as_of_before_year", words)
    return asked.as_of
