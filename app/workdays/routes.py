"""Routes of working days."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.core.http.replies import IfMatch, no_content, reply, row_reply
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.schemas import Day
from app.workdays import service
from app.workdays.models import WorkdayOverride, WorkdayYear
from app.workdays.schemas import (
    WorkdayOverrideRead,
    WorkdayOverrideWrite,
    WorkdayParameters,
    WorkdaysRead,
    WorkdayYearRead,
    WorkdayYearWrite,
    Year,
)

router = api_router("/organizations/{organization_id}", "workdays")
DayInPath = Annotated[Day, Path(description="日期", examples=["2018-05-04"])]
YearInPath = Annotated[Year, Path()]


@router.get(
    "/workdays", summary="某年的放假与调休：与周一至周五上班不同的日子", response_model=WorkdaysRead
)
def get_workdays(
    uow: UowDep, organization_id: UUID, parameters: Annotated[WorkdayParameters, FromQuery]
) -> Response:
    """A year's days off and swapped weekends in the organisation's tree."""
    return reply(service.read_workdays(uow, organization_id, parameters.year))


@router.get(
    "/workday-overrides/{day}",
    summary="查看本单位自定的上班或休息日",
    response_model=WorkdayOverrideRead,
)
def get_workday_override(
    request: Request, uow: UowDep, organization_id: UUID, day: DayInPath
) -> Response:
    """What the organisation's tree says of a day."""
    row = service.get_own(uow, WorkdayOverride, organization_id, day)
    return row_reply(WorkdayOverrideRead, row, request=request)


@router.put(
    "/workday-overrides/{day}",
    summary="自定某日上班或休息，全组织树适用（再次填写须带 If-Match）",
    response_model=WorkdayOverrideRead,
)
def put_workday_override(
    *,
    uow: UowDep,
    organization_id: UUID,
    day: DayInPath,
    payload: WorkdayOverrideWrite,
    if_match: IfMatch = None,
) -> Response:
    """Say of a day that it is worked or off in the organisation's tree."""
    row = service.write(uow, WorkdayOverride, organization_id, day, payload, if_match)
    return row_reply(WorkdayOverrideRead, row)


@router.delete("/workday-overrides/{day}", summary="取消自定，恢复按国家安排", status_code=204)
def delete_workday_override(
    uow: UowDep, organization_id: UUID, day: DayInPath, if_match: IfMatch = None
) -> Response:
    """Let a day follow the state's calendar again."""
    service.remove(uow, WorkdayOverride, organization_id, day, if_match)
    return no_content()


@router.get(
    "/workday-years/{year}",
    summary="查看本单位对某年放假调休安排的标记",
    response_model=WorkdayYearRead,
)
def get_workday_year(
    request: Request, uow: UowDep, organization_id: UUID, year: YearInPath
) -> Response:
    """What the organisation's tree says of a year's swaps."""
    row = service.get_own(uow, WorkdayYear, organization_id, year)
    return row_reply(WorkdayYearRead, row, request=request)


@router.put(
    "/workday-years/{year}",
    summary="标记某年放假调休安排已公布或未公布（再次填写须带 If-Match）",
    response_model=WorkdayYearRead,
)
def put_workday_year(
    *,
    uow: UowDep,
    organization_id: UUID,
    year: YearInPath,
    payload: WorkdayYearWrite,
    if_match: IfMatch = None,
) -> Response:
    """Say of a year that its swaps are known, or are not."""
    row = service.write(uow, WorkdayYear, organization_id, year, payload, if_match)
    return row_reply(WorkdayYearRead, row)


@router.delete("/workday-years/{year}", summary="取消年度标记，恢复系统默认", status_code=204)
def delete_workday_year(
    uow: UowDep, organization_id: UUID, year: YearInPath, if_match: IfMatch = None
) -> Response:
    """Let the program's own knowledge of a year stand again."""
    service.remove(uow, WorkdayYear, organization_id, year, if_match)
    return no_content()
