"""Reading kept documents; every read of a person starts from what the actor may see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.actor import Actor, Permission
from app.core.unit import Unit
from app.organizations.models import OrganizationAncestor
from app.organizations.queries import require, within
from app.shelves.kinds import DocumentKind
from app.shelves.models import Kept, Revision
from app.shelves.schemas import KeptFilters


def visible_to(actor: Actor, model: type[Kept]) -> Select[Kept]:
    """The documents of what the actor may read, and those that apply there from above."""
    roots = list(actor.roots(Permission.READ))
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id.in_(roots)
    )
    owner = model.organization_id
    return select(model).where(within(owner, roots) | owner.in_(above))


def listed(unit: Unit, kind: DocumentKind[Any], filters: KeptFilters[Any]) -> Select[Kept]:
    """The documents in sight that a list asks for.

    Raises:
        NotFound: it asks for those of an organisation out of the actor's sight.
    """
    statement = visible_to(unit.actor, kind.model)
    if filters.organization_id:
        require(unit, Permission.READ, filters.organization_id)
        statement = statement.where(kind.model.organization_id == filters.organization_id)
    if filters.status:
        statement = statement.where(kind.model.status.in_(filters.status))
    return statement


def get_kept(unit: Unit, kind: DocumentKind[Any], kept_id: UUID) -> Kept:
    """A kept document in the actor's sight, or NotFound."""
    statement = visible_to(unit.actor, kind.model).where(kind.model.id == kept_id)
    return unit.get_or_404(statement, f"没有这套{kind.label}，或您无权查看。")


def revisions_of(kind: DocumentKind[Any], kept: Kept) -> Select[Revision]:
    """The revisions of a document; whoever asks has been shown it."""
    return select(kind.revision).where(kind.revised == kept.id)


def get_revision(
    unit: Unit, kind: DocumentKind[Any], kept: Kept, number: int | None = None
) -> Revision:
    """A revision of a document, the newest if none is named, or NotFound."""
    wanted = kept.revision if number is None else number
    statement = revisions_of(kind, kept).where(kind.revision.number == wanted)
    return unit.get_or_404(statement, f"这套{kind.label}没有这一次修订。")
