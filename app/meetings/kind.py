"""Meetings as a kind of record: attendance, resolutions and votes."""

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
from app.meetings.rules import MeetingType
from app.meetings.schemas import (
    MeetingFilters,
    MeetingRead,
    MeetingSummary,
    MeetingWrite,
    ResolutionField,
)
from app.organizations.models import Member


def fill(uow: UnitOfWork, meeting: Meeting, payload: MeetingWrite) -> None:
    """Write attendance, resolutions, votes and matters; head counts follow from a list of names.

    Raises:
        NotFound: the payload names a member out of the actor's sight, or a resolution that the
            meeting does not have.
        ValidationFailed: somebody is listed twice, or more people voted than may vote.
    """
    if _voters_change(meeting, payload):
        _check_voters(uow, payload)
    rows = person_rows(uow, meeting, "attendance", Attendance, payload.attendance)
    for row, entry in zip(rows, payload.attendance, strict=True):
        row.present, row.reason = entry.present, entry.reason
    meeting.attendance = rows
    if rows:
        meeting.expected, meeting.present = len(rows), sum(row.present for row in rows)
    _fill_resolutions(meeting, payload.resolutions)
    meeting.votes = [vote.model_dump(mode="json") for vote in payload.votes]
    meeting.matters = [matter.model_dump(mode="json") for matter in payload.matters]
    meeting.appraisal = payload.appraisal.model_dump() if payload.appraisal else None


def _fill_resolutions(meeting: Meeting, entries: Sequence[ResolutionField]) -> None:
    present = {resolution.id: resolution for resolution in loaded(meeting, "resolutions")}
    resolutions: list[Resolution] = []
    for position, entry in enumerate(entries):
        if entry.id is not None and entry.id not in present:
            pointer = f"#/resolutions/{position}/id"
            raise NotFound.at("本次会议没有这条决议。", pointer=pointer)
        resolution = present[entry.id] if entry.id else Resolution(id=new_id())
        resolution.position, resolution.text = position, entry.text
        resolution.responsible_person, resolution.due_on = entry.responsible_person, entry.due_on
        resolutions.append(resolution)
    meeting.resolutions = resolutions


def with_records(meeting: Meeting, derived: Sequence[ItemLink]) -> dict[str, Any]:
    """Return the resolutions, each with the record that was made of it, if that may be seen.

    ``derived`` are the records that came from the meeting and may be seen: one that was removed, or
    has been given another origin since, is not among them.
    """
    links = {link.id: link for link in derived}
    resolutions = [
        {
            "id": row.id,
            "text": row.text,
            "responsible_person": row.responsible_person,
            "due_on": row.due_on,
            "record": links.get(row.record_id) if row.record_id else None,
        }
        for row in meeting.resolutions
    ]
    return {"resolutions": resolutions}


def _voters_change(meeting: Meeting, payload: MeetingWrite) -> bool:
    """Tell whether a correction changes who voted; a member may have lost his vote since then."""
    columns = inspect(meeting).attrs
    if any(
        column.history.has_changes() for column in (columns.vote_eligible, columns.present_eligible)
    ):
        return True
    listed_before = [(row.member_id, row.present) for row in loaded(meeting, "attendance")]
    listed = [(entry.member_id, entry.present) for entry in payload.attendance]
    # The spine has put the payload's ballots into the column already.
    votes_before: list[list[Any]] = list(columns.votes.history.deleted or ([],))
    votes = [vote.model_dump(mode="json") for vote in payload.votes]
    return listed_before != listed or votes_before[0] != votes


def _check_voters(uow: UnitOfWork, payload: MeetingWrite) -> None:
    """Refuse more voters than the list has people to whom the roster gives a vote."""
    listed = {entry.member_id for entry in payload.attendance if entry.member_id}
    if not listed:
        return
    statement = select(Member.id).where(Member.id.in_(listed), Member.votes.is_(False))
    voteless = set(uow.session.scalars(statement))
    voters = [entry for entry in payload.attendance if entry.member_id not in voteless]
    eligible, present = len(voters), sum(entry.present for entry in voters)
    limits = [
        ("vote_eligible", payload.vote_eligible, eligible),
        ("present_eligible", payload.present_eligible, present),
    ]
    for position, vote in enumerate(payload.votes):
        limits.append((f"votes/{position}/eligible", vote.eligible, eligible))
        limits.append((f"votes/{position}/present_eligible", vote.present_eligible, present))
    for pointer, number, most in limits:
        if number is not None and number > most:
            message = f"名单中有表决权的只有 {most} 人：预备党员等没有表决权的人不计入"
            raise ValidationFailed.at(f"#/{pointer}", "voters_exceed_list", message)


KIND = Kind(
    name=ItemKind.MEETING,
    plural="meetings",
    label="会议",
    tag="会议：三会一课、专题会议等",
    types=MeetingType.labels(),
    measure="次",
    model=Meeting,
    write=MeetingWrite,
    read=MeetingRead,
    summary=MeetingSummary,
    filters=MeetingFilters,
    options=(selectinload(Meeting.attendance), selectinload(Meeting.resolutions)),
    children=("attendance", "resolutions"),
    fill=fill,
    related=with_records,
    statements={"topic": among(Meeting.topic), "chair": equals(Meeting.chair)},
)
