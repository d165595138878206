"""The verbs of evidence: add, replace by a newer file, correct what is said of it, remove."""

from uuid import UUID

from sqlalchemy.orm.attributes import set_committed_value

from app.core.ids import new_id
from app.core.patching import patched, write_fields
from app.core.schemas import Model
from app.core.unit import Unit
from app.core.versions import expect_version
from app.evidence.models import Evidence, EvidenceRevision
from app.evidence.queries import Found, get_evidence, refuse_deleted
from app.evidence.schemas import EvidenceWrite
from app.evidence.uploads import StoredFile
from app.items.models import Item
from app.items.queries import get_any
from app.items.service import may_write, note


def item_to_support(unit: Unit, item_id: UUID) -> Item:
    """The record to which the actor may add evidence.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
        Forbidden: the actor may not write there, or not this kind of record.
    """
    item = get_any(unit, item_id)
    may_write(unit, item.organization_id, restricted=item.restricted)
    return item


def evidence_to_change(unit: Unit, evidence_id: UUID) -> Found:
    """The evidence that the actor may change; raises as ``item_to_support``."""
    found = get_evidence(unit, evidence_id)
    may_write(unit, found.item.organization_id, restricted=found.item.restricted)
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


def add_evidence(unit: Unit, item: Item, wish: EvidenceWrite, file: StoredFile) -> Found:
    """Put a first file behind a record."""
    evidence = Evidence(
        id=new_id(),
        item_id=item.id,
        caption=wish.caption,
        effective_on=wish.effective_on,
        newest=1,
        created_at=unit.now(),
        created_by=unit.actor.user_id,
        created_by_name=unit.actor.name,
    )
    found = Found(evidence, item)
    unit.session.add(evidence)
    unit.session.flush()
    after = wish.model_dump(mode="json") | _add_file(unit, evidence, file)
    _note(unit, "evidence_added", found, None, after)
    return found


def add_revision(unit: Unit, found: Found, file: StoredFile) -> None:
    """Put a newer file in front of the earlier ones, which stay."""
    before = _file_facts(found.evidence.current)
    found.evidence.newest += 1
    unit.session.flush()
    _note(unit, "evidence_revised", found, before, _add_file(unit, found.evidence, file))


def _add_file(unit: Unit, evidence: Evidence, file: StoredFile) -> dict[str, object]:
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
        uploaded_at=unit.now(),
        uploaded_by=unit.actor.user_id,
        uploaded_by_name=unit.actor.name,
    )
    unit.session.add(revision)
    unit.session.flush()
    set_committed_value(evidence, "current", revision)
    return _file_facts(revision)


def _file_facts(revision: EvidenceRevision) -> dict[str, object]:
    return {
        "number": revision.number,
        "filename": revision.filename,
        "size": revision.size,
        "sha256": revision.sha256,
    }


def correct_evidence(unit: Unit, found: Found, patch: Model) -> None:
    """Correct what is said of a file, not the file.

    Raises:
        ValidationFailed: the result would not be acceptable.
    """
    before = EvidenceWrite.model_validate(found.evidence)
    wish = patched(before, patch)
    write_fields(found.evidence, wish)
    unit.session.flush()
    facts = _file_facts(found.evidence.current)
    _note(
        unit,
        "evidence_corrected",
        found,
        before.model_dump(mode="json") | facts,
        wish.model_dump(mode="json") | facts,
    )


def remove_evidence(unit: Unit, found: Found, reason: str | None) -> None:
    """Take evidence out of use; the tombstone says who did it, when and why."""
    evidence = found.evidence
    evidence.deleted_at = unit.now()
    evidence.deleted_by, evidence.deleted_by_name = unit.actor.user_id, unit.actor.name
    evidence.delete_reason = reason
    unit.session.flush()
    before = _file_facts(evidence.current)
    _note(unit, "evidence_removed", found, before, {"reason": reason})


def _note(
    unit: Unit,
    action: str,
    found: Found,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    """Keep the change for the trail as a change of the record, where readers look for it."""
    named = {"evidence_id": str(found.evidence.id)}
    earlier = None if before is None else named | before
    note(unit, action, found.item, earlier, named | after)
