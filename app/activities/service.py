"""What logging an activity means beyond any record."""

from app.activities.models import Activity, Attendee
from app.activities.schemas import ActivityWrite
from app.core.unit import Unit
from app.items.people import person_rows


def fill(unit: Unit, activity: Activity, wish: ActivityWrite) -> None:
    """Write who took part, each person once."""
    activity.attendees = person_rows(unit, activity, "attendees", Attendee, wish.attendees)
