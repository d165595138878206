"""What lies below an organisation as totals counted by the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    false,
    func,
    literal,
    or_,
    select,
)

from app.items.history import EVENTS, last_step
from app.items.models import DeadlineSpan, Item
from app.items.rules import OWING, ItemKind, Status
from app.items.snapshot import ITEMS, RecordReader
from app.kinds import KINDS
from app.organizations.models import OrganizationAncestor
from app.rectifications.rules import StepName
from app.report.facts import Aggregate, Count
from app.report.load_records import ACTIVITIES, OUTPUTS, SANCTIONS, TALKS
from app.talks.models import TalkPerson

ANCESTORS = OrganizationAncestor.__table__.c
PEOPLE = TalkPerson.__table__.c
# Read as facts up to here: as many sentences with names tell more than totals do.
MOST_READ = 10_000


def below() -> Select[Any]:
    """The organisations below the asked one."""
    return select(ANCESTORS.descendant_id).where(
        ANCESTORS.ancestor_id == bindparam("organization_id"), ANCESTORS.distance > 0
    )


def size() -> Select[Any]:
    """How many records in scope have their day in the period or the year after, up to a limit."""
    scope = select(ANCESTORS.descendant_id).where(
        ANCESTORS.ancestor_id == bindparam("organization_id")
    )
    dated = ITEMS.day.between(bindparam("first"), bindparam("later"))
    found = select(literal(1)).where(ITEMS.organization_id.in_(scope), dated).limit(MOST_READ + 1)
    return select(func.count()).select_from(found.subquery())


def _done(kind: ItemKind, *, supervised: bool) -> ColumnElement[bool]:
    """That a record of a kind was completed in the period, by the report's day."""
    return _completed(ITEMS.kind.concat("") == kind, supervised=supervised)


def _completed(of_kind: ColumnElement[bool], *, supervised: bool) -> ColumnElement[bool]:
    """That a record was completed in the period, by the report's day.

    What is completed has its day from when it happened and is never cancelled as well.
    """
    held = and_(
        ITEMS.organization_id.in_(below()),
        ITEMS.day.between(bindparam("first"), bindparam("until")),
        ITEMS.status == Status.COMPLETED,
        ITEMS.deleted_at.is_(None),
        of_kind,
    )
    return held if supervised else and_(held, ITEMS.restricted == false())


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group meet a condition."""
    return func.count(case((condition, 1)))


_PLACES = func.count(distinct(ITEMS.organization_id)).label("organizations")


def meetings(*, supervised: bool) -> Select[Any]:
    """Meetings by type and topic."""
    sort = (ITEMS.type, ITEMS.topic)
    counted = select(*sort, func.count().label("records"), _PLACES)
    return counted.where(_done(ItemKind.MEETING, supervised=supervised)).group_by(*sort)


def others(kinds: Sequence[str], *, supervised: bool) -> Select[Any]:
    """Records of kinds of which nothing but their number is counted, by kind and type."""
    sort = (ITEMS.kind, ITEMS.type)
    counted = select(*sort, func.count().label("records"), _PLACES)
    return counted.where(
        _completed(ITEMS.kind.concat("").in_(kinds), supervised=supervised)
    ).group_by(*sort)


def talks(*, supervised: bool) -> Select[Any]:
    """Talks by type: how many tell person-times, by number or by names, and their sum."""
    named = (
        select(func.count())
        .select_from(TalkPerson.__table__)
        .where(PEOPLE.item_id == TALKS.item_id)
        .correlate(TALKS.item_id.table)
        .scalar_subquery()
    )
    times = func.coalesce(TALKS.person_times_value, named)
    return (
        select(
            ITEMS.type,
            func.count().label("records"),
            _PLACES,
            func.sum(times).label("amount"),
            how_many(times > 0).label("told"),
            how_many(TALKS.person_times_approximate.is_(True)).label("approximate"),
        )
        .select_from(Item.__table__.join(TALKS.item_id.table, TALKS.item_id == ITEMS.id))
        .where(_done(ItemKind.TALK, supervised=supervised))
        .group_by(ITEMS.type)
    )


def people(*, supervised: bool) -> Select[Any]:
    """Distinct people of talks by type, and how many talks name nobody."""
    source = Item.__table__.join(TALKS.item_id.table, TALKS.item_id == ITEMS.id)
    return (
        select(
            ITEMS.type,
            _distinct(PEOPLE.member_id, PEOPLE.name).label("persons"),
            how_many(PEOPLE.name.is_(None)).label("unnamed"),
        )
        .select_from(source.outerjoin(TalkPerson.__table__, PEOPLE.item_id == TALKS.item_id))
        .where(_done(ItemKind.TALK, supervised=supervised))
        .group_by(ITEMS.type)
    )


def _distinct(member: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[int]:
    """Distinct people, as ``items.rules.person_key`` tells them apart."""
    by_name: ColumnElement[Any] = case((member.is_(None), name))
    return func.count(distinct(member)) + func.count(distinct(by_name))


def sanctions() -> Select[Any]:
    """All sanctions together."""
    columns: tuple[ColumnElement[Any], ...] = (
        func.count().label("records"),
        _PLACES,
        _distinct(SANCTIONS.person_member_id, SANCTIONS.person_name).label("persons"),
    )
    return (
        select(*columns)
        .select_from(Item.__table__.join(SANCTIONS.item_id.table, SANCTIONS.item_id == ITEMS.id))
        .where(_done(ItemKind.SANCTION, supervised=True))
    )


def activities(*, supervised: bool) -> Select[Any]:
    """Activities by type, with who took part."""
    return (
        select(
            ITEMS.type,
            func.count().label("records"),
            _PLACES,
            func.sum(ACTIVITIES.participants_value).label("amount"),
            func.count(ACTIVITIES.participants_value).label("told"),
            how_many(ACTIVITIES.participants_approximate.is_(True)).label("approximate"),
        )
        .select_from(Item.__table__.join(ACTIVITIES.item_id.table, ACTIVITIES.item_id == ITEMS.id))
        .where(_done(ItemKind.ACTIVITY, supervised=supervised))
        .group_by(ITEMS.type)
    )


def outputs(*, supervised: bool) -> Select[Any]:
    """Outputs by type and change; one without a number of copies is one."""
    sort = (ITEMS.type, OUTPUTS.change)
    return (
        select(
            *sort,
            func.count().label("records"),
            _PLACES,
            func.sum(func.coalesce(OUTPUTS.copies_value, 1)).label("amount"),
            func.count(OUTPUTS.copies_value).label("told"),
            how_many(OUTPUTS.copies_approximate.is_(True)).label("approximate"),
        )
        .select_from(Item.__table__.join(OUTPUTS.item_id.table, OUTPUTS.item_id == ITEMS.id))
        .where(_done(ItemKind.OUTPUT, supervised=supervised))
        .group_by(*sort)
    )


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


Rows = Sequence[Row[Any]]
# Kinds of which more than the number of records is counted. Of any other kind it is that alone.
_COUNTED = frozenset(
    {
        *(ItemKind.MEETING, ItemKind.TALK, ItemKind.SANCTION),
        *(ItemKind.RECTIFICATION, ItemKind.ACTIVITY, ItemKind.OUTPUT),
    }
)
_OTHERS = tuple(kind.name for kind in KINDS if kind.name not in _COUNTED)


def load_aggregates(reader: RecordReader, *, supervised: bool) -> tuple[Aggregate, ...]:
    """All that lies below, in a constant number of statements, in the order of their keys."""
    ask = reader.rows
    found = [
        *_meetings(ask(meetings(supervised=supervised))),
        *_talks(ask(talks(supervised=supervised)), ask(people(supervised=supervised))),
        *_activities(ask(activities(supervised=supervised))),
        *_outputs(ask(outputs(supervised=supervised))),
        *_rectifications(ask(rectifications())),
        *_overdue(ask(overdue())),
    ]
    if supervised:
        found += _sanctions(ask(sanctions()))
    if _OTHERS:
        found += _others(ask(others(_OTHERS, supervised=supervised)))
    return tuple(sorted(found, key=lambda tally: tally.key))


def _common(row: Row[Any]) -> dict[str, Any]:
    return {"records": row.records, "organizations": row.organizations}


def _sum(row: Row[Any]) -> Count:
    return Count(int(row.amount or 0), bool(row.approximate))


def _meetings(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        yield Aggregate(
            kind="meeting", type=row.type, topic=row.topic, status="completed", **_common(row)
        )


def _others(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        yield Aggregate(kind=row.kind, type=row.type, status="completed", **_common(row))


def _talks(rows: Rows, people: Rows) -> Iterator[Aggregate]:
    named = {row.type: row for row in people}
    for row in rows:
        who = named[row.type]
        yield Aggregate(
            kind="talk",
            type=row.type,
            status="completed",
            amount=_sum(row) if row.told == row.records else None,
            persons=None if who.unnamed else who.persons,
            **_common(row),
        )


def _activities(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        amount = _sum(row) if row.told == row.records else None
        yield Aggregate(
            kind="activity", type=row.type, status="completed", amount=amount, **_common(row)
        )


def _outputs(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        yield Aggregate(
            kind="output",
            type=row.type,
            change=row.change,
            status="completed",
            amount=_sum(row) if row.told else None,
            **_common(row),
        )


def _sanctions(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        if row.records:
            yield Aggregate(
                kind="sanction", status="completed", persons=row.persons, **_common(row)
            )


def _rectifications(rows: Rows) -> Iterator[Aggregate]:
    row = rows[0]._mapping  # noqa: SLF001 - the public name of a row's columns
    numbers: dict[str, dict[str, Any]] = {
        name: {"records": int(row[f"n_{name}"]), "organizations": row[f"places_{name}"]}
        for name in (*STATES, "overdue", "returned")
    }
    for status in STATES:
        if numbers[status]["records"]:
            yield Aggregate(kind="rectification", status=status.value, **numbers[status])
    if numbers["overdue"]["records"]:
        yield Aggregate(kind="rectification", condition="overdue", **numbers["overdue"])
    if numbers["returned"]["records"]:
        yield Aggregate(kind="rectification", condition="returned", **numbers["returned"])


def _overdue(rows: Rows) -> Iterator[Aggregate]:
    for row in rows:
        yield Aggregate(kind=row.kind, status="planned", condition="overdue", **_common(row))
