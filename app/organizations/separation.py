"""Who judges an organisation's work: never its own hands."""

from app.core.actor import Permission
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import reaches


def reviews_above(unit: Unit, place: Organization) -> bool:
    """Whether the actor reviews at the superior organisation; at a root, which has none: there."""
    return reaches(unit.session, unit.actor, Permission.REVIEW, place.parent_id or place.id)


def is_own_hand(unit: Unit, place: Organization) -> bool:
    """Whether the actor keeps the organisation's records and does not review one level above.

    A root has nobody above it: its reviewers judge it, and who calls asks for a second person.
    """
    if place.parent_id is None or reviews_above(unit, place):
        return False
    return reaches(unit.session, unit.actor, Permission.WRITE, place.id)
