"""Guidance (列席指导) of a meeting by a superior who attended it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias
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
from app.meeting_steps.queries import held_on, item_exists, require_superior
from app.meeting_steps.schemas import as_payload
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


GuidancePatch: TypeAlias = partial(GuidanceWrite, "GuidancePatch")  # type: ignore[valid-type]  # made from the payload


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
    """Return the guidance of a meeting that the actor may see, oldest first; two statements."""
    statement = select(Guidance).where(Guidance.meeting_id == meeting.id).order_by(Guidance.id)
    return guidance_payloads(uow, uow.session.scalars(statement).all())


def guidance_payloads(uow: UnitOfWork, rows: Sequence[Guidance]) -> list[GuidanceRead]:
    """Return guidance as payloads, with its rectifications as far as the actor may see them."""
    ids = [row.rectification_id for row in rows if row.rectification_id]
    statement = select(Item.id, Item.kind, Item.title, Item.status).where(
        Item.id.in_(ids), may_see(uow.actor), Item.deleted_at.is_(None)
    )
    items = uow.session.execute(statement) if ids else ()
    links: dict[Any, ItemLink] = {item.id: ItemLink.model_validate(item) for item in items}
    return [
        as_payload(GuidanceRead, row, rectification=links.get(row.rectification_id)) for row in rows
    ]


def give_guidance(uow: UnitOfWork, meeting: Meeting, payload: GuidanceWrite) -> Guidance:
    """Add guidance to a meeting that took place.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the agreed day lies before the meeting.
    """
    require_superior(uow, meeting, "登记对本组织会议的列席指导意见")
    _check_day(payload.agreed_on, held_on(meeting, "登记列席指导意见"))
    guidance = Guidance(
        id=new_id(),
        meeting_id=meeting.id,
        given_at=uow.now(),
        given_by_name=uow.actor.name,
        **payload.model_dump(),
    )
    uow.session.add(guidance)
    uow.session.flush()
    _note(uow, "guidance.given", guidance, meeting, None)
    return guidance


def correct_guidance(uow: UnitOfWork, guidance: Guidance, meeting: Meeting, patch: Model) -> None:
    """Correct guidance, as long as no rectification was made of it.

    Raises:
        AlreadyRectified: a rectification was made of its present text.
        OwnRequest: the actor works for the organisation whose meeting it is.
        ValidationFailed: the result would not be acceptable.
    """
    require_superior(uow, meeting, "更正对本组织会议的列席指导意见")
    _refuse_rectified(uow, guidance)
    former = as_payload(GuidanceWrite, guidance)
    before = former.model_dump(mode="json")
    payload = patched(former, patch)
    _check_day(payload.agreed_on, held_on(meeting, "更正列席指导意见"))
    write_fields(guidance, payload)
    uow.session.flush()
    _note(uow, "guidance.changed", guidance, meeting, before)


def rectify(
    uow: UnitOfWork, guidance: Guidance, meeting: Meeting, payload: GuidanceRectificationWrite
) -> Item:
    """Make a rectification of guidance (约定式整改), due on the day that was agreed.

    Raises:
        AlreadyRectified: it became one already; a removed one does not count.
        MeetingNotHeld: the record no longer says that the meeting took place.
        ValidationFailed: the payload names another day than the agreed one, or there is none.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    found_on = held_on(meeting, "由列席指导意见产生整改")
    _refuse_rectified(uow, guidance)
    agreed_on = guidance.agreed_on
    if agreed_on and payload.due_on not in {None, agreed_on}:
        message = f"该意见已约定 {agreed_on.isoformat()} 前完成，时限以约定日期为准"
        raise ValidationFailed.at("#/due_on", "agreed_day_fixed", message)
    fields = payload.model_dump() | {
        "organization_id": meeting.organization_id,
        "origin_id": meeting.id,
        "found_on": found_on,
        "due_on": agreed_on or payload.due_on,
    }
    rectification = checked(RectificationWrite, fields)
    before = _TRAIL.state(guidance)
    item = items.create(uow, RECTIFICATION, rectification)
    guidance.rectification_id = item.id
    uow.session.flush()
    _note(uow, "guidance.rectified", guidance, meeting, before)
    return item


def _check_day(agreed_on: date | None, happened_on: date) -> None:
    if agreed_on and agreed_on < happened_on:
        message = f"约定日期不能早于会议日期 {happened_on.isoformat()}"
        raise ValidationFailed.at("#/agreed_on", "before_meeting", message)


def _refuse_rectified(uow: UnitOfWork, guidance: Guidance) -> None:
    if item_exists(uow, guidance.rectification_id):
        raise AlreadyRectified("该意见已转为整改，不能再改动或重复转换；请在整改台账中办理。")


def _note(
    uow: UnitOfWork, action: str, guidance: Guidance, meeting: Meeting, before: AuditState | None
) -> None:
    _TRAIL.note(uow, action, guidance, before, owner=meeting, meeting_id=str(meeting.id))
