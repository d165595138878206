"""Steps in a record's life, written down with the day on which they took effect."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select

from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.items.models import Item, ItemEvent
from app.items.rules import Status

# Sequence breaks the tie of steps on one day, so it is the order in which they count.
_LAST = select(ItemEvent.sequence, ItemEvent.effective_on).order_by(ItemEvent.sequence.desc())


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
    last = unit.session.execute(_LAST.where(ItemEvent.item_id == item.id).limit(1)).first()
    if last and on < last.effective_on:
        raise ValidationFailed.at(
            "#/on", "out_of_order", f"不能早于上一步的日期 {last.effective_on.isoformat()}"
        )
    return on


def record_step(unit: Unit, item: Item, step: Step) -> None:
    """Add a step to a record's history; the record's own columns are the caller's matter."""
    last = unit.session.execute(_LAST.where(ItemEvent.item_id == item.id).limit(1)).first()
    unit.session.execute(
        insert(ItemEvent).values(
            id=new_id(),
            item_id=item.id,
            sequence=(last.sequence if last else 0) + 1,
            name=step.name,
            status=step.status,
            due_on=item.due_on,
            effective_on=step.on,
            note=step.note,
            details=step.details,
            recorded_at=unit.now(),
            recorded_by=unit.actor.user_id,
            recorded_by_name=unit.actor.name,
        )
    )


def events_of(item_id: UUID) -> Select[ItemEvent]:
    """A record's steps, oldest first."""
    return select(ItemEvent).where(ItemEvent.item_id == item_id).order_by(ItemEvent.sequence)
