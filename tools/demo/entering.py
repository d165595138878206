"""Many entries through the services in one transaction, each by some user at some instant."""

from collections.abc import Iterator
from contextlib import contextmanager
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


class Entries:
    """A unit of work whose actor and clock change; its audit trail is written once, at the end."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._trail: list[dict[str, Any]] = []
        # The session holds rows weakly; held here, no organisation is read again for each record.
        self._organizations = uow.session.scalars(select(Organization)).all()

    def by(self, actor: Actor, at: datetime) -> UnitOfWork:
        """Return the unit of work for an actor's entry; earlier changes keep their own actors."""
        self._collect()
        self._uow.actor, self._uow.clock = actor, FixedClock(at)
        return self._uow

    def seal(self) -> None:
        """Write the audit trail of all entries."""
        self._collect()
        append(self._uow.connection, self._trail)

    def _collect(self) -> None:
        uow = self._uow
        self._trail += [entry_of(change, uow.now(), uow.actor) for change in uow.changes]
        uow.changes.clear()


@contextmanager
def entering(database: Database) -> Iterator[Entries]:
    """Open a transaction for many entries; all of them are committed, or none."""
    with unit_of_work(database, SystemClock(), OPERATOR, write=True) as uow:
        entries = Entries(uow)
        yield entries
        uow.flush()
        entries.seal()
