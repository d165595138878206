"""Writing the trail and verifying it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import GENESIS, chained_hash
from app.core.unit import Unit

_HEAD = select(AuditHead.sequence, AuditHead.hash).with_for_update()
_ADD = insert(AuditEntry)
BATCH = 1000


def seal(unit: Unit) -> None:
    """Write the unit's changes to the trail; the last thing before its commit.

    Held back until then because on PostgreSQL the chain's end is locked from here to the commit.
    """
    if not unit.changes:
        return
    unit.session.flush()
    sequence, previous = unit.session.execute(_HEAD).one()
    rows: list[dict[str, Any]] = []
    for change in unit.changes:
        sequence += 1
        row = {
            "sequence": sequence,
            "recorded_at": unit.now(),
            "user_id": unit.actor.user_id,
            "user_name": unit.actor.name,
            "address": unit.address,
            "request_id": unit.request_id,
            **asdict(change),
        }
        previous = row["hash"] = chained_hash(previous, _canonical(row))
        rows.append(row)
    unit.session.execute(_ADD, rows)
    unit.session.execute(update(AuditHead).values(sequence=sequence, hash=previous))
    unit.changes.clear()


def _canonical(row: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is hashed: identifiers and instants as text."""
    plain = {key: value for key, value in row.items() if key != "hash"}
    for key in ("user_id", "subject_id", "organization_id"):
        plain[key] = str(plain[key]) if plain[key] else None
    plain["recorded_at"] = plain["recorded_at"].isoformat()
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
