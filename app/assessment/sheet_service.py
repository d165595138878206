"""Read, revise and adopt score sheets (考评表)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, select

from app.assessment.models import AssessmentSheet, AssessmentSheetRevision
from app.assessment.sheets import SheetDocument, check_duties, document_data, shipped_sheets
from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Permission, UnitOfWork
from app.org_documents.service import add_revision
from app.organizations.models import Organization
from app.organizations.queries import require


class AssessmentSheetRead(Model):
    """A sheet of a tree as listed."""

    code: str
    name: str
    revision: Annotated[int, Field(description="最新修订号；0 为随系统提供、尚未使用或修订")]


class SheetsBody(Model):
    """The sheets that a tree can assess by."""

    items: list[AssessmentSheetRead]


class AssessmentSheetRevisionRead(Model):
    """A revision as listed."""

    id: UUID
    number: Annotated[int, Field(description="修订号")]
    sha256: Annotated[str, Field(description="内容的 SHA-256，十六进制")]
    created_at: datetime
    created_by_name: str


_TRAIL = Trail("assessment_sheet", ("code", "name", "revision"), owner="root_id")


def sheets_of(uow: UnitOfWork, root_id: UUID) -> list[AssessmentSheetRead]:
    """Return the sheets of a tree by code: its own, and shipped ones that it has not adopted."""
    statement = select(AssessmentSheet).where(AssessmentSheet.root_id == root_id)
    sheets = {
        code: AssessmentSheetRead(code=code, name=document.name, revision=0)
        for code, document in shipped_sheets().items()
    }
    for sheet in uow.session.scalars(statement):
        sheets[sheet.code] = AssessmentSheetRead.model_validate(sheet)
    return [sheets[code] for code in sorted(sheets)]


def newest_document(uow: UnitOfWork, root_id: UUID, code: str) -> tuple[int, SheetDocument]:
    """Return a sheet's revision and document; 0 for a shipped one that the tree has not adopted.

    Raises:
        NotFound: the tree has no such sheet.
    """
    sheet = _find(uow, root_id, code)
    if sheet is not None:
        return sheet.revision, SheetDocument.model_validate(_revision(uow, sheet).document)
    return 0, existing(shipped_sheets().get(code), "没有这张考评表。")


def revisions_of(root_id: UUID, code: str) -> Select[AssessmentSheetRevision]:
    """Select the revisions of a tree's sheet; whoever asks sees a part of the tree."""
    return (
        select(AssessmentSheetRevision)
        .join(AssessmentSheet, AssessmentSheet.id == AssessmentSheetRevision.sheet_id)
        .where(AssessmentSheet.root_id == root_id, AssessmentSheet.code == code)
    )


def document_of(uow: UnitOfWork, root_id: UUID, code: str, number: int) -> SheetDocument:
    """Return a sheet as it was in one revision.

    Raises:
        NotFound: there is no such sheet or revision.
    """
    statement = revisions_of(root_id, code).where(AssessmentSheetRevision.number == number)
    revision = uow.get_or_404(statement, "这张考评表没有这一次修订。")
    return SheetDocument.model_validate(revision.document)


def write_sheet(
    uow: UnitOfWork, root_id: UUID, code: str, document: SheetDocument, if_match: str | None
) -> AssessmentSheetRead:
    """Revise a tree's sheet, or add one; assessments keep the revision that they were made by.

    Raises:
        NotFound, Forbidden: the actor does not manage the tree's root.
        PreconditionRequired, VersionMismatch: not based on the newest revision (0 for none).
        ValidationFailed: the document bears another code, or names duties that nobody owes.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    lock_tree(uow, root_id)
    sheet = _find(uow, root_id, code)
    expect_version(sheet.revision if sheet else 0, if_match)
    if document.code != code:
        raise ValidationFailed.at("#/code", "code_fixed", "考评表代码应与网址中的一致")
    check_duties(uow, root_id, document)
    if sheet is not None:
        if document_data(document) == _revision(uow, sheet).document:
            return AssessmentSheetRead.model_validate(sheet)
        before = _TRAIL.state(sheet)
        sheet.name, sheet.revision = document.name, sheet.revision + 1
        _add_revision(uow, sheet, document)
        _TRAIL.note(uow, "assessment_sheet.revised", sheet, before)
    else:
        sheet, _ = _create(uow, root_id, document)
    return AssessmentSheetRead.model_validate(sheet)


def adopt_sheet(
    uow: UnitOfWork, root_id: UUID, code: str
) -> tuple[AssessmentSheetRevision, SheetDocument]:
    """Return the revision to assess by; a shipped sheet becomes the tree's own at its first use.

    So a newer version of the program does not change how a tree scores in the middle of a year.

    Raises:
        NotFound: the tree has no such sheet.
    """
    sheet = _find(uow, root_id, code)
    if sheet is None and code in shipped_sheets():
        lock_tree(uow, root_id)
        sheet = _find(uow, root_id, code)
    if sheet is not None:
        revision = _revision(uow, sheet)
        return revision, SheetDocument.model_validate(revision.document)
    message = f"没有代码为“{code}”的考评表，请核对。"
    document = existing(shipped_sheets().get(code), message, pointer="#/sheet")
    _, revision = _create(uow, root_id, document)
    return revision, document


def lock_tree(uow: UnitOfWork, root_id: UUID) -> None:
    """Make others who create sheets or assessments of the tree wait; readers do not."""
    root = select(Organization.id).where(Organization.id == root_id)
    uow.session.execute(root.with_for_update(key_share=True))


def _find(uow: UnitOfWork, root_id: UUID, code: str) -> AssessmentSheet | None:
    statement = select(AssessmentSheet).where(
        AssessmentSheet.root_id == root_id, AssessmentSheet.code == code
    )
    return uow.session.scalars(statement).one_or_none()


def _revision(uow: UnitOfWork, sheet: AssessmentSheet) -> AssessmentSheetRevision:
    """Read the newest revision of a sheet."""
    revisions = AssessmentSheetRevision
    statement = select(revisions).where(
        revisions.sheet_id == sheet.id, revisions.number == sheet.revision
    )
    return uow.session.scalars(statement).one()


def _create(
    uow: UnitOfWork, root_id: UUID, document: SheetDocument
) -> tuple[AssessmentSheet, AssessmentSheetRevision]:
    sheet = AssessmentSheet(
        id=new_id(), root_id=root_id, code=document.code, name=document.name, revision=1
    )
    uow.session.add(sheet)
    revision = _add_revision(uow, sheet, document)
    _TRAIL.note(uow, "assessment_sheet.created", sheet)
    return sheet, revision


def _add_revision(
    uow: UnitOfWork, sheet: AssessmentSheet, document: SheetDocument
) -> AssessmentSheetRevision:
    uow.session.flush()
    data = document_data(document)
    return add_revision(uow, AssessmentSheetRevision, sheet.revision, data, sheet_id=sheet.id)
