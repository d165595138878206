"""What a report reads: whose records, of which period, as of which day, with what beside them."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from app.organizations.models import Organization
from app.report.facts import PeriodCode, period_days
from app.report.knowledge import Unread


@dataclass(frozen=True, slots=True)
class Extent:
    """Whose report it is, of which period, as of which day.

    What stands in `without` is not read, because whoever asks has no need to wait for it. With
    `supervision`, talks and sanctions of supervision are read if the actor may see them; with
    `evidence`, the files behind the records. The caller has checked that the organisation is in
    the actor's sight.
    """

    organization: Organization
    year: int
    as_of: date
    include_descendants: bool
    period: PeriodCode = "year"
    without: AbstractSet[Unread] = frozenset()
    supervision: bool = True
    evidence: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the period."""
        return period_days(self.period, self.year)
