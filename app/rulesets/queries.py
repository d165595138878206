"""Reading rule sets; every read of a person starts from what the actor may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, Permission
from app.core.errors import NotFound
from app.core.unit import Unit
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import within
from app.organizations.rules import OrganizationKind
from app.rulesets.documents import RuleSetDocument
from app.rulesets.models import RuleSet, RuleSetRevision
from app.rulesets.rules import RuleSetStatus


def visible_to(actor: Actor) -> Select[RuleSet]:
    """The rule sets of what the actor may read, and those that apply there from above."""
    roots = list(actor.roots(Permission.READ))
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id.in_(roots)
    )
    owner = RuleSet.organization_id
    return select(RuleSet).where(within(owner, roots) | owner.in_(above))


def get_rule_set(unit: Unit, rule_set_id: UUID) -> RuleSet:
    """A rule set in the actor's sight, or NotFound."""
    statement = visible_to(unit.actor).where(RuleSet.id == rule_set_id)
    rule_set = unit.session.scalars(statement).one_or_none()
    if rule_set is None:
        raise NotFound("没有这套规则集，或您无权查看。")
    return rule_set


def revisions_of(rule_set_id: UUID) -> Select[RuleSetRevision]:
    """The revisions of a rule set; whoever asks has been shown the set."""
    return select(RuleSetRevision).where(RuleSetRevision.rule_set_id == rule_set_id)


def get_revision(unit: Unit, rule_set: RuleSet, number: int | None = None) -> RuleSetRevision:
    """A revision of a rule set, the newest if none is named, or NotFound."""
    wanted = rule_set.revision if number is None else number
    statement = revisions_of(rule_set.id).where(RuleSetRevision.number == wanted)
    revision = unit.session.scalars(statement).one_or_none()
    if revision is None:
        raise NotFound("这套规则集没有这一次修订。")
    return revision


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


def shelves(session: Session, root_ids: Collection[UUID]) -> dict[UUID, dict[str, Head]]:
    """All rule sets of some trees by code, without their documents; one statement."""
    statement = select(
        RuleSet.id,
        RuleSet.root_id,
        RuleSet.organization_id,
        RuleSet.code,
        RuleSet.name,
        RuleSet.based_on,
        RuleSet.status,
        RuleSet.revision,
    ).where(RuleSet.root_id.in_(root_ids))
    found: dict[UUID, dict[str, Head]] = {root_id: {} for root_id in root_ids}
    for row in session.execute(statement.order_by(RuleSet.id)):
        head = Head(*row)
        found[head.root_id][head.code] = head
    return found


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
