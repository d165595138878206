"""Write a record's steps and endings down, and keep its deadline spans equal to its timeline."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.uow import UnitOfWork
from app.items.models import DeadlineSpan, ExtensionRequest, Item, ItemEvent, WithdrawnEnding
from app.items.rules import Ending, ItemKind, Moment, Status, clip, ordinary_timeline, spans
from app.organizations.models import OrganizationAncestor

# The step with which the history of a record with steps begins.
OPENED = "opened"

# Statements are made once and sent past the ORM: a step costs little more than its rows, and spans
# are written anew with every change.
_EVENTS: Any = ItemEvent.__table__
_SPANS: Any = DeadlineSpan.__table__
_ANCESTRY = OrganizationAncestor.__table__.c
_OF_ITEM = _EVENTS.c.item_id == bindparam("of_item")
# Sequence breaks the tie of steps on one day, so it is the order in which they count.
_LAST_DAY = (
    select(_EVENTS.c.effective_on).where(_OF_ITEM).order_by(_EVENTS.c.sequence.desc()).limit(1)
)
_NEXT = select(func.coalesce(func.max(_EVENTS.c.sequence), 0) + 1).where(_OF_ITEM)
_ADD_EVENT = insert(_EVENTS).values(sequence=_NEXT.scalar_subquery())
_MOMENTS = (
    select(_EVENTS.c.effective_on, _EVENTS.c.status, _EVENTS.c.due_on)
    .where(_OF_ITEM)
    .order_by(_EVENTS.c.effective_on, _EVENTS.c.sequence)
)
_DELETE_SPANS = delete(_SPANS).where(_SPANS.c.item_id == bindparam("of_item"))
_ADD_SPANS = insert(_SPANS)
_ANCESTORS = select(_ANCESTRY.ancestor_id).where(
    _ANCESTRY.descendant_id == bindparam("of_organization")
)


def day_of_step(uow: UnitOfWork, item: Item, stated: date | None) -> date:
    """Return the day on which a step takes effect: today, or an earlier one that is entered late.

    Raises:
        ValidationFailed: the day is in the future or before the record's last step.
    """
    today = uow.today(item.organization.time_zone)
    day = stated or today
    if day > today:
        raise ValidationFailed.at("#/on", "in_the_future", "日期不能晚于今天")
    last: date | None = uow.connection.execute(_LAST_DAY, {"of_item": item.id}).scalar()
    if last and day < last:
        raise ValidationFailed.at(
            "#/on", "out_of_order", f"不能早于上一步的日期 {last.isoformat()}"
        )
    return day


def record_step(
    uow: UnitOfWork,
    item: Item,
    name: str,
    day: date,
    *,
    note: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a step to a record's history, with the state and the deadline that the record now has.

    ``note`` and ``details`` are what people said of it.
    """
    uow.connection.execute(
        _ADD_EVENT,
        {
            "of_item": item.id,
            "id": new_id(),
            "item_id": item.id,
            "name": name,
            "status": item.status,
            "due_on": item.due_on,
            "effective_on": day,
            "note": note,
            "details": details,
            "recorded_at": uow.now(),
            "recorded_by": uow.actor.user_id,
            "recorded_by_name": uow.actor.name,
        },
    )


def events_of(item_id: UUID) -> Select[ItemEvent]:
    """Select a record's steps, oldest first."""
    return select(ItemEvent).where(ItemEvent.item_id == item_id).order_by(ItemEvent.sequence)


def keep_ending(uow: UnitOfWork, item: Item, status: Status, since: date) -> None:
    """Keep, for questions about past days, an ending that is being taken back today.

    One that began today leaves no day on which it held.
    """
    today = uow.today(item.organization.time_zone)
    if since >= today:
        return
    uow.session.execute(
        insert(WithdrawnEnding).values(
            id=new_id(), item_id=item.id, status=status, active_from=since, active_until=today
        )
    )


def timeline_of(session: Session, item: Item) -> list[Moment]:
    """Return a record's timeline: a rectification's from its steps, any other's from its dates."""
    if item.kind == ItemKind.RECTIFICATION:
        events = session.connection().execute(_MOMENTS, {"of_item": item.id})
        return [Moment(day, Status(status), due_on) for day, status, due_on in events]
    return ordinary_timeline(
        item.opened_on,
        item.original_due_on,
        _approved(session, item) if item.due_on != item.original_due_on else (),
        item.happened_on,
        item.cancelled_on,
        withdrawn_endings(session, item.id),
    )


def _approved(session: Session, item: Item) -> list[tuple[Any, Any]]:
    statement = (
        select(ExtensionRequest.decided_on, ExtensionRequest.requested_due_on)
        .where(ExtensionRequest.item_id == item.id, ExtensionRequest.state == "approved")
        .order_by(ExtensionRequest.decided_at, ExtensionRequest.id)
    )
    return [(decided_on, due_on) for decided_on, due_on in session.execute(statement)]


def withdrawn_endings(session: Session, item_id: UUID) -> list[Ending]:
    """Return the endings of a record that were taken back, in that order."""
    columns = (WithdrawnEnding.status, WithdrawnEnding.active_from, WithdrawnEnding.active_until)
    statement = select(*columns).where(WithdrawnEnding.item_id == item_id)
    rows = session.execute(statement.order_by(WithdrawnEnding.id))
    return [Ending(Status(status), first, until) for status, first, until in rows]


def rebuild_item_deadlines(session: Session, item: Item, *, fresh: bool = False) -> None:
    """Write the spans of one record anew; ``fresh`` says that it has none yet."""
    connection = session.connection()
    if not fresh:
        connection.execute(_DELETE_SPANS, {"of_item": item.id})
    if item.due_on is None:
        return
    owed = clip(spans(timeline_of(session, item)), item.removed_on)
    if not owed:
        return
    ancestors = connection.execute(_ANCESTORS, {"of_organization": item.organization_id})
    ancestor_ids = ancestors.scalars().all()
    rows = [
        {
            "ancestor_id": ancestor_id,
            "item_id": item.id,
            "active_from": span.active_from,
            "active_until": span.active_until,
            "due_on": span.due_on,
            "kind": item.kind,
            "restricted": item.restricted,
        }
        for span in owed
        for ancestor_id in ancestor_ids
    ]
    if rows:
        connection.execute(_ADD_SPANS, rows)


def rebuild_organization_deadlines(session: Session, organization_ids: Iterable[UUID]) -> int:
    """Write the spans of all records of some organisations anew; return how many records.

    After an organisation has moved, and as the repair that ``zhaodan rebuild-deadlines`` offers.
    """
    count = 0
    for organization_id in organization_ids:
        due = select(Item).where(
            Item.organization_id == organization_id, Item.original_due_on.is_not(None)
        )
        for item in session.scalars(due):
            rebuild_item_deadlines(session, item)
            count += 1
    return count
