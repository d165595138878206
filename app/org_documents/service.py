"""Read, create, revise, put in force and retire documents of organisations (decision 18)."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, select

from app.core.errors import FieldError, Forbidden, ValidationFailed
from app.core.ids import new_id, sha256_of
from app.core.uow import Actor, Permission, UnitOfWork
from app.org_documents.kinds import (
    DocumentKind,
    DocumentT,
    OrgDocument,
    OrgDocumentFilters,
    OrgDocumentStatus,
    Revision,
)
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import reaches, require, within

RevisionT = TypeVar("RevisionT", bound=Revision)


def visible_to(actor: Actor, model: type[OrgDocument]) -> Select[OrgDocument]:
    """Select the documents of organisations that the actor may read, and of those above them."""
    roots = list(actor.roots(Permission.READ))
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id.in_(roots)
    )
    owner = model.organization_id
    return select(model).where(within(owner, roots) | owner.in_(above))


def select_listed(
    uow: UnitOfWork, kind: DocumentKind[Any], filters: OrgDocumentFilters[Any]
) -> Select[OrgDocument]:
    """Select the visible documents that the filters of a list ask for.

    Raises:
        NotFound: they name an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor, kind.model)
    if filters.organization_id:
        require(uow, Permission.READ, filters.organization_id)
        statement = statement.where(kind.model.organization_id == filters.organization_id)
    if filters.status:
        statement = statement.where(kind.model.status.in_(filters.status))
    return statement


def get_org_document(uow: UnitOfWork, kind: DocumentKind[Any], document_id: UUID) -> OrgDocument:
    """Return a document in the actor's sight, or raise NotFound."""
    statement = visible_to(uow.actor, kind.model).where(kind.model.id == document_id)
    return uow.get_or_404(statement, f"没有这套{kind.label}，或您无权查看。")


def revisions_of(kind: DocumentKind[Any], row: OrgDocument) -> Select[Revision]:
    """Select the revisions of a document; the caller has checked that the actor may see it."""
    return select(kind.revision).where(kind.revision_of == row.id)


def get_revision(
    uow: UnitOfWork, kind: DocumentKind[Any], row: OrgDocument, number: int | None = None
) -> Revision:
    """Return a revision of a document, the newest without a number, or raise NotFound."""
    statement = revisions_of(kind, row).where(kind.revision.number == (number or row.revision))
    return uow.get_or_404(statement, f"这套{kind.label}没有这一次修订。")


def create(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], organization_id: UUID, document: DocumentT
) -> OrgDocument:
    """Create a document of an organisation; it applies once it is put in force.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document has flaws, or does not fit others.
        AppError: the tree has a document of this code (``kind.taken``).
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)
    refuse_flaws(kind.flaws(document))
    row = kind.model(
        id=new_id(),
        root_id=_root_with_free_code(uow, kind, organization_id, document.code),
        organization_id=organization_id,
        code=document.code,
        status=OrgDocumentStatus.AVAILABLE,
        revision=0,
        created_at=uow.now(),
    )
    kind.fits(uow, row, document)
    uow.session.add(row)
    _write_content(uow, kind, row, document)
    kind.trail.note(uow, f"{kind.name}.created", row)
    return row


def revise(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], row: OrgDocument, document: DocumentT
) -> None:
    """Replace the content of a document by a new revision; the same content makes none.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: the content has flaws or another code, or does not fit others.
        AppError: the document is retired (``kind.retired``), or others would no longer fit.
    """
    require_keeper(uow, kind, row)
    if row.status == OrgDocumentStatus.RETIRED:
        raise kind.retired
    if document.code != row.code:
        raise ValidationFailed.at("#/code", "code_fixed", kind.code_fixed)
    refuse_flaws(kind.flaws(document))
    if kind.data(document) == get_revision(uow, kind, row).document:
        return
    before = kind.trail.state(row)
    kind.fits(uow, row, document)
    _write_content(uow, kind, row, document)
    kind.trail.note(uow, f"{kind.name}.revised", row, before)


def change_status(uow: UnitOfWork, kind: DocumentKind[Any], row: OrgDocument, status: str) -> None:
    """Put a document in force, make it available, or retire it.

    The organisation's document that was in force becomes available. A retired one is kept, and
    what builds on it stays.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: it comes back from retirement, and no longer fits.
    """
    require_keeper(uow, kind, row)
    if status == row.status:
        return
    if row.status == OrgDocumentStatus.RETIRED:
        kind.still_fits(uow, row)
    if status == OrgDocumentStatus.IN_FORCE:  # the other one first: at most one is in force
        model = kind.model
        in_force = select(model).where(
            model.organization_id == row.organization_id, model.status == status
        )
        for other in uow.session.scalars(in_force):
            _set_status(uow, kind, other, OrgDocumentStatus.AVAILABLE)
    _set_status(uow, kind, row, status)


def require_keeper(uow: UnitOfWork, kind: DocumentKind[Any], row: OrgDocument) -> None:
    """Insist on the right to change a document that the actor sees, perhaps from below its owner.

    Raises:
        Forbidden: the actor does not manage its organisation.
    """
    session, actor = uow.session, uow.actor
    if not reaches(session, actor, Permission.MANAGE_ORGANIZATIONS, row.organization_id):
        raise Forbidden(
            f"您可以查看这套{kind.label}，但没有修改它的权限；修改须由制定组织的管理员进行。"
        )


def refuse_flaws(flaws: Sequence[FieldError]) -> None:
    """Refuse a document for all its flaws at once.

    Raises:
        ValidationFailed: there are any.
    """
    if flaws:
        total = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
        raise ValidationFailed(f"{flaws[0].detail}{total}", flaws=flaws)


def add_revision(
    uow: UnitOfWork, model: type[RevisionT], number: int, data: dict[str, Any], **document_id: UUID
) -> RevisionT:
    """Add a revision; ``document_id`` is the column that names the document, and its value."""
    revision = model(
        id=new_id(),
        number=number,
        document=data,
        sha256=sha256_of(data),
        created_at=uow.now(),
        created_by=uow.actor.user_id,
        created_by_name=uow.actor.name,
        **document_id,
    )
    uow.session.add(revision)
    uow.session.flush()
    return revision


def _root_with_free_code(
    uow: UnitOfWork, kind: DocumentKind[Any], organization_id: UUID, code: str
) -> UUID:
    """Return the root of an organisation's tree; raise ``kind.taken`` if it has the code."""
    model = kind.model
    taken = exists().where(model.root_id == Organization.root_id, model.code == code)
    statement = select(Organization.root_id, taken).where(Organization.id == organization_id)
    root_id, is_taken = uow.session.execute(statement).one()
    if is_taken:
        detail = f"本组织树中已有代码为“{code}”的{kind.label}，请换一个代码。"
        raise kind.taken(detail, flaws=[FieldError(kind.taken.code, detail, pointer="#/code")])
    return root_id


def _set_status(uow: UnitOfWork, kind: DocumentKind[Any], row: OrgDocument, status: str) -> None:
    before = kind.trail.state(row)
    row.status, row.updated_at = status, uow.now()
    uow.session.flush()
    kind.trail.note(uow, f"{kind.name}.status_changed", row, before)


def _write_content(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], row: OrgDocument, document: DocumentT
) -> None:
    row.name, row.based_on = document.name, document.based_on
    row.revision += 1
    row.updated_at = uow.now()
    uow.session.flush()
    data = kind.data(document)
    add_revision(uow, kind.revision, row.revision, data, **{kind.revision_of.key: row.id})
