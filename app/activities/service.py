"""What logging an activity means beyond any record."""

from app.activities.models import Activity, Attendee
from app.activities.schemas import ActivityWrite
from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.items.people import person_rows


def fill(unit: Unit, activity: Activity, wish: ActivityWrite) -> None:
    """Write who took part, each person once.

    Raises:
        ValidationFailed: it is said to have taken place, and is still going on.
    """
    today = unit.today(activity.organization.time_zone)
    if wish.happened_on and wish.ends_on and wish.ends_on > today:
        raise ValidationFailed.at(
            "#/ends_on",
            "not_over",
            "活动尚未结束：结束后再填写发生日期，现在请填计划日期",
        )
    activity.attendees = person_rows(unit, activity, "attendees", Attendee, wish.attendees)
