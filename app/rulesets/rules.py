"""Enumerations of obligations and rule sets. Pure."""

from enum import StrEnum


class Every(StrEnum):
    """How often something is owed."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    ONCE = "once"
    RRULE = "rrule"


class DueRule(StrEnum):
    """By when an occurrence is owed, within or after its period."""

    END_OF_PERIOD = "end_of_period"
    DAY = "day"
    WORKING_DAY = "working_day"
    FIXED_DATE = "fixed_date"
    AFTER_EVENT = "after_event"


class MonthOfPeriod(StrEnum):
    """Which month of a period a day is counted in."""

    FIRST = "first"
    LAST = "last"


class Wording(StrEnum):
    """How the source puts it: central texts mostly say 一般, local rules often 应当."""

    GENERALLY = "generally"
    MUST = "must"


class Confidence(StrEnum):
    """How sure a rule's source is; article numbers are shown for the first two alone."""

    REGULATION = "regulation"
    PRACTICE = "practice"
    GENERAL = "general"


class Having(StrEnum):
    """What a record must hold beyond its type to count."""

    APPRAISAL = "appraisal"
    SECRETARY = "secretary"


class RuleSetStatus(StrEnum):
    """Whether a rule set applies by itself, can be built upon, or neither."""

    AVAILABLE = "available"
    IN_FORCE = "in_force"
    RETIRED = "retired"
