"""The routes of duties towards members."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.checklist.people import service
from app.checklist.people.schemas import (
    HoursParameters,
    TalkCoverage,
    TermElections,
    TermParameters,
    TrainingHours,
    YearParameters,
)
from app.core.http.query import FromQuery
from app.core.http.replies import reply
from app.core.http.unit import UnitDep, api_router

router = api_router("/organizations/{organization_id}", "coverage")


@router.get(
    "/talk-coverage",
    name="get_talk_coverage",
    summary="谈心谈话完成情况：按谈话双方、按党员",
    response_model=TalkCoverage,
)
def get_talk_coverage(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[YearParameters, FromQuery],
) -> Response:
    """Talks by pair and by member."""
    return reply(service.talk_coverage(unit, organization_id, parameters))


@router.get(
    "/training-hours",
    name="get_training_hours",
    summary="党员教育学时：按党员",
    response_model=TrainingHours,
)
def get_training_hours(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[HoursParameters, FromQuery],
) -> Response:
    """Hours by member."""
    return reply(service.training_hours(unit, organization_id, parameters))


@router.get(
    "/term-elections",
    name="list_term_elections",
    summary="换届提前提醒：届满或即将届满的组织",
    response_model=TermElections,
)
def list_term_elections(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[TermParameters, FromQuery],
) -> Response:
    """Whose term ends."""
    return reply(service.term_elections(unit, organization_id, parameters))
