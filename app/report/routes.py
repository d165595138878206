"""Routes of the annual summary and its inputs, of report books and of style templates."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path as InPath
from fastapi import Request, Response

from app.core.http.files import Download, download_reply
from app.core.http.replies import IfMatch, RawBody, body_in_both, no_content, preferred, reply
from app.core.http.routing import OPENS_UNITS, FromQuery, UowDep, api_router
from app.core.uow import Permission, UnitOfWork
from app.evidence.errors import EvidenceRefused, EvidenceTooLarge
from app.evidence.formats import content_disposition
from app.evidence.routes import ANY_SIZE, ContentDigest, receive_upload
from app.evidence.schemas import form_of
from app.evidence.uploads import StoredFile
from app.org_documents.kinds import DocumentKind
from app.org_documents.routes import document_router, read_submission
from app.organizations.queries import get_visible, require
from app.report import service, templates
from app.report.book_checks import flaws_of, hints_of
from app.report.book_documents import BookDocument, document_data
from app.report.drafts.block_rows import document_of
from app.report.effective_book import effective_book
from app.report.errors import ReportBookCodeTaken, ReportBookRetired, TemplateTooLarge
from app.report.files.formats import FORMATS, JSON, RANGES, WORD, file_headers
from app.report.files.plain import to_text
from app.report.inputs import read_inputs, write_inputs
from app.report.models import ReportBook, ReportBookRevision
from app.report.schemas import (
    SUMMARY,
    BookHintRead,
    BookPreview,
    BookSourceRead,
    FormRead,
    OrganizationBook,
    PreviewParameters,
    ReportBookFilters,
    ReportBookPatch,
    ReportBookRead,
    ReportBookRevisionRead,
    ReportInputsRead,
    ReportInputsWrite,
    ReportTemplateRead,
    ReportTemplateWrite,
    Summary,
    SummaryParameters,
    Year,
    summary_of,
)
from app.report.service import annual_summary, render
from app.report.templates import (
    FILE_NAME,
    MAX_BYTES,
    AppliedTemplate,
    applied_template,
    examine,
    refusal,
    shipped_template,
)

router = api_router("/organizations/{organization_id}", "annual-summaries")
template_router = api_router("/organizations/{organization_id}/report-template", "report-templates")
YearInPath = Annotated[Year, InPath()]
FILE: dict[int | str, dict[str, Any]] = {
    status: {"content": {WORD: {"schema": {"type": "string", "format": "binary"}}}}
    for status in (200, 206)
}


@router.get(
    "/annual-summaries/{year}",
    summary="年度总结：由已完成的记录写成，每句话可追溯到记录",
    response_model=Summary,
    responses={200: {"content": {name: {} for name in FORMATS if name != JSON}}},
)
def get_annual_summary(
    request: Request,
    uow: UowDep,
    organization_id: UUID,
    year: YearInPath,
    parameters: Annotated[SummaryParameters, FromQuery],
) -> Response:
    """The narrative of a year or a part of it: JSON, or a file of the format Accept wants."""
    offered = FORMATS[preferred(request, FORMATS, RANGES)]
    text = annual_summary(uow, organization_id, year, parameters)
    if offered.media_type == JSON:
        headers = {"Content-Type": JSON, "Vary": "Accept"}
        return Response(SUMMARY.dump_json(summary_of(text)), headers=headers)
    storage = request.app.state.storage
    document, content = render(uow, organization_id, text, offered, storage)
    return Response(content, headers=file_headers(document, offered))


@router.get(
    "/report-inputs/{year}", summary="查看年度存在问题与下一步打算", response_model=ReportInputsRead
)
def get_report_inputs(
    request: Request, uow: UowDep, organization_id: UUID, year: YearInPath
) -> Response:
    """What people entered for the year."""
    row = read_inputs(uow, organization_id, year)
    return reply(ReportInputsRead.model_validate(row), version=row.version, request=request)


@router.put(
    "/report-inputs/{year}",
    summary="填写年度存在问题与下一步打算（再次填写须带 If-Match）",
    response_model=ReportInputsRead,
)
def put_report_inputs(
    uow: UowDep,
    organization_id: UUID,
    year: YearInPath,
    payload: ReportInputsWrite,
    if_match: IfMatch = None,
) -> Response:
    """Enter or replace the year's shortcomings and plans."""
    row = write_inputs(uow, organization_id, year, payload, if_match)
    return reply(ReportInputsRead.model_validate(row), version=row.version)


EXAMPLE = """\
format: 1
code: zhihuibu
name: 指挥部党总支报告用语
phrases:
  - rule: platform
    needs: [dated]
    text: "{when}，{doer}建成{titles}并投入使用。"
"""
BODY = body_in_both(
    "BookDocument",
    {
        "code": "zhihuibu",
        "name": "指挥部党总支报告用语",
        "phrases": [{"rule": "article", "text": "{doer}撰写文章{count}，题目为{titles}。"}],
    },
    EXAMPLE,
)
REPORT_BOOK = DocumentKind(
    name="report_book",
    label="报告用语",
    model=ReportBook,
    revision=ReportBookRevision,
    revision_of=ReportBookRevision.report_book_id,
    document=BookDocument,
    data=document_data,
    flaws=flaws_of,
    body=BODY,
    read=ReportBookRead,
    patch=ReportBookPatch,
    filters=ReportBookFilters,
    revision_read=ReportBookRevisionRead,
    taken=ReportBookCodeTaken,
    retired=ReportBookRetired,
    code_fixed="代码不能修改，请保留原代码",
    put_to_use="reports use it",
)
book_router = document_router(REPORT_BOOK)


@book_router.post(
    "/organizations/{organization_id}/report-book-previews",
    summary="试用报告用语：按它写出一份报告，不保存",
    response_model=BookPreview,
    openapi_extra=BODY,
)
def preview_report_book(
    request: Request,
    uow: UowDep,
    organization_id: UUID,
    parameters: Annotated[PreviewParameters, FromQuery],
    body: RawBody,
) -> Response:
    """A report as it would read with a book, and what in the book deserves a second look."""
    require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)
    submission = read_submission(request, body, BookDocument)
    with submission.flaws_with_lines():
        text = service.preview(uow, organization_id, submission.document, parameters)
    hints = [BookHintRead.of(hint) for hint in hints_of(submission.document)]
    document = document_of(text.head, text.blocks)
    preview = BookPreview(text=to_text(document).decode(), summary=summary_of(text), hints=hints)
    return reply(preview)


@book_router.get(
    "/organizations/{organization_id}/report-book",
    summary="党组织所用的报告用语：由哪几套叠成，有哪些文种",
    response_model=OrganizationBook,
)
def get_organization_report_book(uow: UowDep, organization_id: UUID) -> Response:
    """What an organisation's reports are written with."""
    organization = get_visible(uow.session, uow.actor, organization_id)
    book = effective_book(uow, organization)
    return reply(
        OrganizationBook(
            organization_id=organization_id,
            sources=[BookSourceRead.model_validate(source) for source in book.sources],
            sha256=book.sha256,
            forms=[FormRead.model_validate(outline) for outline in book.outlines.values()],
        )
    )


@template_router.put(
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

    def allow(uow: UnitOfWork) -> None:
        templates.template_to_change(uow, organization_id, if_match)

    def judge(path: Path, file: StoredFile) -> None:
        missing.extend(examine(path.read_bytes(), file.kind.extension))

    def record(uow: UnitOfWork, _payload: ReportTemplateWrite, file: StoredFile) -> Response:
        templates.put_template(uow, organization_id, if_match, file, missing)
        return _reply(templates.read_template(uow, organization_id), organization_id)

    try:
        return await receive_upload(
            request, ReportTemplateWrite, allow, record, MAX_BYTES, content_digest, judge=judge
        )
    except EvidenceRefused as refused:
        raise refusal(refused) from refused
    except EvidenceTooLarge as refused:
        raise TemplateTooLarge(MAX_BYTES) from refused


@template_router.get(
    "",
    summary="查看报告适用的样式模板（本组织的，没有时为上级的）",
    response_model=ReportTemplateRead,
)
def get_report_template(request: Request, uow: UowDep, organization_id: UUID) -> Response:
    """The template that applies here."""
    return _reply(templates.read_template(uow, organization_id), organization_id, request)


@template_router.delete(
    "",
    summary="撤下本组织的样式模板（文件保留，改用上级的或系统自带的）",
    status_code=204,
    response_class=Response,
)
def delete_report_template(
    uow: UowDep, organization_id: UUID, if_match: IfMatch = None
) -> Response:
    """Take the organisation's own template out of use."""
    templates.remove_template(uow, organization_id, if_match)
    return no_content()


@template_router.get(
    "/content",
    summary="下载适用的样式模板；没有上传过时为系统自带的，可在其上修改",
    response_class=Response,
    responses=FILE,
)
def download_report_template(request: Request, uow: UowDep, organization_id: UUID) -> Response:
    """The file of the template that applies, to be looked at or changed and put back."""
    require(uow, Permission.READ, organization_id)
    applied = applied_template(uow, organization_id)
    if applied is not None:
        revision = applied.revision
        disposition = content_disposition(revision.filename)
        file = Download(revision.sha256, revision.size, WORD, disposition)
        storage = request.app.state.storage
        return download_reply(request, file, partial(storage.open, revision.storage_key))
    content = shipped_template()
    tag = hashlib.sha256(content).hexdigest()
    file = Download(tag, len(content), WORD, content_disposition(FILE_NAME))
    return download_reply(request, file, lambda start, end: iter((content[start:end],)))


def _reply(
    applied: AppliedTemplate, organization_id: UUID, request: Request | None = None
) -> Response:
    template, revision = applied.template, applied.revision
    inherited = template.organization_id != organization_id
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
