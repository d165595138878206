"""Read, add, replace, correct and remove evidence; who sees a record sees its evidence."""

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


def evidence_of(item: Item, *, include_deleted: bool) -> Select[Evidence]:
    """Select a record's evidence with its newest files; the actor must see the record."""
    statement = select(Evidence).where(Evidence.item_id == item.id)
    if not include_deleted:
        statement = statement.where(Evidence.deleted_at.is_(None))
    return statement.options(joinedload(Evidence.current))


def get_evidence(uow: UnitOfWork, evidence_id: UUID) -> tuple[Evidence, Item]:
    """Return evidence, a tombstone too, and the record that it belongs to.

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
    return evidence, get_any(uow, evidence.item_id)


def get_file(uow: UnitOfWork, evidence_id: UUID, number: int | None) -> EvidenceRevision:
    """Return a file of evidence, the newest unless a number is given.

    Raises:
        NotFound: the evidence has no file of this number, or see ``get_evidence``.
        EvidenceDeleted: the evidence was removed.
    """
    evidence, _ = get_evidence(uow, evidence_id)
    _refuse_deleted(evidence)
    if number is None:
        return evidence.current
    statement = revisions_of(evidence).where(EvidenceRevision.number == number)
    return uow.get_or_404(statement, "这份佐证材料没有这一次上传的文件。")


def revisions_of(evidence: Evidence) -> Select[EvidenceRevision]:
    """Select every file that was uploaded for evidence, oldest first."""
    return (
        select(EvidenceRevision)
        .where(EvidenceRevision.evidence_id == evidence.id)
        .order_by(EvidenceRevision.number)
    )


def item_to_support(uow: UnitOfWork, item_id: UUID) -> Item:
    """Return the record to which the actor may add evidence.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
        Forbidden: the actor may not write there, or not this kind of record.
    """
    item = get_any(uow, item_id)
    may_write(uow, item.organization_id, restricted=item.restricted)
    return item


def get_writable(uow: UnitOfWork, evidence_id: UUID) -> tuple[Evidence, Item]:
    """Return evidence where the actor may write; raises as ``item_to_support``."""
    evidence, item = get_evidence(uow, evidence_id)
    may_write(uow, item.organization_id, restricted=item.restricted)
    return evidence, item


def evidence_to_change(
    uow: UnitOfWork, evidence_id: UUID, if_match: str | None
) -> tuple[Evidence, Item]:
    """Return evidence for a change that is based on its present version.

    Raises:
        NotFound, Forbidden: as ``item_to_support``.
        EvidenceDeleted: the evidence was removed.
        PreconditionRequired: the request names no version.
        VersionMismatch: it names another one.
    """
    evidence, item = get_writable(uow, evidence_id)
    _refuse_deleted(evidence)
    expect_version(evidence.version, if_match)
    return evidence, item


def add_evidence(uow: UnitOfWork, item: Item, payload: EvidenceWrite, file: StoredFile) -> Evidence:
    """Add evidence with its first file to a record."""
    evidence = Evidence(
        id=new_id(),
        item_id=item.id,
        caption=payload.caption,
        effective_on=payload.effective_on,
        newest=1,
        created_at=uow.now(),
        created_by=uow.actor.user_id,
        created_by_name=uow.actor.name,
    )
    uow.session.add(evidence)
    uow.session.flush()
    after = payload.model_dump(mode="json") | _add_file(uow, evidence, file)
    _note(uow, "evidence_added", evidence, item, None, after)
    return evidence


def add_revision(uow: UnitOfWork, evidence: Evidence, item: Item, file: StoredFile) -> None:
    """Add a newer file; the earlier ones stay."""
    before = _file_state(evidence.current)
    evidence.newest += 1
    uow.session.flush()
    after = _add_file(uow, evidence, file)
    _note(uow, "evidence_revised", evidence, item, before, after)


def correct_evidence(uow: UnitOfWork, evidence: Evidence, item: Item, patch: Model) -> None:
    """Correct caption or day of evidence; the file stays.

    Raises:
        ValidationFailed: the result would not be acceptable.
    """
    former = EvidenceWrite.model_validate(evidence)
    payload = patched(former, patch)
    write_fields(evidence, payload)
    uow.session.flush()
    file = _file_state(evidence.current)
    before, after = former.model_dump(mode="json") | file, payload.model_dump(mode="json") | file
    _note(uow, "evidence_corrected", evidence, item, before, after)


def remove_evidence(uow: UnitOfWork, evidence: Evidence, item: Item, reason: str | None) -> None:
    """Take evidence out of use; the tombstone keeps who did it, when and why."""
    evidence.deleted_at = uow.now()
    evidence.deleted_by, evidence.deleted_by_name = uow.actor.user_id, uow.actor.name
    evidence.delete_reason = reason
    uow.session.flush()
    before = _file_state(evidence.current)
    _note(uow, "evidence_removed", evidence, item, before, {"reason": reason})


def _refuse_deleted(evidence: Evidence) -> None:
    if evidence.deleted:
        raise EvidenceDeleted("这份佐证材料已删除，只保留上传与删除的记录，不再提供文件或修改。")


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
    return _file_state(revision)


def _file_state(revision: EvidenceRevision) -> dict[str, object]:
    return {name: getattr(revision, name) for name in ("number", "filename", "size", "sha256")}


def _note(
    uow: UnitOfWork,
    action: str,
    evidence: Evidence,
    item: Item,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    """Keep the change in the trail as a change of the record, where readers look for it."""
    subject = {"evidence_id": str(evidence.id)}
    note(uow, action, item, None if before is None else subject | before, subject | after)
