"""List rows are made by the database, past Pydantic: here they are held to their schemas."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from fastapi import FastAPI

from app import demo
from app.access.service import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.core.clock import SystemClock
from app.core.pagination import Cursors
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.queries import list_items
from app.items.schemas import AnyItemFilters, ItemSummary
from app.kinds import BY_PLURAL


class Undone(Exception):
    """Ends the transaction without a trace."""


@pytest.fixture(scope="module")
def uow(app: FastAPI) -> Iterator[UnitOfWork]:
    open_uow = unit_of_work(app.state.database, SystemClock(), OPERATOR, write=True)
    with suppress(Undone), open_uow as uow:
        year = demo.load(uow, "Asia/Shanghai")
        roots = frozenset({year.root_id})
        reach = {Permission.READ: roots, Permission.SUPERVISION: roots}
        uow.actor = Actor(None, "查阅", reach)
        yield uow
        raise Undone


CURSORS = Cursors(b"k" * 32)


@pytest.mark.parametrize("plural", sorted(BY_PLURAL))
def test_rows_of_each_kind_keep_their_schema(uow: UnitOfWork, plural: str) -> None:
    kind = BY_PLURAL[plural]
    listing = list_items(uow, kind, kind.filters(limit=200), CURSORS)
    rows = json.loads(listing.rows)
    assert rows
    for row in rows:
        assert set(row) == set(kind.summary.model_fields)
        kind.summary.model_validate(row)


@pytest.mark.parametrize("as_of", [None, date(2018, 12, 10)])
def test_overdue_rows_keep_their_schema(uow: UnitOfWork, as_of: date | None) -> None:
    filters = AnyItemFilters(overdue=True, as_of=as_of)
    rows = json.loads(list_items(uow, None, filters, CURSORS).rows)
    assert {row["title"] for row in rows} >= {"党员学习笔记抽查不合格"}
    for row in rows:
        assert set(row) == set(ItemSummary.model_fields)
        assert ItemSummary.model_validate(row).overdue
