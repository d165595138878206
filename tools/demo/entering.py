"""Many things entered through the services, each by somebody at some moment, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.access.administrators import OPERATOR
from app.access.unit_of_work import unit_of_work
from app.audit.service import append, entry
from app.core.actor import Actor
from app.core.clock import FixedClock, SystemClock
from app.core.database import Database
from app.core.unit import Unit
from app.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters something, and at which moment."""

    actor: Actor
    at: datetime


class Entries:
    """One unit of work that changes hands; its audit trail is written once, at the end."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._trail: list[dict[str, Any]] = []
        # The session holds them weakly; held here, none is read again for each record.
        self._organizations = unit.session.scalars(select(Organization)).all()

    def by(self, made: Entry) -> Unit:
        """Hand the unit of work to somebody; what was changed before stays with who changed it."""
        self._collect()
        self._unit.actor, self._unit.clock = made.actor, FixedClock(made.at)
        return self._unit

    def seal(self) -> None:
        """Write the trail of everything that was entered."""
        self._collect()
        append(self._unit.connection, self._trail)

    def _collect(self) -> None:
        unit = self._unit
        self._trail += [entry(change, unit.now(), unit.actor) for change in unit.changes]
        unit.changes.clear()


@contextmanager
def entering(database: Database) -> Iterator[Entries]:
    """Keep a transaction open for many entries; all of them are committed, or none."""
    with unit_of_work(database, SystemClock(), OPERATOR, write=True) as unit:
        entries = Entries(unit)
        yield entries
        unit.flush()
        entries.seal()
