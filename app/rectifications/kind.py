"""What only rectifications are asked for."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, bindparam, func, select

from app.core.errors import ValidationFailed
from app.core.uow import UnitOfWork
from app.items.history import took_step
from app.items.kinds import Kind, among, equals
from app.items.models import ItemEvent
from app.items.rules import ItemKind, Status
from app.items.service import note
from app.items.timeline import OPENED, Step, day_of_step, rebuild_item_deadlines, record_step
from app.organizations.queries import require_step
from app.rectifications.models import Rectification
from app.rectifications.rules import STEPS, TYPE_LABELS, StepName
from app.rectifications.schemas import (
    AnyStep,
    RectificationFilters,
    RectificationRead,
    RectificationSummary,
    RectificationWrite,
)

_ANY_DAY = date.max


def was_returned(_name: str) -> ColumnElement[bool]:
    """A filter: returned after it was handed in, by the list's day or, without one, ever."""
    day = func.coalesce(bindparam("as_of", type_=Date), _ANY_DAY)
    return took_step(StepName.RETURNED, day)


def fill(uow: UnitOfWork, item: Rectification, wish: RectificationWrite) -> None:
    """A problem exists from the day on which it was found."""
    zone = item.organization.time_zone
    if wish.found_on > uow.today(zone):
        raise ValidationFailed.at("#/found_on", "in_the_future", "发现日期不能晚于今天")
    item.happened_on = wish.found_on
    item.status = item.status or Status.OPEN


def begin(uow: UnitOfWork, item: Rectification, wish: RectificationWrite) -> None:
    """Begin the history, on the day on which the problem was found."""
    record_step(uow, item, Step(OPENED, Status.OPEN, wish.found_on))


def take_step(uow: UnitOfWork, item: Rectification, wish: AnyStep) -> None:
    """Take a rectification one step further.

    Raises:
        Forbidden: the actor lacks the permission that the step takes.
        IllegalTransition: the present state does not allow the step.
        OwnRequest: who handed it in may not accept or return it.
        ValidationFailed: the day is in the future or before the last step.
    """
    step = STEPS[wish.name]
    require_step(uow, step, item.organization_id)
    STEPS.refuse_state(wish.name, Status(item.status))
    if step.own is not None:
        step.refuse_own(uow.actor, _submitted_by(uow, item))
    zone = item.organization.time_zone
    on = day_of_step(uow, item, wish.on, zone)
    before = {"status": item.status}
    item.status = step.target
    item.completed_on = on if step.target == Status.CLOSED else None
    details = wish.model_dump(mode="json", exclude={"name", "on", "note"})
    record_step(uow, item, Step(wish.name, step.target, on, wish.note, details or None))
    uow.touch(item)
    rebuild_item_deadlines(uow.session, item)
    after = wish.model_dump(mode="json") | {"status": step.target}
    note(uow, wish.name, item, before, after)


def _submitted_by(uow: UnitOfWork, item: Rectification) -> UUID | None:
    submitted = (
        select(ItemEvent.recorded_by)
        .where(ItemEvent.item_id == item.id, ItemEvent.name == StepName.SUBMITTED)
        .order_by(ItemEvent.sequence.desc())
        .limit(1)
    )
    return uow.session.scalar(submitted)


KIND = Kind(
    name=ItemKind.RECTIFICATION,
    plural="rectifications",
    label="整改",
    tag="整改台账",
    types=TYPE_LABELS,
    measure="个",
    model=Rectification,
    write=RectificationWrite,
    read=RectificationRead,
    summary=RectificationSummary,
    filters=RectificationFilters,
    cancellable=False,
    fixed={"found_on": "发现日期登记后不能修改，时限和历史由它起算；填错的请删除后重新登记"},
    fill=fill,
    begin=begin,
    statements={
        "source": among(Rectification.source),
        "lead_leader": equals(Rectification.lead_leader),
        "returned": was_returned,
    },
)
