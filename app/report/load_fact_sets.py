"""Loads one fact set in a constant number of statements, whatever the period holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args
from uuid import UUID

from sqlalchemy import Row

from app.core.uow import Permission, UnitOfWork
from app.items.snapshot import Limit, RecordReader, RecordScope, SnapshotPeriod, person_of
from app.organizations.queries import reaches
from app.report import load_records
from app.report.compose.wording import following
from app.report.errors import ScopeTooLarge
from app.report.facts import (
    AuthoredNote,
    FactSet,
    OrganizationKindCode,
    PreviousYear,
    ReportFocus,
    Unread,
)
from app.report.load_aggregates import MOST_READ, load_aggregates, size
from app.report.load_context import load_context
from app.report.load_records import (
    SharedFacts,
    evidence_as_of,
    evidence_revisions,
    fact_of,
    reporter_of,
)
from app.report.models import ReportInputs
from app.report.scope import ReportScope

MAX_RECORDS = 50_000


def _too_large() -> ScopeTooLarge:
    return ScopeTooLarge(f"本党组织自身的记录超过 {MAX_RECORDS} 条，请按下级组织分别登记和生成。")


_LIMIT = Limit(MAX_RECORDS, _too_large)


def load_fact_set(
    uow: UnitOfWork, extent: ReportScope, entered: Mapping[int, ReportInputs]
) -> FactSet:
    """Everything that a report may tell of, frozen.

    What people entered is for whole years; a shorter period goes without.

    Raises:
        ScopeTooLarge: the organisation itself has more than 50,000 records.
    """
    place, year = extent.organization, extent.year
    supervised = extent.supervision and reaches(
        uow.session, uow.actor, Permission.SUPERVISION, place.id
    )
    reader = _reader(uow, extent, supervised=supervised)
    # Before anything else: a scope that is too large must not be read through.
    tallied = extent.include_descendants and reader.rows(size())[0][0] > MOST_READ
    if tallied:
        reader = replace(reader, scope=replace(reader.scope, reach="own"))
    records = reader.records(load_records.COLUMNS, load_records.TABLES, limit=_LIMIT, notes=True)
    places = reader.rows(load_records.organizations(reader.scope.reach))
    files = _files(reader) if extent.evidence else ()
    roster = {row.name for row in reader.rows(load_records.SECRETARIES)}
    context = SharedFacts(
        reporter=reporter_of(places[0].id, roster, (one.row for one in records), extent.as_of),
        as_of=extent.as_of,
        names={place.id: place.name for place in places},
        people=_people(reader),
    )
    return FactSet(
        organization_id=str(place.id),
        organization_name=place.name,
        organization_kind=cast("OrganizationKindCode", place.kind),
        parent_name=next((row.name for row in reader.rows(load_records.PARENT_NAME)), None),
        year=year,
        as_of=extent.as_of,
        facts=tuple(fact_of(record, context) for record in records),
        focuses=_focuses(reader),
        includes_supervision=supervised,
        include_descendants=extent.include_descendants,
        branch_names=tuple(place.name for place in places[1:] if _stood(place, year)),
        tallies=load_aggregates(reader, supervised=supervised) if tallied else (),
        evidence=evidence_as_of(files, extent.as_of, place.time_zone),
        period=extent.period,
        reporter=context.reporter.name,
        **load_context(uow, _known(extent, tallied=tallied), len(records)),
        **_authored(extent, entered),
    )


def _reader(uow: UnitOfWork, extent: ReportScope, *, supervised: bool) -> RecordReader:
    place, (first, last) = extent.organization, extent.days
    # To the end of the year: what was owed in a quarter may have been done in a later one.
    later = date(following(extent.period, extent.year).year, 12, 31)
    return RecordReader(
        uow.connection,
        RecordScope(
            "subtree" if extent.include_descendants else "own",
            restricted=supervised,
            cancelled=True,
            text_ids=True,
        ),
        SnapshotPeriod(first, last, later),
        extent.as_of,
        {
            "organization_id": place.id,
            "root_id": place.root_id,
            "parent_id": place.parent_id,
            "until": min(last, extent.as_of),
        },
    )


def _files(reader: RecordReader) -> Sequence[Row[Any]]:
    return reader.rows(evidence_revisions(reader.scope), _LIMIT)


def _focuses(reader: RecordReader) -> tuple[ReportFocus, ...]:
    rows = reader.rows(load_records.FOCUSES)
    return tuple(ReportFocus(row.code, row.name, row.position) for row in rows)


def _people(reader: RecordReader) -> dict[str, frozenset[str]]:
    """Opaque keys of the people of each talk."""
    keys = reader.parts(load_records.TALKED_WITH, person_of)
    return {talk: frozenset(people) for talk, people in keys.items()}


def _known(extent: ReportScope, *, tallied: bool) -> ReportScope:
    """Beside totals nothing is told that would hold for the organisation's own records alone."""
    return replace(extent, without=frozenset(get_args(Unread))) if tallied else extent


def _authored(extent: ReportScope, entered: Mapping[int, ReportInputs]) -> dict[str, Any]:
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


def _stood(place: Any, year: int) -> bool:  # noqa: ANN401 - a row
    """Whether an organisation existed at some time of the year."""
    founded = place.founded_on is None or place.founded_on.year <= year
    return founded and (place.dissolved_on is None or place.dissolved_on.year >= year)


def _notes(entries: Iterable[Mapping[str, Any]]) -> tuple[AuthoredNote, ...]:
    return tuple(
        AuthoredNote(UUID(entry["id"]), entry["title"], entry.get("detail"), entry.get("result"))
        for entry in entries
    )
