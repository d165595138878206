"""The routes of the annual summary and of what people enter for it."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.core.http.negotiation import preferred
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.report.documents.formats import FORMATS, JSON, RANGES, file_headers
from app.report.inputs import read_inputs, write_inputs
from app.report.schemas import (
    ReportInputsRead,
    ReportInputsWrite,
    SummaryParameters,
    Year,
)
from app.report.service import annual_summary, written
from app.report.summary import SUMMARY, Summary, summary_of

router = api_router("/organizations/{organization_id}", "annual-summaries")
YearInPath = Annotated[Year, Path()]


@router.get(
    "/annual-summaries/{year}",
    name="get_annual_summary",
    summary="年度总结：由已完成的记录写成，每句话可追溯到记录",
    response_model=Summary,
    responses={200: {"content": {name: {} for name in FORMATS if name != JSON}}},
)
def get_annual_summary(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    year: YearInPath,
    parameters: Annotated[SummaryParameters, FromQuery],
) -> Response:
    """The narrative of a year or a part of it: JSON, or a file of the format Accept wants."""
    offered = FORMATS[preferred(request, FORMATS, RANGES)]
    text = annual_summary(unit, organization_id, year, parameters)
    if offered.media_type == JSON:
        headers = {"Content-Type": JSON, "Vary": "Accept"}
        return Response(SUMMARY.dump_json(summary_of(text)), headers=headers)
    storage = request.app.state.storage
    document, content = written(unit, organization_id, text, offered, storage)
    return Response(content, headers=file_headers(document, offered))


@router.get(
    "/report-inputs/{year}",
    name="get_report_inputs",
    summary="查看年度存在问题与下一步打算",
    response_model=ReportInputsRead,
)
def get_report_inputs(
    request: Request, unit: UnitDep, organization_id: UUID, year: YearInPath
) -> Response:
    """What people entered for the year."""
    row = read_inputs(unit, organization_id, year)
    return reply(ReportInputsRead.model_validate(row), version=row.version, request=request)


@router.put(
    "/report-inputs/{year}",
    name="put_report_inputs",
    summary="填写年度存在问题与下一步打算（再次填写须带 If-Match）",
    response_model=ReportInputsRead,
)
def put_report_inputs(
    unit: UnitDep,
    organization_id: UUID,
    year: YearInPath,
    payload: ReportInputsWrite,
    if_match: IfMatch = None,
) -> Response:
    """Enter or replace the year's shortcomings and plans."""
    row = write_inputs(unit, organization_id, year, payload, if_match)
    return reply(ReportInputsRead.model_validate(row), version=row.version)
