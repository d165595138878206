"""Rectifications as a kind of record, and the steps of their life."""

from datetime import date

from sqlalchemy import ColumnElement, Date, bindparam, func, select

from app.core.errors import ValidationFailed
from app.core.uow import UnitOfWork
from app.items.history import took_step
from app.items.kinds import Kind, among, equals
from app.items.models import ItemEvent
from app.items.rules import ItemKind, Status
from app.items.service import save_change
from app.items.timeline import OPENED, day_of_step, record_step
from app.organizations.queries import require_step
from app.rectifications.models import Rectification
from app.rectifications.rules import STEPS, RectificationType, StepName
from app.rectifications.schemas import (
    AnyStep,
    RectificationFilters,
    RectificationRead,
    RectificationSummary,
    RectificationWrite,
)


def was_returned(_name: str) -> ColumnElement[bool]:
    """Filter by return after submission: by the list's day or, without one, ever."""
    return took_step(StepName.RETURNED, func.coalesce(bindparam("as_of", type_=Date), date.max))


def fill(uow: UnitOfWork, item: Rectification, payload: RectificationWrite) -> None:
    """Let a problem exist from the day on which it was found.

    Raises:
        ValidationFailed: that day is in the future.
    """
    if payload.found_on > uow.today(item.organization.time_zone):
        raise ValidationFailed.at("#/found_on", "in_the_future", "发现日期不能晚于今天")
    item.happened_on = payload.found_on
    item.status = item.status or Status.OPEN


def begin(uow: UnitOfWork, item: Rectification, payload: RectificationWrite) -> None:
    """Begin the history, on the day on which the problem was found."""
    record_step(uow, item, OPENED, payload.found_on)


def take_step(uow: UnitOfWork, item: Rectification, payload: AnyStep) -> None:
    """Take a rectification one step further.

    Raises:
        Forbidden: the actor lacks the permission that the step takes.
        IllegalTransition: the present state does not allow the step.
        OwnRequest: who handed it in may not accept or return it.
        ValidationFailed: the day is in the future or before the last step.
    """
    step = STEPS[payload.name]
    require_step(uow, step, item.organization_id)
    STEPS.refuse_state(payload.name, Status(item.status))
    if step.own is not None:
        submissions = (
            select(ItemEvent.recorded_by)
            .where(ItemEvent.item_id == item.id, ItemEvent.name == StepName.SUBMITTED)
            .order_by(ItemEvent.sequence.desc())
        )
        step.refuse_own(uow.actor, uow.session.scalar(submissions.limit(1)))
    day = day_of_step(uow, item, payload.on)
    before = {"status": item.status}
    item.status = step.target
    item.completed_on = day if step.target == Status.CLOSED else None
    details = payload.model_dump(mode="json", exclude={"name", "on", "note"})
    record_step(uow, item, payload.name, day, note=payload.note, details=details or None)
    after = payload.model_dump(mode="json") | {"status": step.target}
    save_change(uow, item, payload.name, before, after)


KIND = Kind(
    name=ItemKind.RECTIFICATION,
    plural="rectifications",
    label="整改",
    tag="整改台账",
    types=RectificationType.labels(),
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
