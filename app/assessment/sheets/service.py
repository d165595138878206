"""The verbs of score sheets: read, say anew, adopt when first used."""

from uuid import UUID

from sqlalchemy import Select, select

from app.assessment.models import AssessmentSheet, AssessmentSheetRevision
from app.assessment.sheets.checking import check_duties
from app.assessment.sheets.documents import SheetDocument, document_data
from app.assessment.sheets.payloads import AssessmentSheetRead
from app.assessment.sheets.standard import shipped_sheets
from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.organizations.models import Organization
from app.organizations.queries import require
from app.shelves.service import add_revision

_TRAIL = Trail("assessment_sheet", ("code", "name", "revision"), owner="root_id")


def sheets_of(unit: Unit, root_id: UUID) -> list[AssessmentSheetRead]:
    """The sheets of a tree, by code: its own, and the shipped ones that it has not taken up."""
    statement = select(AssessmentSheet).where(AssessmentSheet.root_id == root_id)
    own = {sheet.code: sheet for sheet in unit.session.scalars(statement)}
    found = {
        code: AssessmentSheetRead(code=code, name=document.name, revision=0)
        for code, document in shipped_sheets().items()
    }
    found |= {code: AssessmentSheetRead.model_validate(sheet) for code, sheet in own.items()}
    return [found[code] for code in sorted(found)]


def newest(unit: Unit, root_id: UUID, code: str) -> tuple[int, SheetDocument]:
    """What a sheet says now, and its revision; 0 for a shipped one that the tree has not taken up.

    Raises:
        NotFound: the tree has no such sheet.
    """
    sheet = _find(unit, root_id, code)
    if sheet is not None:
        revision = _revision(unit, sheet, sheet.revision)
        return sheet.revision, SheetDocument.model_validate(revision.document)
    return 0, existing(shipped_sheets().get(code), "没有这张考评表。")


def revisions_of(root_id: UUID, code: str) -> Select[AssessmentSheetRevision]:
    """The revisions of a tree's sheet; whoever asks sees a part of the tree."""
    return (
        select(AssessmentSheetRevision)
        .join(AssessmentSheet, AssessmentSheet.id == AssessmentSheetRevision.sheet_id)
        .where(AssessmentSheet.root_id == root_id, AssessmentSheet.code == code)
    )


def document_of(unit: Unit, root_id: UUID, code: str, number: int) -> SheetDocument:
    """What a sheet said in one revision.

    Raises:
        NotFound: there is no such sheet or revision.
    """
    statement = revisions_of(root_id, code).where(AssessmentSheetRevision.number == number)
    revision = unit.get_or_404(statement, "这张考评表没有这一次修订。")
    return SheetDocument.model_validate(revision.document)


def write_sheet(
    unit: Unit, root_id: UUID, code: str, document: SheetDocument, if_match: str | None
) -> AssessmentSheetRead:
    """Let a tree's sheet say something else from now on; assessments keep what they were made by.

    Raises:
        NotFound, Forbidden: the actor does not manage the tree's root.
        PreconditionRequired, VersionMismatch: not based on the newest revision (0 for none).
        ValidationFailed: the document bears another code, or names duties that nobody owes.
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    hold_tree(unit, root_id)
    sheet = _find(unit, root_id, code)
    expect_version(sheet.revision if sheet else 0, if_match)
    if document.code != code:
        raise ValidationFailed.at("#/code", "code_fixed", "考评表代码应与网址中的一致")
    check_duties(unit, root_id, document)
    if sheet is not None:
        if document_data(document) == _revision(unit, sheet, sheet.revision).document:
            return AssessmentSheetRead.model_validate(sheet)
        before = _TRAIL.state(sheet)
        sheet.name, sheet.revision = document.name, sheet.revision + 1
        _say(unit, sheet, document)
        _TRAIL.note(unit, "assessment_sheet.revised", sheet, before)
        return AssessmentSheetRead.model_validate(sheet)
    sheet, _ = _begin(unit, root_id, document)
    return AssessmentSheetRead.model_validate(sheet)


def adopted(unit: Unit, root_id: UUID, code: str) -> tuple[AssessmentSheetRevision, SheetDocument]:
    """The revision to assess by; a shipped sheet becomes the tree's own when it is first used.

    So a newer version of the program does not change how a tree scores in the middle of a year.

    Raises:
        NotFound: the tree has no such sheet.
    """
    sheet = _find(unit, root_id, code)
    if sheet is None and code in shipped_sheets():
        hold_tree(unit, root_id)
        sheet = _find(unit, root_id, code)
    if sheet is not None:
        revision = _revision(unit, sheet, sheet.revision)
        return revision, SheetDocument.model_validate(revision.document)
    words = f"没有代码为“{code}”的考评表，请核对。"
    document = existing(shipped_sheets().get(code), words, pointer="#/sheet")
    _, revision = _begin(unit, root_id, document)
    return revision, document


def hold_tree(unit: Unit, root_id: UUID) -> None:
    """Let others who begin sheets or assessments of the tree wait; readers do not."""
    root = select(Organization.id).where(Organization.id == root_id)
    unit.session.execute(root.with_for_update(key_share=True))


def _find(unit: Unit, root_id: UUID, code: str) -> AssessmentSheet | None:
    statement = select(AssessmentSheet).where(
        AssessmentSheet.root_id == root_id, AssessmentSheet.code == code
    )
    return unit.session.scalars(statement).one_or_none()


def _revision(unit: Unit, sheet: AssessmentSheet, number: int) -> AssessmentSheetRevision:
    statement = select(AssessmentSheetRevision).where(
        AssessmentSheetRevision.sheet_id == sheet.id, AssessmentSheetRevision.number == number
    )
    return unit.session.scalars(statement).one()


def _begin(
    unit: Unit, root_id: UUID, document: SheetDocument
) -> tuple[AssessmentSheet, AssessmentSheetRevision]:
    sheet = AssessmentSheet(
        id=new_id(), root_id=root_id, code=document.code, name=document.name, revision=1
    )
    unit.session.add(sheet)
    revision = _say(unit, sheet, document)
    _TRAIL.note(unit, "assessment_sheet.created", sheet)
    return sheet, revision


def _say(unit: Unit, sheet: AssessmentSheet, document: SheetDocument) -> AssessmentSheetRevision:
    unit.session.flush()
    data = document_data(document)
    return add_revision(unit, AssessmentSheetRevision, sheet.revision, data, sheet_id=sheet.id)
