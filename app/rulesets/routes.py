"""Routes of rule sets: their documents, the shipped one, and what applies to organisations."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http.replies import IN_BOTH, body_in_both, reply
from app.core.http.routing import FromQuery, UowDep
from app.org_documents.kinds import DocumentKind
from app.org_documents.routes import document_reply, document_router
from app.organizations.queries import get_visible
from app.rulesets.consistency import check_fits, check_still_fits, flaws_of
from app.rulesets.errors import RuleSetCodeTaken, RuleSetRetired
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.queries import rules_in_force, standard_rule_set
from app.rulesets.schemas import (
    ConflictRead,
    EffectiveRuleRead,
    OrganizationRules,
    OriginRead,
    RuleSetDocument,
    RuleSetFilters,
    RuleSetPatch,
    RuleSetRead,
    RuleSetRevisionRead,
    RulesParameters,
    StandardDocument,
    document_data,
)

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
RULE_SET = DocumentKind(
    name="rule_set",
    label="规则集",
    model=RuleSet,
    revision=RuleSetRevision,
    revision_of=RuleSetRevision.rule_set_id,
    document=RuleSetDocument,
    data=document_data,
    flaws=flaws_of,
    fits=check_fits,
    still_fits=check_still_fits,
    body=BODY,
    read=RuleSetRead,
    patch=RuleSetPatch,
    filters=RuleSetFilters,
    revision_read=RuleSetRevisionRead,
    taken=RuleSetCodeTaken,
    retired=RuleSetRetired,
    code_fixed="规则集的代码不能修改，请保留原代码",
    put_to_use="it applies",
)
router = document_router(RULE_SET)


@router.get(
    "/standard-rule-set",
    summary="标准规则集（JSON 或 YAML）",
    response_model=StandardDocument,
    responses=IN_BOTH,
)
def get_standard_rule_set(request: Request, _uow: UowDep) -> Response:
    """The rule set that is shipped with the program; for everybody who is signed in."""
    document = standard_rule_set()
    return document_reply(request, document_data(document), document.version)


@router.get(
    "/organizations/{organization_id}/rules",
    summary="党组织某年的生效规则及其出处",
    response_model=OrganizationRules,
)
def list_organization_rules(
    uow: UowDep, organization_id: UUID, parameters: Annotated[RulesParameters, FromQuery]
) -> Response:
    """The rules that an organisation goes by in a year, each with where it comes from."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    year = parameters.year or uow.today(organization.time_zone).year
    rules = rules_in_force(uow, [organization_id])[organization_id]
    conflicts = [
        ConflictRead(set_code=entry.set_code, code=entry.flaw.code, detail=entry.flaw.detail)
        for entry in rules.resolved.conflicts
    ]
    effective = rules.resolved.of_year(rules.kind, year)
    return reply(
        OrganizationRules(
            organization_id=organization_id,
            year=year,
            rule_set=OriginRead.model_validate(rules.rule_set),
            items=[EffectiveRuleRead.model_validate(rule) for rule in effective],
            conflicts=conflicts,
        )
    )
