"""Keeping the deadline spans equal to what the items' timelines say."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from app.items.models import (
    DeadlineSpan,
    ExtensionRequest,
    Item,
    ItemEvent,
    WithdrawnEnding,
)
from app.items.rules import Ending, ItemKind, Moment, Status, cut, ordinary_timeline, spans
from app.organizations.models import OrganizationAncestor

# Statements are made once and sent past the ORM: spans are written anew with every change.
_SPANS: Any = DeadlineSpan.__table__
_EVENTS = ItemEvent.__table__.c
_PLACES = OrganizationAncestor.__table__.c
_FORGET = delete(_SPANS).where(_SPANS.c.item_id == bindparam("of_item"))
_KEEP = insert(_SPANS)
_ANCESTORS = select(_PLACES.ancestor_id).where(_PLACES.descendant_id == bindparam("of_place"))
_MOMENTS = (
    select(_EVENTS.effective_on, _EVENTS.status, _EVENTS.due_on)
    .where(_EVENTS.item_id == bindparam("of_item"))
    .order_by(_EVENTS.effective_on, _EVENTS.sequence)
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


def project(session: Session, item: Item, *, fresh: bool = False) -> None:
    """Write the spans of one item anew; ``fresh`` says that it has none yet."""
    if not fresh:
        session.connection().execute(_FORGET, {"of_item": item.id})
    if item.due_on is None:
        return
    rows = _rows(session, item)
    if rows:
        session.connection().execute(_KEEP, rows)


def _rows(session: Session, item: Item) -> list[dict[str, Any]]:
    found = cut(spans(timeline_of(session, item)), item.removed_on)
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


def reproject(session: Session, organization_ids: Iterable[UUID]) -> int:
    """Write the spans of all items of some organisations anew; returns how many items.

    After an organisation has moved, and as the repair that ``zhaodan rebuild-deadlines`` offers.
    """
    count = 0
    for organization_id in organization_ids:
        due = select(Item).where(
            Item.organization_id == organization_id, Item.original_due_on.is_not(None)
        )
        for item in session.scalars(due):
            project(session, item)
            count += 1
    return count
