"""When organisations last held an election, as of a day: from the present date and its changes."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.unit import Unit
from app.organizations.models import Organization


def elections_by(
    unit: Unit, places: Collection[Organization], day: date
) -> Mapping[UUID, date | None]:
    """The last election of each organisation that had been held by a day; None if none is known.

    An organisation keeps the date of its last election alone; the trail knows what it was before.
    The newest of those dates that is no later than the day counts, so that one that was corrected
    does not come back.
    """
    found: dict[UUID, date | None] = {}
    later = []
    for place in places:
        known = place.last_election_on is None or place.last_election_on <= day
        found[place.id] = place.last_election_on if known else None
        later += [] if known else [place.id]
    if not later:
        return found
    entries = AuditEntry.__table__.c
    statement = (
        select(entries.subject_id, entries.before)
        .where(entries.subject_id.in_(later), entries.before.is_not(None))
        .order_by(entries.sequence.desc())
    )
    for row in unit.session.execute(statement):
        stated = (row.before or {}).get("last_election_on")
        if stated and found[row.subject_id] is None and date.fromisoformat(stated) <= day:
            found[row.subject_id] = date.fromisoformat(stated)
    return found
