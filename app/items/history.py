"""What a record was on a past day, asked in SQL; the same answers as the timelines of ``rules``."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, or_, select

from app.items.models import Item, ItemEvent, WithdrawnEnding
from app.items.rules import ItemKind, Status

ITEMS = Item.__table__.c
EVENTS = ItemEvent.__table__.c
ENDINGS = WithdrawnEnding.__table__.c
Day = date | ColumnElement[Any]
_EVENT_TABLE = ItemEvent.__table__
_FINISHED = (Status.COMPLETED, Status.CLOSED)


def last_step(value: ColumnElement[Any], day: Day) -> ScalarSelect[Any]:
    """Return a value of the last step that took effect by a day; NULL before the first."""
    return (
        select(value)
        .select_from(_EVENT_TABLE)
        .where(EVENTS.item_id == ITEMS.id, EVENTS.effective_on <= day)
        .order_by(EVENTS.effective_on.desc(), EVENTS.sequence.desc())
        .limit(1)
        .correlate(Item.__table__)
        .scalar_subquery()
    )


def took_step(name: str, day: Day) -> ColumnElement[bool]:
    """Tell whether a record has taken a step by a day."""
    taken = and_(EVENTS.item_id == ITEMS.id, EVENTS.name == name, EVENTS.effective_on <= day)
    return exists().where(taken).correlate(Item.__table__)


def withdrawn_ending(value: ColumnElement[Any], day: Day) -> ScalarSelect[Any]:
    """Return a value of the ending that held on a day and was taken back since; else NULL."""
    return (
        select(value)
        .select_from(WithdrawnEnding.__table__)
        .where(ENDINGS.item_id == ITEMS.id, ENDINGS.active_from <= day, ENDINGS.active_until > day)
        .order_by(ENDINGS.id.desc())
        .limit(1)
        .correlate(Item.__table__)
        .scalar_subquery()
    )


def state_on(day: Day) -> ColumnElement[Any]:
    """Return the state of a record at the end of a day; NULL before it began.

    A rectification's comes from its steps, any other's from its own dates and the endings that
    were taken back since (``rules.ordinary_timeline``).
    """
    happened = or_(ITEMS.cancelled_on.is_(None), ITEMS.happened_on <= ITEMS.cancelled_on)
    return case(
        (ITEMS.kind == ItemKind.RECTIFICATION, last_step(EVENTS.status, day)),
        (and_(ITEMS.happened_on <= day, happened), Status.COMPLETED),
        (ITEMS.cancelled_on <= day, Status.CANCELLED),
        (
            ITEMS.opened_on <= day,
            func.coalesce(withdrawn_ending(ENDINGS.status, day), str(Status.PLANNED)),
        ),
    )


def completed_by(day: Day) -> tuple[ColumnElement[bool], ...]:
    """State that an unrestricted record had taken place by a day, as its own dates tell it now.

    The same records as a snapshot of the day has as completed: what was taken back or removed since
    is not among them, and what is completed is not cancelled as well.
    """
    return (
        ITEMS.deleted_at.is_(None),
        ITEMS.restricted.is_(False),
        ITEMS.status == Status.COMPLETED,
        ITEMS.happened_on <= day,
    )


def deadline_on(day: Day) -> ColumnElement[Any]:
    """Return the deadline in force at the end of a day: that of the last step taken by then.

    Only a rectification's first deadline is a step; any other's holds until there is one.
    """
    first = case((ITEMS.kind != ItemKind.RECTIFICATION, ITEMS.original_due_on))
    return func.coalesce(last_step(EVENTS.due_on, day), first)


def completed_on(day: Day) -> ColumnElement[Any]:
    """Return when what was completed or closed at the end of a day had become so; else NULL."""
    state = state_on(day)
    withdrawn = withdrawn_ending(ENDINGS.active_from, day)
    happened_on = case((ITEMS.happened_on <= day, ITEMS.happened_on), else_=withdrawn)
    return case((state == Status.CLOSED, _closed_on(day)), (state == Status.COMPLETED, happened_on))


def _closed_on(day: Day) -> ScalarSelect[Any]:
    """Return when what is closed on a day was closed (``rules.closed_since``).

    A step that leaves it closed, such as a deadline that is refused, closes it no second time.
    """
    before = _EVENT_TABLE.alias("step_before")
    was_closed = exists().where(
        before.c.item_id == EVENTS.item_id,
        before.c.sequence == EVENTS.sequence - 1,
        before.c.status == Status.CLOSED,
    )
    return (
        select(func.max(EVENTS.effective_on))
        .where(
            EVENTS.item_id == ITEMS.id,
            EVENTS.status == Status.CLOSED,
            EVENTS.effective_on <= day,
            ~was_closed.correlate(_EVENT_TABLE),
        )
        .correlate(Item.__table__)
        .scalar_subquery()
    )


def unfinished_before(first: Day, day: Day) -> ColumnElement[bool]:
    """Tell whether a record, as it was on a day, was not completed or closed before ``first``."""
    finished = case(
        (ITEMS.kind == ItemKind.RECTIFICATION, _closed_on(day)), else_=ITEMS.happened_on
    )
    return or_(state_on(day).not_in(_FINISHED), finished >= first)
