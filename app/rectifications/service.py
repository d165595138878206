"""The verbs of rectification: open it, and take it step by step to its end."""

from uuid import UUID

from sqlalchemy import select

from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.items.events import OPENED, Step, day_of_step, record_step
from app.items.models import ItemEvent
from app.items.rules import Status
from app.items.service import note
from app.items.spans import project
from app.organizations.separation import require_step
from app.rectifications.models import Rectification
from app.rectifications.rules import STEPS, StepName
from app.rectifications.schemas import AnyStep, RectificationWrite


def fill(unit: Unit, item: Rectification, wish: RectificationWrite) -> None:
    """A problem exists from the day on which it was found."""
    zone = item.organization.time_zone
    if wish.found_on > unit.today(zone):
        raise ValidationFailed.at("#/found_on", "in_the_future", "发现日期不能晚于今天")
    item.happened_on = wish.found_on
    item.status = item.status or Status.OPEN


def begin(unit: Unit, item: Rectification, wish: RectificationWrite) -> None:
    """Begin the history, on the day on which the problem was found."""
    record_step(unit, item, Step(OPENED, Status.OPEN, wish.found_on))


def take_step(unit: Unit, item: Rectification, wish: AnyStep) -> None:
    """Take a rectification one step further.

    Raises:
        Forbidden: the actor lacks the permission that the step takes.
        IllegalTransition: the present state does not allow the step.
        OwnRequest: who handed it in may not accept or return it.
        ValidationFailed: the day is in the future or before the last step.
    """
    step = STEPS[wish.name]
    require_step(unit, step, item.organization_id)
    STEPS.refuse_state(wish.name, Status(item.status))
    if step.own is not None:
        step.refuse_own(unit.actor, _submitted_by(unit, item))
    zone = item.organization.time_zone
    on = day_of_step(unit, item, wish.on, zone)
    before = {"status": item.status}
    item.status = step.target
    item.completed_on = on if step.target == Status.CLOSED else None
    details = wish.model_dump(mode="json", exclude={"name", "on", "note"})
    record_step(unit, item, Step(wish.name, step.target, on, wish.note, details or None))
    unit.touch(item)
    project(unit.session, item)
    after = wish.model_dump(mode="json") | {"status": step.target}
    note(unit, wish.name, item, before, after)


def _submitted_by(unit: Unit, item: Rectification) -> UUID | None:
    submitted = (
        select(ItemEvent.recorded_by)
        .where(ItemEvent.item_id == item.id, ItemEvent.name == StepName.SUBMITTED)
        .order_by(ItemEvent.sequence.desc())
        .limit(1)
    )
    return unit.session.scalar(submitted)
