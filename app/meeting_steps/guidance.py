"""Guidance (列席指导) of a meeting by its superior."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.core.audit import AuditState, Trail
from app.core.changes import partial, patched, write_fields
from app.core.errors import ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Day, LongText, Model, Name, Title
from app.core.uow import Permission, UnitOfWork
from app.core.validation import checked
from app.items import service as items
from app.items.models import Item
from app.items.queries import may_see
from app.items.schemas import FocusCode, ItemLink
from app.meeting_steps.errors import AlreadyRectified
from app.meeting_steps.models import Guidance
from app.meeting_steps.queries import held_on, require_superior
from app.meeting_steps.schemas import shown
from app.meetings.models import Meeting
from app.organizations.queries import require
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.rules import RectificationType, Source
from app.rectifications.schemas import RectificationWrite


class GuidanceWrite(Model):
    """What a superior who attended leaves with a meeting."""

    observer_name: Annotated[Name, Field(description="列席人", examples=["周志强"])]
    observer_post: Annotated[
        Name | None, Field(description="列席人职务", examples=["党总支副书记"])
    ] = None
    text: Annotated[
        LongText,
        Field(description="指导意见", examples=["决议应写明责任人和时限，下次会议通报落实情况"]),
    ]
    agreed_on: Annotated[Day | None, Field(description="约定整改日期", examples=["2018-12-31"])] = (
        None
    )


GuidancePatch = partial(GuidanceWrite, "GuidancePatch")


class GuidanceRead(GuidanceWrite):
    """Guidance as returned."""

    id: UUID
    meeting_id: UUID
    agreed_on: date | None
    given_at: datetime
    given_by_name: str
    rectification: Annotated[ItemLink | None, Field(description="由本意见产生的整改")]
    version: int


class GuidanceBody(Model):
    """The guidance of a meeting, oldest first."""

    items: list[GuidanceRead]


class GuidanceRectificationWrite(Model):
    """What makes a rectification of a guidance; its place, origin and days follow from it."""

    title: Annotated[Title, Field(description="存在问题", examples=["会议决议没有责任人和时限"])]
    source: Annotated[Source, Field(description="来源", examples=["inspection"])]
    type: Annotated[RectificationType, Field(description="整改类型")] = (
        RectificationType.BY_DEADLINE
    )
    due_on: Annotated[
        Day | None, Field(description="整改时限；已有约定日期时不填，以约定日期为准")
    ] = None
    corrective_measure: Annotated[LongText | None, Field(description="整改措施")] = None
    lead_leader: Annotated[Name | None, Field(description="牵头领导")] = None
    responsible_person: Annotated[Name | None, Field(description="责任人")] = None
    responsible_department: Annotated[Name | None, Field(description="责任部门")] = None
    focus: Annotated[FocusCode | None, Field(description="责任类别代码")] = None


_TRAIL = Trail("guidance", (*GuidanceWrite.model_fields, "rectification_id"))


def guidance_of(uow: UnitOfWork, meeting: Meeting) -> list[GuidanceRead]:
    """The guidance of a meeting that the actor may see, oldest first; two statements."""
    statement = select(Guidance).where(Guidance.meeting_id == meeting.id).order_by(Guidance.id)
    return present(uow, uow.session.scalars(statement).all())


def present(uow: UnitOfWork, rows: Sequence[Guidance]) -> list[GuidanceRead]:
    """Guidance as it is returned, with its rectifications as far as they may be seen."""
    wanted = [row.rectification_id for row in rows if row.rectification_id]
    columns = (Item.id, Item.kind, Item.title, Item.status)
    visible = select(*columns).where(
        Item.id.in_(wanted), may_see(uow.actor), Item.deleted_at.is_(None)
    )
    found = uow.session.execute(visible) if wanted else ()
    links: dict[Any, ItemLink] = {link.id: ItemLink.model_validate(link) for link in found}
    return [shown(GuidanceRead, row, rectification=links.get(row.rectification_id)) for row in rows]


def give_guidance(uow: UnitOfWork, meeting: Meeting, wish: GuidanceWrite) -> Guidance:
    """Leave guidance with a meeting that took place.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the agreed day lies before the meeting.
    """
    require_superior(uow, meeting, "登记对本组织会议的列席指导意见")
    _check_day(wish.agreed_on, held_on(meeting, "登记列席指导意见"))
    guidance = Guidance(
        id=new_id(),
        meeting_id=meeting.id,
        given_at=uow.now(),
        given_by_name=uow.actor.name,
        **wish.model_dump(),
    )
    uow.session.add(guidance)
    uow.session.flush()
    _note(uow, "guidance.given", guidance, meeting, None)
    return guidance


def correct_guidance(uow: UnitOfWork, guidance: Guidance, meeting: Meeting, patch: Model) -> None:
    """Correct guidance, as long as no rectification was made of it.

    Raises:
        AlreadyRectified: a rectification stands on its present words.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the result would not be acceptable.
    """
    require_superior(uow, meeting, "更正对本组织会议的列席指导意见")
    _refuse_rectified(uow, guidance)
    present_words = shown(GuidanceWrite, guidance)
    before = present_words.model_dump(mode="json")
    wish = patched(present_words, patch)
    _check_day(wish.agreed_on, held_on(meeting, "更正列席指导意见"))
    write_fields(guidance, wish)
    uow.session.flush()
    _note(uow, "guidance.changed", guidance, meeting, before)


def rectify(
    uow: UnitOfWork, guidance: Guidance, meeting: Meeting, wish: GuidanceRectificationWrite
) -> Item:
    """Make a rectification of guidance (约定式整改), due on the day that was agreed.

    Raises:
        AlreadyRectified: it became one already; a removed one does not count.
        MeetingNotHeld: the record no longer says that the meeting took place.
        ValidationFailed: another day than the agreed one is asked, or there is none at all.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    found_on = held_on(meeting, "由列席指导意见产生整改")
    _refuse_rectified(uow, guidance)
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
    item = items.create(uow, RECTIFICATION, record)
    guidance.rectification_id = item.id
    uow.session.flush()
    _note(uow, "guidance.rectified", guidance, meeting, before)
    return item


def _check_day(agreed_on: date | None, happened_on: date) -> None:
    if agreed_on and agreed_on < happened_on:
        words = f"约定日期不能早于会议日期 {happened_on.isoformat()}"
        raise ValidationFailed.at("#/agreed_on", "before_meeting", words)


def _refuse_rectified(uow: UnitOfWork, guidance: Guidance) -> None:
    stands = select(Item.id).where(Item.id == guidance.rectification_id, Item.deleted_at.is_(None))
    if guidance.rectification_id and uow.session.execute(stands).first():
        raise AlreadyRectified("该意见已转为整改，不能再改动或重复转换；请在整改台账中办理。")


def _note(
    uow: UnitOfWork, action: str, guidance: Guidance, meeting: Meeting, before: AuditState | None
) -> None:
    _TRAIL.note(uow, action, guidance, before, owner=meeting, meeting_id=str(meeting.id))
