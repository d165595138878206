"""What a report knows beyond its records: duties, findings, grades, the year before. Frozen."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

# Ids are only gathered, compared and written out here: as text they need no object for each.
RecordId = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
GradeCode = Literal["advanced", "good", "average", "lagging"]
Unread = Literal["duties", "findings", "earlier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Something owed that was not done by its deadline; `group` is the party group that owes it."""

    id: RecordId
    period: str
    due_on: date | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Something owed that was waived, and why."""

    id: RecordId
    period: str
    reason: str
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCoverage:
    """How one line of an organisation's responsibility list stands on the report's day.

    `done`, `done_late` and `late_entries` are ids of things owed (occurrences); what rests on a
    record that was entered late is in `late_entries` as well. What is owed by the day is done,
    done late or missing; what is not due yet is left out. `unlinked` is due, too, but only people
    can say by which record it was done, and nobody has: it is not said to be missing.
    `meeting_types` are the types of meetings that fulfil it, when any meeting of them does and
    nothing else.
    """

    organization_id: RecordId
    organization_name: str
    code: str
    name: str
    position: int
    focus: str | None = None
    source: str | None = None
    article: str | None = None
    meeting_types: tuple[str, ...] = ()
    done: tuple[RecordId, ...] = ()
    done_late: tuple[RecordId, ...] = ()
    late_entries: tuple[RecordId, ...] = ()
    missing: tuple[Missed, ...] = ()
    unlinked: tuple[RecordId, ...] = ()
    waived: tuple[Waived, ...] = ()

    @property
    def owed(self) -> tuple[RecordId, ...]:
        """What was to be done by the day."""
        return (*self.done, *self.done_late, *(one.id for one in self.missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding of the examination that nobody has explained; never about restricted records."""

    id: str
    code: str
    name: str
    organization_id: RecordId
    organization_name: str
    record_ids: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterGrade:
    """A published assessment of a quarter, with what an appeal has made of it."""

    id: RecordId
    organization_id: RecordId
    organization_name: str
    quarter: int
    sheet: str
    sheet_name: str
    points: Decimal
    grade: GradeCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRecord:
    """A record completed in the same days of the year before; only counted, never described."""

    id: RecordId
    kind: str
    type: str
    topic: str | None = None
