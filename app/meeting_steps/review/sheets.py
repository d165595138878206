"""Sheets of criteria: a default of our own, and the editions that a tree makes of its own."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.meeting_steps.models import QualitySheet
from app.meeting_steps.review.schemas import CriterionField, SheetRead, SheetWrite
from app.meeting_steps.rules import DEFAULT_SHEET
from app.meeting_steps.schemas import shown
from app.organizations.queries import require

_TRAIL = Trail("quality_sheet", owner="root_id")


def sheet_of(unit: Unit, root_id: UUID) -> SheetRead:
    """The sheet of a tree that is in force: its newest edition, or the default."""
    statement = select(QualitySheet).where(QualitySheet.root_id == root_id)
    newest = statement.order_by(QualitySheet.edition.desc()).limit(1)
    row = unit.session.scalars(newest).first()
    if row is not None:
        return shown(SheetRead, row)
    criteria = [CriterionField(**asdict(criterion)) for criterion in DEFAULT_SHEET]
    return SheetRead(edition=0, criteria=criteria, written_at=None, written_by_name=None)


def write_sheet(unit: Unit, root_id: UUID, wish: SheetWrite, if_match: str | None) -> SheetRead:
    """Follow a tree's sheet with a new edition; reviews keep the edition that they used.

    Raises:
        VersionMismatch: somebody else wrote an edition; edition 0 stands for the default.
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    former = sheet_of(unit, root_id)
    expect_version(former.edition, if_match)
    row = QualitySheet(
        id=new_id(),
        root_id=root_id,
        edition=former.edition + 1,
        criteria=wish.model_dump(mode="json")["criteria"],
        written_at=unit.now(),
        written_by_name=unit.actor.name,
    )
    unit.session.add(row)
    unit.session.flush()
    sheet = shown(SheetRead, row)
    before, after = former.model_dump(mode="json"), sheet.model_dump(mode="json")
    _TRAIL.note_as(unit, "quality_sheet.written", row, before, after)
    return sheet
