"""What the audit trail keeps of a thing, as it is declared."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import create_engine

from app.core.audit import Trail
from app.core.clock import SystemClock
from app.core.uow import Actor, UnitOfWork


@dataclass
class Thing:
    """Something with columns of several types."""

    id: UUID = field(default_factory=uuid4)
    organization_id: UUID = field(default_factory=uuid4)
    name: str = "台账"
    on: date = date(2018, 3, 20)
    at: datetime = datetime(2018, 3, 20, 8, tzinfo=UTC)
    parent_id: UUID | None = None


@dataclass
class Owner:
    """What a thing hangs on."""

    organization_id: UUID = field(default_factory=uuid4)
    restricted: bool = True


TRAIL = Trail("thing", ("id", "name", "on", "at", "parent_id"))


def test_columns_are_kept_as_payloads_write_them() -> None:
    thing = Thing()
    assert TRAIL.state(thing) == {
        "id": str(thing.id),
        "name": "台账",
        "on": "2018-03-20",
        "at": "2018-03-20T08:00:00Z",
        "parent_id": None,
    }


def test_a_change_belongs_to_whom_the_thing_belongs() -> None:
    thing, owner = Thing(), Owner()
    with create_engine("sqlite://").connect() as connection:
        uow = UnitOfWork(connection, Actor(None, "系统"), SystemClock())
        TRAIL.note(uow, "thing.made", thing, number=1)
        TRAIL.note_as(uow, "thing.removed", thing, {"name": "台账"}, None, owner=owner)
    made, removed = uow.changes
    assert (made.subject_kind, made.subject_id) == ("thing", thing.id)
    assert (made.organization_id, made.restricted) == (thing.organization_id, False)
    assert (made.before, made.after) == (None, {**TRAIL.state(thing), "number": 1})
    assert (removed.organization_id, removed.restricted) == (owner.organization_id, True)
    assert (removed.before, removed.after) == ({"name": "台账"}, None)
