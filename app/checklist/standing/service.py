"""Where a part of the tree stands on a day: what is owed meets what was done. Nothing is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol
from uuid import UUID

from sqlalchemy import select

from app.checklist.coverage import Tally
from app.checklist.due import Id
from app.checklist.periods import MONTHS_OF, periods
from app.checklist.scope import Asked, day_of
from app.checklist.standing.lists import Entry, ListStanding, list_standing
from app.checklist.standing.loading import Loaded, load
from app.core.errors import ValidationFailed, existing
from app.core.unit import Unit
from app.items.models import Focus
from app.organizations.models import Organization
from app.organizations.queries import NO_SUCH_ORGANIZATION, visible_zone
from app.rulesets.schemas import Frequency


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """A question about one month (``2018-09``): its year's lists, or those of a year before.

    What follows an event late in a year falls due in the next one.
    """

    month: str
    day: date | None
    include_descendants: bool = False
    years_back: int = 0

    @property
    def year(self) -> int:
        """The year whose lists are asked."""
        return int(self.month[:4]) - self.years_back

    @property
    def as_of(self) -> date | None:
        """The day asked for, if any."""
        return self.day


@dataclass(frozen=True)
class Standing:
    """A part of the tree on a day, in the order of organisations and deadlines."""

    organization_id: UUID
    year: int
    as_of: date
    names: Mapping[UUID, str]
    titles: Mapping[Id, str]
    lists: Sequence[ListStanding]
    period: str | None = None

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """The things owed on all lists."""
        return tuple(entry for one in self.lists for entry in one.entries)

    def tally(self, entries: Iterable[Entry]) -> Tally:
        """How many of some entries stand how."""
        return Tally.of(entry.state for entry in entries)


class PartAsked(Asked, Protocol):
    """A question about a year of an organisation, or of it and all below."""

    @property
    def include_descendants(self) -> bool:
        """Whether all below is asked for too."""
        ...


def standing(
    unit: Unit, organization_id: UUID, asked: PartAsked, *, waived_by: date | None = None
) -> Standing:
    """How the year's lists of an organisation, or of it and all below, stand on the day asked for.

    A waiver counts that was made by that day, or by the later day ``waived_by``.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        CoverageTooLarge: the scope holds more than can be worked out at once.
    """
    zone = existing(visible_zone(unit, organization_id), NO_SUCH_ORGANIZATION)
    day = day_of(unit, zone, asked)
    wide = asked.include_descendants
    loaded = load(unit, organization_id, asked.year, day, include_descendants=wide)
    lists = tuple(_lists(loaded, day, waived_by or day))
    return Standing(organization_id, asked.year, day, loaded.names, loaded.titles, lists)


def part(found: Standing, period: str | None) -> Standing:
    """One period (2018, 2018-H1, 2018-Q3, 2018-09) of a year's standing; all of it without one.

    Raises:
        ValidationFailed: the period lies outside of the year.
    """
    if period is None:
        return found
    days = {
        one.name: one for every in MONTHS_OF for one in periods(Frequency(every=every), found.year)
    }.get(period)
    if days is None:
        words = f"{period} 不在 {found.year} 年度之内"
        raise ValidationFailed.parameter("period", "period_outside_year", words)
    lists = tuple(one.within(days.first, days.last) for one in found.lists)
    return replace(found, lists=lists, period=period)


def focus_names(unit: Unit, organization_id: UUID) -> Mapping[str, str]:
    """The names of the categories of responsibility in an organisation's tree, by code."""
    root = select(Organization.root_id).where(Organization.id == organization_id)
    statement = select(Focus.code, Focus.name).where(Focus.root_id == root.scalar_subquery())
    names: dict[str, str] = dict(unit.connection.execute(statement).all())
    return names


def _lists(loaded: Loaded, day: date, waived_by: date) -> Iterator[ListStanding]:
    done_at = loaded.done_at()
    for plan in loaded.plans:
        links = plan.links(loaded.links)
        done = {cells[0]: cells for doer in plan.doers for cells in done_at.get(doer, ())}
        by_hand = (item for _, items in links for item in items if item in loaded.done)
        done |= {item: loaded.done[item] for item in by_hand}
        lives = tuple((doer, loaded.lives[doer]) for doer in plan.doers if doer in loaded.lives)
        own_days = loaded.own_days if plan.counts_working_days else ()
        counted = tuple(done.values())
        found = list_standing(plan, counted, links, day, waived_by, lives, own_days)
        yield found.of(loaded.holder) if loaded.holder else found
