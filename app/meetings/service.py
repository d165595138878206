"""What logging a meeting means beyond any record."""

from collections.abc import Sequence
from typing import Any

from app.core.errors import Flaw, NotFound
from app.core.ids import new_id
from app.core.unit import Unit
from app.items.people import loaded, person_rows
from app.items.schemas import ItemLink
from app.meetings.models import Attendance, Meeting, Resolution
from app.meetings.schemas import AttendanceField, MeetingWrite


def fill(unit: Unit, meeting: Meeting, wish: MeetingWrite) -> None:
    """Write attendance, resolutions, votes and matters; head counts follow from a list of names."""
    _attend(unit, meeting, wish.attendance)
    if wish.attendance:
        meeting.expected = len(wish.attendance)
        meeting.present = sum(entry.present for entry in wish.attendance)
    known = {resolution.id: resolution for resolution in loaded(meeting, "resolutions")}
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


def _attend(unit: Unit, meeting: Meeting, entries: list[AttendanceField]) -> None:
    rows = person_rows(unit, meeting, "attendance", Attendance, entries)
    for row, entry in zip(rows, entries, strict=True):
        row.present, row.reason = entry.present, entry.reason
    meeting.attendance = rows
