"""What logging a meeting means beyond any record."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from app.core.errors import NotFound, ValidationFailed
from app.core.ids import new_id
from app.core.uow import UnitOfWork
from app.items.kinds import Kind, among, equals
from app.items.people import loaded, person_rows
from app.items.rules import ItemKind
from app.items.schemas import ItemLink
from app.meetings.models import Attendance, Meeting, Resolution
from app.meetings.rules import TYPE_LABELS
from app.meetings.schemas import (
    AttendanceField,
    MeetingFilters,
    MeetingRead,
    MeetingSummary,
    MeetingWrite,
)
from app.organizations.models import Member


def fill(uow: UnitOfWork, meeting: Meeting, payload: MeetingWrite) -> None:
    """Write attendance, resolutions, votes and matters; head counts follow from a list of names."""
    if _numbers_change(meeting, payload):
        _check_voters(uow, payload)
    _attend(uow, meeting, payload.attendance)
    if payload.attendance:
        meeting.expected = len(payload.attendance)
        meeting.present = sum(entry.present for entry in payload.attendance)
    known = {resolution.id: resolution for resolution in loaded(meeting, "resolutions")}
    resolutions: list[Resolution] = []
    for position, entry in enumerate(payload.resolutions):
        if entry.id is not None and entry.id not in known:
            pointer = f"#/resolutions/{position}/id"
            raise NotFound.at("本次会议没有这条决议。", pointer=pointer)
        resolution = known[entry.id] if entry.id else Resolution(id=new_id())
        resolution.position, resolution.text = position, entry.text
        resolution.responsible_person, resolution.due_on = entry.responsible_person, entry.due_on
        resolutions.append(resolution)
    meeting.resolutions = resolutions
    meeting.votes = [vote.model_dump(mode="json") for vote in payload.votes]
    meeting.matters = [matter.model_dump(mode="json") for matter in payload.matters]
    meeting.appraisal = payload.appraisal.model_dump() if payload.appraisal else None


def resolutions_shown(meeting: Meeting, derived: Sequence[ItemLink]) -> dict[str, Any]:
    """The resolutions, each with the record that was made of it, as far as that may be seen.

    ``derived`` are the records that came from the meeting and may be seen: one that was removed, or
    has been given another origin since, is not among them.
    """
    links = {link.id: link for link in derived}
    shown = [
        {
            "id": row.id,
            "text": row.text,
            "responsible_person": row.responsible_person,
            "due_on": row.due_on,
            "record": links.get(row.record_id) if row.record_id else None,
        }
        for row in meeting.resolutions
    ]
    return {"resolutions": shown}


def _numbers_change(meeting: Meeting, payload: MeetingWrite) -> bool:
    """Whether a correction touches who voted; a member may have lost his vote since the meeting."""
    columns = inspect(meeting).attrs
    numbers = (columns.vote_eligible, columns.present_eligible)
    listed = [(row.member_id, row.present) for row in loaded(meeting, "attendance")]
    named = [(entry.member_id, entry.present) for entry in payload.attendance]
    votes = [vote.model_dump(mode="json") for vote in payload.votes]
    # The spine has put the payload's ballots into the column already.
    before: list[list[Any]] = list(columns.votes.history.deleted or ([],))
    return (
        any(one.history.has_changes() for one in numbers) or listed != named or before[0] != votes
    )


def _check_voters(uow: UnitOfWork, payload: MeetingWrite) -> None:
    """Of people on a list, those whom the roster gives no vote are not counted as voters."""
    listed = {entry.member_id for entry in payload.attendance if entry.member_id}
    if not listed:
        return
    statement = select(Member.id).where(Member.id.in_(listed), Member.votes.is_(False))
    voteless = set(uow.session.scalars(statement))
    voters = [entry for entry in payload.attendance if entry.member_id not in voteless]
    bounds = {"eligible": len(voters), "present_eligible": sum(one.present for one in voters)}
    stated = [("vote_eligible", payload.vote_eligible, bounds["eligible"])]
    stated += [("present_eligible", payload.present_eligible, bounds["present_eligible"])]
    for position, vote in enumerate(payload.votes):
        for field, most in bounds.items():
            stated.append((f"votes/{position}/{field}", getattr(vote, field), most))
    for pointer, number, most in stated:
        if number is not None and number > most:
            message = f"名单中有表决权的只有 {most} 人：预备党员等没有表决权的人不计入"
            raise ValidationFailed.at(f"#/{pointer}", "voters_exceed_list", message)


def _attend(uow: UnitOfWork, meeting: Meeting, entries: list[AttendanceField]) -> None:
    rows = person_rows(uow, meeting, "attendance", Attendance, entries)
    for row, entry in zip(rows, entries, strict=True):
        row.present, row.reason = entry.present, entry.reason
    meeting.attendance = rows


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
