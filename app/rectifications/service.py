"""The verbs of rectification: open it, and take it step by step to its end."""

from sqlalchemy import select

from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.items.errors import IllegalTransition, OwnRequest
from app.items.events import OPENED, Step, day_of_step, record_step
from app.items.models import ItemEvent
from app.items.rules import Status
from app.items.service import note, touch
from app.items.spans import project
from app.organizations.queries import require
from app.rectifications.models import Rectification
from app.rectifications.rules import STATUS_LABELS, TRANSITIONS, StepName
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
    rule = TRANSITIONS[wish.name]
    require(unit, rule.permission, item.organization_id)
    if item.status not in rule.source:
        label = STATUS_LABELS[Status(item.status)]
        raise IllegalTransition(f"当前状态为“{label}”，不能{rule.words}。")
    if wish.name in {StepName.ACCEPTED, StepName.RETURNED}:
        _refuse_own(unit, item)
    zone = item.organization.time_zone
    on = day_of_step(unit, item, wish.on, zone)
    before = {"status": item.status}
    item.status = rule.target
    item.completed_on = on if rule.target == Status.CLOSED else None
    details = wish.model_dump(mode="json", exclude={"name", "on", "note"})
    record_step(unit, item, Step(wish.name, rule.target, on, wish.note, details or None))
    touch(unit, item)
    project(unit.session, item)
    after = wish.model_dump(mode="json") | {"status": rule.target}
    note(unit, wish.name, item, before, after)


def _refuse_own(unit: Unit, item: Rectification) -> None:
    submitted = (
        select(ItemEvent.recorded_by)
        .where(ItemEvent.item_id == item.id, ItemEvent.name == StepName.SUBMITTED)
        .order_by(ItemEvent.sequence.desc())
        .limit(1)
    )
    if unit.session.scalar(submitted) == unit.actor.user_id:
        raise OwnRequest("不能验收本人提交的整改，请由他人验收。")
