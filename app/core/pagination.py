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
    """Return what a cursor is bound to: the list, its filter and its order."""
    filters = parameters.model_dump(mode="json", exclude=set(PAGING))
    body = json.dumps(filters, sort_keys=True, ensure_ascii=False)
    return f"{name}:{hashlib.sha256(body.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Order:
    """An order by one column and then by id (``tie``), so that no two rows are equal in it."""

    column: ColumnElement[Any]
    tie: ColumnElement[Any]
    descending: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in an ordered list: a row's key and id, and whether the page lies before it."""

    key: str
    id: UUID
    backward: bool


class Cursors:
    """Signs and checks the text of cursors with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _sign(self, body: bytes, scope: str) -> bytes:
        digest = hmac.digest(self._key, scope.encode() + b"\0" + body, hashlib.sha256)
        return digest[:SIGNATURE_BYTES]

    def write(self, cursor: Cursor, scope: str) -> str:
        """Return the cursor as text, bound to ``scope`` (the list, its filter and its order)."""
        body = json.dumps([cursor.key, cursor.id.hex, cursor.backward]).encode()
        return base64.urlsafe_b64encode(self._sign(body, scope) + body).decode().rstrip("=")

    def read(self, text: str, scope: str) -> Cursor:
        """Return the cursor behind its text.

        Raises:
            ValidationFailed: it was not signed here, or for another list, filter or order.
        """
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
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
    """Return the condition for rows behind a position, or before it when ``backward``."""
    if order.descending != backward:
        first, tie = order.column < value, order.tie < identifier
    else:
        first, tie = order.column > value, order.tie > identifier
    return or_(first, and_(order.column == value, tie))


def ordered(statement: Select[Any], order: Order, *, backward: bool) -> Select[Any]:
    """Return the statement in the order, or in its reverse for a page that lies backward."""
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


def page_of(
    rows: Sequence[Any],
    *,
    limit: int,
    cursor: Cursor | None,
    key: str,
    scope: str,
    cursors: Cursors,
) -> Page:
    """Make the page of up to ``limit + 1`` rows read at a cursor; the order is by ``key``."""
    has_more = len(rows) > limit
    shown = list(rows[:limit])
    backward = cursor is not None and cursor.backward
    if backward:
        shown.reverse()

    def cursor_at(index: int, *, before: bool) -> str:
        row = shown[index]
        return cursors.write(Cursor(sort_text(getattr(row, key)), UUID(str(row.id)), before), scope)

    has_next = backward or has_more
    has_previous = has_more if backward else cursor is not None
    return Page(
        shown,
        cursor_at(-1, before=False) if shown and has_next else None,
        cursor_at(0, before=True) if shown and has_previous else None,
    )


def sort_text(value: object) -> str:
    """Return a sort key as the text inside a cursor."""
    return value.isoformat() if isinstance(value, date) else str(value)
