"""Activities as a kind of record: who took part."""

from sqlalchemy.orm import selectinload

from app.activities.models import Activity, Attendee
from app.activities.rules import MEASURES, ActivityType
from app.activities.schemas import ActivityFilters, ActivityRead, ActivitySummary, ActivityWrite
from app.core.errors import ValidationFailed
from app.core.uow import UnitOfWork
from app.items.kinds import Kind, equals, naming, number_of
from app.items.people import person_rows
from app.items.rules import ItemKind


def fill(uow: UnitOfWork, activity: Activity, payload: ActivityWrite) -> None:
    """Write who took part, each person once.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
        ValidationFailed: it is said to have taken place and is still going on, or somebody is named
            twice.
    """
    today = uow.today(activity.organization.time_zone)
    if payload.happened_on and payload.ends_on and payload.ends_on > today:
        raise ValidationFailed.at(
            "#/ends_on", "not_over", "活动尚未结束：结束后再填写发生日期，现在请填计划日期"
        )
    activity.attendees = person_rows(uow, activity, "attendees", Attendee, payload.attendees)


KIND = Kind(
    name=ItemKind.ACTIVITY,
    plural="activities",
    label="活动",
    tag="活动：培训、调研、警示教育等",
    types=ActivityType.labels(),
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
