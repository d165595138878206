"""Reading what the four steps hang on; every read starts from what the actor may see."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.errors import existing
from app.core.pages import PageParameters, filter_scope
from app.core.pagination import Cursors, Order, Page, after, ordered, turn
from app.core.unit import Unit
from app.items.queries import may_see, visible_to
from app.items.rules import Status
from app.meeting_steps.errors import MeetingNotHeld
from app.meeting_steps.models import Filing, Guidance, Publication, QualityReview
from app.meetings.models import Meeting

Step = TypeVar("Step", Filing, Guidance, Publication, QualityReview)


def get_meeting(unit: Unit, meeting_id: UUID, *children: ORMOption) -> Meeting:
    """A meeting with its organisation, and with those children that are asked for.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    statement = visible_to(unit.actor, Meeting).where(Meeting.id == meeting_id)
    statement = statement.options(joinedload(Meeting.organization), *children)
    return unit.get_or_404(statement, "没有这条会议记录，或您无权查看。")


def get_step(unit: Unit, model: type[Step], step_id: UUID, label: str) -> tuple[Step, Meeting]:
    """A row of one of the steps, with the meeting that it hangs on.

    Raises:
        NotFound: there is none, or its meeting is removed or out of the actor's sight.
    """
    statement = (
        select(model, Meeting)
        .join(Meeting, Meeting.id == model.meeting_id)
        .where(model.id == step_id, may_see(unit.actor, Meeting), Meeting.deleted_at.is_(None))
        .options(joinedload(Meeting.organization))
    )
    row = unit.session.execute(statement).one_or_none()
    step, meeting = existing(row, f"没有这条{label}，或您无权查看。")
    return step, meeting


def today_at(unit: Unit, meeting: Meeting) -> date:
    """The present civil day of the meeting's organisation."""
    return unit.today(meeting.organization.time_zone)


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
    return turn(
        found.all(), limit=parameters.limit, cursor=cursor, key="key", scope=scope, cursors=cursors
    )
