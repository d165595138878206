"""The routes of examinations: findings, the rules behind them, explanations."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.checks import service
from app.checks.findings import ID_LENGTH, ExaminationFinding
from app.checks.models import FindingExplanation
from app.checks.schemas import (
    ExplanationRead,
    ExplanationWrite,
    FindingFilters,
    FindingRead,
    FindingRecord,
    FindingRuleRead,
    FindingRulesBody,
    FindingScope,
    FindingsRead,
)
from app.checks.service import RULES, Examination
from app.core.http.replies import IfMatch, no_content, reply, table_page
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.items.rules import ItemKind

router = api_router("/organizations/{organization_id}/findings", "findings")
rules = api_router("/finding-rules", "findings")
FindingId = Annotated[
    str, Path(pattern=rf"^[0-9a-f]{{{ID_LENGTH}}}$", description="体检结果的编号")
]


@rules.get("", summary="体检规则一览", response_model=FindingRulesBody)
def list_finding_rules(_uow: UowDep) -> Response:
    """Every rule with its severity and its words."""
    items = [
        FindingRuleRead(**asdict(rule), severity_label=rule.severity.label)
        for rule in RULES.values()
    ]
    return reply(FindingRulesBody(items=items))


@router.get(
    "", summary="年度体检：记录中前后矛盾、遗漏和雷同之处（均为提醒）", response_model=FindingsRead
)
def list_findings(
    uow: UowDep, organization_id: UUID, filters: Annotated[FindingFilters, FromQuery]
) -> Response:
    """The findings of a year; an explained one stays and says so."""
    examination = service.examination(uow, organization_id, filters)
    page, next_cursor = service.page_of(examination.findings, filters)
    body = FindingsRead(
        organization_id=organization_id,
        year=filters.year,
        as_of=examination.context.as_of,
        include_descendants=filters.include_descendants,
        includes_supervision=examination.includes_supervision,
        total=len(examination.findings),
        items=[_shown(examination, finding) for finding in page],
        next_cursor=next_cursor,
    )
    return reply(body)


def _shown(examination: Examination, finding: ExaminationFinding) -> FindingRead:
    explanation = examination.explanations.get(finding.id)
    rule = finding.rule
    records = zip(finding.record_ids, finding.kinds, strict=True)
    return FindingRead(
        id=finding.id,
        code=rule.code,
        severity=rule.severity,
        title=rule.title,
        message=finding.message,
        advice=rule.advice,
        organization_id=finding.organization_id,
        organization_name=examination.context.organizations[finding.organization_id].name,
        on=finding.on,
        period=finding.period,
        records=[FindingRecord(id=record, kind=ItemKind(kind)) for record, kind in records],
        explained=explanation is not None,
        explanation=ExplanationRead.model_validate(explanation) if explanation else None,
    )


@router.get(
    "/{finding_id}/explanations",
    summary="一条体检结果的历次说明",
    response_model=PageBody[ExplanationRead],
)
def list_finding_explanations(
    request: Request,
    uow: UowDep,
    organization_id: UUID,
    finding_id: FindingId,
    parameters: Annotated[PageParameters, FromQuery],
) -> Response:
    """What people said of a finding, oldest first, with what was withdrawn or replaced."""
    statement = service.history_of(uow, organization_id, finding_id)
    return table_page(
        request, uow.session, statement, FindingExplanation, ExplanationRead, parameters
    )


@router.put(
    "/{finding_id}/explanation",
    summary="对体检结果作出说明（更改说明须带 If-Match）",
    response_model=ExplanationRead,
)
def put_finding_explanation(
    uow: UowDep,
    organization_id: UUID,
    finding_id: FindingId,
    scope: Annotated[FindingScope, FromQuery],
    payload: ExplanationWrite,
    if_match: IfMatch = None,
) -> Response:
    """Say why a finding that exists now is in order."""
    explanation = service.explain(uow, organization_id, finding_id, scope, payload, if_match)
    return reply(ExplanationRead.model_validate(explanation), version=explanation.version)


@router.delete(
    "/{finding_id}/explanation", summary="撤回对体检结果的说明（须带 If-Match）", status_code=204
)
def delete_finding_explanation(
    uow: UowDep, organization_id: UUID, finding_id: FindingId, if_match: IfMatch = None
) -> Response:
    """Take an explanation back."""
    service.withdraw_explanation(uow, organization_id, finding_id, if_match)
    return no_content()
