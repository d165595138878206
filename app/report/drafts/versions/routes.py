"""The routes of a report's versions and of its seal."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.core.http.query import FromQuery
from app.core.http.replies import reply
from app.core.http.simple_lists import table_page
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.report.drafts import queries
from app.report.drafts.models import ReportVersion
from app.report.drafts.versions import service
from app.report.drafts.versions.schemas import (
    ComparisonParameters,
    ComparisonRead,
    Number,
    VerificationRead,
    VersionRead,
    VersionSummary,
    VersionWrite,
)

router = api_router("/reports/{report_id}", "reports")


@router.post(
    "/versions",
    name="create_report_version",
    summary="留存报告的一个版本",
    status_code=201,
    response_model=VersionSummary,
)
def create_report_version(
    unit: UnitDep,
    report_id: UUID,
    payload: VersionWrite,
) -> Response:
    """Keep the text as it stands, under a name."""
    report = queries.get_report(unit, report_id, lock=True)
    made = service.keep_by_hand(unit, report, payload.label)
    location = f"/api/v1/reports/{report_id}/versions/{made.number}"
    return reply(VersionSummary.model_validate(made), status=201, location=location)


@router.get(
    "/versions",
    name="list_report_versions",
    summary="报告的历次版本",
    response_model=PageBody[VersionSummary],
)
def list_report_versions(
    request: Request,
    unit: UnitDep,
    report_id: UUID,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """The versions, oldest first."""
    report = queries.get_report(unit, report_id)
    statement = service.versions_of(report.id)
    return table_page(request, unit.session, statement, ReportVersion, VersionSummary, filters)


@router.get(
    "/versions/{number}",
    name="get_report_version",
    summary="查看报告的一个版本",
    response_model=VersionRead,
)
def get_report_version(
    unit: UnitDep,
    report_id: UUID,
    number: Annotated[Number, Path()],
) -> Response:
    """A text as it stood."""
    return reply(service.read_version(unit, queries.get_report(unit, report_id), number))


@router.get(
    "/comparison",
    name="get_report_comparison",
    summary="比较报告的两个版本：逐句列出保留、改动、新增、删去和移动",
    response_model=ComparisonRead,
)
def get_report_comparison(
    unit: UnitDep,
    report_id: UUID,
    wish: Annotated[ComparisonParameters, FromQuery],
) -> Response:
    """Two texts of a report, sentence by sentence."""
    return reply(service.comparison(unit, queries.get_report(unit, report_id), wish))


@router.get(
    "/verification",
    name="get_report_verification",
    summary="核验已定稿的报告：正文和所依据的事实是否与定稿时一致",
    response_model=VerificationRead,
)
def get_report_verification(
    unit: UnitDep,
    report_id: UUID,
) -> Response:
    """Whether a finalised report is what was finalised."""
    return reply(service.verify(unit, queries.get_report(unit, report_id)))
