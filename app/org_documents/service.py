"""Documents of organisations: read, create, revise, put in force, retire."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, exists, select

from app.core.audit import Trail
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


def visible_to(actor: Actor, model: type[OrgDocument]) -> Select[OrgDocument]:
    """The documents of what the actor may read, and those that apply there from above."""
    roots = list(actor.roots(Permission.READ))
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id.in_(roots)
    )
    owner = model.organization_id
    return select(model).where(within(owner, roots) | owner.in_(above))


def listed(
    uow: UnitOfWork, kind: DocumentKind[Any], filters: OrgDocumentFilters[Any]
) -> Select[OrgDocument]:
    """The documents in sight that a list asks for.

    Raises:
        NotFound: it asks for those of an organisation out of the actor's sight.
    """
    statement = visible_to(uow.actor, kind.model)
    if filters.organization_id:
        require(uow, Permission.READ, filters.organization_id)
        statement = statement.where(kind.model.organization_id == filters.organization_id)
    if filters.status:
        statement = statement.where(kind.model.status.in_(filters.status))
    return statement


def get_org_document(uow: UnitOfWork, kind: DocumentKind[Any], kept_id: UUID) -> OrgDocument:
    """A kept document in the actor's sight, or NotFound."""
    statement = visible_to(uow.actor, kind.model).where(kind.model.id == kept_id)
    return uow.get_or_404(statement, f"没有这套{kind.label}，或您无权查看。")


def revisions_of(kind: DocumentKind[Any], kept: OrgDocument) -> Select[Revision]:
    """The revisions of a document; whoever asks has been shown it."""
    return select(kind.revision).where(kind.revised == kept.id)


def get_revision(
    uow: UnitOfWork, kind: DocumentKind[Any], kept: OrgDocument, number: int | None = None
) -> Revision:
    """A revision of a document, the newest if none is named, or NotFound."""
    wanted = kept.revision if number is None else number
    statement = revisions_of(kind, kept).where(kind.revision.number == wanted)
    return uow.get_or_404(statement, f"这套{kind.label}没有这一次修订。")


Saying = TypeVar("Saying", bound=Revision)


def create(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], organization_id: UUID, document: DocumentT
) -> OrgDocument:
    """Save a new document of an organisation; it applies once it is put in force.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document has flaws, or does not fit others.
        AppError: the tree has a document of this code (``kind.taken``).
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, organization_id)
    refuse_flaws(kind.flaws(document))
    kept = kind.model(
        id=new_id(),
        root_id=_root_without(uow, kind, organization_id, document.code),
        organization_id=organization_id,
        code=document.code,
        status=OrgDocumentStatus.AVAILABLE,
        revision=0,
        created_at=uow.now(),
    )
    kind.fits(uow, kept, document)
    uow.session.add(kept)
    _add_revision_of(uow, kind, kept, document)
    _trail(kind).note(uow, f"{kind.name}.created", kept)
    return kept


def revise(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], kept: OrgDocument, document: DocumentT
) -> None:
    """Let a document say something else from now on, as a new revision; the same makes none.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: the new one has flaws or another code, or does not fit others.
        AppError: it is out of use (``kind.retired``), or others would no longer fit.
    """
    require_keeper(uow, kind, kept)
    if kept.status == OrgDocumentStatus.RETIRED:
        raise kind.retired
    if document.code != kept.code:
        raise ValidationFailed.at("#/code", "code_fixed", kind.code_fixed)
    refuse_flaws(kind.flaws(document))
    if kind.data(document) == get_revision(uow, kind, kept).document:
        return
    before = _trail(kind).state(kept)
    kind.fits(uow, kept, document)
    _add_revision_of(uow, kind, kept, document)
    _trail(kind).note(uow, f"{kind.name}.revised", kept, before)


def change_status(uow: UnitOfWork, kind: DocumentKind[Any], kept: OrgDocument, status: str) -> None:
    """Put a document in force, back on the shelf, or out of use.

    The document of the same organisation that was in force goes back on the shelf. A retired one
    is kept, and what builds on it goes on.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: it comes back from retirement, and no longer fits.
    """
    require_keeper(uow, kind, kept)
    if status == kept.status:
        return
    if kept.status == OrgDocumentStatus.RETIRED:
        kind.still_fits(uow, kept)
    if status == OrgDocumentStatus.IN_FORCE:
        _replace_in_force(uow, kind, kept.organization_id)  # first: at most one is in force
    _set_status(uow, kind, kept, status)


def require_keeper(uow: UnitOfWork, kind: DocumentKind[Any], kept: OrgDocument) -> None:
    """Insist on the right to change a document that the actor sees, perhaps from below its owner.

    Raises:
        Forbidden: the actor does not manage its organisation.
    """
    needed = Permission.MANAGE_ORGANIZATIONS
    if not reaches(uow.session, uow.actor, needed, kept.organization_id):
        raise Forbidden(
            f"您可以查看这套{kind.label}，但没有修改它的权限；修改须由制定组织的管理员进行。"
        )


def refuse_flaws(flaws: Sequence[FieldError]) -> None:
    """Refuse a document for all its flaws in one round.

    Raises:
        ValidationFailed: there are any.
    """
    if flaws:
        more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
        raise ValidationFailed(f"{flaws[0].detail}{more}", flaws=flaws)


def add_revision(
    uow: UnitOfWork, model: type[Saying], number: int, data: dict[str, Any], **revised: UUID
) -> Saying:
    """Keep what a document says from now on; ``revised`` is the column that names the document."""
    revision = model(
        id=new_id(),
        number=number,
        document=data,
        sha256=sha256_of(data),
        created_at=uow.now(),
        created_by=uow.actor.user_id,
        created_by_name=uow.actor.name,
        **revised,
    )
    uow.session.add(revision)
    uow.session.flush()
    return revision


def _root_without(
    uow: UnitOfWork, kind: DocumentKind[Any], organization_id: UUID, code: str
) -> UUID:
    """The root of an organisation's tree, in which the code must be free."""
    model = kind.model
    taken = exists().where(model.root_id == Organization.root_id, model.code == code)
    statement = select(Organization.root_id, taken).where(Organization.id == organization_id)
    root_id, known = uow.session.execute(statement).one()
    if known:
        detail = f"本组织树中已有代码为“{code}”的{kind.label}，请换一个代码。"
        raise kind.taken(detail, flaws=[FieldError(kind.taken.code, detail, pointer="#/code")])
    return root_id


def _replace_in_force(uow: UnitOfWork, kind: DocumentKind[Any], organization_id: UUID) -> None:
    model = kind.model
    statement = select(model).where(
        model.organization_id == organization_id, model.status == OrgDocumentStatus.IN_FORCE
    )
    for other in uow.session.scalars(statement):
        _set_status(uow, kind, other, OrgDocumentStatus.AVAILABLE)


def _set_status(uow: UnitOfWork, kind: DocumentKind[Any], kept: OrgDocument, status: str) -> None:
    before = _trail(kind).state(kept)
    kept.status, kept.updated_at = status, uow.now()
    uow.session.flush()
    _trail(kind).note(uow, f"{kind.name}.status_changed", kept, before)


def _add_revision_of(
    uow: UnitOfWork, kind: DocumentKind[DocumentT], kept: OrgDocument, document: DocumentT
) -> None:
    kept.name, kept.based_on = document.name, document.based_on
    kept.revision += 1
    kept.updated_at = uow.now()
    uow.session.flush()
    data = kind.data(document)
    add_revision(uow, kind.revision, kept.revision, data, **{kind.revised.key: kept.id})


def _trail(kind: DocumentKind[Any]) -> Trail:
    return Trail(kind.name, ("code", "name", "based_on", "status", "revision"))
