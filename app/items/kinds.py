"""What a room tells the spine about its kind of record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm.interfaces import ORMOption

from app.core.unit import Unit
from app.items.models import Item
from app.items.rules import ItemKind
from app.items.schemas import ItemFilters, ItemRead, ItemSummary, RecordWrite


def _never(_wish: Any) -> bool:  # noqa: ANN401 - any room's payload
    return False


def _nothing(_unit: Unit, _item: Any, _wish: Any) -> None:  # noqa: ANN401 - any room's row and payload
    return None


def _no_fields(_item: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any room's row
    return {}


def equals(column: Any) -> Callable[[str], ColumnElement[bool]]:  # noqa: ANN401 - a mapped attribute
    """A filter of a kind's own: the column equals the parameter of the filter's name."""

    def condition(name: str) -> ColumnElement[bool]:
        result: ColumnElement[bool] = column == bindparam(name)
        return result

    return condition


def among(column: Any) -> Callable[[str], ColumnElement[bool]]:  # noqa: ANN401 - a mapped attribute
    """A filter of a kind's own: the column is one of the parameter's values."""

    def condition(name: str) -> ColumnElement[bool]:
        result: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
        return result

    return condition


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record: its names, its table, its payloads and the little that is its own.

    Fields of ``write`` and ``read`` that bear the name of a column are copied by that name.
    ``fill`` writes what is left (children, paired columns) and checks rules that need the
    database; ``begin`` does what a new record needs once its row stands; ``own`` returns what
    ``read`` shows beyond columns.
    """

    name: ItemKind
    plural: str
    label: str
    model: type[Item]
    write: type[RecordWrite]
    read: type[ItemRead]
    summary: type[ItemSummary]
    filters: type[ItemFilters] = ItemFilters
    fixed: tuple[str, ...] = ()
    cancellable: bool = True
    options: Sequence[ORMOption] = ()
    children: tuple[str, ...] = ()
    restricted: Callable[[Any], bool] = _never
    fill: Callable[[Unit, Any, Any], None] = _nothing
    own: Callable[[Any], Mapping[str, Any]] = _no_fields
    statements: Mapping[str, Callable[[str], ColumnElement[bool]]] = field(default_factory=dict)
    begin: Callable[[Unit, Any, Any], None] = _nothing
