"""What logging a meeting means beyond any record."""

from typing import Any

from app.core.errors import Flaw, NotFound
from app.core.ids import new_id
from app.core.unit import Unit
from app.items.service import visible_member
from app.meetings.models import Attendance, Meeting, Resolution
from app.meetings.schemas import AttendanceField, MeetingWrite


def fill(unit: Unit, meeting: Meeting, wish: MeetingWrite) -> None:
    """Write attendance, resolutions, votes and matters; head counts follow from a list of names."""
    _attend(unit, meeting, wish.attendance)
    if wish.attendance:
        meeting.expected = len(wish.attendance)
        meeting.present = sum(entry.present for entry in wish.attendance)
    known = {resolution.id: resolution for resolution in _loaded(meeting, "resolutions")}
    resolutions: list[Resolution] = []
    for position, entry in enumerate(wish.resolutions):
        if entry.id is not None and entry.id not in known:
            detail = "本次会议没有这条决议。"
            pointer = f"#/resolutions/{position}/id"
            raise NotFound(detail, flaws=[Flaw("not_found", detail, pointer=pointer)])
        resolution = known[entry.id] if entry.id else Resolution(id=new_id())
        resolution.position, resolution.text = position, entry.text
        resolution.responsible_person, resolution.due_on = entry.responsible_person, entry.due_on
        resolutions.append(resolution)
    meeting.resolutions = resolutions
    meeting.votes = [vote.model_dump(mode="json") for vote in wish.votes]
    meeting.matters = [matter.model_dump(mode="json") for matter in wish.matters]
    meeting.appraisal = wish.appraisal.model_dump() if wish.appraisal else None


def _loaded(meeting: Meeting, name: str) -> list[Any]:
    """A collection of a stored meeting; a new one has none to load."""
    return getattr(meeting, name) if name in meeting.__dict__ else []


def _attend(unit: Unit, meeting: Meeting, entries: list[AttendanceField]) -> None:
    kept = {row.position: row for row in _loaded(meeting, "attendance")}
    rows: list[Attendance] = []
    for position, entry in enumerate(entries):
        row = kept.get(position) or Attendance(position=position)
        row.member_id, row.present, row.reason = entry.member_id, entry.present, entry.reason
        row.name = entry.name or ""
        if entry.member_id is not None:
            member = visible_member(unit, entry.member_id, f"#/attendance/{position}/member_id")
            row.name = entry.name or member.name
        rows.append(row)
    meeting.attendance = rows
