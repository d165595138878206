"""A unit of work: one transaction with its actor, its clock and its request."""

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
    """A user and the roots of the subtrees that each of his permissions covers (``reach``)."""

    user_id: UUID | None
    name: str
    reach: Mapping[Permission, frozenset[UUID]] = field(default_factory=dict)

    def roots(self, permission: Permission) -> frozenset[UUID]:
        """Return the organisations whose subtrees the permission covers."""
        return self.reach.get(permission, frozenset())


RowT = TypeVar("RowT")


class Dated(Protocol):
    """A row that holds when it was last changed."""

    updated_at: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A change, kept for the audit trail until the transaction is sealed."""

    action: str
    subject_kind: str
    subject_id: UUID
    organization_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """The token, id and client address of a request.

    ``changes`` tells that its method may change something, whatever its units of work do.
    """

    token: str
    request_id: str
    address: str | None
    changes: bool


@dataclass(slots=True)
class UnitOfWork:
    """What services work with; they flush, and only whoever opened the unit commits."""

    connection: Connection
    actor: Actor
    clock: Clock
    request_id: str = "-"
    address: str | None = None
    changes: list[Change] = field(default_factory=list)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The unit's session, made when first needed: lists do without one."""
        if self._session is None:
            self._session = session_on(self.connection)
        return self._session

    def flush(self) -> None:
        """Send what the session holds to the database."""
        if self._session is not None:
            self._session.flush()

    def get_or_404(
        self,
        statement: Select[RowT],
        detail: str,
        *,
        pointer: str | None = None,
        parameter: str | None = None,
        lock: bool = False,
    ) -> RowT:
        """Return the one row of a statement over what the actor may see.

        ``detail`` says in Chinese that it is not there; ``pointer`` or ``parameter`` names the
        part of the request with its id, unless that is the path. ``lock`` keeps everybody else
        from changing the row until the transaction's end.

        Raises:
            NotFound: there is no such row, or the actor may not see it.
        """
        if lock:
            statement = statement.with_for_update()
        row = self.session.scalars(statement).one_or_none()
        return existing(row, detail, pointer=pointer, parameter=parameter)

    def touch(self, row: Dated) -> None:
        """Give the row a new version and flush, also when only rows that belong to it changed."""
        row.updated_at = self.now()
        flag_modified(row, "updated_at")  # within one tick of the clock it would count as unchanged
        self.session.flush()

    def close(self) -> None:
        """Close the session; whoever opened the unit ends the transaction."""
        if self._session is not None:
            self._session.close()

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return self.clock.now()

    def today(self, zone: str) -> date:
        """Return the present civil day in an IANA zone."""
        return civil_day(self.clock.now(), zone)

    def note(self, change: Change) -> None:
        """Keep a change for the audit trail, which is written before the commit."""
        self.changes.append(change)
