"""Removing a record: it goes from today's views, and what it was on a past day stays."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.actor import Permission
from app.core.errors import ValidationFailed
from app.core.unit import Unit
from app.items.events import OPENED
from app.items.kinds import Kind
from app.items.models import Item, ItemEvent, WithdrawnEnding
from app.items.rules import Status
from app.items.schemas import Removal
from app.items.service import may_write, note
from app.items.spans import project
from app.items.views import wish_of
from app.organizations.queries import require

_FRESH = frozenset({Status.PLANNED, Status.OPEN})


def remove(unit: Unit, kind: Kind, item: Item, removal: Removal) -> None:
    """Remove a record from every view of today; its row, its trail and its past days stay.

    What nothing has come of yet is removed as it was entered. What has a past (a state beyond the
    first, a step, a decision on its deadline) is removed by somebody who may review, with a reason.

    Raises:
        Forbidden: the actor may not write there, or not remove what has a past.
        ValidationFailed: the record has a past, and no reason was given.
    """
    may_write(unit, item.organization_id, restricted=item.restricted)
    if _has_past(unit.session, item):
        require(unit, Permission.REVIEW, item.organization_id)
        if removal.reason is None:
            raise ValidationFailed.parameter(
                "reason",
                "removal_reason_missing",
                "该记录已经完成、取消或有办理过程，请用 reason 参数写明删除原因",
            )
    before = wish_of(kind, item).model_dump(mode="json")
    item.deleted_at = unit.now()
    item.removed_on = unit.today(item.organization.time_zone)
    unit.touch(item)
    project(unit.session, item)
    after = {"removed_on": item.removed_on.isoformat(), "reason": removal.reason}
    note(unit, "removed", item, before, after)


def _has_past(session: Session, item: Item) -> bool:
    if item.status not in _FRESH:
        return True
    stepped = exists().where(ItemEvent.item_id == item.id, ItemEvent.name != OPENED)
    ended = exists().where(WithdrawnEnding.item_id == item.id)
    return bool(session.scalar(select(stepped | ended)))
