"""Steps in a record's life, written down with the day on which they took effect."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, insert, select

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.items.models import Item, ItemEvent
from app.items.rules import Status

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


def day_of_step(unit: Unit, item: Item, wished: date | None, zone: str) -> date:
    """The day on which a step takes effect: today, or an earlier one that is entered late.

    Raises:
        ValidationFailed: the day is in the future or before the record's last step.
    """
    today = unit.today(zone)
    on = wished or today
    if on > today:
        raise ValidationFailed.at("#/on", "in_the_future", "日期不能晚于今天")
    last: date | None = unit.connection.execute(_LAST_DAY, {"of_item": item.id}).scalar()
    if last and on < last:
        raise ValidationFailed.at(
            "#/on", "out_of_order", f"不能早于上一步的日期 {last.isoformat()}"
        )
    return on


def record_step(unit: Unit, item: Item, step: Step) -> None:
    """Add a step to a record's history; the record's own columns are the caller's matter."""
    unit.connection.execute(
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
            "recorded_at": unit.now(),
            "recorded_by": unit.actor.user_id,
            "recorded_by_name": unit.actor.name,
        },
    )


def events_of(item_id: UUID) -> Select[ItemEvent]:
    """A record's steps, oldest first."""
    return select(ItemEvent).where(ItemEvent.item_id == item_id).order_by(ItemEvent.sequence)
