"""Examining a year, and explaining what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from app.checks import loading, queries
from app.checks.errors import FindingsScopeTooLarge
from app.checks.examination import examine
from app.checks.facts import Context
from app.checks.findings import Finding
from app.checks.models import FindingExplanation
from app.checks.schemas import ExplanationRead, ExplanationWrite, FindingFilters, FindingScope
from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.items.snapshot import Limit, Period, RecordReader, RecordScope, person_of
from app.organizations.models import Organization
from app.organizations.queries import get_visible, reaches, require

_TRAIL = Trail("finding_explanation", tuple(ExplanationRead.model_fields))
MAX_RECORDS = 10_000
MAX_ROWS = 200_000  # of attendance lists, steps and the like


@dataclass(frozen=True, slots=True)
class Examination:
    """What was examined, what was found, and what people said of it."""

    context: Context
    findings: tuple[Finding, ...]
    explanations: Mapping[str, FindingExplanation]
    includes_supervision: bool


def examination(unit: Unit, organization_id: UUID, filters: FindingFilters) -> Examination:
    """The findings of an organisation's year that the filters leave.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day is in the future or before the year.
        FindingsScopeTooLarge: more than 10,000 records lie in scope.
    """
    organization = get_visible(unit.session, unit.actor, organization_id)
    as_of = _day(unit, organization, filters)
    supervised = reaches(unit.session, unit.actor, Permission.SUPERVISION, organization.id)
    context = _load(unit, organization, filters, as_of, supervised=supervised)
    explanations = standing(unit, organization.id)
    found = tuple(
        finding
        for finding in examine(context)
        if (not filters.code or finding.rule.code in filters.code)
        and (not filters.severity or finding.rule.severity in filters.severity)
        and filters.explained in (None, finding.id in explanations)
    )
    return Examination(context, found, explanations, supervised)


def page_of(
    findings: Sequence[Finding], filters: FindingFilters
) -> tuple[Sequence[Finding], str | None]:
    """One page of findings in their order, and from which finding the next one goes on.

    Raises:
        ValidationFailed: the finding at which to go on is not among them any more.
    """
    start = 0
    if filters.cursor is not None:
        places = [place for place, one in enumerate(findings) if one.id == filters.cursor]
        if not places:
            words = "翻页标记无效或体检结果已改变，请从第一页重新查询"
            raise ValidationFailed.parameter("cursor", "cursor_invalid", words)
        start = places[0] + 1
    page = findings[start : start + filters.limit]
    more = start + len(page) < len(findings)
    return page, page[-1].id if more else None


def _day(unit: Unit, organization: Organization, filters: FindingFilters) -> date:
    today = unit.today(organization.time_zone)
    as_of = filters.as_of or today
    if as_of > today:
        raise ValidationFailed.parameter("as_of", "in_the_future", "截至日期不能晚于今天")
    if filters.as_of and as_of.year < filters.year:
        words = f"截至日期不能早于 {filters.year} 年"
        raise ValidationFailed.parameter("as_of", "as_of_before_year", words)
    return as_of


def _load(
    unit: Unit, organization: Organization, scope: FindingScope, as_of: date, *, supervised: bool
) -> Context:
    """One frozen context, in a constant number of statements."""
    zone = organization.time_zone
    reader = _reader(unit, organization, scope, as_of, supervised=supervised)
    reach, limit = reader.scope.reach, reader.of_parts
    # Before anything else: a scope that is too large must not be read through.
    records = reader.records(queries.COLUMNS, queries.TABLES, limit=Limit(MAX_RECORDS, _too_large))
    belongings = loading.Belongings(
        attendance=reader.parts(queries.ATTENDANCES, loading.attendee),
        resolutions=reader.parts(queries.RESOLUTIONS, loading.resolved),
        persons=reader.parts(queries.TALKED_WITH, person_of),
        evidence=reader.parts(queries.EVIDENCE, loading.proof),
    )
    reading = loading.Reading(as_of, unit.today(zone), zone, belongings)
    places = [loading.place(row) for row in reader.rows(queries.places(reach), limit)]
    roster = reader.rows(queries.members(reach), limit)
    return Context(
        root_id=organization.id,
        year=scope.year,
        as_of=as_of,
        places={place.id: place for place in places},
        records=tuple(reading.record(record) for record in records),
        roster=tuple(loading.roster_entry(row) for row in roster),
        assemblies=loading.assemblies(reader.rows(queries.assemblies(reach), limit)),
    )


def _reader(
    unit: Unit, organization: Organization, scope: FindingScope, as_of: date, *, supervised: bool
) -> RecordReader:
    """Reads what was there on the day, and was not cancelled by then."""
    first, last = date(scope.year, 1, 1), date(scope.year, 12, 31)
    next_day = as_of + timedelta(days=1)
    return RecordReader(
        unit.connection,
        RecordScope("subtree" if scope.include_descendants else "own", restricted=supervised),
        Period(first, last, last),
        as_of,
        {
            "organization_id": organization.id,
            "year": scope.year,
            "day_end": datetime.combine(next_day, time.min, ZoneInfo(organization.time_zone)),
        },
        Limit(MAX_ROWS, _too_large),
    )


def _too_large() -> FindingsScopeTooLarge:
    return FindingsScopeTooLarge(
        f"范围内的内容过多（记录超过 {MAX_RECORDS} 条或明细超过 {MAX_ROWS} 行），"
        "请按下级组织分别体检，或不包括下级组织。"
    )


def standing(unit: Unit, organization_id: UUID) -> dict[str, FindingExplanation]:
    """The explanations that stand below an organisation, by finding."""
    rows = unit.session.scalars(queries.standing(organization_id))
    return {row.finding_id: row for row in rows}


def explain(
    unit: Unit,
    organization_id: UUID,
    finding_id: str,
    scope: FindingScope,
    wish: ExplanationWrite,
    if_match: str | None,
) -> FindingExplanation:
    """Say why a finding is in order; an earlier reason is replaced and kept.

    Raises:
        NotFound: there is no such finding now in this scope.
        Forbidden: the actor may not write there.
        PreconditionRequired, VersionMismatch: another reason stands and was not named.
    """
    require(unit, Permission.WRITE, organization_id)
    filters = FindingFilters.model_validate(scope.model_dump())
    found = examination(unit, organization_id, filters)
    finding = existing(
        next((one for one in found.findings if one.id == finding_id), None),
        "没有这条体检结果，或它已不存在，请重新体检后再作说明。",
    )
    earlier = _standing_for_update(unit, finding_id)
    if earlier is not None:
        expect_version(earlier.version, if_match)
        _withdraw(unit, earlier)
    explanation = FindingExplanation(
        id=new_id(),
        organization_id=finding.organization_id,
        finding_id=finding_id,
        code=finding.rule.code,
        reason=wish.reason,
        restricted=finding.restricted,
        explained_at=unit.now(),
        explained_by=unit.actor.user_id,
        explained_by_name=unit.actor.name,
        version=_last_version(unit, finding_id) + 1,
    )
    unit.session.add(explanation)
    unit.session.flush()
    _note(unit, "explained", explanation, earlier)
    return explanation


def withdraw_explanation(
    unit: Unit, organization_id: UUID, finding_id: str, if_match: str | None
) -> None:
    """Take an explanation back; it stays in the history.

    Raises:
        NotFound: none stands, or it is out of the actor's sight.
        Forbidden: the actor may not write there.
        PreconditionRequired, VersionMismatch: the standing one was not named.
    """
    require(unit, Permission.WRITE, organization_id)
    explanation = standing(unit, organization_id).get(finding_id)
    hidden = explanation is not None and explanation.restricted
    if hidden and not reaches(unit.session, unit.actor, Permission.SUPERVISION, organization_id):
        explanation = None
    explanation = existing(explanation, "这条体检结果没有说明可以撤回。")
    expect_version(explanation.version, if_match)
    _withdraw(unit, explanation)
    _note(unit, "explanation_withdrawn", explanation, explanation)


def history_of(unit: Unit, organization_id: UUID, finding_id: str) -> Select[FindingExplanation]:
    """Every explanation that a finding had; restricted ones only for those who supervise.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    require(unit, Permission.READ, organization_id)
    supervised = reaches(unit.session, unit.actor, Permission.SUPERVISION, organization_id)
    return queries.explanations_of(organization_id, finding_id, supervised=supervised)


def _standing_for_update(unit: Unit, finding_id: str) -> FindingExplanation | None:
    statement = select(FindingExplanation).where(
        FindingExplanation.finding_id == finding_id, FindingExplanation.withdrawn_at.is_(None)
    )
    return unit.session.scalars(statement.with_for_update()).one_or_none()


def _last_version(unit: Unit, finding_id: str) -> int:
    statement = select(func.max(FindingExplanation.version)).where(
        FindingExplanation.finding_id == finding_id
    )
    return unit.session.scalar(statement) or 0


def _withdraw(unit: Unit, explanation: FindingExplanation) -> None:
    explanation.withdrawn_at = unit.now()
    explanation.withdrawn_by = unit.actor.user_id
    explanation.withdrawn_by_name = unit.actor.name
    unit.session.flush()


def _note(
    unit: Unit, action: str, explanation: FindingExplanation, before: FindingExplanation | None
) -> None:
    earlier = {"reason": before.reason, "version": before.version} if before else None
    _TRAIL.note(unit, f"finding.{action}", explanation, earlier)
