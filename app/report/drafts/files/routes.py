"""The routes of reports as files, and of their proofreading."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response

from app.core.http.negotiation import preferred
from app.core.http.query import FromQuery
from app.core.http.replies import reply
from app.core.http.unit import UnitDep, api_router
from app.report.documents.formats import FORMATS, JSON, NAMES, RANGES, file_headers
from app.report.drafts.files import service
from app.report.drafts.files.schemas import DocumentParameters, ProofreadingRead
from app.report.drafts.queries import get_report

router = api_router("/reports/{report_id}", "reports")
*_LABELS, _LAST_LABEL = (offered.label for offered in FORMATS.values())
_SCHEMAS: Mapping[str, Any] = {
    JSON: {"type": "object", "description": "标题、称谓、正文各要素、落款和附件"}
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {name: {"schema": _SCHEMAS.get(name, {"type": "string"})} for name in FORMATS}}
}


@router.get(
    "/document",
    name="get_report_document",
    summary=f"报告成文：定稿样或审阅样（逐句注明依据），{'、'.join(_LABELS)}或 {_LAST_LABEL}",
    response_class=Response,
    responses=FILES,
)
def get_report_document(
    request: Request,
    unit: UnitDep,
    report_id: UUID,
    parameters: Annotated[DocumentParameters, FromQuery],
) -> Response:
    """The report as a file of the asked format, else of the one that the Accept header wants."""
    if parameters.format:
        offered = NAMES[parameters.format]
    else:
        offered = FORMATS[preferred(request, FORMATS, RANGES)]
    report = get_report(unit, report_id)
    storage = request.app.state.storage
    document, content = service.written(unit, report, parameters, offered, storage)
    return Response(content, headers=file_headers(document, offered, parameters.variant))


@router.get(
    "/proofreading",
    name="get_report_proofreading",
    summary="文字检查：用语、数字、标点、标题，没有记录支持的数字，字库以外的字",
    response_model=ProofreadingRead,
)
def get_report_proofreading(request: Request, unit: UnitDep, report_id: UUID) -> Response:
    """What there is to look at before the report is handed in."""
    report = get_report(unit, report_id)
    return reply(service.proofreading(unit, report), request=request)
