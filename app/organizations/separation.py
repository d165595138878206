"""Who judges an organisation's work: never its own hands."""

from typing import Any
from uuid import UUID

from app.core.actor import Permission
from app.core.errors import Forbidden
from app.core.steps import Step
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import reaches, require


def reviews_above(unit: Unit, place: Organization) -> bool:
    """Whether the actor reviews at the superior organisation; at a root, which has none: there."""
    return reaches(unit.session, unit.actor, Permission.REVIEW, place.parent_id or place.id)


def require_step(unit: Unit, step: Step[Any], organization_id: UUID) -> None:
    """Insist that the actor may take a step with what is an organisation's.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor lacks the permission there, or at the superior organisation where the
            step is taken there (a root has none: there).
    """
    if step.above is None:
        require(unit, step.permission, organization_id)
        return
    place = unit.session.get_one(Organization, organization_id)
    if not reaches(unit.session, unit.actor, step.permission, place.parent_id or place.id):
        raise Forbidden(step.above)


def is_own_hand(unit: Unit, place: Organization) -> bool:
    """Whether the actor keeps the organisation's records and does not review one level above.

    A root has nobody above it: its reviewers judge it, and who calls asks for a second person.
    """
    if place.parent_id is None or reviews_above(unit, place):
        return False
    return reaches(unit.session, unit.actor, Permission.WRITE, place.id)
