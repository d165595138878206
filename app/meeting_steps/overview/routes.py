"""The routes that show the four steps side by side."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic_core import to_json

from app.core.http.lists import page_reply
from app.core.http.query import FromQuery
from app.core.http.replies import reply
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody
from app.meeting_steps.overview import queries
from app.meeting_steps.overview.schemas import (
    MeetingStepsFilters,
    MeetingStepsRead,
    MeetingStepsRow,
)
from app.organizations.queries import get_visible

router = api_router("", "meeting-steps")


@router.get(
    "/meetings/{meeting_id}/steps",
    name="get_meeting_steps",
    summary="一次会议的四步管理：报备、公示、列席指导、质量评估",
    response_model=MeetingStepsRead,
)
def get_meeting_steps(unit: UnitDep, meeting_id: UUID) -> Response:
    """All four steps of one meeting."""
    return reply(queries.steps_of(unit, meeting_id))


@router.get(
    "/organizations/{organization_id}/meeting-steps",
    name="list_meeting_steps",
    summary="年度会议四步管理一览",
    response_model=PageBody[MeetingStepsRow],
)
def list_meeting_steps(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    filters: Annotated[MeetingStepsFilters, FromQuery],
) -> Response:
    """The meetings of a year, each with where its steps are."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    page, rows = queries.steps_in(unit, organization, filters, request.app.state.cursors)
    return page_reply(request, to_json(rows), page.next_cursor, page.prev_cursor)
