"""Payloads around rule sets; their documents are in ``documents``, the rules in ``schemas``."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Model
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import Rule
from app.shelves.schemas import KeptFilters, KeptRead, RevisionRead, StatusPatch


class RuleSetRead(KeptRead[RuleSetStatus]):
    """A rule set as returned; what it says is its document."""

    based_on: Annotated[str | None, Field(description="以哪一套为基础；空为自成一套")]


class RuleSetPatch(StatusPatch[RuleSetStatus]):
    """Put a rule set in force, back on the shelf, or out of use."""


class RuleSetFilters(KeptFilters[RuleSetStatus]):
    """Filters of the list of rule sets."""


class RuleSetRevisionRead(RevisionRead):
    """A revision as listed."""


class OriginRead(Model):
    """A rule set, and its revision, that says something."""

    set_code: Annotated[str, Field(description="规则集代码", examples=["standard"])]
    revision: Annotated[int, Field(description="修订号")]


class EffectiveRuleRead(Model):
    """A rule that applies, and where it comes from."""

    rule: Rule
    origin: Annotated[OriginRead, Field(description="由哪套规则集提出")]
    changed_by: Annotated[OriginRead | None, Field(description="最后由哪套规则集调整；未调整为空")]


class ConflictRead(Model):
    """Something that a rule set says and that does not fit what it builds on."""

    set_code: str
    code: str
    detail: str


class RulesParameters(Model):
    """Which year's rules are asked for."""

    year: Annotated[
        int | None, Field(ge=1921, le=2199, description="年度，默认本年", examples=[2018])
    ] = None


class OrganizationRules(Model):
    """The rules that an organisation goes by in a year."""

    organization_id: UUID
    year: int
    rule_set: Annotated[OriginRead, Field(description="所用的规则集：最近一级启用的，没有则为标准")]
    items: list[EffectiveRuleRead]
    conflicts: Annotated[
        list[ConflictRead], Field(description="与基础规则集不相容、未采用之处；通常为空")
    ]
