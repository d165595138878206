"""Keyset pages over one mapped table, for lists that are not in a hot path."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core.http.lists import page_reply
from app.core.pages import PageParameters, filter_scope
from app.core.pagination import Order, Page, after, ordered, turn


def read_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    model: type[Any],
    parameters: PageParameters,
) -> Page:
    """One page of a mapped class, in the order of its ids (the order of creation)."""
    cursors = request.app.state.cursors
    scope = filter_scope(request.url.path, parameters)
    cursor = cursors.read(parameters.cursor, scope) if parameters.cursor else None
    backward = cursor is not None and cursor.backward
    order = Order(model.id, model.id, descending=False)
    if cursor is not None:
        statement = statement.where(after(order, cursor.id, cursor.id, backward=backward))
    found = session.scalars(
        ordered(statement, order, backward=backward).limit(parameters.limit + 1)
    ).all()
    return turn(
        found, limit=parameters.limit, cursor=cursor, key="id", scope=scope, cursors=cursors
    )


def table_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    model: type[Any],
    row: type[BaseModel],
    parameters: PageParameters,
) -> Response:
    """The reply of a page whose rows are shown as they are mapped."""
    page = read_page(request, session, statement, model, parameters)
    return shown_page(request, page, [row.model_validate(entry) for entry in page.rows])


def shown_page(request: Request, page: Page, rows: Sequence[BaseModel]) -> Response:
    """The reply of a page whose rows have been made into what is shown."""
    return page_reply(request, to_json(rows), page.next_cursor, page.prev_cursor)
