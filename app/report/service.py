"""The annual summary: load one fact set in a constant number of statements, compose it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Executable, Select

from app.core.actor import Permission
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import get_visible, reaches
from app.report.composition.outline import compose
from app.report.composition.summary import Summary
from app.report.errors import ScopeTooLarge
from app.report.facts import (
    AuthoredNote,
    FactSet,
    Focus,
    Options,
    OrganizationKind,
    PreviousYear,
    Tally,
    period_days,
)
from app.report.inputs import inputs_of
from app.report.models import ReportInputs
from app.report.reading import queries
from app.report.reading.loading import Context, courses, fact_of, people
from app.report.reading.tallies import MOST_READ, size
from app.report.reading.totals import load_tallies
from app.report.schemas import SummaryParameters

MAX_RECORDS = 50_000


@lru_cache(maxsize=256)
def _statement(build: Callable[..., Select[Any]], *arguments: int, **scope: bool) -> Select[Any]:
    """A statement, built once for each year and scope."""
    return build(*arguments, **scope)


def annual_summary(
    unit: Unit, organization_id: UUID, year: int, parameters: SummaryParameters
) -> Summary:
    """The year's narrative of an organisation, from its completed records.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ScopeTooLarge: the organisation itself has more than 50,000 records. What lies below it
            is told by totals where there is much.
    """
    organization = get_visible(unit.session, unit.actor, organization_id)
    latest = min(date(year, 12, 31), unit.today(organization.time_zone))
    entered = {
        row.year: row for row in unit.session.scalars(inputs_of(organization_id, year - 1, year))
    }
    fact_set = load_fact_set(
        unit,
        organization,
        year,
        min(parameters.as_of or latest, date(year, 12, 31)),
        include_descendants=parameters.include_descendants,
        entered=entered,
    )
    salutation = entered[year].salutation if year in entered else None
    options = Options(voice=parameters.voice, numerals=parameters.numerals, salutation=salutation)
    return compose(fact_set, options)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Runs the summary's statements, all over one organisation, year and day."""

    connection: Connection
    year: int
    scope: Mapping[str, bool]
    values: Mapping[str, Any]

    def rows(self, build: Callable[..., Select[Any]], **more: bool) -> Any:  # noqa: ANN401 - rows
        """The rows of one of the year's statements."""
        statement = _statement(build, self.year, **self.scope, **more)
        return self.connection.execute(statement, self.values).all()

    def fixed(self, statement: Executable) -> Any:  # noqa: ANN401 - rows
        """The rows of a statement that is the same for every summary."""
        return self.connection.execute(statement, self.values)


def load_fact_set(
    unit: Unit,
    organization: Organization,
    year: int,
    as_of: date,
    *,
    include_descendants: bool,
    entered: Mapping[int, ReportInputs],
) -> FactSet:
    """Everything that a summary may tell of, frozen."""
    supervised = reaches(unit.session, unit.actor, Permission.SUPERVISION, organization.id)
    values = {
        "organization_id": organization.id,
        "root_id": organization.root_id,
        "parent_id": organization.parent_id,
        "as_of": as_of,
        "most": MAX_RECORDS + 1,
        **_days(year, as_of),
    }
    # Before anything else: a scope that is too large must not be read through.
    tallied = include_descendants and unit.connection.scalar(size(), values) > MOST_READ
    scope = {"include_descendants": include_descendants and not tallied}
    reader = _Reader(unit.connection, year, scope, values)
    records = _bounded(reader.rows(queries.records, supervised=supervised))
    places = reader.fixed(_statement(queries.organizations, **scope)).all()
    context = _context(reader, places, supervised=supervised)
    return FactSet(
        organization_id=str(organization.id),
        organization_name=organization.name,
        organization_kind=cast("OrganizationKind", organization.kind),
        parent_name=reader.fixed(queries.PARENT_NAME).scalar(),
        year=year,
        as_of=as_of,
        facts=tuple(fact for row in records if (fact := fact_of(row, context))),
        focuses=tuple(Focus(*row) for row in reader.fixed(queries.FOCUSES)),
        includes_supervision=supervised,
        include_descendants=include_descendants,
        branch_names=tuple(place.name for place in places[1:] if _stood(place, year)),
        tallies=_tallies(reader, supervised=supervised) if tallied else (),
        **_authored(entered.get(year), entered.get(year - 1)),
    )


def _days(year: int, as_of: date) -> dict[str, date]:
    """The first day that is told of, the last by the report's day, and the last of next year."""
    first, last = period_days("year", year)
    return {"first": first, "until": min(last, as_of), "next": date(year + 1, 12, 31)}


def _tallies(reader: _Reader, *, supervised: bool) -> tuple[Tally, ...]:
    return load_tallies(lambda build: reader.fixed(build).all(), supervised=supervised)


def _context(reader: _Reader, places: Sequence[Any], *, supervised: bool) -> Context:
    """What the facts share; the asked organisation is the first of the places."""
    return Context(
        reporter_organization=places[0].id,
        as_of=reader.values["as_of"],
        names={place.id: place.name for place in places},
        people=people(reader.rows(queries.people_talked_with, supervised=supervised)),
        steps=courses(reader.rows(queries.steps)),
        earlier_deadlines={
            row.item_id: row.previous_due_on for row in reader.rows(queries.later_extensions)
        },
    )


def _authored(this: ReportInputs | None, last: ReportInputs | None) -> dict[str, Any]:
    """What people entered for the year, and for the one before it."""
    previous = PreviousYear(
        _notes(last.shortcomings if last else ()), _notes(last.next_plans if last else ())
    )
    return {
        "shortcomings": _notes(this.shortcomings if this else ()),
        "next_plans": _notes(this.next_plans if this else ()),
        "previous": previous,
    }


def _bounded(rows: Sequence[Any]) -> Sequence[Any]:
    if len(rows) > MAX_RECORDS:
        raise ScopeTooLarge(
            f"本党组织自身的记录超过 {MAX_RECORDS} 条，请按下级组织分别登记和生成。"
        )
    return rows


def _stood(place: Any, year: int) -> bool:  # noqa: ANN401 - a row
    """Whether an organisation existed at some time of the year."""
    founded = place.founded_on is None or place.founded_on.year <= year
    return founded and (place.dissolved_on is None or place.dissolved_on.year >= year)


def _notes(entries: Any) -> tuple[AuthoredNote, ...]:  # noqa: ANN401 - JSON
    return tuple(
        AuthoredNote(UUID(entry["id"]), entry["title"], entry.get("detail"), entry.get("result"))
        for entry in entries
    )
