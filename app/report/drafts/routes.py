"""Routes of reports as a whole, their files and their review."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response

from app.core.changes import expect_version, partial
from app.core.http.replies import (
    IfMatch,
    no_content,
    preferred,
    read_page,
    reply,
    shown_page,
    table_page,
)
from app.core.http.routing import Conclusion, FromQuery, SnapshotDep, UowDep, api_router
from app.core.pagination import PageBody
from app.report.drafts import files, review, service
from app.report.drafts.files import DocumentParameters, ProofreadingRead
from app.report.drafts.models import Report, ReportComment
from app.report.drafts.review import (
    CommentFilters,
    CommentPatch,
    CommentRead,
    CommentWrite,
    ReportStepWrite,
)
from app.report.drafts.schemas import (
    HeadWrite,
    ReportFilters,
    ReportRead,
    ReportSummary,
    ReportWrite,
)
from app.report.files.formats import FORMATS, JSON, NAMES, RANGES, file_headers

router = api_router("/reports", "reports")
*_LABELS, _LAST_LABEL = (offered.label for offered in FORMATS.values())
_SCHEMAS: Mapping[str, Any] = {
    JSON: {"type": "object", "description": "标题、称谓、正文各要素、落款和附件"}
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {name: {"schema": _SCHEMAS.get(name, {"type": "string"})} for name in FORMATS}}
}
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
    summary="起草报告：由记录生成可编辑的草稿，并固定所依据的事实",
    status_code=201,
    response_model=ReportRead,
)
def create_report(uow: SnapshotDep, payload: ReportWrite) -> Conclusion:
    """Draft a report."""
    draft = service.compose_draft(uow, payload)
    return lambda writing: _created(writing, service.create_report(writing, draft))


@router.get("", summary="查询报告", response_model=PageBody[ReportSummary])
def list_reports(
    request: Request, uow: UowDep, filters: Annotated[ReportFilters, FromQuery]
) -> Response:
    """The reports of the organisations in sight."""
    page = read_page(request, uow.session, service.matching_reports(uow, filters), Report, filters)
    return shown_page(request, page, service.summaries(uow, page.rows))


@router.get("/{report_id}", summary="查看报告：标题、称谓、落款和各段落", response_model=ReportRead)
def get_report(request: Request, uow: UowDep, report_id: UUID) -> Response:
    """A report, whole."""
    report = service.visible_report(uow, report_id)
    return reply(service.read_report(uow, report), version=report.version, request=request)


@router.patch(
    "/{report_id}",
    summary="修改草稿的标题、称谓、署名和落款（JSON Merge Patch）",
    response_model=ReportRead,
)
def update_report(
    uow: UowDep,
    report_id: UUID,
    payload: ReportPatch,  # type: ignore[valid-type]  # made from the payload
    if_match: IfMatch = None,
) -> Response:
    """Change a draft's head."""
    report = service.get_draft(uow, report_id)
    expect_version(report.version, if_match)
    service.change_head(uow, report, payload)
    return reply(service.read_report(uow, report), version=report.version)


@router.delete("/{report_id}", summary="删除草稿", status_code=204, response_class=Response)
def delete_report(uow: UowDep, report_id: UUID, if_match: IfMatch = None) -> Response:
    """Take a draft away."""
    report = service.get_draft(uow, report_id)
    expect_version(report.version, if_match)
    service.remove_report(uow, report)
    return no_content()


@router.post(
    "/{report_id}/successors",
    summary="据已定稿的报告另拟新稿",
    status_code=201,
    response_model=ReportRead,
)
def create_report_successor(uow: UowDep, report_id: UUID) -> Response:
    """Begin a draft that goes on from a finalised report."""
    return _created(uow, service.create_successor(uow, service.visible_report(uow, report_id)))


def _created(uow: UowDep, report: Report) -> Response:
    return reply(
        service.read_report(uow, report),
        status=201,
        version=report.version,
        location=f"/api/v1/reports/{report.id}",
    )


@router.get(
    "/{report_id}/document",
    summary=f"报告成文：定稿样或审阅样（逐句注明依据），{'、'.join(_LABELS)}或 {_LAST_LABEL}",
    response_class=Response,
    responses=FILES,
)
def get_report_document(
    request: Request,
    uow: UowDep,
    report_id: UUID,
    parameters: Annotated[DocumentParameters, FromQuery],
) -> Response:
    """The report as a file of the asked format, else of the one that the Accept header wants."""
    if parameters.format:
        offered = NAMES[parameters.format]
    else:
        offered = FORMATS[preferred(request, FORMATS, RANGES)]
    report = service.visible_report(uow, report_id)
    storage = request.app.state.storage
    document, content = files.write_document(uow, report, parameters, offered, storage)
    return Response(content, headers=file_headers(document, offered, parameters.variant))


@router.get(
    "/{report_id}/proofreading",
    summary="文字检查：用语、数字、标点、标题，没有记录支持的数字，字库以外的字",
    response_model=ProofreadingRead,
)
def get_report_proofreading(request: Request, uow: UowDep, report_id: UUID) -> Response:
    """What there is to look at before the report is handed in."""
    report = service.visible_report(uow, report_id)
    return reply(files.proofread_report(uow, report), request=request)


@router.post(
    "/{report_id}/steps",
    summary="提交、退回、同意、撤回报告，或定稿",
    status_code=201,
    response_model=ReportRead,
)
def take_report_step(
    uow: UowDep, report_id: UUID, payload: ReportStepWrite, if_match: IfMatch = None
) -> Response:
    """Take a report one step on; the version is that of the text which was seen."""
    report = service.visible_report(uow, report_id, lock=True)
    expect_version(report.version, if_match)
    review.take_step(uow, report, payload)
    return reply(service.read_report(uow, report), status=201, version=report.version)


@router.post(
    "/{report_id}/comments",
    summary="批注报告或其中一段，或答复批注",
    status_code=201,
    response_model=CommentRead,
)
def create_report_comment(uow: UowDep, report_id: UUID, payload: CommentWrite) -> Response:
    """Remark on a report."""
    report = service.visible_report(uow, report_id, lock=True)
    comment = review.add_comment(uow, report, payload)
    location = f"/api/v1/reports/{report_id}/comments/{comment.id}"
    shown = CommentRead.model_validate(comment)
    return reply(shown, status=201, version=comment.version, location=location)


@router.get(
    "/{report_id}/comments", summary="报告的批注和答复", response_model=PageBody[CommentRead]
)
def list_report_comments(
    request: Request, uow: UowDep, report_id: UUID, filters: Annotated[CommentFilters, FromQuery]
) -> Response:
    """The comments, oldest first."""
    report = service.visible_report(uow, report_id)
    statement = review.comments_of(report.id, filters)
    return table_page(request, uow.session, statement, ReportComment, CommentRead, filters)


@router.get("/{report_id}/comments/{comment_id}", summary="查看批注", response_model=CommentRead)
def get_report_comment(
    request: Request, uow: UowDep, report_id: UUID, comment_id: UUID
) -> Response:
    """A comment."""
    comment = review.get_comment(uow, service.visible_report(uow, report_id), comment_id)
    return reply(CommentRead.model_validate(comment), version=comment.version, request=request)


@router.patch(
    "/{report_id}/comments/{comment_id}",
    summary="把批注标为已处理，或重新打开",
    response_model=CommentRead,
)
def update_report_comment(
    uow: UowDep, report_id: UUID, comment_id: UUID, payload: CommentPatch, if_match: IfMatch = None
) -> Response:
    """Settle a comment, or open it again."""
    report = service.visible_report(uow, report_id, lock=True)
    comment = review.get_comment(uow, report, comment_id)
    expect_version(comment.version, if_match)
    review.settle_comment(uow, report, comment, resolved=payload.resolved)
    return reply(CommentRead.model_validate(comment), version=comment.version)
