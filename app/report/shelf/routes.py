"""The routes of report books: those that organisations make, what applies where, trying out."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic_core import to_json

from app.core.actor import Permission
from app.core.http.query import FromQuery
from app.core.http.replies import IdempotencyKeyHeader, IfMatch, reply
from app.core.http.simple_lists import table_page
from app.core.http.texts import IN_BOTH, RawBody, body_in_both, is_yaml, text_reply
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.core.versions import expect_version
from app.organizations.queries import get_visible, require
from app.report.books import queries
from app.report.books.checks import hints_of
from app.report.books.documents import BookDocument, document_data, to_yaml
from app.report.books.effective import effective_book
from app.report.books.models import ReportBook, ReportBookRevision
from app.report.render import to_text
from app.report.shelf import service
from app.report.shelf.schemas import (
    BookPreview,
    FormRead,
    HintRead,
    OrganizationBook,
    PreviewParameters,
    ReportBookFilters,
    ReportBookPatch,
    ReportBookRead,
    ReportBookRevisionRead,
    SourceRead,
)
from app.rulesets.submissions import Submission, from_json_text, from_yaml

router = api_router("", "report-books")

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
RevisionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="修订号")]


def _submitted(request: Request, body: bytes) -> Submission[BookDocument]:
    """The document in a body that is JSON or YAML."""
    read = from_yaml if is_yaml(request) else from_json_text
    return read(body, BookDocument)


@router.post(
    "/organizations/{organization_id}/report-books",
    name="create_report_book",
    summary="新建报告用语（JSON 或 YAML），先为备用",
    status_code=201,
    response_model=ReportBookRead,
    openapi_extra=BODY,
)
def create_report_book(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    body: RawBody,
    idempotency_key: IdempotencyKeyHeader = None,  # noqa: ARG001 - read by the unit's frame
) -> Response:
    """Save a report book of an organisation; reports use it once it is put in force."""
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    submission = _submitted(request, body)
    with submission.flaws_with_lines():
        book = service.create_book(unit, organization_id, submission.document)
    location = f"/api/v1/report-books/{book.id}"
    shown = ReportBookRead.model_validate(book)
    return reply(shown, status=201, version=book.version, location=location)


@router.post(
    "/organizations/{organization_id}/report-book-previews",
    name="preview_report_book",
    summary="试用报告用语：按它写出一份报告，不保存",
    response_model=BookPreview,
    openapi_extra=BODY,
)
def preview_report_book(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[PreviewParameters, FromQuery],
    body: RawBody,
) -> Response:
    """A report as it would read with a book, and what in the book deserves a second look."""
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    submission = _submitted(request, body)
    with submission.flaws_with_lines():
        summary = service.preview(unit, organization_id, submission.document, parameters)
    hints = [HintRead.of(hint) for hint in hints_of(submission.document)]
    return reply(BookPreview(text=to_text(summary), summary=summary, hints=hints))


@router.get(
    "/organizations/{organization_id}/report-book",
    name="get_organization_report_book",
    summary="党组织所用的报告用语：由哪几套叠成，有哪些文种",
    response_model=OrganizationBook,
)
def get_organization_report_book(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    organization_id: UUID,
) -> Response:
    """What an organisation's reports are written with."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    book = effective_book(unit, organization)
    return reply(
        OrganizationBook(
            organization_id=organization_id,
            sources=[SourceRead.model_validate(source) for source in book.sources],
            sha256=book.sha256,
            forms=[FormRead.model_validate(outline) for outline in book.outlines.values()],
        )
    )


@router.get(
    "/report-books",
    name="list_report_books",
    summary="查询报告用语",
    response_model=PageBody[ReportBookRead],
)
def list_report_books(
    request: Request, unit: UnitDep, filters: Annotated[ReportBookFilters, FromQuery]
) -> Response:
    """The report books in sight: those of what one may read, and those that apply there."""
    statement = queries.visible_to(unit.actor)
    if filters.organization_id:
        require(unit, Permission.READ, filters.organization_id)
        statement = statement.where(ReportBook.organization_id == filters.organization_id)
    if filters.status:
        statement = statement.where(ReportBook.status.in_(filters.status))
    return table_page(request, unit.session, statement, ReportBook, ReportBookRead, filters)


@router.get(
    "/report-books/{report_book_id}",
    name="get_report_book",
    summary="查看报告用语",
    response_model=ReportBookRead,
)
def get_report_book(request: Request, unit: UnitDep, report_book_id: UUID) -> Response:
    """One report book, without what it says."""
    book = queries.get_book(unit, report_book_id)
    return reply(ReportBookRead.model_validate(book), version=book.version, request=request)


@router.patch(
    "/report-books/{report_book_id}",
    name="update_report_book",
    summary="启用报告用语、转为备用或停用",
    response_model=ReportBookRead,
)
def update_report_book(
    request: Request,  # noqa: ARG001 - the unit's frame reads it
    unit: UnitDep,
    report_book_id: UUID,
    payload: ReportBookPatch,
    if_match: IfMatch = None,
) -> Response:
    """Put a report book in force, back on the shelf, or out of use."""
    book = queries.get_book(unit, report_book_id)
    expect_version(book.version, if_match)
    service.change_status(unit, book, payload.status)
    return reply(ReportBookRead.model_validate(book), version=book.version)


@router.get(
    "/report-books/{report_book_id}/document",
    name="get_report_book_document",
    summary="报告用语的内容（JSON 或 YAML）",
    response_model=BookDocument,
    responses=IN_BOTH,
)
def get_report_book_document(request: Request, unit: UnitDep, report_book_id: UUID) -> Response:
    """What a report book says now."""
    book = queries.get_book(unit, report_book_id)
    revision = queries.get_revision(unit, book)
    return _document(request, BookDocument.model_validate(revision.document), book.version)


@router.put(
    "/report-books/{report_book_id}/document",
    name="replace_report_book_document",
    summary="修订报告用语（JSON 或 YAML），有错则一处也不改",
    response_model=ReportBookRead,
    openapi_extra=BODY,
)
def replace_report_book_document(
    request: Request, unit: UnitDep, report_book_id: UUID, body: RawBody, if_match: IfMatch = None
) -> Response:
    """Let a report book say something else from now on, as a new revision."""
    book = queries.get_book(unit, report_book_id)
    service.require_keeper(unit, book)
    expect_version(book.version, if_match)
    submission = _submitted(request, body)
    with submission.flaws_with_lines():
        service.replace_document(unit, book, submission.document)
    return reply(ReportBookRead.model_validate(book), version=book.version)


@router.get(
    "/report-books/{report_book_id}/revisions",
    name="list_report_book_revisions",
    summary="报告用语的历次修订",
    response_model=PageBody[ReportBookRevisionRead],
)
def list_report_book_revisions(
    request: Request,
    unit: UnitDep,
    report_book_id: UUID,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """Every revision of a report book, oldest first."""
    book = queries.get_book(unit, report_book_id)
    statement = queries.revisions_of(book.id)
    return table_page(
        request, unit.session, statement, ReportBookRevision, ReportBookRevisionRead, filters
    )


@router.get(
    "/report-books/{report_book_id}/revisions/{number}/document",
    name="get_report_book_revision_document",
    summary="报告用语某一次修订的内容（JSON 或 YAML）",
    response_model=BookDocument,
    responses=IN_BOTH,
)
def get_report_book_revision_document(
    request: Request, unit: UnitDep, report_book_id: UUID, number: RevisionNumber
) -> Response:
    """What a report book said in one revision."""
    revision = queries.get_revision(unit, queries.get_book(unit, report_book_id), number)
    return _document(request, BookDocument.model_validate(revision.document), None)


def _document(request: Request, document: BookDocument, version: int | None) -> Response:
    """A document in the format that Accept wants; the version is the book's."""
    return text_reply(
        request, lambda: to_json(document_data(document)), lambda: to_yaml(document), version
    )
