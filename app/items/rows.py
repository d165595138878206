"""What a row of a list shows: its cells, the tables they lie in, and how they leave as JSON."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, case, null, type_coerce

from app.core.columns import DayText, UuidText
from app.core.database import CompactUuid
from app.core.sqljson import count_as_json, row_as_json
from app.items.history import completed_on, deadline_on, state_on
from app.items.kinds import Kind
from app.items.models import DeadlineSpan, Focus, Item
from app.items.schemas import ItemSummary
from app.organizations.models import Organization

SPINE = Item.__table__.c
SPANS = DeadlineSpan.__table__.c
PLACES = Organization.__table__.c
FOCUSES = Focus.__table__.c
LATENESS = frozenset({"overdue", "days_overdue"})


def deadline(*, overdue: bool, dated: bool) -> ColumnElement[Any]:
    """The deadline that a row shows: of the day that is asked, else the one in force now."""
    if overdue:
        return SPANS.due_on
    return deadline_on(bindparam("as_of")) if dated else SPINE.due_on


@lru_cache
def _cells(kind: Kind | None, *, overdue: bool, dated: bool) -> Mapping[str, ColumnElement[Any]]:
    """What a row shows, by name; lateness is left to be added by the one rule.

    Of a ``dated`` row the state, the deadline and the completion are those of the day ``as_of``.
    """
    model = kind.model if kind else Item
    named: dict[str, ColumnElement[Any]] = {
        "organization_name": PLACES.name,
        "focus": FOCUSES.code,
        "focus_name": FOCUSES.name,
        "due_on": deadline(overdue=overdue, dated=dated),
    } | dict(kind.listed if kind else {})
    if dated:
        named["status"] = state_on(bindparam("as_of"))
        named["completed_on"] = completed_on(bindparam("as_of"))
    cells: dict[str, ColumnElement[Any]] = {}
    for name in (kind.summary if kind else ItemSummary).model_fields:
        if name in named:
            cells[name] = named[name]
        elif name in model.__mapper__.composites:
            own = model.__table__.c
            cells[name] = count_as_json(own[f"{name}_value"], own[f"{name}_approximate"])
        elif name not in LATENESS:
            cells[name] = getattr(model, name).property.columns[0]
    return cells


@lru_cache
def identifiers(kind: Kind | None) -> tuple[str, ...]:
    """The names of a row's UUIDs, which stand beside its JSON object, in their order."""
    cells = _cells(kind, overdue=False, dated=False)
    return tuple(name for name, cell in cells.items() if isinstance(cell.type, CompactUuid))


def row(
    kind: Kind | None,
    key: ColumnElement[Any],
    *,
    overdue: bool,
    dated: bool,
    by_id: bool,
) -> list[ColumnElement[Any]]:
    """A record as JSON text, what lateness needs, its ``key`` in the order, and its UUIDs."""
    cells, apart = _cells(kind, overdue=overdue, dated=dated), identifiers(kind)
    record = row_as_json({name: cell for name, cell in cells.items() if name not in apart})
    gone = SPINE.removed_on <= bindparam("as_of") if dated else SPINE.removed_on.is_not(None)
    # What is removed owes nothing, as its spans say.
    owed = cells["due_on"] if overdue else case((gone, null()), else_=cells["due_on"])
    return [
        record.label("record"),
        cells["status"].label("status"),
        type_coerce(owed, DayText()).label("due_on"),
        PLACES.time_zone,
        type_coerce(key, UuidText() if by_id else DayText()).label("key"),
        *(type_coerce(cells[name], UuidText()).label(name) for name in apart),
    ]


def tables(kind: Kind | None) -> FromClause:
    """The tables that a row is made of."""
    source: FromClause = Item.__table__.join(
        Organization.__table__, PLACES.id == SPINE.organization_id
    ).outerjoin(Focus.__table__, FOCUSES.id == SPINE.focus_id)
    if kind and kind.summary is not ItemSummary:
        source = source.join(kind.model.__table__, kind.model.__table__.c.item_id == SPINE.id)
    return source
