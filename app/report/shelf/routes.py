"""The routes of report books: those of kept documents, trying one out, what applies where."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.actor import Permission
from app.core.http.query import FromQuery
from app.core.http.replies import reply
from app.core.http.texts import RawBody, body_in_both
from app.core.http.unit import UnitDep
from app.organizations.queries import get_visible, require
from app.report.books.checks import flaws_of, hints_of
from app.report.books.documents import BookDocument, document_data
from app.report.books.effective import effective_book
from app.report.books.models import ReportBook, ReportBookRevision
from app.report.documents.plain import to_text
from app.report.drafts.documents import document_of
from app.report.errors import ReportBookCodeTaken, ReportBookRetired
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
from app.report.summary import summary_of
from app.shelves.kinds import DocumentKind
from app.shelves.routes import shelf_router, submitted

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
    revised=ReportBookRevision.report_book_id,
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
router = shelf_router(REPORT_BOOK)


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
    submission = submitted(request, body, BookDocument)
    with submission.flaws_with_lines():
        text = service.preview(unit, organization_id, submission.document, parameters)
    hints = [HintRead.of(hint) for hint in hints_of(submission.document)]
    document = document_of(text.head, text.blocks)
    preview = BookPreview(text=to_text(document).decode(), summary=summary_of(text), hints=hints)
    return reply(preview)


@router.get(
    "/organizations/{organization_id}/report-book",
    name="get_organization_report_book",
    summary="党组织所用的报告用语：由哪几套叠成，有哪些文种",
    response_model=OrganizationBook,
)
def get_organization_report_book(
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
