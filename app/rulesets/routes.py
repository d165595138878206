"""The routes of rule sets: the shipped one, those that organisations make, what applies where."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic_core import to_json

from app.core.actor import Permission
from app.core.http.query import FromQuery
from app.core.http.replies import IdempotencyKeyHeader, IfMatch, reply
from app.core.http.simple_lists import table_page
from app.core.http.texts import IN_BOTH, RawBody, body_in_both, is_yaml, text_reply
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.core.versions import expect_version
from app.organizations.queries import get_visible, require
from app.rulesets import queries, service
from app.rulesets.documents import (
    RuleSetDocument,
    StandardDocument,
    document_data,
    to_yaml,
)
from app.rulesets.effective import rules_in_force
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.payloads import (
    ConflictRead,
    EffectiveRuleRead,
    OrganizationRules,
    OriginRead,
    RuleSetFilters,
    RuleSetPatch,
    RuleSetRead,
    RuleSetRevisionRead,
    RulesParameters,
)
from app.rulesets.standard import standard
from app.rulesets.submissions import Submission, from_json_text, from_yaml

router = api_router("", "rule-sets")

EXAMPLE = """\
format: 1
code: zhihuibu
name: 指挥部党总支责任项规则
based_on: standard
changes:
  - code: theme_party_day
    due: {rule: day, day: 25}
removes: [central_group_study]
"""
BODY = body_in_both(
    "RuleSetDocument",
    {"code": "zhihuibu", "name": "指挥部党总支责任项规则", "removes": ["central_group_study"]},
    EXAMPLE,
)
RevisionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="修订号")]


def _submitted(request: Request, body: bytes) -> Submission[RuleSetDocument]:
    """The document in a body that is JSON or YAML."""
    read = from_yaml if is_yaml(request) else from_json_text
    return read(body, RuleSetDocument)


@router.get(
    "/standard-rule-set",
    name="get_standard_rule_set",
    summary="标准规则集（JSON 或 YAML）",
    response_model=StandardDocument,
    responses=IN_BOTH,
)
def get_standard_rule_set(request: Request, unit: UnitDep) -> Response:  # noqa: ARG001 - the frame's
    """The rule set that is shipped with the program; for everybody who is signed in."""
    document = standard()
    return _document(request, document, document.version)


@router.post(
    "/organizations/{organization_id}/rule-sets",
    name="create_rule_set",
    summary="新建规则集（JSON 或 YAML），先为备用",
    status_code=201,
    response_model=RuleSetRead,
    openapi_extra=BODY,
)
def create_rule_set(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    body: RawBody,
    idempotency_key: IdempotencyKeyHeader = None,  # noqa: ARG001 - read by the unit's frame
) -> Response:
    """Save a rule set of an organisation; it applies once it is put in force."""
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    submission = _submitted(request, body)
    with submission.flaws_with_lines():
        rule_set = service.create_rule_set(unit, organization_id, submission.document)
    location = f"/api/v1/rule-sets/{rule_set.id}"
    shown = RuleSetRead.model_validate(rule_set)
    return reply(shown, status=201, version=rule_set.version, location=location)


@router.get(
    "/rule-sets",
    name="list_rule_sets",
    summary="查询规则集",
    response_model=PageBody[RuleSetRead],
)
def list_rule_sets(
    request: Request, unit: UnitDep, filters: Annotated[RuleSetFilters, FromQuery]
) -> Response:
    """The rule sets in sight: those of what one may read, and those that apply there."""
    statement = queries.visible_to(unit.actor)
    if filters.organization_id:
        require(unit, Permission.READ, filters.organization_id)
        statement = statement.where(RuleSet.organization_id == filters.organization_id)
    if filters.status:
        statement = statement.where(RuleSet.status.in_(filters.status))
    return table_page(request, unit.session, statement, RuleSet, RuleSetRead, filters)


@router.get(
    "/rule-sets/{rule_set_id}",
    name="get_rule_set",
    summary="查看规则集",
    response_model=RuleSetRead,
)
def get_rule_set(request: Request, unit: UnitDep, rule_set_id: UUID) -> Response:
    """One rule set, without what it says."""
    rule_set = queries.get_rule_set(unit, rule_set_id)
    shown = RuleSetRead.model_validate(rule_set)
    return reply(shown, version=rule_set.version, request=request)


@router.patch(
    "/rule-sets/{rule_set_id}",
    name="update_rule_set",
    summary="启用规则集、转为备用或停用",
    response_model=RuleSetRead,
)
def update_rule_set(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    rule_set_id: UUID,
    payload: RuleSetPatch,
    if_match: IfMatch = None,
) -> Response:
    """Put a rule set in force, back on the shelf, or out of use."""
    rule_set = queries.get_rule_set(unit, rule_set_id)
    expect_version(rule_set.version, if_match)
    service.change_status(unit, rule_set, payload.status)
    return reply(RuleSetRead.model_validate(rule_set), version=rule_set.version)


@router.get(
    "/rule-sets/{rule_set_id}/document",
    name="get_rule_set_document",
    summary="规则集的内容（JSON 或 YAML）",
    response_model=RuleSetDocument,
    responses=IN_BOTH,
)
def get_rule_set_document(request: Request, unit: UnitDep, rule_set_id: UUID) -> Response:
    """What a rule set says now."""
    rule_set = queries.get_rule_set(unit, rule_set_id)
    revision = queries.get_revision(unit, rule_set)
    document = RuleSetDocument.model_validate(revision.document)
    return _document(request, document, rule_set.version)


@router.put(
    "/rule-sets/{rule_set_id}/document",
    name="replace_rule_set_document",
    summary="修订规则集（JSON 或 YAML），有错则一处也不改",
    response_model=RuleSetRead,
    openapi_extra=BODY,
)
def replace_rule_set_document(
    request: Request, unit: UnitDep, rule_set_id: UUID, body: RawBody, if_match: IfMatch = None
) -> Response:
    """Let a rule set say something else from now on, as a new revision."""
    rule_set = queries.get_rule_set(unit, rule_set_id)
    service.require_keeper(unit, rule_set)
    expect_version(rule_set.version, if_match)
    submission = _submitted(request, body)
    with submission.flaws_with_lines():
        service.replace_document(unit, rule_set, submission.document)
    return reply(RuleSetRead.model_validate(rule_set), version=rule_set.version)


@router.get(
    "/rule-sets/{rule_set_id}/revisions",
    name="list_rule_set_revisions",
    summary="规则集的历次修订",
    response_model=PageBody[RuleSetRevisionRead],
)
def list_rule_set_revisions(
    request: Request,
    unit: UnitDep,
    rule_set_id: UUID,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """Every revision of a rule set, oldest first."""
    rule_set = queries.get_rule_set(unit, rule_set_id)
    statement = queries.revisions_of(rule_set.id)
    return table_page(
        request, unit.session, statement, RuleSetRevision, RuleSetRevisionRead, filters
    )


@router.get(
    "/rule-sets/{rule_set_id}/revisions/{number}/document",
    name="get_rule_set_revision_document",
    summary="规则集某一次修订的内容（JSON 或 YAML）",
    response_model=RuleSetDocument,
    responses=IN_BOTH,
)
def get_rule_set_revision_document(
    request: Request, unit: UnitDep, rule_set_id: UUID, number: RevisionNumber
) -> Response:
    """What a rule set said in one revision."""
    revision = queries.get_revision(unit, queries.get_rule_set(unit, rule_set_id), number)
    return _document(request, RuleSetDocument.model_validate(revision.document), None)


@router.get(
    "/organizations/{organization_id}/rules",
    name="list_organization_rules",
    summary="党组织某年的生效规则及其出处",
    response_model=OrganizationRules,
)
def list_organization_rules(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[RulesParameters, FromQuery],
) -> Response:
    """The rules that an organisation goes by in a year, each with where it comes from."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    year = parameters.year or unit.today(organization.time_zone).year
    rules = rules_in_force(unit, [organization_id])[organization_id]
    conflicts = [
        ConflictRead(set_code=found.set_code, code=found.flaw.code, detail=found.flaw.detail)
        for found in rules.resolution.troubles
    ]
    applying = rules.resolution.of_year(rules.kind, year)
    return reply(
        OrganizationRules(
            organization_id=organization_id,
            year=year,
            rule_set=OriginRead.model_validate(rules.rule_set),
            items=[EffectiveRuleRead.model_validate(rule) for rule in applying],
            conflicts=conflicts,
        )
    )


def _document(request: Request, document: RuleSetDocument, version: int | None) -> Response:
    """A document in the format that Accept wants; the version is the rule set's."""
    return text_reply(
        request, lambda: to_json(document_data(document)), lambda: to_yaml(document), version
    )
