"""Many things entered through the services, each by somebody at some moment, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.access.service import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.core.audit import append, entry_of
from app.core.clock import FixedClock, SystemClock
from app.core.database import Database
from app.core.uow import Actor, UnitOfWork
from app.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters something, and at which moment."""

    actor: Actor
    at: datetime


class Entries:
    """One unit of work that changes hands; its audit trail is written once, at the end."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._trail: list[dict[str, Any]] = []
        # The session holds them weakly; held here, none is read again for each record.
        self._organizations = uow.session.scalars(select(Organization)).all()

    def by(self, made: Entry) -> UnitOfWork:
        """Hand the unit of work to somebody; what was changed before stays with who changed it."""
        self._collect()
        self._uow.actor, self._uow.clock = made.actor, FixedClock(made.at)
        return self._uow

    def seal(self) -> None:
        """Write the trail of everything that was entered."""
        self._collect()
        append(self._uow.connection, self._trail)

    def _collect(self) -> None:
        uow = self._uow
        self._trail += [entry_of(change, uow.now(), uow.actor) for change in uow.changes]
        uow.changes.clear()


@contextmanager
def entering(database: Database) -> Iterator[Entries]:
    """Keep a transaction open for many entries; all of them are committed, or none."""
    with unit_of_work(database, SystemClock(), OPERATOR, write=True) as uow:
        entries = Entries(uow)
        yield entries
        uow.flush()
        entries.seal()
