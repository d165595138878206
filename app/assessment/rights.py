"""Who scores and who decides: never the organisation itself."""

from app.assessment.errors import OwnAssessment
from app.assessment.rules import SUPERIOR_ONLY
from app.core.actor import Permission
from app.core.errors import Forbidden
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import require
from app.organizations.separation import is_own_hand, reviews_above


def require_scorer(unit: Unit, place: Organization) -> None:
    """Insist that the actor may score an organisation and is not one of its own hands.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnAssessment: the actor keeps the organisation's records.
    """
    require(unit, Permission.REVIEW, place.id)
    if is_own_hand(unit, place):
        raise OwnAssessment("本组织的工作人员不能给本组织评分，请由上级或检查人员评分。")


def require_superior(unit: Unit, place: Organization) -> None:
    """Insist that the actor reviews at the superior organisation (at a root: there).

    Raises:
        Forbidden: he does not.
    """
    if not reviews_above(unit, place):
        raise Forbidden(SUPERIOR_ONLY)
