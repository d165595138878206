"""Who guides and who scores a meeting: the superior or an inspector, as in an assessment."""

from app.core.actor import Permission
from app.core.errors import OwnRequest
from app.core.unit import Unit
from app.meetings.models import Meeting
from app.organizations.queries import require
from app.organizations.separation import is_own_hand


def require_superior(unit: Unit, meeting: Meeting, doing: str) -> None:
    """Insist that the actor reviews there and does not keep the records of whose meeting it is.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnRequest: the actor is one of the organisation's own hands.
    """
    require(unit, Permission.REVIEW, meeting.organization_id)
    if is_own_hand(unit, meeting.organization):
        raise OwnRequest(f"本组织的工作人员不能{doing}，请由上级或检查人员进行。")
