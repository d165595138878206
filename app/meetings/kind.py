"""Meetings as a kind of record."""

from sqlalchemy.orm import selectinload

from app.items.kinds import Kind, among, equals
from app.items.rules import ItemKind
from app.meetings.models import Meeting
from app.meetings.rules import TYPE_LABELS
from app.meetings.schemas import MeetingFilters, MeetingRead, MeetingSummary, MeetingWrite
from app.meetings.service import fill, resolutions_shown

KIND = Kind(
    name=ItemKind.MEETING,
    plural="meetings",
    label="会议",
    tag="会议：三会一课、专题会议等",
    types=TYPE_LABELS,
    measure="次",
    model=Meeting,
    write=MeetingWrite,
    read=MeetingRead,
    summary=MeetingSummary,
    filters=MeetingFilters,
    options=(selectinload(Meeting.attendance), selectinload(Meeting.resolutions)),
    children=("attendance", "resolutions"),
    fill=fill,
    related=resolutions_shown,
    statements={"topic": among(Meeting.topic), "chair": equals(Meeting.chair)},
)
