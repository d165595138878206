"""The routes of a report's review."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, reply
from app.core.http.simple_lists import table_page
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody
from app.core.versions import expect_version
from app.report.drafts import queries
from app.report.drafts.models import ReportComment
from app.report.drafts.review import service
from app.report.drafts.review.schemas import (
    CommentFilters,
    CommentPatch,
    CommentRead,
    CommentWrite,
    ReportStepWrite,
)
from app.report.drafts.schemas import ReportRead

router = api_router("/reports/{report_id}", "reports")


@router.post(
    "/steps",
    name="take_report_step",
    summary="提交、退回、同意、撤回报告，或定稿",
    status_code=201,
    response_model=ReportRead,
)
def take_report_step(
    unit: UnitDep,
    report_id: UUID,
    payload: ReportStepWrite,
    if_match: IfMatch = None,
) -> Response:
    """Take a report one step on; the version is that of the text which was seen."""
    report = queries.get_report(unit, report_id, lock=True)
    expect_version(report.version, if_match)
    service.take_step(unit, report, payload)
    return reply(queries.whole(unit, report), status=201, version=report.version)


@router.post(
    "/comments",
    name="create_report_comment",
    summary="批注报告或其中一段，或答复批注",
    status_code=201,
    response_model=CommentRead,
)
def create_report_comment(
    unit: UnitDep,
    report_id: UUID,
    payload: CommentWrite,
) -> Response:
    """Remark on a report."""
    report = queries.get_report(unit, report_id, lock=True)
    made = service.comment(unit, report, payload)
    location = f"/api/v1/reports/{report_id}/comments/{made.id}"
    shown = CommentRead.model_validate(made)
    return reply(shown, status=201, version=made.version, location=location)


@router.get(
    "/comments",
    name="list_report_comments",
    summary="报告的批注和答复",
    response_model=PageBody[CommentRead],
)
def list_report_comments(
    request: Request,
    unit: UnitDep,
    report_id: UUID,
    filters: Annotated[CommentFilters, FromQuery],
) -> Response:
    """The comments, oldest first."""
    report = queries.get_report(unit, report_id)
    statement = service.comments_of(report.id, filters)
    return table_page(request, unit.session, statement, ReportComment, CommentRead, filters)


@router.get(
    "/comments/{comment_id}",
    name="get_report_comment",
    summary="查看批注",
    response_model=CommentRead,
)
def get_report_comment(
    request: Request, unit: UnitDep, report_id: UUID, comment_id: UUID
) -> Response:
    """A comment."""
    made = service.get_comment(unit, queries.get_report(unit, report_id), comment_id)
    return reply(CommentRead.model_validate(made), version=made.version, request=request)


@router.patch(
    "/comments/{comment_id}",
    name="update_report_comment",
    summary="把批注标为已处理，或重新打开",
    response_model=CommentRead,
)
def update_report_comment(
    unit: UnitDep,
    report_id: UUID,
    comment_id: UUID,
    payload: CommentPatch,
    if_match: IfMatch = None,
) -> Response:
    """Settle a comment, or open it again."""
    report = queries.get_report(unit, report_id, lock=True)
    made = service.get_comment(unit, report, comment_id)
    expect_version(made.version, if_match)
    service.settle(unit, report, made, resolved=payload.resolved)
    return reply(CommentRead.model_validate(made), version=made.version)
