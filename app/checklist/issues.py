"""问题清单: the rectifications that a year had, as they stood on a day."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.checklist.errors import CoverageTooLarge
from app.checklist.queries import below, day_of
from app.checklist.schemas import YearParameters
from app.checklist.status_schemas import IssueList, IssueRead
from app.core.unit import Unit
from app.items.history import EVENTS, last_step, state_on, unfinished_before
from app.items.models import Item
from app.organizations.models import Organization
from app.organizations.queries import get_visible
from app.rectifications.models import Rectification

MOST = 5_000


def issue_list(unit: Unit, organization_id: UUID, parameters: YearParameters) -> IssueList:
    """List what was found by the day and the year's end, and not closed before its beginning.

    States and deadlines are those of the day, today unless one is asked for, from the history.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        ValidationFailed: the day lies before the year.
        CoverageTooLarge: there are more than fit into one answer.
    """
    place = get_visible(unit.session, unit.actor, organization_id)
    day = day_of(unit, place.time_zone, parameters)
    scope = below(place.id, include_descendants=parameters.include_descendants)
    rows = unit.session.execute(_found_in(scope, parameters.year, day)).all()
    if len(rows) > MOST:
        raise CoverageTooLarge(f"问题超过 {MOST} 条，请按下级组织分别查看。")
    return IssueList(
        organization_id=place.id,
        year=parameters.year,
        as_of=day,
        items=[IssueRead.model_validate(row) for row in rows],
    )


def _found_in(scope: Select[Any], year: int, day: date) -> Select[Any]:
    items, own, places = Item.__table__.c, Rectification.__table__.c, Organization.__table__.c
    status, due_on = state_on(day), last_step(EVENTS.due_on, day)
    return (
        select(
            *(items.id, items.title, items.organization_id),
            *(status.label("status"), due_on.label("due_on")),
            *(items.responsible_person, items.responsible_department),
            own.source,
            places.name.label("organization_name"),
        )
        .select_from(
            Item.__table__.join(Rectification.__table__, own.item_id == items.id).join(
                Organization.__table__, places.id == items.organization_id
            )
        )
        .where(
            # Told apart by its table: the index by kind would lead through every tree.
            items.organization_id.in_(scope),
            items.day <= date(year, 12, 31),
            own.found_on <= day,
            status.is_not(None),
            items.deleted_at.is_(None),
            items.restricted.is_(False),
            unfinished_before(date(year, 1, 1), day),
        )
        .order_by(due_on, items.id)
        .limit(MOST + 1)
    )
