"""The verbs of report books: create, say anew, put in force, retire, try out."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from app.core.actor import Permission
from app.core.errors import Flaw, Forbidden, ValidationFailed
from app.core.ids import new_id
from app.core.unit import Change, Unit
from app.organizations.models import Organization
from app.organizations.queries import get_visible, reaches, require
from app.report.books.book import sha256_of
from app.report.books.checks import flaws_of
from app.report.books.documents import BookDocument, document_data
from app.report.books.effective import book_with
from app.report.books.models import BookStatus, ReportBook, ReportBookRevision
from app.report.books.queries import get_revision
from app.report.composition.summary import Summary
from app.report.errors import ReportBookCodeTaken, ReportBookRetired
from app.report.service import summary_with
from app.report.shelf.schemas import PreviewParameters


def create_book(unit: Unit, organization_id: UUID, document: BookDocument) -> ReportBook:
    """Save a new book of an organisation; reports use it once it is put in force.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ReportBookCodeTaken: the tree has a book of this code.
        ValidationFailed: the document cannot be used.
    """
    organization = _managed(unit, organization_id)
    _check(document)
    taken = exists().where(
        ReportBook.root_id == organization.root_id, ReportBook.code == document.code
    )
    if unit.session.scalar(select(taken)):
        detail = f"本组织树中已有代码为“{document.code}”的报告用语，请换一个代码。"
        flaw = Flaw("report_book_code_taken", detail, pointer="#/code")
        raise ReportBookCodeTaken(detail, flaws=[flaw])
    book = ReportBook(
        id=new_id(),
        root_id=organization.root_id,
        organization_id=organization_id,
        code=document.code,
        status=BookStatus.AVAILABLE,
        revision=0,
        created_at=unit.now(),
    )
    unit.session.add(book)
    _say(unit, book, document)
    _note(unit, "report_book.created", book, None)
    return book


def replace_document(unit: Unit, book: ReportBook, document: BookDocument) -> None:
    """Let a book say something else from now on, as a new revision; the same makes none.

    Raises:
        Forbidden: the actor does not manage the book's organisation.
        ReportBookRetired: the book is out of use.
        ValidationFailed: the document cannot be used, or has another code.
    """
    require_keeper(unit, book)
    if book.status == BookStatus.RETIRED:
        raise ReportBookRetired("这套报告用语已停用，请先恢复为备用再修改。")
    if document.code != book.code:
        raise ValidationFailed.at("#/code", "code_fixed", "代码不能修改，请保留原代码")
    _check(document)
    if document_data(document) == get_revision(unit, book).document:
        return
    before = _state(book)
    _say(unit, book, document)
    _note(unit, "report_book.revised", book, before)


def change_status(unit: Unit, book: ReportBook, status: BookStatus) -> None:
    """Put a book in force, back on the shelf, or out of use.

    The book of the same organisation that was in force goes back on the shelf.

    Raises:
        Forbidden: the actor does not manage the book's organisation.
    """
    require_keeper(unit, book)
    if status == book.status:
        return
    if status == BookStatus.IN_FORCE:
        _stand_down(unit, book.organization_id)
    before = _state(book)
    book.status, book.updated_at = status, unit.now()
    unit.session.flush()
    _note(unit, "report_book.status_changed", book, before)


def preview(
    unit: Unit, organization_id: UUID, document: BookDocument, parameters: PreviewParameters
) -> Summary:
    """A report as it would read with the document as the organisation's book; nothing is saved.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document cannot be used, or has no such form.
    """
    organization = _managed(unit, organization_id)
    _check(document)
    book = book_with(unit, organization, document)
    return summary_with(unit, organization, parameters.year, parameters, book)


def require_keeper(unit: Unit, book: ReportBook) -> None:
    """Insist on the right to change a book that the actor sees, perhaps from below its owner.

    Raises:
        Forbidden: the actor does not manage the book's organisation.
    """
    needed = Permission.MANAGE_ORGANIZATIONS
    if not reaches(unit.session, unit.actor, needed, book.organization_id):
        raise Forbidden(
            "您可以查看这套报告用语，但没有修改它的权限；修改须由制定组织的管理员进行。"
        )


def _managed(unit: Unit, organization_id: UUID) -> Organization:
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    return get_visible(unit.session, unit.actor, organization_id)


def _check(document: BookDocument) -> None:
    if flaws := flaws_of(document):
        more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
        raise ValidationFailed(f"{flaws[0].detail}{more}", flaws=flaws)


def _stand_down(unit: Unit, organization_id: UUID) -> None:
    statement = select(ReportBook).where(
        ReportBook.organization_id == organization_id, ReportBook.status == BookStatus.IN_FORCE
    )
    for other in unit.session.scalars(statement):
        before = _state(other)
        other.status, other.updated_at = BookStatus.AVAILABLE, unit.now()
        unit.session.flush()  # before the other is in force: there is at most one
        _note(unit, "report_book.status_changed", other, before)


def _say(unit: Unit, book: ReportBook, document: BookDocument) -> None:
    book.name, book.based_on = document.name, document.based_on
    book.revision += 1
    book.updated_at = unit.now()
    unit.session.flush()
    unit.session.add(
        ReportBookRevision(
            id=new_id(),
            report_book_id=book.id,
            number=book.revision,
            document=document_data(document),
            sha256=sha256_of(document),
            created_at=unit.now(),
            created_by=unit.actor.user_id,
            created_by_name=unit.actor.name,
        )
    )
    unit.session.flush()


def _state(book: ReportBook) -> dict[str, Any]:
    names = ("code", "name", "based_on", "status", "revision")
    return {name: getattr(book, name) for name in names}


def _note(unit: Unit, action: str, book: ReportBook, before: dict[str, Any] | None) -> None:
    place = book.organization_id
    unit.note(Change(action, "report_book", book.id, place, before, _state(book)))
