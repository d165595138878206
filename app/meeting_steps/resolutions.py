"""Resolutions of meetings that become records."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.core.errors import existing
from app.core.schemas import Day, Model, Name, Title
from app.core.uow import Permission, UnitOfWork
from app.core.validation import checked
from app.items import service as items
from app.items.models import Item
from app.items.rules import ItemKind
from app.items.schemas import FocusCode, TypeCode
from app.kinds import BY_NAME
from app.meeting_steps.errors import AlreadyFollowed
from app.meeting_steps.queries import held_on, item_exists
from app.meetings.models import Meeting, Resolution
from app.organizations.queries import require
from app.rectifications.rules import Source

FollowUpKind = Literal[ItemKind.RECTIFICATION, ItemKind.ACTIVITY, ItemKind.OUTPUT, ItemKind.MEETING]


class FollowUpWrite(Model):
    """What makes a record of a resolution; what is left out follows from the resolution."""

    kind: Annotated[FollowUpKind, Field(description="事项种类", examples=["rectification"])]
    type: Annotated[
        TypeCode | None,
        Field(description="该种类下的类型；整改可不填（限期整改）", examples=["by_deadline"]),
    ] = None
    title: Annotated[
        Title | None, Field(description="名称；不填则取决议内容", examples=["完善党费收缴台账"])
    ] = None
    responsible_person: Annotated[
        Name | None, Field(description="责任人；不填则取决议的责任人", examples=["刘洋"])
    ] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    due_on: Annotated[
        Day | None, Field(description="完成时限；不填则取决议的时限", examples=["2018-12-31"])
    ] = None
    planned_on: Annotated[Day | None, Field(description="计划日期；整改不填")] = None
    source: Annotated[Source | None, Field(description="问题来源，仅整改；默认其他")] = None
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None


_TITLE_CHARACTERS = 300


def follow_up(
    uow: UnitOfWork, meeting: Meeting, resolution_id: UUID, payload: FollowUpWrite
) -> Item:
    """Make a record of a resolution of a meeting that took place.

    Raises:
        NotFound: the meeting has no such resolution.
        AlreadyFollowed: a record was made of it already; a removed one does not count.
        MeetingNotHeld: the meeting did not take place.
        ValidationFailed: the record would not be acceptable.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    resolution = existing(
        next((row for row in meeting.resolutions if row.id == resolution_id), None),
        "本次会议没有这条决议。",
    )
    happened_on = held_on(meeting, "由决议产生事项")
    if item_exists(uow, resolution.record_id):
        raise AlreadyFollowed("该决议已产生事项，不能重复产生；请在该事项中办理。")
    kind = BY_NAME[payload.kind]
    fields = _fields(meeting, resolution, payload, happened_on)
    item = items.create(uow, kind, checked(kind.write, fields))
    before = {"record_id": str(resolution.record_id)} if resolution.record_id else None
    resolution.record_id = item.id
    uow.touch(meeting)
    after = {"resolution_id": str(resolution.id), "record_id": str(item.id)}
    items.note(uow, "resolution_followed", meeting, before, after)
    return item


def _fields(
    meeting: Meeting, resolution: Resolution, payload: FollowUpWrite, happened_on: date
) -> dict[str, Any]:
    """Return the fields of the record's own payload; what is not sent is the resolution's."""
    fields = payload.model_dump(exclude={"kind"}, exclude_none=True)
    first_line = next(line for line in map(str.strip, resolution.text.splitlines()) if line)
    fields.setdefault("title", first_line[:_TITLE_CHARACTERS].strip())
    if resolution.responsible_person:
        fields.setdefault("responsible_person", resolution.responsible_person)
    if resolution.due_on:
        fields.setdefault("due_on", resolution.due_on)
    if payload.kind == ItemKind.RECTIFICATION:
        fields["found_on"] = happened_on
        fields.setdefault("source", Source.OTHER)
    return fields | {"organization_id": meeting.organization_id, "origin_id": meeting.id}
