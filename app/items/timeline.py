"""Write a record's steps and endings down, and keep its deadline spans equal to its timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
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

# Statements are made once and sent past the ORM: a step costs little more than its rows.
_EVENTS: Any = ItemEvent.__table__
_OF_ITEM = _EVENTS.c.item_id == bindparam("of_item")
# Sequence breaks the tie of steps on one day, so it is the order in which they count.
_LAST_DAY = select(_EVENTS.c.effective_on).where(_OF_ITEM).order_by(_EVENTS.c.sequence.desc())
_LAST_DAY = _LAST_DAY.limit(1)
_NEXT = select(func.coalesce(func.max(_EVENTS.c.sequence), 0) + 1).where(_OF_ITEM)
_ADD = insert(_EVENTS).values(sequence=_NEXT.scalar_subquery())

# The step with which the history of a record with steps begins.
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: its name, the state that it led to, the day, and what people said of it."""

    name: str
    status: Status
    on: date
    note: str | None = None
    details: dict[str, Any] | None = None


def day_of_step(uow: UnitOfWork, item: Item, wished: date | None, zone: str) -> date:
    """The day on which a step takes effect: today, or an earlier one that is entered late.

    Raises:
        ValidationFailed: the day is in the future or before the record's last step.
    """
    today = uow.today(zone)
    on = wished or today
    if on > today:
        raise ValidationFailed.at("#/on", "in_the_future", "日期不能晚于今天")
    last: date | None = uow.connection.execute(_LAST_DAY, {"of_item": item.id}).scalar()
    if last and on < last:
        raise ValidationFailed.at(
            "#/on", "out_of_order", f"不能早于上一步的日期 {last.isoformat()}"
        )
    return on


def record_step(uow: UnitOfWork, item: Item, step: Step) -> None:
    """Add a step to a record's history; the record's own columns are the caller's matter."""
    uow.connection.execute(
        _ADD,
        {
            "of_item": item.id,
            "id": new_id(),
            "item_id": item.id,
            "name": step.name,
            "status": step.status,
            "due_on": item.due_on,
            "effective_on": step.on,
            "note": step.note,
            "details": step.details,
            "recorded_at": uow.now(),
            "recorded_by": uow.actor.user_id,
            "recorded_by_name": uow.actor.name,
        },
    )


def events_of(item_id: UUID) -> Select[ItemEvent]:
    """A record's steps, oldest first."""
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


# Statements are made once and sent past the ORM: spans are written anew with every change.
_SPANS: Any = DeadlineSpan.__table__
_EVENT_COLUMNS = ItemEvent.__table__.c
_PLACES = OrganizationAncestor.__table__.c
_FORGET = delete(_SPANS).where(_SPANS.c.item_id == bindparam("of_item"))
_KEEP = insert(_SPANS)
_ANCESTORS = select(_PLACES.ancestor_id).where(_PLACES.descendant_id == bindparam("of_place"))
_MOMENTS = (
    select(_EVENT_COLUMNS.effective_on, _EVENT_COLUMNS.status, _EVENT_COLUMNS.due_on)
    .where(_EVENT_COLUMNS.item_id == bindparam("of_item"))
    .order_by(_EVENT_COLUMNS.effective_on, _EVENT_COLUMNS.sequence)
)


def timeline_of(session: Session, item: Item) -> list[Moment]:
    """An item's timeline: a rectification's from its events, any other's from its dates."""
    if item.kind == ItemKind.RECTIFICATION:
        events = session.connection().execute(_MOMENTS, {"of_item": item.id})
        return [Moment(on, Status(status), due) for on, status, due in events]
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
    return [(on, due) for on, due in session.execute(statement)]


def withdrawn_endings(session: Session, item_id: UUID) -> list[Ending]:
    """The endings of a record that were taken back, in that order."""
    columns = (WithdrawnEnding.status, WithdrawnEnding.active_from, WithdrawnEnding.active_until)
    statement = select(*columns).where(WithdrawnEnding.item_id == item_id)
    rows = session.execute(statement.order_by(WithdrawnEnding.id))
    return [Ending(Status(status), first, until) for status, first, until in rows]


def rebuild_item_deadlines(session: Session, item: Item, *, fresh: bool = False) -> None:
    """Write the spans of one item anew; ``fresh`` says that it has none yet."""
    if not fresh:
        session.connection().execute(_FORGET, {"of_item": item.id})
    if item.due_on is None:
        return
    rows = _rows(session, item)
    if rows:
        session.connection().execute(_KEEP, rows)


def _rows(session: Session, item: Item) -> list[dict[str, Any]]:
    found = clip(spans(timeline_of(session, item)), item.removed_on)
    if not found:
        return []
    places = session.connection().execute(_ANCESTORS, {"of_place": item.organization_id})
    above = places.scalars().all()
    return [
        {
            "ancestor_id": ancestor,
            "item_id": item.id,
            "active_from": span.active_from,
            "active_until": span.active_until,
            "due_on": span.due_on,
            "kind": item.kind,
            "restricted": item.restricted,
        }
        for span in found
        for ancestor in above
    ]


def rebuild_organization_deadlines(session: Session, organization_ids: Iterable[UUID]) -> int:
    """Write the spans of all items of some organisations anew; returns how many items.

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
