"""One made-up record: its payload, its life so far, and the rows that follow from them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from app.core.actor import Actor
from app.core.ids import new_id
from app.core.schemas import ApproximateCount
from app.demo.tree import Place
from app.items.kinds import Kind
from app.items.rules import ItemKind, Moment, Status, ordinary_timeline, spans
from app.items.schemas import RecordWrite
from app.meetings.models import Resolution
from app.meetings.schemas import MeetingWrite
from app.sanctions.schemas import SanctionWrite
from app.talks.models import TalkPerson
from app.talks.schemas import TalkWrite

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something, on which day it counts, and at which moment it is entered."""

    actor: Actor
    on: date
    at: datetime


@dataclass(slots=True)
class Record:
    """A record in the making: its payload, its row, and what its life has left behind."""

    kind: Kind
    place: Place
    wish: RecordWrite
    row: Row
    events: list[Row] = field(default_factory=list)
    extensions: list[Row] = field(default_factory=list)


@lru_cache
def _sources(kind: Kind) -> tuple[tuple[str, str | None, str | None], ...]:
    """For each column of a kind's own table: the payload's field, and which part of a count."""
    fields = kind.write.model_fields
    found: list[tuple[str, str | None, str | None]] = []
    for column in kind.model.__table__.columns.keys():  # noqa: SIM118 - not a mapping
        whole, _, part = column.rpartition("_")
        if column in fields:
            found.append((column, column, None))
        elif whole in fields and part in ApproximateCount.model_fields:
            found.append((column, whole, part))
        elif column != "item_id":
            found.append((column, None, None))
    return tuple(found)


def own_row(record: Record) -> Row:
    """The row of the kind's own table."""
    wish, stated = record.wish, vars(record.wish)
    row: Row = {"item_id": record.row["id"]}
    for column, name, part in _sources(record.kind):
        value = stated[name] if name else None
        row[column] = getattr(value, part, None) if part else _plain(value)
    if isinstance(wish, SanctionWrite):
        row |= _person(record, wish.person.model_dump(), "person_")
    return row


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list) and value and isinstance(value[0], BaseModel):
        return [one.model_dump(mode="json") for one in value]
    return value


def _person(record: Record, person: Row, prefix: str = "") -> Row:
    """A person's columns; whom the roster names bears the name that stands there."""
    member_id, name = person["member_id"], person["name"]
    if name is None and member_id is not None:
        name = record.place.name_of(member_id)
    return {f"{prefix}member_id": member_id, f"{prefix}name": name}


def children(record: Record) -> Iterator[tuple[Any, Row]]:
    """The rows of the lists that a kind keeps in tables of their own."""
    wish, item_id = record.wish, record.row["id"]
    if isinstance(wish, MeetingWrite):
        for position, resolution in enumerate(wish.resolutions):
            row = {**resolution.model_dump(), "id": new_id(), "position": position}
            yield Resolution.__table__, {**row, "item_id": item_id}
    if isinstance(wish, TalkWrite):
        for position, person in enumerate(wish.persons):
            row = {**_person(record, person.model_dump()), "post": person.post}
            yield TalkPerson.__table__, {**row, "item_id": item_id, "position": position}


def span_rows(record: Record) -> Iterator[Row]:
    """The deadline spans of the record's whole life, once for each ancestor."""
    row = record.row
    if row["due_on"] is None:
        return
    for span in spans(_timeline(record)):
        for ancestor in record.place.above:
            yield {
                "ancestor_id": ancestor,
                "item_id": row["id"],
                "active_from": span.active_from,
                "active_until": span.active_until,
                "due_on": span.due_on,
                "kind": row["kind"],
                "restricted": row["restricted"],
            }


def _timeline(record: Record) -> list[Moment]:
    row = record.row
    if row["kind"] == ItemKind.RECTIFICATION:
        return [
            Moment(event["effective_on"], Status(event["status"]), event["due_on"])
            for event in record.events
        ]
    approved = [
        (request["decided_on"], request["requested_due_on"])
        for request in record.extensions
        if request["state"] == "approved"
    ]
    dates = (row["happened_on"], row["cancelled_on"])
    return ordinary_timeline(row["opened_on"], row["original_due_on"], approved, *dates)
