"""What lies below an organisation as totals counted by the database (decision 17)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
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

from app.activities.models import Activity
from app.core.database import Base
from app.items.history import EVENTS, ITEMS, last_step
from app.items.models import DeadlineSpan, Item
from app.items.rules import OWING, ItemKind, Status
from app.items.snapshot import Columns, RecordReader, in_reach
from app.kinds import KINDS
from app.organizations.models import OrganizationAncestor
from app.outputs.models import Output
from app.rectifications.rules import StepName
from app.report.facts import Aggregate, Condition, Count, StatusCode
from app.report.load_records import ACTIVITIES, OUTPUTS, SANCTIONS, TALKS
from app.sanctions.models import Sanction
from app.talks.models import Talk, TalkPerson

# Read as facts up to here: as many sentences with names tell more than totals do.
MOST_READ = 10_000
PEOPLE = TalkPerson.__table__.c
SPANS = DeadlineSpan.__table__.c
STATES = (Status.OPEN, Status.IN_PROGRESS, Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED)
_LATE = {status: f"{status}_late" for status in STATES if status in OWING}
# Kinds whose records are planned, and overdue when the plan was not kept.
_PLANNED = tuple(kind.name for kind in KINDS if kind.cancellable)
# Kinds of which more than the number of records is counted. Of any other kind it is that alone.
_COUNTED = frozenset(
    {
        *(ItemKind.MEETING, ItemKind.TALK, ItemKind.SANCTION),
        *(ItemKind.RECTIFICATION, ItemKind.ACTIVITY, ItemKind.OUTPUT),
    }
)
_UNCOUNTED = tuple(kind.name for kind in KINDS if kind.name not in _COUNTED)
_BELOW = select(OrganizationAncestor.descendant_id).where(
    OrganizationAncestor.ancestor_id == bindparam("organization_id"),
    OrganizationAncestor.distance > 0,
)
_RECORDS: Columns = (
    func.count().label("records"),
    func.count(distinct(ITEMS.organization_id)).label("organizations"),
)
Rows = Sequence[Row[Any]]


def size() -> Select[Any]:
    """Count the records in scope dated in the period or the year after, up to MOST_READ + 1."""
    dated = ITEMS.day.between(bindparam("first"), bindparam("later"))
    in_scope = in_reach(ITEMS.organization_id, "subtree")
    records = select(literal(1)).where(in_scope, dated).limit(MOST_READ + 1)
    return select(func.count()).select_from(records.subquery())


def load_aggregates(reader: RecordReader, *, supervised: bool) -> tuple[Aggregate, ...]:
    """Count all that lies below, in a constant number of statements, in the order of its keys.

    ``supervised``: supervision talks and sanctions are counted, too.
    """
    completed = _CompletedBelow(reader, supervised)
    aggregates = [
        *completed.meetings(),
        *completed.talks(),
        *completed.activities(),
        *completed.outputs(),
        *_rectifications(reader),
        *_overdue(reader),
    ]
    if supervised:
        aggregates += completed.sanctions()
    if _UNCOUNTED:
        aggregates += completed.uncounted()
    return tuple(sorted(aggregates, key=lambda aggregate: aggregate.key))


@dataclass(frozen=True, slots=True)
class _CompletedBelow:
    """Counts what was completed below the organisation in the period, by the report's day."""

    reader: RecordReader
    supervised: bool

    def meetings(self) -> Iterator[Aggregate]:
        """Count meetings by type and topic."""
        for row in self._rows((ItemKind.MEETING,), (ITEMS.type, ITEMS.topic)):
            yield _aggregate(row, "meeting", type=row.type, topic=row.topic)

    def talks(self) -> Iterator[Aggregate]:
        """Count talks by type, with person-times (entered, else names) and distinct people."""
        kinds, by = (ItemKind.TALK,), (ITEMS.type,)
        names = (
            select(func.count())
            .select_from(TalkPerson.__table__)
            .where(PEOPLE.item_id == TALKS.item_id)
            .correlate(TALKS.item_id.table)
            .scalar_subquery()
        )
        times = func.coalesce(TALKS.person_times_value, names)
        amount = _amount(times, _count_of(times > 0), TALKS.person_times_approximate)
        talks = _joined(Talk)
        rows = self._rows(kinds, by, (*_RECORDS, *amount), talks)
        people = (
            _distinct_people(PEOPLE.member_id, PEOPLE.name).label("persons"),
            _count_of(PEOPLE.name.is_(None)).label("unnamed"),
        )
        named = talks.outerjoin(TalkPerson.__table__, PEOPLE.item_id == TALKS.item_id)
        people_of = {row.type: row for row in self._rows(kinds, by, people, named)}
        for row in rows:
            persons = None if people_of[row.type].unnamed else people_of[row.type].persons
            stated = row.stated == row.records
            yield _aggregate(row, "talk", type=row.type, amount=_sum(row, stated), persons=persons)

    def activities(self) -> Iterator[Aggregate]:
        """Count activities by type, with participants where every record states them."""
        people = ACTIVITIES.participants_value
        amount = _amount(people, func.count(people), ACTIVITIES.participants_approximate)
        columns = (*_RECORDS, *amount)
        for row in self._rows((ItemKind.ACTIVITY,), (ITEMS.type,), columns, _joined(Activity)):
            stated = row.stated == row.records
            yield _aggregate(row, "activity", type=row.type, amount=_sum(row, stated))

    def outputs(self) -> Iterator[Aggregate]:
        """Count outputs by type and change; one without a number of copies is one."""
        copies = OUTPUTS.copies_value
        amount = _amount(func.coalesce(copies, 1), func.count(copies), OUTPUTS.copies_approximate)
        by = (ITEMS.type, OUTPUTS.change)
        for row in self._rows((ItemKind.OUTPUT,), by, (*_RECORDS, *amount), _joined(Output)):
            total = _sum(row, row.stated > 0)
            yield _aggregate(row, "output", type=row.type, change=row.change, amount=total)

    def sanctions(self) -> Iterator[Aggregate]:
        """Count all sanctions together, with distinct people."""
        persons = _distinct_people(SANCTIONS.person_member_id, SANCTIONS.person_name)
        columns = (*_RECORDS, persons.label("persons"))
        for row in self._rows((ItemKind.SANCTION,), (), columns, _joined(Sanction)):
            if row.records:
                yield _aggregate(row, "sanction", persons=row.persons)

    def uncounted(self) -> Iterator[Aggregate]:
        """Count by type the kinds of which nothing but the number of records is counted."""
        for row in self._rows(_UNCOUNTED, (ITEMS.kind, ITEMS.type)):
            yield _aggregate(row, row.kind, type=row.type)

    def _rows(
        self,
        kinds: Sequence[str],
        by: Columns,
        columns: Columns = _RECORDS,
        source: FromClause = Item.__table__,
    ) -> Rows:
        """Read totals of some kinds, one row for each combination of what they are counted by.

        What is completed has its day from when it happened and is never cancelled as well.
        """
        statement = (
            select(*by, *columns)
            .select_from(source)
            .where(
                ITEMS.organization_id.in_(_BELOW),
                ITEMS.day.between(bindparam("first"), bindparam("until")),
                ITEMS.status == Status.COMPLETED,
                ITEMS.deleted_at.is_(None),
                # An expression: by the kind's index SQLite would read every tree (decision 17).
                ITEMS.kind.concat("").in_(kinds),
            )
            .group_by(*by)
        )
        if not self.supervised:
            statement = statement.where(ITEMS.restricted == false())
        return self.reader.rows(statement)


def _joined(model: type[Base]) -> FromClause:
    """Join the records with the table of a kind."""
    table = model.__table__
    return Item.__table__.join(table, table.c.item_id == ITEMS.id)


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows of a group that meet a condition."""
    return func.count(case((condition, 1)))


def _distinct_people(member: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[int]:
    """Count distinct people, as ``items.rules.person_key`` tells them apart."""
    by_name: ColumnElement[Any] = case((member.is_(None), name))
    return func.count(distinct(member)) + func.count(distinct(by_name))


def _amount(
    value: ColumnElement[Any], stated: ColumnElement[Any], approximate: ColumnElement[Any]
) -> Columns:
    """Sum a number that people entered; count the records that state it, and those roughly."""
    roughly = _count_of(approximate.is_(True))
    return func.sum(value).label("amount"), stated.label("stated"), roughly.label("approximate")


def _sum(row: Row[Any], stated: bool) -> Count | None:
    return Count(int(row.amount or 0), bool(row.approximate)) if stated else None


def _aggregate(
    row: Row[Any], kind: str, *, status: StatusCode = "completed", **more: Any
) -> Aggregate:
    """Make what was counted in a row into an aggregate."""
    records, organizations = row.records, row.organizations
    return Aggregate(kind=kind, status=status, records=records, organizations=organizations, **more)


def _rectifications(reader: RecordReader) -> Iterator[Aggregate]:
    """Count the rectifications of the period by state, those overdue and those returned."""
    row = reader.rows(_rectification_totals())[0]
    groups: dict[str, tuple[StatusCode | None, Condition | None]] = {
        **{status: (status.value, None) for status in STATES},
        "overdue": (None, "overdue"),
        "returned": (None, "returned"),
    }
    for name, (status, condition) in groups.items():
        if records := int(getattr(row, f"records_{name}")):
            yield Aggregate(
                kind="rectification",
                status=status,
                condition=condition,
                records=records,
                organizations=getattr(row, f"organizations_{name}"),
            )


def _rectification_totals() -> Select[Any]:
    """One row: for each state, overdue and returned, ``records_…`` and ``organizations_…``."""
    states = _states()
    state = states.c.state
    started = (str(Status.IN_PROGRESS), _LATE[Status.IN_PROGRESS])
    returned = select(EVENTS.id).where(
        EVENTS.item_id == states.c.id,
        EVENTS.name == StepName.RETURNED,
        EVENTS.effective_on <= bindparam("as_of"),
    )
    conditions: dict[str, ColumnElement[bool]] = {
        status: state.in_([str(status), _LATE.get(status, status)]) for status in STATES
    }
    conditions["overdue"] = state.in_(_LATE.values())
    # Only what is under way again can have been returned; the case spares the others the look.
    conditions["returned"] = case((state.in_(started), returned.exists()), else_=false())
    totals = (
        select(*(_count_of(condition).label(name) for name, condition in conditions.items()))
        .group_by(states.c.organization_id)
        .subquery()
        .c
    )
    return select(
        *(func.coalesce(func.sum(totals[name]), 0).label(f"records_{name}") for name in conditions),
        *(_count_of(totals[name] > 0).label(f"organizations_{name}") for name in conditions),
    )


def _states() -> CTE:
    """Select the rectifications of the period with their states on the day, worked out once.

    The state is that of ``items.history.state_on``, with ``_late`` behind it where it is overdue,
    in one look at the steps and none at what was closed by the day (decision 17). One that was
    closed before the period has no state here.
    """
    day: Any = bindparam("as_of")
    late = and_(EVENTS.status.in_(OWING), EVENTS.due_on < day)
    before = and_(EVENTS.status == Status.CLOSED, EVENTS.effective_on < bindparam("first"))
    at_step = case((before, None), (late, EVENTS.status.concat("_late")), else_=EVENTS.status)
    state = case((ITEMS.completed_on <= day, str(Status.CLOSED)), else_=last_step(at_step, day))
    rectifications = select(ITEMS.id, ITEMS.organization_id, state.label("state")).where(
        ITEMS.organization_id.in_(_BELOW),
        # States of a rectification alone: by its kind the planner would leave the place's index.
        ITEMS.status.in_(STATES),
        ITEMS.deleted_at.is_(None),
        ITEMS.day <= bindparam("until"),
        or_(ITEMS.completed_on.is_(None), ITEMS.completed_on >= bindparam("first")),
    )
    return rectifications.cte("held").prefix_with("MATERIALIZED")


def _overdue(reader: RecordReader) -> Iterator[Aggregate]:
    """Count what was planned and is overdue on the day, by kind; from the table of deadlines."""
    day: Any = bindparam("as_of")
    statement = (
        select(SPANS.kind, *_RECORDS)
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
    for row in reader.rows(statement):
        yield _aggregate(row, row.kind, status="planned", condition="overdue")
