"""What commands work on."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.access.administrators import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.console import Refused
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.migrations import is_current
from app.core.settings import Settings
from app.core.unit import Unit


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """The database of the settings, closed at the block's end."""
    database = Database(settings or Settings())
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def open_migrated() -> Iterator[Database]:
    """The same, refused while it is not of this version."""
    with open_database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        yield database


@contextmanager
def operating() -> Iterator[Unit]:
    """A unit of work of whoever sits at the command line, over a migrated database."""
    with (
        open_migrated() as database,
        unit_of_work(database, SystemClock(), OPERATOR, write=True) as unit,
    ):
        yield unit
