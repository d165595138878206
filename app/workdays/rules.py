"""Days that do not follow the week: pure."""

from dataclasses import dataclass
from datetime import date

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is said to be worked or to be off, whatever its weekday, and why."""

    day: date
    works: bool
    name: str


def works_by_weekday(day: date) -> bool:
    """Whether the plain week, Monday to Friday, has people at work on a day."""
    return day.weekday() < SATURDAY
