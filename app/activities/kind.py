"""Activities as a kind of record."""

from sqlalchemy.orm import selectinload

from app.activities.models import Activity, Attendee
from app.activities.rules import MEASURES, TYPE_LABELS
from app.activities.schemas import ActivityFilters, ActivityRead, ActivitySummary, ActivityWrite
from app.activities.service import fill
from app.items.kinds import Kind, equals, naming, number_of
from app.items.rules import ItemKind

KIND = Kind(
    name=ItemKind.ACTIVITY,
    plural="activities",
    label="活动",
    tag="活动：培训、调研、警示教育等",
    types=TYPE_LABELS,
    measure="次",
    measures=MEASURES,
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
