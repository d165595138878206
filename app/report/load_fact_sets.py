"""One fact set, loaded in a constant number of statements whatever the period holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args
from uuid import UUID

from sqlalchemy import Row

from app.core.uow import Permission, UnitOfWork
from app.items.snapshot import (
    Limit,
    RecordOnDay,
    RecordReader,
    RecordScope,
    SnapshotPeriod,
    person_of,
)
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


_TOO_LARGE = f"本党组织自身的记录超过 {MAX_RECORDS} 条，请按下级组织分别登记和生成。"
_LIMIT = Limit(MAX_RECORDS, lambda: ScopeTooLarge(_TOO_LARGE))


def load_fact_set(
    uow: UnitOfWork, scope: ReportScope, inputs: Mapping[int, ReportInputs]
) -> FactSet:
    """Read everything that a report may tell of; ``inputs`` is what people entered, by year.

    That is for whole years: a shorter period goes without.

    Raises:
        ScopeTooLarge: the organisation itself has more than 50,000 records.
    """
    organization = scope.organization
    supervised = scope.supervision and reaches(
        uow.session, uow.actor, Permission.SUPERVISION, organization.id
    )
    reader = _reader(uow, scope, supervised=supervised)
    # Before anything else: a scope that is too large must not be read through (decision 17).
    counted = scope.include_descendants and reader.rows(size())[0][0] > MOST_READ
    if counted:
        reader = replace(reader, scope=replace(reader.scope, reach="own"))
        # Nothing is told beside totals that would hold for the organisation's own records alone.
        scope = replace(scope, without=frozenset(get_args(Unread)))
    records = reader.records(load_records.COLUMNS, load_records.TABLES, limit=_LIMIT, notes=True)
    organizations = reader.rows(load_records.organizations(reader.scope.reach))
    evidence = reader.rows(evidence_revisions(reader.scope), _LIMIT) if scope.evidence else ()
    shared = _shared_facts(reader, records, organizations)
    return FactSet(
        organization_id=str(organization.id),
        organization_name=organization.name,
        organization_kind=cast("OrganizationKindCode", organization.kind),
        parent_name=next((row.name for row in reader.rows(load_records.PARENT_NAME)), None),
        year=scope.year,
        as_of=scope.as_of,
        facts=tuple(fact_of(record, shared) for record in records),
        focuses=tuple(ReportFocus(*tuple(row)) for row in reader.rows(load_records.FOCUSES)),
        includes_supervision=supervised,
        include_descendants=scope.include_descendants,
        branch_names=tuple(row.name for row in organizations[1:] if _existed_in(scope.year, row)),
        tallies=load_aggregates(reader, supervised=supervised) if counted else (),
        evidence=evidence_as_of(evidence, scope.as_of, organization.time_zone),
        period=scope.period,
        reporter=shared.reporter.name,
        **load_context(uow, scope, len(records)),
        **_authored(scope, inputs),
    )


def _reader(uow: UnitOfWork, scope: ReportScope, *, supervised: bool) -> RecordReader:
    organization, (first, last) = scope.organization, scope.days
    # To the end of the year: what was owed in a quarter may have been done in a later one.
    later = date(following(scope.period, scope.year).year, 12, 31)
    return RecordReader(
        uow.connection,
        RecordScope(scope.reach, restricted=supervised, cancelled=True, text_ids=True),
        SnapshotPeriod(first, last, later),
        scope.as_of,
        {
            "organization_id": organization.id,
            "root_id": organization.root_id,
            "parent_id": organization.parent_id,
            "until": min(last, scope.as_of),
        },
    )


def _shared_facts(
    reader: RecordReader, records: Iterable[RecordOnDay], organizations: Sequence[Row[Any]]
) -> SharedFacts:
    roster = {row.name for row in reader.rows(load_records.SECRETARIES)}
    acts = (record.row for record in records)
    people = reader.parts(load_records.TALKED_WITH, person_of)
    return SharedFacts(
        reporter=reporter_of(organizations[0].id, roster, acts, reader.as_of),
        as_of=reader.as_of,
        names={row.id: row.name for row in organizations},
        people={talk_id: frozenset(keys) for talk_id, keys in people.items()},
    )


def _existed_in(year: int, organization: Row[Any]) -> bool:
    """Tell whether an organisation existed at some time of the year."""
    founded_on, dissolved_on = organization.founded_on, organization.dissolved_on
    founded = founded_on is None or founded_on.year <= year
    return bool(founded and (dissolved_on is None or dissolved_on.year >= year))


def _authored(scope: ReportScope, inputs: Mapping[int, ReportInputs]) -> dict[str, Any]:
    """Return what people entered for the year, and for the one before it."""
    if scope.period != "year":
        return {}
    current, previous = inputs.get(scope.year), inputs.get(scope.year - 1)
    return {
        "shortcomings": _notes(current.shortcomings if current else ()),
        "next_plans": _notes(current.next_plans if current else ()),
        "previous": PreviousYear(
            _notes(previous.shortcomings if previous else ()),
            _notes(previous.next_plans if previous else ()),
        ),
    }


def _notes(entries: Iterable[Mapping[str, Any]]) -> tuple[AuthoredNote, ...]:
    return tuple(
        AuthoredNote(UUID(entry["id"]), entry["title"], entry.get("detail"), entry.get("result"))
        for entry in entries
    )
