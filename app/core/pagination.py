"""Keyset pages: list parameters, signed cursors bound to filter and order, the page object."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, or_

from app.core.errors import ValidationFailed
from app.core.schemas import Day, Model

SIGNATURE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Order:
    """An order by one column and then by id, so that every row has one place."""

    column: ColumnElement[Any]
    tie: ColumnElement[Any]
    descending: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the row's key, and whether the page lies before it."""

    key: str
    id: UUID
    backward: bool


class Cursors:
    """Makes and reads cursors; a forged one, or one of another list, is refused."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _sign(self, body: bytes, scope: str) -> bytes:
        return hmac.digest(self._key, scope.encode() + b"\0" + body, hashlib.sha256)[
            :SIGNATURE_BYTES
        ]

    def write(self, cursor: Cursor, scope: str) -> str:
        """The cursor as text, bound to ``scope`` (the list, its filter and its order)."""
        body = json.dumps([cursor.key, cursor.id.hex, cursor.backward]).encode()
        return base64.urlsafe_b64encode(self._sign(body, scope) + body).decode().rstrip("=")

    def read(self, value: str, scope: str) -> Cursor:
        """The cursor that ``value`` stands for.

        Raises:
            ValidationFailed: it was not made here, or for another filter or order.
        """
        try:
            raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
            signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._sign(body, scope)):
                raise ValueError  # noqa: TRY301 - one answer for every defect
            key, identifier, backward = json.loads(body)
            return Cursor(str(key), UUID(identifier), bool(backward))
        except (ValueError, TypeError) as error:
            raise ValidationFailed.parameter(
                "cursor", "cursor_invalid", "翻页标记无效或筛选条件已改变，请从第一页重新查询"
            ) from error


def after(
    order: Order, value: object, identifier: object, *, backward: bool
) -> ColumnElement[bool]:
    """The rows that follow a place in an order (or precede it, when ``backward``)."""
    if order.descending != backward:
        first, tie = order.column < value, order.tie < identifier
    else:
        first, tie = order.column > value, order.tie > identifier
    return or_(first, and_(order.column == value, tie))


def ordered(statement: Select[Any], order: Order, *, backward: bool) -> Select[Any]:
    """The statement in the order, or in its reverse for a page before a place."""
    columns: Sequence[ColumnElement[Any]] = (order.column, order.tie)
    if order.descending != backward:
        return statement.order_by(*(column.desc() for column in columns))
    return statement.order_by(*columns)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, with the cursors of its neighbours."""

    rows: Sequence[Any]
    next_cursor: str | None
    prev_cursor: str | None


def turn(
    rows: Sequence[Any],
    *,
    limit: int,
    cursor: Cursor | None,
    key: str,
    scope: str,
    cursors: Cursors,
) -> Page:
    """The page of up to ``limit + 1`` rows read at a cursor; ``key`` is the order's attribute."""
    more = len(rows) > limit
    kept = list(rows[:limit])
    backward = cursor is not None and cursor.backward
    if backward:
        kept.reverse()

    def place(index: int, *, before: bool) -> str:
        row = kept[index]
        return cursors.write(Cursor(sort_text(getattr(row, key)), UUID(str(row.id)), before), scope)

    has_next = more if not backward else True
    has_previous = cursor is not None if not backward else more
    return Page(
        kept,
        place(-1, before=False) if kept and has_next else None,
        place(0, before=True) if kept and has_previous else None,
    )


def sort_text(value: object) -> str:
    """A sort key as text inside a cursor."""
    return value.isoformat() if isinstance(value, date) else str(value)


MAX_LIMIT = 200
RowT = TypeVar("RowT", bound=BaseModel)
PAGING = frozenset({"cursor", "limit", "include_total"})


class PageParameters(Model):
    """Paging of every list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="每页条数")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="翻页标记，取自上一次结果")] = (
        None
    )


class PageBody(Model, Generic[RowT]):
    """One page."""

    items: list[RowT]
    next_cursor: Annotated[str | None, Field(description="下一页标记，没有则为空")]
    prev_cursor: Annotated[str | None, Field(description="上一页标记，没有则为空")]
    total: Annotated[int | None, Field(description="总数，仅在 include_total=true 时给出")] = None
    as_of: Annotated[
        Day | None, Field(description="按哪一天判断，仅在查询逾期或指定日期时给出")
    ] = None


def filter_scope(name: str, parameters: BaseModel) -> str:
    """What a cursor is bound to: the list, its filter and its order."""
    kept = parameters.model_dump(mode="json", exclude=set(PAGING))
    body = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return f"{name}:{hashlib.sha256(body.encode()).hexdigest()}"
