"""What is not finished below an organisation on a day, as totals counted by the database."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, case, false, func, or_, select

from app.items.history import EVENTS, last_step
from app.items.models import DeadlineSpan, Item
from app.items.rules import OWING, Status
from app.items.snapshot import ITEMS
from app.kinds import KINDS
from app.rectifications.rules import StepName
from app.report.reading.tallies import below, how_many

SPANS = DeadlineSpan.__table__.c
STATES = (Status.OPEN, Status.IN_PROGRESS, Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED)
LATE = {status: f"{status}_late" for status in STATES if status in OWING}
# Kinds whose records are planned, and overdue when the plan was not kept.
_PLANNED = tuple(kind.name for kind in KINDS if kind.cancellable)


def _held() -> CTE:
    """The rectifications of the period with their states on the day, worked out once.

    What is closed now and was by that day needs no history; any other's state is its last step's.
    One that was closed before the period has no state here.
    """
    day: Any = bindparam("as_of")
    late = and_(EVENTS.status.in_(OWING), EVENTS.due_on < day)
    before = and_(EVENTS.status == Status.CLOSED, EVENTS.effective_on < bindparam("first"))
    stood = case((before, None), (late, EVENTS.status.concat("_late")), else_=EVENTS.status)
    state = case((ITEMS.completed_on <= day, str(Status.CLOSED)), else_=last_step(stood, day))
    found = select(ITEMS.id, ITEMS.organization_id.label("place"), state.label("state")).where(
        ITEMS.organization_id.in_(below()),
        # States of a rectification alone: by its kind the planner would leave the place's index.
        ITEMS.status.in_(STATES),
        ITEMS.deleted_at.is_(None),
        ITEMS.day <= bindparam("until"),
        or_(ITEMS.completed_on.is_(None), ITEMS.completed_on >= bindparam("first")),
    )
    return found.cte("held").prefix_with("MATERIALIZED")


def rectifications() -> Select[Any]:
    """One row: for each state, and for those overdue and returned, ``n_…`` and ``places_…``."""
    held = _held()
    state = held.c.state
    started = (str(Status.IN_PROGRESS), LATE[Status.IN_PROGRESS])
    returned = select(EVENTS.id).where(
        EVENTS.item_id == held.c.id,
        EVENTS.name == StepName.RETURNED,
        EVENTS.effective_on <= bindparam("as_of"),
    )
    parts: dict[str, ColumnElement[bool]] = {
        status: state.in_([str(status), LATE.get(status, status)]) for status in STATES
    }
    parts["overdue"] = state.in_(LATE.values())
    # Only what is under way again can have been returned; the case spares the others the look.
    parts["returned"] = case((state.in_(started), returned.exists()), else_=false())
    by_place = (
        select(*(how_many(condition).label(name) for name, condition in parts.items()))
        .group_by(held.c.place)
        .subquery()
    )
    columns = by_place.c
    return select(
        *(func.coalesce(func.sum(columns[name]), 0).label(f"n_{name}") for name in parts),
        *(how_many(columns[name] > 0).label(f"places_{name}") for name in parts),
    )


def overdue() -> Select[Any]:
    """What was planned and is overdue on the day, by kind; from the one table that knows."""
    day: Any = bindparam("as_of")
    return (
        select(
            SPANS.kind,
            func.count().label("records"),
            func.count(ITEMS.organization_id.distinct()).label("organizations"),
        )
        .select_from(DeadlineSpan.__table__.join(Item.__table__, ITEMS.id == SPANS.item_id))
        .where(
            SPANS.ancestor_id == bindparam("organization_id"),
            SPANS.kind.in_(_PLANNED),
            SPANS.due_on < day,
            SPANS.active_from <= day,
            or_(SPANS.active_until.is_(None), SPANS.active_until > day),
            SPANS.restricted == false(),
            # A report tells of no record that was removed, also not for a day before that.
            ITEMS.deleted_at.is_(None),
            ITEMS.organization_id != bindparam("organization_id"),
        )
        .group_by(SPANS.kind)
    )
