"""Read meetings and rows of their steps within sight; insist on who may guide and score."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.errors import OwnRequest, existing
from app.core.uow import Permission, UnitOfWork
from app.items.models import Item
from app.items.queries import may_see, visible_to
from app.items.rules import Status
from app.meeting_steps.errors import MeetingNotHeld
from app.meeting_steps.models import Guidance, Publication, QualityReview
from app.meetings.models import Meeting
from app.organizations.queries import keeps_own_records, require

StepT = TypeVar("StepT", Guidance, Publication, QualityReview)
_LABELS = {Guidance: "列席指导意见", Publication: "公示", QualityReview: "质量评估"}


def get_meeting(uow: UnitOfWork, meeting_id: UUID, *children: ORMOption) -> Meeting:
    """Return a meeting with its organisation, and with those children that are asked for.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    statement = visible_to(uow.actor, Meeting).where(Meeting.id == meeting_id)
    statement = statement.options(joinedload(Meeting.organization), *children)
    return uow.get_or_404(statement, "没有这条会议记录，或您无权查看。")


def get_step(uow: UnitOfWork, model: type[StepT], step_id: UUID) -> tuple[StepT, Meeting]:
    """Return a row of one of the steps, with its meeting.

    Raises:
        NotFound: there is none, or its meeting is removed or out of the actor's sight.
    """
    statement = (
        select(model, Meeting)
        .join(Meeting, Meeting.id == model.meeting_id)
        .where(model.id == step_id, may_see(uow.actor, Meeting), Meeting.deleted_at.is_(None))
        .options(joinedload(Meeting.organization))
    )
    row = uow.session.execute(statement).one_or_none()
    step, meeting = existing(row, f"没有这条{_LABELS[model]}，或您无权查看。")
    return step, meeting


def today_at(uow: UnitOfWork, meeting: Meeting) -> date:
    """Return the present civil day of the meeting's organisation."""
    return uow.today(meeting.organization.time_zone)


def held_on(meeting: Meeting, purpose: str) -> date:
    """Return the day on which a meeting took place; ``purpose`` is named in the refusal.

    Raises:
        MeetingNotHeld: it is planned or cancelled.
    """
    if meeting.status != Status.COMPLETED or meeting.happened_on is None:
        raise MeetingNotHeld(f"会议尚未召开或已取消，不能{purpose}；已召开的请先登记实际日期。")
    return meeting.happened_on


def item_exists(uow: UnitOfWork, item_id: UUID | None) -> bool:
    """Say whether a record was made and is not removed; also where the actor may not see it."""
    statement = select(Item.id).where(Item.id == item_id, Item.deleted_at.is_(None))
    return item_id is not None and uow.session.execute(statement).first() is not None


def require_superior(uow: UnitOfWork, meeting: Meeting, action: str) -> None:
    """Insist that the actor reviews there and is not of the meeting's own organisation.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnRequest: the actor works for the organisation; ``action`` is named in the refusal.
    """
    require(uow, Permission.REVIEW, meeting.organization_id)
    if keeps_own_records(uow, meeting.organization):
        raise OwnRequest(f"本组织的工作人员不能{action}，请由上级或检查人员进行。")
