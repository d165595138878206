"""Reading rule sets of whole trees, for chains of them and for what organisations go by."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.rules import OrganizationKind
from app.rulesets.documents import RuleSetDocument
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.rules import RuleSetStatus


@dataclass(frozen=True, slots=True)
class Head:
    """What must be known of a rule set to find its place in chains."""

    id: UUID
    root_id: UUID
    organization_id: UUID
    code: str
    name: str
    based_on: str | None
    status: str
    revision: int


Shelf = Mapping[str, Head]


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


def shelves(session: Session, root_ids: Collection[UUID]) -> dict[UUID, dict[str, Head]]:
    """All rule sets of some trees by code, without their documents; one statement."""
    found: dict[UUID, dict[str, Head]] = {root_id: {} for root_id in root_ids}
    for row in session.execute(_HEADS.where(RuleSet.root_id.in_(root_ids))):
        head = Head(*row)
        found[head.root_id][head.code] = head
    return found


def shelf_around(
    session: Session, root_id: UUID, organization_id: UUID
) -> tuple[dict[str, Head], frozenset[str]]:
    """All rule sets of a tree by code, and which of them an organisation may build on.

    Those are its own and those of organisations above it, unless they are retired; one statement.
    """
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id == organization_id
    )
    statement = _HEADS.add_columns(RuleSet.organization_id.in_(above))
    rows = session.execute(statement.where(RuleSet.root_id == root_id)).all()
    heads = [(Head(*row[:-1]), row[-1]) for row in rows]
    bases = (
        head.code for head, of_above in heads if of_above and head.status != RuleSetStatus.RETIRED
    )
    return {head.code: head for head, _ in heads}, frozenset(bases)


def newest_documents(session: Session, heads: Iterable[Head]) -> dict[UUID, RuleSetDocument]:
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
class Place:
    """An organisation's kind and tree, and whose subtrees it lies in, the nearest first."""

    kind: OrganizationKind
    root_id: UUID
    above: list[UUID]

    def set_in_force(self, shelf: Shelf) -> Head | None:
        """The rule set that the organisation goes by; None for the standard one."""
        owned = {
            head.organization_id: head
            for head in shelf.values()
            if head.status == RuleSetStatus.IN_FORCE
        }
        return next((owned[owner] for owner in self.above if owner in owned), None)


def places(session: Session, organization_ids: Collection[UUID]) -> dict[UUID, Place]:
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
    found: dict[UUID, Place] = {}
    for organization_id, kind, root_id, ancestor_id in session.execute(statement):
        place = found.setdefault(organization_id, Place(OrganizationKind(kind), root_id, []))
        place.above.append(ancestor_id)
    return found
