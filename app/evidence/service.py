"""Read, add, replace, correct and remove evidence; who sees a record sees its evidence."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.core.changes import expect_version, patched, write_fields
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import UnitOfWork
from app.evidence.errors import EvidenceDeleted
from app.evidence.models import Evidence, EvidenceRevision
from app.evidence.schemas import EvidenceWrite
from app.evidence.uploads import StoredFile
from app.items.models import Item
from app.items.queries import get_any, may_see
from app.items.service import may_write, note


@dataclass(frozen=True, slots=True)
class EvidenceOfItem:
    """Evidence and the record that it belongs to, tombstones included."""

    evidence: Evidence
    item: Item


def evidence_of(item: Item, *, include_deleted: bool) -> Select[Evidence]:
    """A record's evidence with its newest files; the record must be in the actor's sight."""
    statement = select(Evidence).where(Evidence.item_id == item.id)
    if not include_deleted:
        statement = statement.where(Evidence.deleted_at.is_(None))
    return statement.options(joinedload(Evidence.current))


def get_evidence(uow: UnitOfWork, evidence_id: UUID) -> EvidenceOfItem:
    """Evidence of a record that the actor may see, a tombstone too.

    Raises:
        NotFound: there is none, or its record is removed or out of the actor's sight.
    """
    statement = (
        select(Evidence)
        .join(Item, Item.id == Evidence.item_id)
        .where(may_see(uow.actor), Item.deleted_at.is_(None), Evidence.id == evidence_id)
        .options(joinedload(Evidence.current))
    )
    evidence = uow.get_or_404(statement, "没有这份佐证材料，或您无权查看。")
    return EvidenceOfItem(evidence, get_any(uow, evidence.item_id))


def get_file(uow: UnitOfWork, evidence_id: UUID, number: int | None) -> EvidenceRevision:
    """A file of evidence, the newest unless a number is given.

    Raises:
        NotFound: the evidence has no file of this number, or see ``get_evidence``.
        EvidenceDeleted: the evidence was removed.
    """
    evidence = get_evidence(uow, evidence_id).evidence
    refuse_deleted(evidence)
    if number is None:
        return evidence.current
    statement = revisions_of(evidence).where(EvidenceRevision.number == number)
    return uow.get_or_404(statement, "这份佐证材料没有这一次上传的文件。")


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


def item_to_support(uow: UnitOfWork, item_id: UUID) -> Item:
    """The record to which the actor may add evidence.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
        Forbidden: the actor may not write there, or not this kind of record.
    """
    item = get_any(uow, item_id)
    may_write(uow, item.organization_id, restricted=item.restricted)
    return item


def evidence_to_change(uow: UnitOfWork, evidence_id: UUID) -> EvidenceOfItem:
    """The evidence that the actor may change; raises as ``item_to_support``."""
    found = get_evidence(uow, evidence_id)
    may_write(uow, found.item.organization_id, restricted=found.item.restricted)
    return found


def insist_on_version(evidence: Evidence, if_match: str | None) -> None:
    """Insist that a change is based on what stands.

    Raises:
        EvidenceDeleted: the evidence was removed.
        PreconditionRequired: the request names no version.
        VersionMismatch: it names another one.
    """
    refuse_deleted(evidence)
    expect_version(evidence.version, if_match)


def add_evidence(
    uow: UnitOfWork, item: Item, wish: EvidenceWrite, file: StoredFile
) -> EvidenceOfItem:
    """Put a first file behind a record."""
    evidence = Evidence(
        id=new_id(),
        item_id=item.id,
        caption=wish.caption,
        effective_on=wish.effective_on,
        newest=1,
        created_at=uow.now(),
        created_by=uow.actor.user_id,
        created_by_name=uow.actor.name,
    )
    found = EvidenceOfItem(evidence, item)
    uow.session.add(evidence)
    uow.session.flush()
    after = wish.model_dump(mode="json") | _add_file(uow, evidence, file)
    _note(uow, "evidence_added", found, None, after)
    return found


def add_revision(uow: UnitOfWork, found: EvidenceOfItem, file: StoredFile) -> None:
    """Put a newer file in front of the earlier ones, which stay."""
    before = _file_facts(found.evidence.current)
    found.evidence.newest += 1
    uow.session.flush()
    _note(uow, "evidence_revised", found, before, _add_file(uow, found.evidence, file))


def _add_file(uow: UnitOfWork, evidence: Evidence, file: StoredFile) -> dict[str, object]:
    revision = EvidenceRevision(
        id=new_id(),
        evidence_id=evidence.id,
        number=evidence.newest,
        filename=file.filename,
        media_type=file.kind.media_type,
        extension=file.kind.extension,
        size=file.size,
        sha256=file.sha256,
        storage_key=file.key,
        uploaded_at=uow.now(),
        uploaded_by=uow.actor.user_id,
        uploaded_by_name=uow.actor.name,
    )
    uow.session.add(revision)
    uow.session.flush()
    set_committed_value(evidence, "current", revision)
    return _file_facts(revision)


def _file_facts(revision: EvidenceRevision) -> dict[str, object]:
    return {
        "number": revision.number,
        "filename": revision.filename,
        "size": revision.size,
        "sha256": revision.sha256,
    }


def correct_evidence(uow: UnitOfWork, found: EvidenceOfItem, patch: Model) -> None:
    """Correct what is said of a file, not the file.

    Raises:
        ValidationFailed: the result would not be acceptable.
    """
    before = EvidenceWrite.model_validate(found.evidence)
    wish = patched(before, patch)
    write_fields(found.evidence, wish)
    uow.session.flush()
    facts = _file_facts(found.evidence.current)
    _note(
        uow,
        "evidence_corrected",
        found,
        before.model_dump(mode="json") | facts,
        wish.model_dump(mode="json") | facts,
    )


def remove_evidence(uow: UnitOfWork, found: EvidenceOfItem, reason: str | None) -> None:
    """Take evidence out of use; the tombstone says who did it, when and why."""
    evidence = found.evidence
    evidence.deleted_at = uow.now()
    evidence.deleted_by, evidence.deleted_by_name = uow.actor.user_id, uow.actor.name
    evidence.delete_reason = reason
    uow.session.flush()
    before = _file_facts(evidence.current)
    _note(uow, "evidence_removed", found, before, {"reason": reason})


def _note(
    uow: UnitOfWork,
    action: str,
    found: EvidenceOfItem,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    """Keep the change for the trail as a change of the record, where readers look for it."""
    named = {"evidence_id": str(found.evidence.id)}
    earlier = None if before is None else named | before
    note(uow, action, found.item, earlier, named | after)
