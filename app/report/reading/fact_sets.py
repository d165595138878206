"""Loads one fact set in a constant number of statements, whatever the period holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, cast, get_args
from uuid import UUID

from sqlalchemy import Connection, Executable, Result, Row, Select

from app.core.actor import Permission
from app.core.unit import Unit
from app.organizations.queries import reaches
from app.report.composition.periods import following
from app.report.errors import ScopeTooLarge
from app.report.facts import AuthoredNote, FactSet, Focus, OrganizationKind, PreviousYear, Tally
from app.report.knowledge import Unread
from app.report.models import ReportInputs
from app.report.reading import queries
from app.report.reading.evidence import evidence_revisions, standing
from app.report.reading.extent import Extent
from app.report.reading.knowledge import read_knowledge
from app.report.reading.loading import Context, courses, fact_of, people
from app.report.reading.reporter import Reporter, reporter_of
from app.report.reading.tallies import MOST_READ, size
from app.report.reading.totals import load_tallies

MAX_RECORDS = 50_000


@lru_cache(maxsize=256)
def _statement(
    build: Callable[..., Select[Any]], *arguments: queries.Span, **scope: bool
) -> Select[Any]:
    """A statement, built once for each period and scope."""
    return build(*arguments, **scope)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Runs the summary's statements, all over one organisation, period and day."""

    connection: Connection
    span: queries.Span
    scope: Mapping[str, bool]
    values: Mapping[str, Any]

    def rows(self, build: Callable[..., Select[Any]], **more: bool) -> Sequence[Row[Any]]:
        """The rows of one of the period's statements."""
        statement = _statement(build, self.span, **self.scope, **more)
        return self.connection.execute(statement, self.values).all()

    def fixed(self, statement: Executable) -> Result[Any]:
        """The rows of a statement that is the same for every summary."""
        return self.connection.execute(statement, self.values)


def load_fact_set(unit: Unit, extent: Extent, entered: Mapping[int, ReportInputs]) -> FactSet:
    """Everything that a report may tell of, frozen.

    What people entered is for whole years; a shorter period goes without.

    Raises:
        ScopeTooLarge: the organisation itself has more than 50,000 records.
    """
    place, year = extent.organization, extent.year
    supervised = extent.supervision and reaches(
        unit.session, unit.actor, Permission.SUPERVISION, place.id
    )
    # Before anything else: a scope that is too large must not be read through.
    values = _values(extent)
    tallied = extent.include_descendants and unit.connection.scalar(size(), values) > MOST_READ
    reader = _reader(unit, extent, values, below=extent.include_descendants and not tallied)
    records = _bounded(reader.rows(queries.records, supervised=supervised))
    places = reader.fixed(_statement(queries.organizations, **reader.scope)).all()
    files = _bounded(reader.rows(evidence_revisions)) if extent.evidence else ()
    roster = set(reader.fixed(queries.SECRETARIES).scalars())
    reporter = reporter_of(places[0].id, roster, records, extent.as_of)
    context = _context(reader, places, reporter, supervised=supervised)
    return FactSet(
        organization_id=str(place.id),
        organization_name=place.name,
        organization_kind=cast("OrganizationKind", place.kind),
        parent_name=reader.fixed(queries.PARENT_NAME).scalar(),
        year=year,
        as_of=extent.as_of,
        facts=tuple(fact for row in records if (fact := fact_of(row, context))),
        focuses=tuple(
            Focus(row.code, row.name, row.position) for row in reader.fixed(queries.FOCUSES)
        ),
        includes_supervision=supervised,
        include_descendants=extent.include_descendants,
        branch_names=tuple(place.name for place in places[1:] if _stood(place, year)),
        tallies=_tallies(reader, supervised=supervised) if tallied else (),
        evidence=standing(files, extent.as_of, place.time_zone),
        period=extent.period,
        reporter=reporter.name,
        **read_knowledge(unit, _known(extent, tallied=tallied), len(records)),
        **_authored(extent, entered),
    )


def _span(extent: Extent) -> queries.Span:
    # To the end of the year: what was owed in a quarter may have been done in a later one.
    return queries.Span(*extent.days, date(following(extent.period, extent.year).year, 12, 31))


def _values(extent: Extent) -> dict[str, Any]:
    place, span = extent.organization, _span(extent)
    return {
        "organization_id": place.id,
        "root_id": place.root_id,
        "parent_id": place.parent_id,
        "as_of": extent.as_of,
        "most": MAX_RECORDS + 1,
        "first": span.first,
        "until": min(span.last, extent.as_of),
        "next": span.until,
    }


def _reader(unit: Unit, extent: Extent, values: dict[str, Any], *, below: bool) -> _Reader:
    return _Reader(unit.connection, _span(extent), {"include_descendants": below}, values)


def _tallies(reader: _Reader, *, supervised: bool) -> tuple[Tally, ...]:
    return load_tallies(lambda build: reader.fixed(build).all(), supervised=supervised)


def _known(extent: Extent, *, tallied: bool) -> Extent:
    """Beside totals nothing is told that would hold for the organisation's own records alone."""
    return replace(extent, without=frozenset(get_args(Unread))) if tallied else extent


def _context(
    reader: _Reader, places: Sequence[Any], reporter: Reporter, *, supervised: bool
) -> Context:
    """What the facts share."""
    return Context(
        reporter=reporter,
        as_of=reader.values["as_of"],
        names={place.id: place.name for place in places},
        people=people(reader.rows(queries.people_talked_with, supervised=supervised)),
        steps=courses(reader.rows(queries.steps)),
        earlier_deadlines={
            row.item_id: row.previous_due_on for row in reader.rows(queries.later_extensions)
        },
    )


def _authored(extent: Extent, entered: Mapping[int, ReportInputs]) -> dict[str, Any]:
    """What people entered for the year, and for the one before it."""
    if extent.period != "year":
        return {}
    this, last = entered.get(extent.year), entered.get(extent.year - 1)
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


def _stood(place: Row[Any], year: int) -> bool:
    """Whether an organisation existed at some time of the year."""
    founded = place.founded_on is None or place.founded_on.year <= year
    return founded and (place.dissolved_on is None or place.dissolved_on.year >= year)


def _notes(entries: Iterable[Mapping[str, Any]]) -> tuple[AuthoredNote, ...]:
    return tuple(
        AuthoredNote(UUID(entry["id"]), entry["title"], entry.get("detail"), entry.get("result"))
        for entry in entries
    )
