"""The route that makes a record of a resolution."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.orm import selectinload

from app.activities.schemas import ActivityRead
from app.core.http.unit import UnitDep, api_router
from app.items.routes import item_reply
from app.kinds import BY_NAME
from app.meeting_steps.queries import get_meeting
from app.meeting_steps.resolutions import service
from app.meeting_steps.resolutions.schemas import FollowUpWrite
from app.meetings.models import Meeting
from app.meetings.schemas import MeetingRead
from app.outputs.schemas import OutputRead
from app.rectifications.schemas import RectificationRead

router = api_router("/meetings/{meeting_id}/resolutions", "meetings")


@router.post(
    "/{resolution_id}/record",
    name="create_resolution_record",
    summary="由会议决议产生事项",
    status_code=201,
    response_model=RectificationRead | ActivityRead | OutputRead | MeetingRead,
)
def create_resolution_record(
    request: Request,
    unit: UnitDep,
    meeting_id: UUID,
    resolution_id: UUID,
    payload: FollowUpWrite,
) -> Response:
    """Make a record of a resolution, once; the resolution shows what became of it."""
    meeting = get_meeting(unit, meeting_id, selectinload(Meeting.resolutions))
    item = service.follow_up(unit, meeting, resolution_id, payload)
    return item_reply(request, unit, BY_NAME[payload.kind], item, status=201, fresh=True)
