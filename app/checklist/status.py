"""The status of a part of the tree on a day. Nothing of it is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from app.checklist.list_status import OccurrenceStatus, StatusOfList
from app.checklist.periods import MONTHS_OF, periods
from app.checklist.queries import YearQuestion, day_of, without_list
from app.checklist.rules import Tally
from app.checklist.status_loading import read_status
from app.checklist.status_schemas import PlaceName, WithoutList
from app.core.errors import ValidationFailed, existing
from app.core.unit import Unit
from app.items.models import Focus
from app.organizations.models import Organization
from app.organizations.queries import NO_SUCH_ORGANIZATION, visible_zone
from app.rulesets.schemas import Frequency

MAX_WITHOUT_LIST = 500


class ScopeQuestion(YearQuestion, Protocol):
    """A question about a year of an organisation, or of it and all below, as of a day."""

    @property
    def include_descendants(self) -> bool:
        """Whether all below is asked for too."""
        ...


@dataclass(frozen=True, slots=True)
class MonthQuestion:
    """A question about one month (``2018-09``): its year's lists, or those of a year before.

    What follows an event late in a year falls due in the next one.
    """

    month: str
    as_of: date | None
    include_descendants: bool = False
    years_back: int = 0

    @property
    def year(self) -> int:
        """The year whose lists are asked."""
        return int(self.month[:4]) - self.years_back


@dataclass(frozen=True)
class ScopeStatus:
    """The status of a part of the tree on a day: its lists, by organisation."""

    organization_id: UUID
    year: int
    as_of: date
    names: Mapping[UUID, str]
    lists: Sequence[StatusOfList]
    period: str | None = None

    @cached_property
    def entries(self) -> Sequence[OccurrenceStatus]:
        """The things owed on all lists."""
        return tuple(entry for of_list in self.lists for entry in of_list.entries)


def tally_of(entries: Iterable[OccurrenceStatus]) -> Tally:
    """Count how many of some entries are in which state."""
    return Tally.of(entry.state for entry in entries)


def scope_status(
    unit: Unit, organization_id: UUID, question: ScopeQuestion, *, waived_by: date | None = None
) -> ScopeStatus:
    """Work out the status of the year's lists of an organisation, or of it and all below.

    A waiver counts that was made by the day asked for, or by the later day ``waived_by``.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day lies before the year.
        CoverageTooLarge: the scope holds more than can be worked out at once.
    """
    zone = existing(visible_zone(unit, organization_id), NO_SUCH_ORGANIZATION)
    day, year = day_of(unit, zone, question), question.year
    names, lists = read_status(
        unit,
        organization_id,
        year,
        (day, waived_by or day),
        include_descendants=question.include_descendants,
    )
    return ScopeStatus(organization_id, year, day, names, lists)


def within_period(status: ScopeStatus, period: str | None) -> ScopeStatus:
    """Select one period (2018, 2018-H1, 2018-Q3, 2018-09) of a year; all of it without one.

    Raises:
        ValidationFailed: the period lies outside of the year.
    """
    if period is None:
        return status
    by_name = {
        named.name: named
        for every in MONTHS_OF
        for named in periods(Frequency(every=every), status.year)
    }
    if period not in by_name:
        words = f"{period} 不在 {status.year} 年度之内"
        raise ValidationFailed.parameter("period", "period_outside_year", words)
    days = by_name[period]
    lists = tuple(of_list.within(days.first, days.last) for of_list in status.lists)
    return replace(status, lists=lists, period=period)


def focus_names(unit: Unit, organization_id: UUID) -> Mapping[str, str]:
    """Read the names of the categories of responsibility in an organisation's tree, by code."""
    root = select(Organization.root_id).where(Organization.id == organization_id)
    statement = select(Focus.code, Focus.name).where(Focus.root_id == root.scalar_subquery())
    names: dict[str, str] = dict(unit.connection.execute(statement).all())
    return names


def organizations_without_list(
    unit: Unit, organization_id: UUID, year: int, *, include_descendants: bool
) -> WithoutList:
    """Read who in scope has no published list: no status can be told of them.

    The caller has checked the right to read.
    """
    statement = without_list(organization_id, year, include_descendants=include_descendants)
    rows = unit.connection.execute(statement.limit(MAX_WITHOUT_LIST)).all()
    if not rows:
        return WithoutList()
    total = rows[0][2]
    return WithoutList(
        without_list=[
            PlaceName(organization_id=place, organization_name=name) for place, name, _ in rows
        ],
        without_list_total=total,
        without_list_note=f"{total} 个组织尚未公布 {year} 年度责任清单，无从核对",
    )
