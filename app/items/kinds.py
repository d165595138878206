"""What a room of records states of its kind: names, types, table, payloads, what is its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam, case, func, select
from sqlalchemy.orm.interfaces import ORMOption

from app.core.uow import UnitOfWork
from app.items.models import Item, PersonRow
from app.items.rules import ItemKind
from app.items.schemas import ItemFilters, ItemLink, ItemRead, ItemSummary, RecordWrite

Type = TypeVar("Type", bound=StrEnum)
SUPERVISION = "supervision"  # the family of types that take the permission for supervision
# Makes the condition of a filter from the name of the parameter that holds its value.
Condition = Callable[[str], ColumnElement[bool]]


def equals(column: SQLColumnExpression[Any]) -> Condition:
    """Make a filter: the column equals the parameter."""
    return lambda name: column == bindparam(name)


def among(column: SQLColumnExpression[Any]) -> Condition:
    """Make a filter: the column is one of the parameter's values."""
    return lambda name: column.in_(bindparam(name, expanding=True))


def naming(row_type: type[PersonRow]) -> Condition:
    """Make a filter: the parameter's member is one of the record's people."""
    item_ids = select(row_type.item_id)
    return lambda name: Item.__table__.c.id.in_(
        item_ids.where(row_type.member_id == bindparam(name))
    )


def by_type(types: Iterable[Type], rule: Callable[[Type], object]) -> ColumnElement[Any]:
    """Return what a rule says of a record's type, for lists; NULL where it says None."""
    values = {str(name): value for name in types if (value := rule(name)) is not None}
    return case(values, value=Item.__table__.c.type)


def number_of(row_type: type[PersonRow]) -> ColumnElement[int]:
    """Return how many people the record names, for lists."""
    items = Item.__table__
    people = select(func.count()).where(row_type.item_id == items.c.id)
    return people.correlate(items).scalar_subquery()


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record: names and types, table, payloads and the little that is its own.

    ``types`` are its types with their labels, ``families`` the family of each type where it has
    families; the types of the family ``supervision`` take the permission for supervision.
    ``measure`` is the measure word (量词) that its records are counted in, ``measures`` that of the
    types that take another one. ``tag`` describes its routes in the API's description.
    ``cancellable`` kinds can be planned, and called off.

    Fields of ``write`` and ``read`` that bear the name of a column, or of a pair of columns that
    is one value, are copied by that name. ``fill`` writes what is left (``children``, people) and
    checks rules that need the database; ``begin`` does what a new record needs once its row is
    written; ``own`` returns what ``read`` shows beyond columns, ``related`` what it shows of the
    records that came from this one, ``listed`` what ``summary`` shows beyond them.
    ``statements`` are the conditions of the ``filters`` that are the kind's own, ``fixed`` the
    fields that no correction changes, each with why.
    """

    name: ItemKind
    plural: str
    label: str
    tag: str
    types: Mapping[Any, str]
    model: type[Item]
    write: type[RecordWrite]
    read: type[ItemRead]
    summary: type[ItemSummary]
    filters: type[ItemFilters] = ItemFilters
    families: Mapping[Any, str] = field(default_factory=dict)
    measure: str = "项"
    measures: Mapping[Any, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    cancellable: bool = True
    options: Sequence[ORMOption] = ()
    children: tuple[str, ...] = ()
    fill: Callable[[UnitOfWork, Any, Any], None] = lambda *_: None
    own: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    statements: Mapping[str, Condition] = field(default_factory=dict)
    related: Callable[[Any, Sequence[ItemLink]], Mapping[str, Any]] = lambda *_: {}
    listed: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    begin: Callable[[UnitOfWork, Any, Any], None] = lambda *_: None

    @cached_property
    def supervised(self) -> frozenset[str]:
        """The types that take the permission for supervision."""
        return frozenset(name for name, family in self.families.items() if family == SUPERVISION)

    def restricted(self, payload: Any) -> bool:  # noqa: ANN401 - any room's payload
        """Tell whether a record as stated takes the permission for supervision."""
        return payload.type in self.supervised

    def measure_of(self, type_: str) -> str:
        """Return the measure word (量词) for records of a type."""
        return self.measures.get(type_, self.measure)
