"""Read rule sets: the shipped one, whole trees, and the rules that organisations go by."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.uow import UnitOfWork
from app.org_documents.parsing import from_yaml
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.rules import OrganizationKind
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.resolution import EffectiveRule, Layer, Origin, ResolvedRules, lay_out
from app.rulesets.rules import RuleSetStatus
from app.rulesets.schemas import STANDARD, RuleSetDocument, StandardDocument

FILE = Path(__file__).with_name("standard.yaml")


@cache
def standard() -> StandardDocument:
    """The shipped document; its ``version`` grows with every change of it."""
    return from_yaml(FILE.read_bytes(), StandardDocument).document


def standard_layer() -> Layer:
    """The shipped set as the beginning of chains."""
    document = standard()
    return Layer(STANDARD, document.version, document)


@dataclass(frozen=True, slots=True)
class RuleSetHead:
    """What must be known of a rule set to find its place in chains."""

    id: UUID
    root_id: UUID
    organization_id: UUID
    code: str
    name: str
    based_on: str | None
    status: str
    revision: int


RuleSetsByCode = Mapping[str, RuleSetHead]


_HEADS = select(
    RuleSet.id,
    RuleSet.root_id,
    RuleSet.organization_id,
    RuleSet.code,
    RuleSet.name,
    RuleSet.based_on,
    RuleSet.status,
    RuleSet.revision,
).order_by(RuleSet.id)


def rule_sets_by_code(
    session: Session, root_ids: Collection[UUID]
) -> dict[UUID, dict[str, RuleSetHead]]:
    """All rule sets of some trees by code, without their documents; one statement."""
    found: dict[UUID, dict[str, RuleSetHead]] = {root_id: {} for root_id in root_ids}
    for row in session.execute(_HEADS.where(RuleSet.root_id.in_(root_ids))):
        head = RuleSetHead(*row)
        found[head.root_id][head.code] = head
    return found


def usable_rule_sets(
    session: Session, root_id: UUID, organization_id: UUID
) -> tuple[dict[str, RuleSetHead], frozenset[str]]:
    """All rule sets of a tree by code, and which of them an organisation may build on.

    Those are its own and those of organisations above it, unless they are retired; one statement.
    """
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id == organization_id
    )
    statement = _HEADS.add_columns(RuleSet.organization_id.in_(above))
    rows = session.execute(statement.where(RuleSet.root_id == root_id)).all()
    heads = [(RuleSetHead(*row[:-1]), row[-1]) for row in rows]
    bases = (
        head.code for head, of_above in heads if of_above and head.status != RuleSetStatus.RETIRED
    )
    return {head.code: head for head, _ in heads}, frozenset(bases)


def newest_documents(session: Session, heads: Iterable[RuleSetHead]) -> dict[UUID, RuleSetDocument]:
    """The newest document of each rule set; one statement."""
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


@dataclass(slots=True)
class OrganizationPosition:
    """An organisation's kind and tree, and whose subtrees it lies in, the nearest first."""

    kind: OrganizationKind
    root_id: UUID
    above: list[UUID]

    def set_in_force(self, shelf: RuleSetsByCode) -> RuleSetHead | None:
        """The rule set that the organisation goes by; None for the standard one."""
        owned = {
            head.organization_id: head
            for head in shelf.values()
            if head.status == RuleSetStatus.IN_FORCE
        }
        return next((owned[owner] for owner in self.above if owner in owned), None)


def places(
    session: Session, organization_ids: Collection[UUID]
) -> dict[UUID, OrganizationPosition]:
    """Where organisations stand; one statement."""
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
    found: dict[UUID, OrganizationPosition] = {}
    for organization_id, kind, root_id, ancestor_id in session.execute(statement):
        place = found.setdefault(
            organization_id, OrganizationPosition(OrganizationKind(kind), root_id, [])
        )
        place.above.append(ancestor_id)
    return found


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules of one organisation: the set that it goes by, and what that comes to."""

    kind: OrganizationKind
    rule_set: Origin
    resolution: ResolvedRules


def heads_below(code: str | None, shelf: RuleSetsByCode) -> list[RuleSetHead]:
    """The rule sets of a chain from its base up to ``code``; ends where a code comes back."""
    found: dict[str, RuleSetHead] = {}
    while code is not None and code in shelf and code not in found:
        found[code] = shelf[code]
        code = shelf[code].based_on
    return list(found.values())[::-1]


def layers_of(
    heads: Iterable[RuleSetHead], documents: Mapping[UUID, RuleSetDocument]
) -> list[Layer]:
    """The layers of a chain of rule sets, with the shipped one below when it builds on that."""
    layers = [Layer(head.code, head.revision, documents[head.id]) for head in heads]
    on_standard = not layers or layers[0].document.based_on == STANDARD
    return [standard_layer(), *layers] if on_standard else layers


def rules_in_force(uow: UnitOfWork, organizations: Collection[UUID]) -> dict[UUID, RulesInForce]:
    """What each organisation goes by; three statements for any number of organisations.

    The caller has checked that the actor may know of the organisations; unknown ids are left out.
    """
    session = uow.session
    where = places(session, organizations)
    sets = rule_sets_by_code(session, {place.root_id for place in where.values()})
    used = {key: place.set_in_force(sets[place.root_id]) for key, place in where.items()}
    chains = {head.id: heads_below(head.code, sets[head.root_id]) for head in used.values() if head}
    documents = newest_documents(session, [head for chain in chains.values() for head in chain])
    laid_out: dict[UUID | None, RulesInForce] = {}
    found: dict[UUID, RulesInForce] = {}
    for key, head in used.items():
        identifier = head.id if head else None
        if identifier not in laid_out:
            layers = layers_of(chains[head.id] if head else (), documents)
            top = Origin(layers[-1].code, layers[-1].revision)
            laid_out[identifier] = RulesInForce(where[key].kind, top, lay_out(layers))
        same = laid_out[identifier]
        found[key] = RulesInForce(where[key].kind, same.rule_set, same.resolution)
    return found


def effective_rules(
    uow: UnitOfWork, organizations: Collection[UUID], year: int
) -> Mapping[UUID, tuple[EffectiveRule, ...]]:
    """The rules that organisations go by in a year, each with its origin, in order.

    Only rules for the organisation's kind and for the year; the sets are taken as they stand
    today. Three statements for any number of organisations. The caller has checked that the actor
    may know of the organisations; unknown ids are left out.
    """
    return {
        key: rules.resolution.of_year(rules.kind, year)
        for key, rules in rules_in_force(uow, organizations).items()
    }
