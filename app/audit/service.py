"""Writing the trail and verifying it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import GENESIS, chained_hash
from app.core.actor import Actor
from app.core.unit import Change, Unit

# Tables, not classes: the ORM would part the rows by which of their values are empty.
_ENTRIES: Any = AuditEntry.__table__
_END: Any = AuditHead.__table__
_HEAD = select(_END.c.sequence, _END.c.hash).with_for_update()
_ADD = insert(_ENTRIES)
_CHANGE = tuple(field.name for field in fields(Change))
BATCH = 1000


def seal(unit: Unit) -> None:
    """Write the unit's changes to the trail; the last thing before its commit.

    Held back until then because on PostgreSQL the chain's end is locked from here to the commit.
    """
    if not unit.changes:
        return
    now, actor = unit.now(), unit.actor
    append(
        unit.connection,
        [entry(change, now, actor, unit.request_id, unit.address) for change in unit.changes],
    )
    unit.changes.clear()


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
