"""The routes of style templates."""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.core.actor import Permission
from app.core.http.files import Download, download_reply
from app.core.http.replies import IfMatch, no_content, reply
from app.core.http.unit import OPENS_UNITS, UnitDep, api_router
from app.core.unit import Unit
from app.evidence.errors import EvidenceRefused, EvidenceTooLarge
from app.evidence.names import content_disposition
from app.evidence.schemas import form_of
from app.evidence.upload_routes import ANY_SIZE, ContentDigest, receive_upload
from app.evidence.uploads import StoredFile
from app.organizations.queries import require
from app.report.documents.formats import WORD
from app.report.errors import TemplateTooLarge
from app.report.templates import service
from app.report.templates.examination import MAX_BYTES, examine, refusal
from app.report.templates.queries import Applied, applied_template
from app.report.templates.schemas import ReportTemplateRead, ReportTemplateWrite
from app.report.templates.shipped import FILE_NAME, shipped_template

FILE: dict[int | str, dict[str, Any]] = {
    status: {"content": {WORD: {"schema": {"type": "string", "format": "binary"}}}}
    for status in (200, 206)
}

router = api_router("/organizations/{organization_id}/report-template", "report-templates")


@router.put(
    "",
    name="put_report_template",
    summary="上传报告的样式模板（.docx；更换须带 If-Match，原文件保留）",
    response_model=ReportTemplateRead,
    max_body_size=ANY_SIZE,
    dependencies=[OPENS_UNITS],
    openapi_extra=form_of(ReportTemplateWrite),
)
async def put_report_template(
    request: Request,
    organization_id: UUID,
    if_match: IfMatch = None,
    content_digest: ContentDigest = None,
) -> Response:
    """Put a style template into use for the organisation and all below."""
    missing: list[str] = []

    def allow(unit: Unit) -> None:
        service.template_to_change(unit, organization_id, if_match)

    def judge(path: Path, file: StoredFile) -> None:
        missing.extend(examine(path.read_bytes(), file.kind.extension))

    def record(unit: Unit, _wish: ReportTemplateWrite, file: StoredFile) -> Response:
        service.put_template(unit, organization_id, if_match, file, missing)
        return _reply(service.read_template(unit, organization_id), organization_id)

    try:
        return await receive_upload(
            request, ReportTemplateWrite, allow, record, MAX_BYTES, content_digest, judge=judge
        )
    except EvidenceRefused as refused:
        raise refusal(refused) from refused
    except EvidenceTooLarge as refused:
        raise TemplateTooLarge(MAX_BYTES) from refused


@router.get(
    "",
    name="get_report_template",
    summary="查看报告适用的样式模板（本组织的，没有时为上级的）",
    response_model=ReportTemplateRead,
)
def get_report_template(request: Request, unit: UnitDep, organization_id: UUID) -> Response:
    """The template that applies here."""
    return _reply(service.read_template(unit, organization_id), organization_id, request)


@router.delete(
    "",
    name="delete_report_template",
    summary="撤下本组织的样式模板（文件保留，改用上级的或系统自带的）",
    status_code=204,
    response_class=Response,
)
def delete_report_template(
    unit: UnitDep,
    organization_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Take the organisation's own template out of use."""
    service.take_back(unit, organization_id, if_match)
    return no_content()


@router.get(
    "/content",
    name="download_report_template",
    summary="下载适用的样式模板；没有上传过时为系统自带的，可在其上修改",
    response_class=Response,
    responses=FILE,
)
def download_report_template(request: Request, unit: UnitDep, organization_id: UUID) -> Response:
    """The file of the template that applies, to be looked at or changed and put back."""
    require(unit, Permission.READ, organization_id)
    applied = applied_template(unit, organization_id)
    if applied is not None:
        kept = applied.revision
        file = Download(kept.sha256, kept.size, WORD, content_disposition(kept.filename))
        return download_reply(
            request, file, partial(request.app.state.storage.open, kept.storage_key)
        )
    content = shipped_template()
    tag = hashlib.sha256(content).hexdigest()
    file = Download(tag, len(content), WORD, content_disposition(FILE_NAME))
    return download_reply(request, file, partial(_part, content))


def _part(content: bytes, start: int, end: int) -> Iterator[bytes]:
    yield content[start:end]


def _reply(applied: Applied, asked: UUID, request: Request | None = None) -> Response:
    template, revision = applied.template, applied.revision
    inherited = template.organization_id != asked
    version = None if inherited else template.version
    body = ReportTemplateRead(
        organization_id=template.organization_id,
        organization_name=applied.organization.name,
        inherited=inherited,
        number=revision.number,
        filename=revision.filename,
        size=revision.size,
        sha256=revision.sha256,
        missing_styles=revision.missing_styles,
        uploaded_at=revision.uploaded_at,
        uploaded_by_name=revision.uploaded_by_name,
        version=version,
    )
    return reply(body, version=version, request=request)
