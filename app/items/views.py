"""A record as it is shown, and as a client would state it."""

from typing import Any

from app.core.unit import Unit
from app.items import queries, rules
from app.items.kinds import Kind
from app.items.models import Item
from app.items.rules import ActorKind, Status
from app.items.schemas import ActorField, ItemRead, RecordWrite


def present(unit: Unit, kind: Kind, item: Item, *, fresh: bool = False) -> ItemRead:
    """A record as it is returned; nothing can have come from a ``fresh`` one yet."""
    organization = item.organization
    today = unit.today(organization.time_zone)
    status = Status(item.status)
    late = item.deleted_at is None and rules.is_overdue(status, item.due_on, today)
    origin = queries.origin_of(unit, item) if item.origin_id else None
    derived = [] if fresh else queries.derived_from(unit, item)
    shown = _fields(kind, item) | {
        "organization_name": organization.name,
        "focus_name": item.focus_row.name if item.focus_row else None,
        "overdue": late,
        "days_overdue": rules.days_overdue(item.due_on, today) if late and item.due_on else None,
        "origin": origin,
        "derived": derived,
    }
    shown |= dict(kind.related(item, derived))
    return kind.read.model_validate({name: shown[name] for name in kind.read.model_fields})


def wish_of(kind: Kind, item: Item) -> RecordWrite:
    """A record as a client would state it: what a patch is laid over."""
    shown = _fields(kind, item)
    known = {name: shown[name] for name in kind.write.model_fields if name in shown}
    return kind.write.model_validate(known)


def _fields(kind: Kind, item: Item) -> dict[str, Any]:
    shown = {name: getattr(item, name) for name in item.values()}
    shown |= {name: getattr(item, name) for name in kind.children}
    shown["focus"] = item.focus_row.code if item.focus_row else None
    shown["actor"] = ActorField(
        kind=ActorKind(item.actor_kind), name=item.actor_name, post=item.actor_post
    )
    return shown | dict(kind.own(item))
