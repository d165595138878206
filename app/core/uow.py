"""A unit of work: one transaction, with who does it, when and through which request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.core.clock import Clock, civil_day
from app.core.database import session_on
from app.core.errors import existing


class Permission(StrEnum):
    """What may be done; roles are sets of these."""

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    MANAGE_ORGANIZATIONS = "manage_organizations"
    MANAGE_ACCESS = "manage_access"
    READ_AUDIT = "read_audit"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user at work: the organisations on which each permission was granted.

    A grant holds for the whole subtree of its organisation. ``reach`` maps a permission to the
    roots of those subtrees.
    """

    user_id: UUID | None
    name: str
    reach: Mapping[Permission, frozenset[UUID]] = field(default_factory=dict)

    def roots(self, permission: Permission) -> frozenset[UUID]:
        """The organisations whose subtrees the permission covers."""
        return self.reach.get(permission, frozenset())


Row = TypeVar("Row")


class Dated(Protocol):
    """A row that knows when it was changed last."""

    updated_at: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What the audit trail will say of one change, kept until the transaction is sealed."""

    action: str
    subject_kind: str
    subject_id: UUID
    organization_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to show who sends it, and from where.

    ``changes`` says that it is one to change something, whatever its units of work do.
    """

    token: str
    request_id: str
    address: str | None
    changes: bool


@dataclass(slots=True)
class UnitOfWork:
    """What a service needs to do its work; services flush, only the unit's owner commits."""

    connection: Connection
    actor: Actor
    clock: Clock
    request_id: str = "-"
    address: str | None = None
    changes: list[Change] = field(default_factory=list)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The unit's session, made when it is first needed: lists do without."""
        if self._session is None:
            self._session = session_on(self.connection)
        return self._session

    def flush(self) -> None:
        """Send what the session holds to the database."""
        if self._session is not None:
            self._session.flush()

    def get_or_404(
        self,
        statement: Select[Row],
        detail: str,
        *,
        pointer: str | None = None,
        parameter: str | None = None,
        lock: bool = False,
    ) -> Row:
        """The one row of a statement that begins with what the actor may see.

        ``detail`` says in Chinese that it is not there; ``pointer`` or ``parameter`` is the place
        of the request that names it, unless the address does. With ``lock`` nobody else changes
        the row until the transaction's end.

        Raises:
            NotFound: there is no such row, or it is out of the actor's sight.
        """
        if lock:
            statement = statement.with_for_update()
        row = self.session.scalars(statement).one_or_none()
        return existing(row, detail, pointer=pointer, parameter=parameter)

    def touch(self, row: Dated) -> None:
        """Flush a change with a new version, also when only what hangs on the row changed."""
        row.updated_at = self.now()
        flag_modified(row, "updated_at")  # within one tick of the clock it would count as unchanged
        self.session.flush()

    def close(self) -> None:
        """Let go of the session; the transaction is its owner's."""
        if self._session is not None:
            self._session.close()

    def now(self) -> datetime:
        """The present instant in UTC."""
        return self.clock.now()

    def today(self, zone: str) -> date:
        """The present civil day in an IANA zone."""
        return civil_day(self.clock.now(), zone)

    def note(self, change: Change) -> None:
        """Keep a change for the audit trail; it is written with the transaction's commit."""
        self.changes.append(change)
