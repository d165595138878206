"""The routes of meetings: those that every kind has."""

from sqlalchemy.orm import selectinload

from app.items.kinds import Kind, among, equals
from app.items.routes import record_router
from app.items.rules import ItemKind
from app.meetings.models import Meeting
from app.meetings.schemas import MeetingFilters, MeetingRead, MeetingSummary, MeetingWrite
from app.meetings.service import fill, resolutions_shown

MEETING = Kind(
    name=ItemKind.MEETING,
    plural="meetings",
    label="会议",
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
router = record_router(MEETING)
