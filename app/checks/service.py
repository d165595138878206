"""Examine a year by every rule over one context, and keep explanations of findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from app.checks import queries, rules_people, rules_records
from app.checks.context import (
    AttendanceLine,
    ExaminationContext,
    ExaminedOrganization,
    RecordMaker,
    Resolved,
    assemblies,
    roster_entry,
)
from app.checks.findings import Check, ExaminationFinding, FindingsScopeTooLarge, RuleCode, in_order
from app.checks.models import FindingExplanation
from app.checks.schemas import ExplanationRead, ExplanationWrite, FindingFilters, FindingScope
from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.items.snapshot import Limit, Reach, RecordReader, RecordScope, SnapshotPeriod, person_of
from app.organizations.models import Organization
from app.organizations.queries import get_visible, reaches, require

CHECKS: tuple[Check, ...] = tuple(
    check
    for rules in (rules_people, rules_records)
    for check in vars(rules).values()
    if isinstance(check, Check)
)
_RULES = {check.rule.code: check.rule for check in CHECKS}
RULES = {code: _RULES[code] for code in RuleCode}  # in the order of the codes


def examine(context: ExaminationContext) -> tuple[ExaminationFinding, ...]:
    """Return what the rules find, in its one order; the order of records does not matter."""
    return in_order(finding for check in CHECKS for finding in check.find(context, check.rule))


_TRAIL = Trail("finding_explanation", tuple(ExplanationRead.model_fields))
MAX_RECORDS = 10_000
MAX_ROWS = 200_000  # of each sort of parts: lines of attendance lists, steps and the like


@dataclass(frozen=True, slots=True)
class Examination:
    """What was examined, the findings, and the active explanations by finding."""

    context: ExaminationContext
    findings: tuple[ExaminationFinding, ...]
    explanations: Mapping[str, FindingExplanation]
    includes_supervision: bool


def examination(uow: UnitOfWork, organization_id: UUID, filters: FindingFilters) -> Examination:
    """Examine an organisation's year; the findings are those that the filters leave.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day is in the future or before the year.
        FindingsScopeTooLarge: more than 10,000 records lie in scope.
    """
    organization = get_visible(uow.session, uow.actor, organization_id)
    reader = _reader(uow, organization, filters)
    context = _load(reader, organization, filters.year, uow.today(organization.time_zone))
    explanations = _explanations_by_finding(uow, organization.id)
    findings = tuple(
        finding
        for finding in examine(context)
        if (not filters.code or finding.rule.code in filters.code)
        and (not filters.severity or finding.rule.severity in filters.severity)
        and filters.explained in (None, finding.id in explanations)
    )
    return Examination(context, findings, explanations, reader.scope.restricted)


def page_of(
    findings: Sequence[ExaminationFinding], filters: FindingFilters
) -> tuple[Sequence[ExaminationFinding], str | None]:
    """Return one page of findings in their order, and the cursor of the next one, if any.

    Raises:
        ValidationFailed: the cursor's finding is not there any more.
    """
    start = 0
    if filters.cursor is not None:
        ids = [finding.id for finding in findings]
        if filters.cursor not in ids:
            message = "翻页标记无效或体检结果已改变，请从第一页重新查询"
            raise ValidationFailed.parameter("cursor", "cursor_invalid", message)
        start = ids.index(filters.cursor) + 1
    page = findings[start : start + filters.limit]
    return page, page[-1].id if start + len(page) < len(findings) else None


def _day(uow: UnitOfWork, organization: Organization, filters: FindingFilters) -> date:
    today = uow.today(organization.time_zone)
    as_of = filters.as_of or today
    if as_of > today:
        raise ValidationFailed.parameter("as_of", "in_the_future", "截至日期不能晚于今天")
    if filters.as_of and as_of.year < filters.year:
        message = f"截至日期不能早于 {filters.year} 年"
        raise ValidationFailed.parameter("as_of", "as_of_before_year", message)
    return as_of


def _reader(uow: UnitOfWork, organization: Organization, filters: FindingFilters) -> RecordReader:
    """Return the reader of what was there on the day and not cancelled by then."""
    as_of = _day(uow, organization, filters)
    first, last = date(filters.year, 1, 1), date(filters.year, 12, 31)
    reach: Reach = "subtree" if filters.include_descendants else "own"
    supervised = reaches(uow.session, uow.actor, Permission.SUPERVISION, organization.id)
    next_day = as_of + timedelta(days=1)
    return RecordReader(
        uow.connection,
        RecordScope(reach, restricted=supervised),
        SnapshotPeriod(first, last, last),
        as_of,
        {
            "organization_id": organization.id,
            "year": filters.year,
            "day_end": datetime.combine(next_day, time.min, ZoneInfo(organization.time_zone)),
        },
        Limit(MAX_ROWS, _too_large),
    )


def _load(
    reader: RecordReader, organization: Organization, year: int, today: date
) -> ExaminationContext:
    """Read the context in a constant number of statements."""
    reach, limit = reader.scope.reach, reader.of_parts
    # Before anything else: a scope that is too large must not be read through.
    records = reader.records(queries.COLUMNS, queries.TABLES, limit=Limit(MAX_RECORDS, _too_large))
    maker = RecordMaker(
        *(reader.as_of, today, organization.time_zone),
        attendance=reader.parts(
            queries.ATTENDANCES, lambda row: AttendanceLine(row.name, row.present, row.member_id)
        ),
        resolutions=reader.parts(
            queries.RESOLUTIONS,
            lambda row: Resolved(row.responsible_person is not None, row.due_on is not None),
        ),
        persons=reader.parts(queries.TALKED_WITH, person_of),
        evidence=reader.parts(queries.EVIDENCE, lambda row: row.effective_on),
    )
    organizations = reader.rows(queries.organizations(reach), limit)
    roster = reader.rows(queries.members(reach), limit)
    return ExaminationContext(
        root_id=organization.id,
        year=year,
        as_of=reader.as_of,
        organizations={row.id: ExaminedOrganization(*tuple(row)) for row in organizations},
        records=tuple(maker.record(record) for record in records),
        roster=tuple(roster_entry(row) for row in roster),
        assemblies=assemblies(reader.rows(queries.assemblies(reach), limit)),
    )


def _too_large() -> FindingsScopeTooLarge:
    return FindingsScopeTooLarge(
        f"范围内的内容过多（记录超过 {MAX_RECORDS} 条或明细超过 {MAX_ROWS} 行），"
        "请按下级组织分别体检，或不包括下级组织。"
    )


def _explanations_by_finding(
    uow: UnitOfWork, organization_id: UUID
) -> dict[str, FindingExplanation]:
    rows = uow.session.scalars(queries.active_explanations(organization_id))
    return {row.finding_id: row for row in rows}


def explain(
    uow: UnitOfWork,
    organization_id: UUID,
    finding_id: str,
    scope: FindingScope,
    payload: ExplanationWrite,
    if_match: str | None,
) -> FindingExplanation:
    """Keep the reason why a finding is in order; an earlier reason is withdrawn.

    Raises:
        NotFound: there is no such finding now in this scope.
        Forbidden: the actor may not write there.
        PreconditionRequired, VersionMismatch: another reason is active and was not named.
    """
    require(uow, Permission.WRITE, organization_id)
    filters = FindingFilters.model_validate(scope.model_dump())
    findings = examination(uow, organization_id, filters).findings
    finding = existing(
        next((finding for finding in findings if finding.id == finding_id), None),
        "没有这条体检结果，或它已不存在，请重新体检后再作说明。",
    )
    of_finding = FindingExplanation.finding_id == finding_id
    active = select(FindingExplanation).where(of_finding, FindingExplanation.withdrawn_at.is_(None))
    earlier = uow.session.scalars(active.with_for_update()).one_or_none()
    if earlier is not None:
        expect_version(earlier.version, if_match)
        _withdraw(uow, earlier)
    last_version = select(func.max(FindingExplanation.version)).where(of_finding)
    explanation = FindingExplanation(
        id=new_id(),
        organization_id=finding.organization_id,
        finding_id=finding_id,
        code=finding.rule.code,
        reason=payload.reason,
        restricted=finding.restricted,
        explained_at=uow.now(),
        explained_by=uow.actor.user_id,
        explained_by_name=uow.actor.name,
        version=(uow.session.scalar(last_version) or 0) + 1,
    )
    uow.session.add(explanation)
    uow.session.flush()
    _note(uow, "explained", explanation, earlier)
    return explanation


def withdraw_explanation(
    uow: UnitOfWork, organization_id: UUID, finding_id: str, if_match: str | None
) -> None:
    """Withdraw an explanation; it stays in the history.

    Raises:
        NotFound: none is active, or it is out of the actor's sight.
        Forbidden: the actor may not write there.
        PreconditionRequired, VersionMismatch: the active one was not named.
    """
    require(uow, Permission.WRITE, organization_id)
    explanation = _explanations_by_finding(uow, organization_id).get(finding_id)
    hidden = explanation is not None and explanation.restricted
    if hidden and not reaches(uow.session, uow.actor, Permission.SUPERVISION, organization_id):
        explanation = None
    explanation = existing(explanation, "这条体检结果没有说明可以撤回。")
    expect_version(explanation.version, if_match)
    _withdraw(uow, explanation)
    _note(uow, "explanation_withdrawn", explanation, explanation)


def history_of(
    uow: UnitOfWork, organization_id: UUID, finding_id: str
) -> Select[FindingExplanation]:
    """Select every explanation that a finding had; restricted ones for those who supervise.

    Raises:
        NotFound: the organisation is out of the actor's sight.
    """
    require(uow, Permission.READ, organization_id)
    supervised = reaches(uow.session, uow.actor, Permission.SUPERVISION, organization_id)
    return queries.explanations(organization_id, finding_id, supervised=supervised)


def _withdraw(uow: UnitOfWork, explanation: FindingExplanation) -> None:
    explanation.withdrawn_at = uow.now()
    explanation.withdrawn_by = uow.actor.user_id
    explanation.withdrawn_by_name = uow.actor.name
    uow.session.flush()


def _note(
    uow: UnitOfWork, action: str, explanation: FindingExplanation, before: FindingExplanation | None
) -> None:
    earlier = {"reason": before.reason, "version": before.version} if before else None
    _TRAIL.note(uow, f"finding.{action}", explanation, earlier)
