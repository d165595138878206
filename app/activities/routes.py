"""The routes of activities: those that every kind has."""

from sqlalchemy.orm import selectinload

from app.activities.models import Activity, Attendee
from app.activities.schemas import ActivityFilters, ActivityRead, ActivitySummary, ActivityWrite
from app.activities.service import fill
from app.items.kinds import Kind, equals, naming, number_of
from app.items.routes import record_router
from app.items.rules import ItemKind

ACTIVITY = Kind(
    name=ItemKind.ACTIVITY,
    plural="activities",
    label="活动",
    model=Activity,
    write=ActivityWrite,
    read=ActivityRead,
    summary=ActivitySummary,
    filters=ActivityFilters,
    options=(selectinload(Activity.attendees),),
    children=("attendees",),
    fill=fill,
    statements={"organizer": equals(Activity.organizer), "member_id": naming(Attendee)},
    listed={"attendee_count": number_of(Attendee)},
)
router = record_router(ACTIVITY)
