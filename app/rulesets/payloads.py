"""Payloads around rule sets; their documents are in ``documents``, the rules in ``schemas``."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.pages import PageParameters
from app.core.schemas import Model
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import Rule


class RuleSetRead(Model):
    """A rule set as returned; what it says is its document."""

    id: UUID
    organization_id: Annotated[UUID, Field(description="制定的党组织，对其及全部下级有效")]
    code: str
    name: str
    based_on: Annotated[str | None, Field(description="以哪一套为基础；空为自成一套")]
    status: Annotated[RuleSetStatus, Field(description="备用、启用或停用")]
    revision: Annotated[int, Field(description="最新修订号")]
    created_at: datetime
    updated_at: datetime
    version: int


class RuleSetPatch(Model):
    """Put a rule set in force, back on the shelf, or out of use."""

    status: Annotated[RuleSetStatus, Field(description="状态", examples=["in_force"])]


class RuleSetFilters(PageParameters):
    """Filters of the list of rule sets."""

    organization_id: Annotated[UUID | None, Field(description="只列该组织自己制定的")] = None
    status: Annotated[list[RuleSetStatus], Field(max_length=3, description="状态，可重复")] = Field(
        default_factory=list
    )


class RuleSetRevisionRead(Model):
    """A revision as listed."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by: UUID | None
    created_by_name: str


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
