"""The verbs of guidance: leave it, correct it, make a rectification of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.actor import Permission
from app.core.audit import State, Trail
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.patching import patched, write_fields
from app.core.schemas import Model
from app.core.unit import Unit
from app.core.validation import checked
from app.items import service as items
from app.items.models import Item
from app.items.queries import may_see
from app.items.schemas import ItemLink
from app.meeting_steps.errors import AlreadyRectified
from app.meeting_steps.guidance.schemas import (
    GuidanceRead,
    GuidanceRectificationWrite,
    GuidanceWrite,
)
from app.meeting_steps.models import Guidance
from app.meeting_steps.queries import held_on
from app.meeting_steps.rights import require_superior
from app.meeting_steps.schemas import shown
from app.meetings.models import Meeting
from app.organizations.queries import require
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.schemas import RectificationWrite

_TRAIL = Trail("guidance", (*GuidanceWrite.model_fields, "rectification_id"))


def guidance_of(unit: Unit, meeting: Meeting) -> list[GuidanceRead]:
    """The guidance of a meeting that the actor may see, oldest first; two statements."""
    statement = select(Guidance).where(Guidance.meeting_id == meeting.id).order_by(Guidance.id)
    return present(unit, unit.session.scalars(statement).all())


def present(unit: Unit, rows: Sequence[Guidance]) -> list[GuidanceRead]:
    """Guidance as it is returned, with its rectifications as far as they may be seen."""
    wanted = [row.rectification_id for row in rows if row.rectification_id]
    columns = (Item.id, Item.kind, Item.title, Item.status)
    visible = select(*columns).where(
        Item.id.in_(wanted), may_see(unit.actor), Item.deleted_at.is_(None)
    )
    found = unit.session.execute(visible) if wanted else ()
    links: dict[Any, ItemLink] = {link.id: ItemLink.model_validate(link) for link in found}
    return [shown(GuidanceRead, row, rectification=links.get(row.rectification_id)) for row in rows]


def give_guidance(unit: Unit, meeting: Meeting, wish: GuidanceWrite) -> Guidance:
    """Leave guidance with a meeting that took place.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the agreed day lies before the meeting.
    """
    require_superior(unit, meeting, "登记对本组织会议的列席指导意见")
    _check_day(wish.agreed_on, held_on(meeting, "登记列席指导意见"))
    guidance = Guidance(
        id=new_id(),
        meeting_id=meeting.id,
        given_at=unit.now(),
        given_by_name=unit.actor.name,
        **wish.model_dump(),
    )
    unit.session.add(guidance)
    unit.session.flush()
    _note(unit, "guidance.given", guidance, meeting, None)
    return guidance


def correct_guidance(unit: Unit, guidance: Guidance, meeting: Meeting, patch: Model) -> None:
    """Correct guidance, as long as no rectification was made of it.

    Raises:
        AlreadyRectified: a rectification stands on its present words.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the result would not be acceptable.
    """
    require_superior(unit, meeting, "更正对本组织会议的列席指导意见")
    _refuse_rectified(unit, guidance)
    present_words = shown(GuidanceWrite, guidance)
    before = present_words.model_dump(mode="json")
    wish = patched(present_words, patch)
    _check_day(wish.agreed_on, held_on(meeting, "更正列席指导意见"))
    write_fields(guidance, wish)
    unit.session.flush()
    _note(unit, "guidance.changed", guidance, meeting, before)


def rectify(
    unit: Unit, guidance: Guidance, meeting: Meeting, wish: GuidanceRectificationWrite
) -> Item:
    """Make a rectification of guidance (约定式整改), due on the day that was agreed.

    Raises:
        AlreadyRectified: it became one already; a removed one does not count.
        MeetingNotHeld: the record no longer says that the meeting took place.
        ValidationFailed: another day than the agreed one is asked, or there is none at all.
    """
    require(unit, Permission.WRITE, meeting.organization_id)
    found_on = held_on(meeting, "由列席指导意见产生整改")
    _refuse_rectified(unit, guidance)
    agreed_on = guidance.agreed_on
    if agreed_on and wish.due_on not in {None, agreed_on}:
        words = f"该意见已约定 {agreed_on.isoformat()} 前完成，时限以约定日期为准"
        raise ValidationFailed.at("#/due_on", "agreed_day_fixed", words)
    stated = wish.model_dump() | {
        "organization_id": meeting.organization_id,
        "origin_id": meeting.id,
        "found_on": found_on,
        "due_on": agreed_on or wish.due_on,
    }
    record = checked(RectificationWrite, stated)
    before = _TRAIL.state(guidance)
    item = items.create(unit, RECTIFICATION, record)
    guidance.rectification_id = item.id
    unit.session.flush()
    _note(unit, "guidance.rectified", guidance, meeting, before)
    return item


def _check_day(agreed_on: date | None, happened_on: date) -> None:
    if agreed_on and agreed_on < happened_on:
        words = f"约定日期不能早于会议日期 {happened_on.isoformat()}"
        raise ValidationFailed.at("#/agreed_on", "before_meeting", words)


def _refuse_rectified(unit: Unit, guidance: Guidance) -> None:
    stands = select(Item.id).where(Item.id == guidance.rectification_id, Item.deleted_at.is_(None))
    if guidance.rectification_id and unit.session.execute(stands).first():
        raise AlreadyRectified("该意见已转为整改，不能再改动或重复转换；请在整改台账中办理。")


def _note(
    unit: Unit, action: str, guidance: Guidance, meeting: Meeting, before: State | None
) -> None:
    _TRAIL.note(unit, action, guidance, before, owner=meeting, meeting_id=str(meeting.id))
