"""What lies below an organisation as totals: counted by the database, no record is read.

Every statement goes through the index by place, which holds all that it asks of a record
(decision 17). Kinds are told by an expression, because the planner would take a bare comparison
for a reason to walk the index by kind through every tree.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    false,
    func,
    literal,
    select,
)

from app.items.models import Item
from app.items.rules import ItemKind, Status
from app.items.snapshot import ITEMS
from app.organizations.models import OrganizationAncestor
from app.report.reading.queries import ACTIVITIES, OUTPUTS, SANCTIONS, TALKS
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
