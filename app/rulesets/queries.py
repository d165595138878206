"""Read rule sets: the shipped one, those of trees, and the rules that organisations follow."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.uow import UnitOfWork
from app.org_documents.parsing import from_yaml
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.rules import OrganizationKind
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.resolution import EffectiveRule, Layer, Origin, ResolvedRules, resolve_chain
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import STANDARD, RuleSetDocument, StandardDocument

_STANDARD_FILE = Path(__file__).with_name("standard.yaml")


@cache
def standard_rule_set() -> StandardDocument:
    """Return the shipped document; its ``version`` grows with every change of it."""
    return from_yaml(_STANDARD_FILE.read_bytes(), StandardDocument).document


def standard_layer() -> Layer:
    """Return the shipped rule set as the first layer of chains."""
    document = standard_rule_set()
    return Layer(STANDARD, document.version, document)


@dataclass(frozen=True, slots=True)
class RuleSetHead:
    """A rule set without its document: what it takes to find its place in chains."""

    id: UUID
    root_id: UUID
    organization_id: UUID
    code: str
    name: str
    based_on: str | None
    status: str
    revision: int


RuleSetsByCode = Mapping[str, RuleSetHead]
_HEADS: Select[Any] = select(
    *(getattr(RuleSet, column.name) for column in fields(RuleSetHead))
).order_by(RuleSet.id)


def rule_sets_by_code(
    session: Session, root_ids: Collection[UUID]
) -> dict[UUID, dict[str, RuleSetHead]]:
    """Return all rule sets of some trees by root and code; one statement."""
    by_root: dict[UUID, dict[str, RuleSetHead]] = {root_id: {} for root_id in root_ids}
    for row in session.execute(_HEADS.where(RuleSet.root_id.in_(root_ids))):
        head = RuleSetHead(*row)
        by_root[head.root_id][head.code] = head
    return by_root


def usable_rule_sets(
    session: Session, root_id: UUID, organization_id: UUID
) -> tuple[dict[str, RuleSetHead], frozenset[str]]:
    """Return all rule sets of a tree by code, and the codes that an organisation may build on.

    Those are its own and those of organisations above it, unless they are retired; one statement.
    """
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id == organization_id
    )
    statement = _HEADS.add_columns(RuleSet.organization_id.in_(above))
    rows = session.execute(statement.where(RuleSet.root_id == root_id)).all()
    heads = [(RuleSetHead(*row[:-1]), row[-1]) for row in rows]
    bases = (
        head.code for head, is_above in heads if is_above and head.status != RuleSetStatus.RETIRED
    )
    return {head.code: head for head, _ in heads}, frozenset(bases)


def heads_below(code: str | None, by_code: RuleSetsByCode) -> list[RuleSetHead]:
    """Return the rule sets of a chain from its base up to ``code``; ends where a code repeats."""
    chain: dict[str, RuleSetHead] = {}
    while code is not None and code in by_code and code not in chain:
        chain[code] = by_code[code]
        code = by_code[code].based_on
    return list(chain.values())[::-1]


def newest_documents(session: Session, heads: Iterable[RuleSetHead]) -> dict[UUID, RuleSetDocument]:
    """Return the newest document of each rule set by its id; one statement."""
    statement = (
        select(RuleSetRevision.rule_set_id, RuleSetRevision.document)
        .join(RuleSet, RuleSet.id == RuleSetRevision.rule_set_id)
        .where(
            RuleSet.id.in_({head.id for head in heads}), RuleSetRevision.number == RuleSet.revision
        )
    )
    return {
        rule_set_id: RuleSetDocument.model_validate(document)
        for rule_set_id, document in session.execute(statement)
    }


def layers_of(
    heads: Iterable[RuleSetHead], documents: Mapping[UUID, RuleSetDocument]
) -> list[Layer]:
    """Return the layers of a chain, with the shipped rule set below when it builds on that."""
    layers = [Layer(head.code, head.revision, documents[head.id]) for head in heads]
    on_standard = not layers or layers[0].document.based_on == STANDARD
    return [standard_layer(), *layers] if on_standard else layers


@dataclass(slots=True)
class OrganizationPosition:
    """An organisation's kind and tree, and itself with its ancestors, the nearest first."""

    kind: OrganizationKind
    root_id: UUID
    ancestor_ids: list[UUID]

    def rule_set_in_force(self, by_code: RuleSetsByCode) -> RuleSetHead | None:
        """Return the rule set that the organisation follows; None for the standard one."""
        owned = {
            head.organization_id: head
            for head in by_code.values()
            if head.status == RuleSetStatus.IN_FORCE
        }
        return next((owned[owner] for owner in self.ancestor_ids if owner in owned), None)


def organization_positions(
    session: Session, organization_ids: Collection[UUID]
) -> dict[UUID, OrganizationPosition]:
    """Return where organisations stand in their trees, by id; one statement."""
    statement = (
        select(
            Organization.id,
            Organization.kind,
            Organization.root_id,
            OrganizationAncestor.ancestor_id,
        )
        .join(OrganizationAncestor, OrganizationAncestor.descendant_id == Organization.id)
        .where(Organization.id.in_(organization_ids))
        .order_by(OrganizationAncestor.distance)
    )
    positions: dict[UUID, OrganizationPosition] = {}
    for organization_id, kind, root_id, ancestor_id in session.execute(statement):
        position = positions.setdefault(
            organization_id, OrganizationPosition(OrganizationKind(kind), root_id, [])
        )
        position.ancestor_ids.append(ancestor_id)
    return positions


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rule set that an organisation of a kind follows, and the rules of its chain."""

    kind: OrganizationKind
    rule_set: Origin
    resolved: ResolvedRules


def rules_in_force(uow: UnitOfWork, organization_ids: Collection[UUID]) -> dict[UUID, RulesInForce]:
    """Return the rules of each organisation; three statements for any number of organisations.

    The caller has checked that the actor may see the organisations; unknown ids are left out.
    """
    session = uow.session
    positions = organization_positions(session, organization_ids)
    by_root = rule_sets_by_code(session, {position.root_id for position in positions.values()})
    in_force = {
        organization_id: position.rule_set_in_force(by_root[position.root_id])
        for organization_id, position in positions.items()
    }
    chains = {
        head: heads_below(head.code, by_root[head.root_id]) if head else []
        for head in in_force.values()
    }
    documents = newest_documents(session, [head for chain in chains.values() for head in chain])
    resolved: dict[RuleSetHead | None, tuple[Origin, ResolvedRules]] = {}
    for head, chain in chains.items():
        layers = layers_of(chain, documents)
        top = Origin(layers[-1].code, layers[-1].revision)
        resolved[head] = top, resolve_chain(layers)
    return {
        organization_id: RulesInForce(positions[organization_id].kind, *resolved[head])
        for organization_id, head in in_force.items()
    }


def effective_rules(
    uow: UnitOfWork, organization_ids: Collection[UUID], year: int
) -> Mapping[UUID, tuple[EffectiveRule, ...]]:
    """Return the rules of organisations in a year with their origins, in the documents' order.

    Only rules for the organisation's kind and for the year; the sets are taken as they stand
    today. The caller has checked that the actor may see the organisations.
    """
    return {
        organization_id: rules.resolved.of_year(rules.kind, year)
        for organization_id, rules in rules_in_force(uow, organization_ids).items()
    }
