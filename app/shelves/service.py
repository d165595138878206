"""The verbs of kept documents: create, say anew, put in force, retire."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import exists, select

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.canonical import sha256_of
from app.core.errors import Flaw, Forbidden, ValidationFailed
from app.core.ids import new_id
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.queries import reaches, require
from app.shelves.kinds import Document, DocumentKind
from app.shelves.models import Kept, Revision
from app.shelves.queries import get_revision
from app.shelves.rules import ShelfStatus

Saying = TypeVar("Saying", bound=Revision)


def create(
    unit: Unit, kind: DocumentKind[Document], organization_id: UUID, document: Document
) -> Kept:
    """Save a new document of an organisation; it applies once it is put in force.

    Raises:
        NotFound: there is no such organisation in the actor's sight.
        Forbidden: the actor does not manage the organisation.
        ValidationFailed: the document has flaws, or does not fit others.
        AppError: the tree has a document of this code (``kind.taken``).
    """
    require(unit, Permission.MANAGE_ORGANIZATIONS, organization_id)
    refuse_flaws(kind.flaws(document))
    kept = kind.model(
        id=new_id(),
        root_id=_root_without(unit, kind, organization_id, document.code),
        organization_id=organization_id,
        code=document.code,
        status=ShelfStatus.AVAILABLE,
        revision=0,
        created_at=unit.now(),
    )
    kind.fits(unit, kept, document)
    unit.session.add(kept)
    _say(unit, kind, kept, document)
    _trail(kind).note(unit, f"{kind.name}.created", kept)
    return kept


def revise(unit: Unit, kind: DocumentKind[Document], kept: Kept, document: Document) -> None:
    """Let a document say something else from now on, as a new revision; the same makes none.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: the new one has flaws or another code, or does not fit others.
        AppError: it is out of use (``kind.retired``), or others would no longer fit.
    """
    require_keeper(unit, kind, kept)
    if kept.status == ShelfStatus.RETIRED:
        raise kind.retired
    if document.code != kept.code:
        raise ValidationFailed.at("#/code", "code_fixed", kind.code_fixed)
    refuse_flaws(kind.flaws(document))
    if kind.data(document) == get_revision(unit, kind, kept).document:
        return
    before = _trail(kind).state(kept)
    kind.fits(unit, kept, document)
    _say(unit, kind, kept, document)
    _trail(kind).note(unit, f"{kind.name}.revised", kept, before)


def change_status(unit: Unit, kind: DocumentKind[Any], kept: Kept, status: str) -> None:
    """Put a document in force, back on the shelf, or out of use.

    The document of the same organisation that was in force goes back on the shelf. A retired one
    is kept, and what builds on it goes on.

    Raises:
        Forbidden: the actor does not manage its organisation.
        ValidationFailed: it comes back from retirement, and no longer fits.
    """
    require_keeper(unit, kind, kept)
    if status == kept.status:
        return
    if kept.status == ShelfStatus.RETIRED:
        kind.still_fits(unit, kept)
    if status == ShelfStatus.IN_FORCE:
        _stand_down(unit, kind, kept.organization_id)  # first: at most one is in force
    _turn(unit, kind, kept, status)


def require_keeper(unit: Unit, kind: DocumentKind[Any], kept: Kept) -> None:
    """Insist on the right to change a document that the actor sees, perhaps from below its owner.

    Raises:
        Forbidden: the actor does not manage its organisation.
    """
    needed = Permission.MANAGE_ORGANIZATIONS
    if not reaches(unit.session, unit.actor, needed, kept.organization_id):
        raise Forbidden(
            f"您可以查看这套{kind.label}，但没有修改它的权限；修改须由制定组织的管理员进行。"
        )


def refuse_flaws(flaws: Sequence[Flaw]) -> None:
    """Refuse a document for all its flaws in one round.

    Raises:
        ValidationFailed: there are any.
    """
    if flaws:
        more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
        raise ValidationFailed(f"{flaws[0].detail}{more}", flaws=flaws)


def add_revision(
    unit: Unit, model: type[Saying], number: int, data: dict[str, Any], **revised: UUID
) -> Saying:
    """Keep what a document says from now on; ``revised`` is the column that names the document."""
    revision = model(
        id=new_id(),
        number=number,
        document=data,
        sha256=sha256_of(data),
        created_at=unit.now(),
        created_by=unit.actor.user_id,
        created_by_name=unit.actor.name,
        **revised,
    )
    unit.session.add(revision)
    unit.session.flush()
    return revision


def _root_without(unit: Unit, kind: DocumentKind[Any], organization_id: UUID, code: str) -> UUID:
    """The root of an organisation's tree, in which the code must be free."""
    model = kind.model
    taken = exists().where(model.root_id == Organization.root_id, model.code == code)
    statement = select(Organization.root_id, taken).where(Organization.id == organization_id)
    root_id, known = unit.session.execute(statement).one()
    if known:
        detail = f"本组织树中已有代码为“{code}”的{kind.label}，请换一个代码。"
        raise kind.taken(detail, flaws=[Flaw(kind.taken.code, detail, pointer="#/code")])
    return root_id


def _stand_down(unit: Unit, kind: DocumentKind[Any], organization_id: UUID) -> None:
    model = kind.model
    statement = select(model).where(
        model.organization_id == organization_id, model.status == ShelfStatus.IN_FORCE
    )
    for other in unit.session.scalars(statement):
        _turn(unit, kind, other, ShelfStatus.AVAILABLE)


def _turn(unit: Unit, kind: DocumentKind[Any], kept: Kept, status: str) -> None:
    before = _trail(kind).state(kept)
    kept.status, kept.updated_at = status, unit.now()
    unit.session.flush()
    _trail(kind).note(unit, f"{kind.name}.status_changed", kept, before)


def _say(unit: Unit, kind: DocumentKind[Document], kept: Kept, document: Document) -> None:
    kept.name, kept.based_on = document.name, document.based_on
    kept.revision += 1
    kept.updated_at = unit.now()
    unit.session.flush()
    data = kind.data(document)
    add_revision(unit, kind.revision, kept.revision, data, **{kind.revised.key: kept.id})


def _trail(kind: DocumentKind[Any]) -> Trail:
    return Trail(kind.name, ("code", "name", "based_on", "status", "revision"))
