"""Making a record of a resolution: its place, origin, words, person and deadline follow from it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Permission
from app.core.errors import existing
from app.core.unit import Unit
from app.core.validation import checked
from app.items import service as items
from app.items.models import Item
from app.items.rules import ItemKind
from app.kinds import BY_NAME
from app.meeting_steps.errors import AlreadyFollowed
from app.meeting_steps.queries import held_on
from app.meeting_steps.resolutions.schemas import FollowUpWrite
from app.meetings.models import Meeting, Resolution
from app.organizations.queries import require
from app.rectifications.rules import Source

MOST_TITLE = 300


def follow_up(unit: Unit, meeting: Meeting, resolution_id: UUID, wish: FollowUpWrite) -> Item:
    """Make a record of a resolution of a meeting that took place.

    Raises:
        NotFound: the meeting has no such resolution.
        AlreadyFollowed: a record was made of it already; a removed one does not count.
        MeetingNotHeld: the meeting did not take place.
        ValidationFailed: the record would not be acceptable.
    """
    require(unit, Permission.WRITE, meeting.organization_id)
    resolution = existing(
        next((row for row in meeting.resolutions if row.id == resolution_id), None),
        "本次会议没有这条决议。",
    )
    held = held_on(meeting, "由决议产生事项")
    _refuse_followed(unit, resolution)
    kind = BY_NAME[wish.kind]
    record = checked(kind.write, _stated(meeting, resolution, wish, held))
    item = items.create(unit, kind, record)
    before = {"record_id": str(resolution.record_id)} if resolution.record_id else None
    resolution.record_id = item.id
    unit.touch(meeting)
    after = {"resolution_id": str(resolution.id), "record_id": str(item.id)}
    items.note(unit, "resolution_followed", meeting, before, after)
    return item


def _stated(
    meeting: Meeting, resolution: Resolution, wish: FollowUpWrite, held: date
) -> dict[str, Any]:
    """The record as its own kind's payload would state it."""
    stated = wish.model_dump(exclude={"kind"}, exclude_none=True)
    stated.setdefault("title", _title_of(resolution.text))
    if resolution.responsible_person:
        stated.setdefault("responsible_person", resolution.responsible_person)
    if resolution.due_on:
        stated.setdefault("due_on", resolution.due_on)
    if wish.kind == ItemKind.RECTIFICATION:
        stated["found_on"] = held
        stated.setdefault("source", Source.OTHER)
    return stated | {"organization_id": meeting.organization_id, "origin_id": meeting.id}


def _title_of(text: str) -> str:
    """The first line of a resolution's text, as long as a title may be."""
    lines = (line.strip() for line in text.splitlines())
    return next(line for line in lines if line)[:MOST_TITLE].strip()


def _refuse_followed(unit: Unit, resolution: Resolution) -> None:
    stands = select(Item.id).where(Item.id == resolution.record_id, Item.deleted_at.is_(None))
    if resolution.record_id and unit.session.execute(stands).first():
        raise AlreadyFollowed("该决议已产生事项，不能重复产生；请在该事项中办理。")
