"""The audit trail: every change, chained by hash, never altered."""

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

State = Mapping[str, Any]


class Subject(Protocol):
    """What a change is of: anything with an identifier."""

    @property
    def id(self) -> UUID:
        """The thing's own identifier."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What the audit trail calls a kind of thing, and which of its attributes it keeps.

    ``owner`` is the attribute that names the organisation. What has a true attribute
    ``restricted`` is shown in the trail to those only who may see restricted records.
    """

    kind: str
    columns: tuple[str, ...] = ()
    owner: str = "organization_id"

    def state(self, subject: Subject) -> dict[str, Any]:
        """What the thing is now, as the trail keeps it: plain JSON."""
        return {name: to_jsonable_python(getattr(subject, name)) for name in self.columns}

    def note(
        self,
        uow: UnitOfWork,
        action: str,
        subject: Subject,
        before: State | None = None,
        *,
        owner: object = None,
        **more: object,
    ) -> None:
        """Keep that a thing was made or changed to what it is now, with ``more`` beside it."""
        after = self.state(subject) | more
        self.note_as(uow, action, subject, before, after, owner=owner)

    def note_as(
        self,
        uow: UnitOfWork,
        action: str,
        subject: Subject,
        before: State | None,
        after: State | None,
        *,
        owner: object = None,
    ) -> None:
        """Keep a change of which the caller says what was before it and after it.

        ``owner`` is what names the organisation where the thing itself does not, such as the
        meeting of a filing.
        """
        place = owner or subject
        change = Change(
            action,
            self.kind,
            subject.id,
            getattr(place, self.owner),
            None if before is None else dict(before),
            None if after is None else dict(after),
            restricted=getattr(place, "restricted", False),
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


def chained_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """The SHA-256 (64 hex digits) of an entry and of the hash before it.

    The entry is written as canonical JSON: sorted keys, no spaces, UTF-8. Whoever changes, removes
    or reorders an entry changes every hash after it.
    """
    body = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


# Tables, not classes: the ORM would part the rows by which of their values are empty.
_ENTRIES: Any = AuditEntry.__table__
_END: Any = AuditHead.__table__
_HEAD = select(_END.c.sequence, _END.c.hash).with_for_update()
_ADD = insert(_ENTRIES)
_CHANGE = tuple(field.name for field in fields(Change))
BATCH = 1000


def seal(uow: UnitOfWork) -> None:
    """Write the unit's changes to the trail; the last thing before its commit.

    Held back until then because on PostgreSQL the chain's end is locked from here to the commit.
    """
    if not uow.changes:
        return
    now, actor = uow.now(), uow.actor
    append(
        uow.connection,
        [entry(change, now, actor, uow.request_id, uow.address) for change in uow.changes],
    )
    uow.changes.clear()


def entry(
    change: Change,
    recorded_at: datetime,
    actor: Actor,
    request_id: str = "-",
    address: str | None = None,
) -> dict[str, Any]:
    """A change as an entry of the trail that has no place in the chain yet."""
    return {
        "recorded_at": recorded_at,
        "user_id": actor.user_id,
        "user_name": actor.name,
        "address": address,
        "request_id": request_id,
        **{name: getattr(change, name) for name in _CHANGE},
    }


def append(connection: Connection, entries: Iterable[dict[str, Any]]) -> None:
    """Add entries to the chain's end, in their order; bulk loads come here with thousands."""
    sequence, previous = connection.execute(_HEAD).one()
    rows: list[dict[str, Any]] = []
    for place, row in enumerate(entries, start=sequence + 1):
        chained = {"sequence": place, **row}
        previous = chained["hash"] = chained_hash(previous, _canonical(chained))
        rows.append(chained)
    if rows:
        connection.execute(_ADD, rows)
        connection.execute(update(_END).values(sequence=rows[-1]["sequence"], hash=previous))


def _canonical(row: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is hashed: identifiers and instants as text."""
    plain = {key: value for key, value in row.items() if key != "hash"}
    for key in ("user_id", "subject_id", "organization_id"):
        plain[key] = str(plain[key]) if plain[key] else None
    plain["recorded_at"] = plain["recorded_at"].astimezone(UTC).isoformat()
    return plain


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold, and why."""

    sequence: int
    reason: str


def verify(session: Session) -> Iterator[Break]:
    """Walk the chain from its beginning and yield every place where it does not hold."""
    previous, expected = GENESIS, 1
    columns = [column for column in AuditEntry.__table__.columns if column.key != "hash"]
    statement = select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=BATCH)
    for entry in session.scalars(statement):
        if entry.sequence != expected:
            yield Break(expected, "缺少记录")
        row = {column.key: getattr(entry, column.key) for column in columns}
        if entry.hash != chained_hash(previous, _canonical(row)):
            yield Break(entry.sequence, "内容或次序被改动")
        previous, expected = entry.hash, entry.sequence + 1
    sequence, head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one()
    if (sequence, head) != (expected - 1, previous):
        yield Break(expected, "末尾记录缺失")
