"""The routes of reports as a whole."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, no_content, reply
from app.core.http.simple_lists import read_page, shown_page
from app.core.http.unit import Conclusion, SnapshotDep, UnitDep, api_router
from app.core.pages import PageBody
from app.core.patching import partial
from app.core.versions import expect_version
from app.report.drafts import queries, service
from app.report.drafts.models import Report
from app.report.drafts.schemas import (
    HeadWrite,
    ReportFilters,
    ReportRead,
    ReportSummary,
    ReportWrite,
)

router = api_router("/reports", "reports")
ReportPatch = partial(
    HeadWrite,
    "ReportPatch",
    fixed=dict.fromkeys(
        sorted(ReportWrite.model_fields.keys() - HeadWrite.model_fields.keys()),
        "报告的范围和写法在起草时确定，不能修改；请另起草一份",
    ),
)


@router.post(
    "",
    name="create_report",
    summary="起草报告：由记录生成可编辑的草稿，并固定所依据的事实",
    status_code=201,
    response_model=ReportRead,
)
def create_report(
    unit: SnapshotDep,
    payload: ReportWrite,
) -> Conclusion:
    """Draft a report."""
    draft = service.compose_draft(unit, payload)
    return lambda writing: _made(writing, service.create_report(writing, draft))


@router.get("", name="list_reports", summary="查询报告", response_model=PageBody[ReportSummary])
def list_reports(
    request: Request, unit: UnitDep, filters: Annotated[ReportFilters, FromQuery]
) -> Response:
    """The reports of the organisations in sight."""
    page = read_page(request, unit.session, queries.filtered(unit, filters), Report, filters)
    return shown_page(request, page, queries.summaries(unit, page.rows))


@router.get(
    "/{report_id}",
    name="get_report",
    summary="查看报告：标题、称谓、落款和各段落",
    response_model=ReportRead,
)
def get_report(request: Request, unit: UnitDep, report_id: UUID) -> Response:
    """A report, whole."""
    report = queries.get_report(unit, report_id)
    return reply(queries.whole(unit, report), version=report.version, request=request)


@router.patch(
    "/{report_id}",
    name="update_report",
    summary="修改草稿的标题、称谓、署名和落款（JSON Merge Patch）",
    response_model=ReportRead,
)
def update_report(
    unit: UnitDep,
    report_id: UUID,
    payload: ReportPatch,  # type: ignore[valid-type]  # made from the payload
    if_match: IfMatch = None,
) -> Response:
    """Change a draft's head."""
    report = queries.get_draft(unit, report_id)
    expect_version(report.version, if_match)
    service.change_head(unit, report, payload)
    return reply(queries.whole(unit, report), version=report.version)


@router.delete(
    "/{report_id}",
    name="delete_report",
    summary="删除草稿",
    status_code=204,
    response_class=Response,
)
def delete_report(
    unit: UnitDep,
    report_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Take a draft away."""
    report = queries.get_draft(unit, report_id)
    expect_version(report.version, if_match)
    service.remove_report(unit, report)
    return no_content()


@router.post(
    "/{report_id}/successors",
    name="create_report_successor",
    summary="据已定稿的报告另拟新稿",
    status_code=201,
    response_model=ReportRead,
)
def create_report_successor(
    unit: UnitDep,
    report_id: UUID,
) -> Response:
    """Begin a draft that goes on from a finalised report."""
    return _made(unit, service.succeed(unit, queries.get_report(unit, report_id)))


def _made(unit: UnitDep, report: Report) -> Response:
    return reply(
        queries.whole(unit, report),
        status=201,
        version=report.version,
        location=f"/api/v1/reports/{report.id}",
    )
