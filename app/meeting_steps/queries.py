"""Read what the steps hang on, from what the actor may see, and who may guide and score."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.errors import OwnRequest, existing
from app.core.pagination import (
    Cursors,
    Order,
    Page,
    PageParameters,
    after,
    filter_scope,
    ordered,
    page_of,
)
from app.core.uow import Permission, UnitOfWork
from app.items.queries import may_see, visible_to
from app.items.rules import Status
from app.meeting_steps.errors import MeetingNotHeld
from app.meeting_steps.models import Filing, Guidance, Publication, QualityReview
from app.meetings.models import Meeting
from app.organizations.queries import is_own_hand, require

StepT = TypeVar("StepT", Filing, Guidance, Publication, QualityReview)


def get_meeting(uow: UnitOfWork, meeting_id: UUID, *children: ORMOption) -> Meeting:
    """A meeting with its organisation, and with those children that are asked for.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    statement = visible_to(uow.actor, Meeting).where(Meeting.id == meeting_id)
    statement = statement.options(joinedload(Meeting.organization), *children)
    return uow.get_or_404(statement, "没有这条会议记录，或您无权查看。")


def get_step(
    uow: UnitOfWork, model: type[StepT], step_id: UUID, label: str
) -> tuple[StepT, Meeting]:
    """A row of one of the steps, with the meeting that it hangs on.

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
    step, meeting = existing(row, f"没有这条{label}，或您无权查看。")
    return step, meeting


def today_at(uow: UnitOfWork, meeting: Meeting) -> date:
    """The present civil day of the meeting's organisation."""
    return uow.today(meeting.organization.time_zone)


def held_on(meeting: Meeting, wish: str) -> date:
    """The day on which a meeting took place; ``wish`` says what was wanted of it, for the words.

    Raises:
        MeetingNotHeld: it is planned or cancelled.
    """
    if meeting.status != Status.COMPLETED or meeting.happened_on is None:
        raise MeetingNotHeld(f"会议尚未召开或已取消，不能{wish}；已召开的请先登记实际日期。")
    return meeting.happened_on


def page_by_day(
    session: Session,
    statement: Select[Any],
    order: Order,
    parameters: PageParameters,
    cursors: Cursors,
    name: str,
) -> Page:
    """One page of a statement whose rows have ``key`` (the order's day) and ``id``."""
    scope = filter_scope(name, parameters)
    cursor = cursors.read(parameters.cursor, scope) if parameters.cursor else None
    backward = cursor is not None and cursor.backward
    if cursor is not None:
        day = date.fromisoformat(cursor.key)
        statement = statement.where(after(order, day, cursor.id, backward=backward))
    found = session.execute(
        ordered(statement, order, backward=backward).limit(parameters.limit + 1)
    )
    return page_of(
        found.all(), limit=parameters.limit, cursor=cursor, key="key", scope=scope, cursors=cursors
    )


def require_superior(uow: UnitOfWork, meeting: Meeting, doing: str) -> None:
    """Insist that the actor reviews there and does not keep the records of whose meeting it is.

    Raises:
        NotFound, Forbidden: the actor does not review there.
        OwnRequest: the actor is one of the organisation's own hands.
    """
    require(uow, Permission.REVIEW, meeting.organization_id)
    if is_own_hand(uow, meeting.organization):
        raise OwnRequest(f"本组织的工作人员不能{doing}，请由上级或检查人员进行。")
