"""Cancelling what was planned, and taking that back."""

from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.items.endings import keep_ending
from app.items.errors import IllegalTransition
from app.items.models import Item
from app.items.rules import Status
from app.items.schemas import CancellationWrite
from app.items.service import may_write, note
from app.items.spans import project


def cancel(unit: Unit, item: Item, wish: CancellationWrite) -> None:
    """Say that something planned will not take place, and why.

    Raises:
        IllegalTransition: it has happened, or is cancelled already.
    """
    may_write(unit, item.organization_id, restricted=item.restricted)
    if item.status != Status.PLANNED:
        raise IllegalTransition("只有尚未发生、尚未取消的事项可以取消。")
    organization = item.organization
    today = unit.today(organization.time_zone)
    on = wish.on or today
    if not item.opened_on <= on <= today:
        raise ValidationFailed.at("#/on", "out_of_order", "取消日期应在登记之后、不晚于今天")
    before = {"status": item.status}
    item.status, item.cancelled_on = Status.CANCELLED, on
    unit.touch(item)
    project(unit.session, item)
    after = {"status": item.status, "on": on.isoformat(), "reason": wish.reason}
    note(unit, "cancelled", item, before, after)


def restore(unit: Unit, item: Item) -> None:
    """Take a cancellation back: from today on it is planned again, until then it was cancelled.

    Raises:
        IllegalTransition: it is not cancelled.
    """
    may_write(unit, item.organization_id, restricted=item.restricted)
    if item.status != Status.CANCELLED:
        raise IllegalTransition("该事项没有取消，无需恢复。")
    if item.cancelled_on:
        keep_ending(unit, item, Status.CANCELLED, item.cancelled_on)
    item.status, item.cancelled_on = Status.PLANNED, None
    unit.touch(item)
    project(unit.session, item)
    note(unit, "restored", item, {"status": Status.CANCELLED}, {"status": item.status})
