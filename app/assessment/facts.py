"""What is known of an organisation's quarter when its automatic items are computed: pure values."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.checks.findings import RuleCode
from app.items.rules import Status, StepTaken


@dataclass(frozen=True, slots=True)
class Owed:
    """Something owed in the quarter, and the day of the record that fulfilled it, if any.

    The day is None also where the record is another organisation's, linked by hand.
    ``missing`` and ``late`` are as the responsibility list says; at most one of them is set, and
    neither of what was waived, for the reason ``waived``.
    """

    id: UUID
    code: str
    name: str
    period: str
    due_on: date
    fulfilled_on: date | None
    missing: bool
    late: bool
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A rectification as it was on the day, and the step by which it was last handed in."""

    id: UUID
    title: str
    status: Status
    due_on: date | None
    closed_on: date | None = None
    handed_in: StepTaken | None = None


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A record of the quarter that was entered late (补录)."""

    id: UUID
    title: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class Learner:
    """A member on the roster, and the hours of training since the year began."""

    id: UUID
    name: str
    leads: bool
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Slip:
    """A finding of the examination that nobody has explained."""

    id: str
    rule: RuleCode
    message: str


@dataclass(slots=True)
class Facts:
    """Everything that one organisation's automatic items follow from."""

    has_list: bool = False
    owed: list[Owed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    late_entries: list[LateEntry] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
