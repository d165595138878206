"""Reading evidence: who may see a record may see what stands behind it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.unit import Unit
from app.evidence.errors import EvidenceDeleted
from app.evidence.models import Evidence, EvidenceRevision
from app.items.models import Item
from app.items.queries import get_any, may_see


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence and the record that it belongs to, tombstones included."""

    evidence: Evidence
    item: Item


def evidence_of(item: Item, *, include_deleted: bool) -> Select[Evidence]:
    """A record's evidence with its newest files; the record must be in the actor's sight."""
    statement = select(Evidence).where(Evidence.item_id == item.id)
    if not include_deleted:
        statement = statement.where(Evidence.deleted_at.is_(None))
    return statement.options(joinedload(Evidence.current))


def get_evidence(unit: Unit, evidence_id: UUID) -> Found:
    """Evidence of a record that the actor may see, a tombstone too.

    Raises:
        NotFound: there is none, or its record is removed or out of the actor's sight.
    """
    statement = (
        select(Evidence)
        .join(Item, Item.id == Evidence.item_id)
        .where(may_see(unit.actor), Item.deleted_at.is_(None), Evidence.id == evidence_id)
        .options(joinedload(Evidence.current))
    )
    evidence = unit.get_or_404(statement, "没有这份佐证材料，或您无权查看。")
    return Found(evidence, get_any(unit, evidence.item_id))


def get_file(unit: Unit, evidence_id: UUID, number: int | None) -> EvidenceRevision:
    """A file of evidence, the newest unless a number is given.

    Raises:
        NotFound: the evidence has no file of this number, or see ``get_evidence``.
        EvidenceDeleted: the evidence was removed.
    """
    evidence = get_evidence(unit, evidence_id).evidence
    refuse_deleted(evidence)
    if number is None:
        return evidence.current
    statement = revisions_of(evidence).where(EvidenceRevision.number == number)
    return unit.get_or_404(statement, "这份佐证材料没有这一次上传的文件。")


def revisions_of(evidence: Evidence) -> Select[EvidenceRevision]:
    """Every file that evidence ever was, oldest first."""
    return (
        select(EvidenceRevision)
        .where(EvidenceRevision.evidence_id == evidence.id)
        .order_by(EvidenceRevision.number)
    )


def refuse_deleted(evidence: Evidence) -> None:
    """Insist that evidence was not removed; raises ``EvidenceDeleted``."""
    if evidence.deleted:
        raise EvidenceDeleted("这份佐证材料已删除，只保留上传与删除的记录，不再提供文件或修改。")
