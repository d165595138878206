"""The audit trail: every change, chained by hash, never altered (decision 5)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.database import Base
from app.core.uow import Actor, Change, UnitOfWork

AuditState = Mapping[str, Any]


class Subject(Protocol):
    """The row that a change is of."""

    @property
    def id(self) -> UUID:
        """The row's own identifier."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The name of a kind of row in the audit trail, and the attributes that the trail keeps.

    ``owner`` is the attribute with the organisation's id. The trail of a row whose attribute
    ``restricted`` is true is shown only to those who may see restricted records.
    """

    kind: str
    columns: tuple[str, ...] = ()
    owner: str = "organization_id"

    def state(self, subject: Subject) -> dict[str, Any]:
        """Return the row's present attributes as the trail keeps them: plain JSON."""
        return {name: to_jsonable_python(getattr(subject, name)) for name in self.columns}

    def note(
        self,
        uow: UnitOfWork,
        action: str,
        subject: Subject,
        before: AuditState | None = None,
        *,
        owner: object = None,
        **extra: object,
    ) -> None:
        """Note that a row was created or changed to its present state, with ``extra`` beside it."""
        after = self.state(subject) | extra
        self.note_as(uow, action, subject, before, after, owner=owner)

    def note_as(
        self,
        uow: UnitOfWork,
        action: str,
        subject: Subject,
        before: AuditState | None,
        after: AuditState | None,
        *,
        owner: object = None,
    ) -> None:
        """Note a change whose states before and after the caller gives.

        ``owner`` is the row that names the organisation where the subject does not, such as the
        meeting of a filing.
        """
        owning = owner or subject
        change = Change(
            action,
            self.kind,
            subject.id,
            getattr(owning, self.owner),
            None if before is None else dict(before),
            None if after is None else dict(after),
            restricted=getattr(owning, "restricted", False),
        )
        uow.note(change)


class AuditEntry(Base):
    """One change: who, when, what, before and after. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_id", "sequence"),
        Index("ix_audit_entries_organization", "organization_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    user_id: Mapped[UUID | None]
    user_name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    restricted: Mapped[bool]
    hash: Mapped[str] = mapped_column(Text)


class AuditHead(Base):
    """The chain's end: one row, locked while entries are added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)


GENESIS = "0" * 64
BATCH = 1000
# Tables, not classes: the ORM would split the rows by which of their values are empty.
_ENTRIES: Any = AuditEntry.__table__
_END: Any = AuditHead.__table__
_HEAD = select(_END.c.sequence, _END.c.hash).with_for_update()
_CHANGE = tuple(field.name for field in fields(Change))


def chained_hash(previous: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hex digits) of an entry's content and of the hash before it.

    The content is written as canonical JSON: sorted keys, no spaces, UTF-8. Whoever changes,
    removes or reorders an entry changes every hash after it.
    """
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def seal(uow: UnitOfWork) -> None:
    """Write the unit's changes to the trail, as the last thing before its commit.

    On PostgreSQL the chain's end is locked from here to the commit, so no earlier.
    """
    if not uow.changes:
        return
    now, actor = uow.now(), uow.actor
    entries = [entry_of(change, now, actor, uow.request_id, uow.address) for change in uow.changes]
    append(uow.connection, entries)
    uow.changes.clear()


def entry_of(
    change: Change,
    recorded_at: datetime,
    actor: Actor,
    request_id: str = "-",
    address: str | None = None,
) -> dict[str, Any]:
    """Return a change as an entry of the trail that has no place in the chain yet."""
    return {
        "recorded_at": recorded_at,
        "user_id": actor.user_id,
        "user_name": actor.name,
        "address": address,
        "request_id": request_id,
        **{name: getattr(change, name) for name in _CHANGE},
    }


def append(connection: Connection, entries: Iterable[dict[str, Any]]) -> None:
    """Add entries to the end of the chain, in their order; bulk loads bring thousands."""
    sequence, previous = connection.execute(_HEAD).one()
    rows: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, start=sequence + 1):
        row = {"sequence": number, **entry}
        previous = row["hash"] = chained_hash(previous, _hashed_content(row))
        rows.append(row)
    if rows:
        connection.execute(insert(_ENTRIES), rows)
        connection.execute(update(_END).values(sequence=rows[-1]["sequence"], hash=previous))


def _hashed_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an entry that is hashed, with ids and instants as text."""
    content = {key: value for key, value in row.items() if key != "hash"}
    for key in ("user_id", "subject_id", "organization_id"):
        content[key] = str(content[key]) if content[key] else None
    content["recorded_at"] = content["recorded_at"].astimezone(UTC).isoformat()
    return content


@dataclass(frozen=True, slots=True)
class Break:
    """The number of an entry where the chain is broken, and why in Chinese."""

    sequence: int
    reason: str


def verify(session: Session) -> Iterator[Break]:
    """Recompute the chain from its beginning and yield every break."""
    previous, expected = GENESIS, 1
    statement = select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=BATCH)
    for entry in session.scalars(statement):
        if entry.sequence != expected:
            yield Break(expected, "缺少记录")
        row = {column.key: getattr(entry, column.key) for column in _ENTRIES.columns}
        if entry.hash != chained_hash(previous, _hashed_content(row)):
            yield Break(entry.sequence, "内容或次序被改动")
        previous, expected = entry.hash, entry.sequence + 1
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one()
    if head != (expected - 1, previous):
        yield Break(expected, "末尾记录缺失")
