"""Read the tree; every read starts from what the actor may see."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.core.changes import Step
from app.core.errors import Forbidden, NotFound, existing
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Member, Organization, OrganizationAncestor


def within(
    organization_id: SQLColumnExpression[UUID], roots: Iterable[UUID]
) -> ColumnElement[bool]:
    """That an organisation lies in the subtree of one of the roots."""
    return organization_id.in_(
        select(OrganizationAncestor.descendant_id).where(
            OrganizationAncestor.ancestor_id.in_(list(roots))
        )
    )


def inside(
    organization_id: SQLColumnExpression[UUID], roots: Iterable[UUID] | BindParameter[Any]
) -> ColumnElement[bool]:
    """The same for statements that look at a few rows: each is looked up, no subtree is listed.

    A statement that is built once takes its roots as an expanding parameter.
    """
    above = aliased(OrganizationAncestor)
    among: Any = roots if isinstance(roots, BindParameter) else list(roots)
    return exists().where(above.descendant_id == organization_id, above.ancestor_id.in_(among))


def visible_to(actor: Actor) -> Select[Organization]:
    """The organisations that the actor may read."""
    return select(Organization).where(within(Organization.id, actor.roots(Permission.READ)))


def members_visible_to(actor: Actor) -> Select[Member]:
    """The members of organisations that the actor may read."""
    return select(Member).where(within(Member.organization_id, actor.roots(Permission.READ)))


_ANCESTORS = OrganizationAncestor.__table__.c
_ORGANIZATIONS = Organization.__table__.c


def _covered(*, one: bool) -> ColumnElement[bool]:
    """That an organisation lies below one of the roots; most users have a single one."""
    among: Any = bindparam("roots") if one else bindparam("roots", expanding=True)
    ancestor = _ANCESTORS.ancestor_id
    return exists().where(
        _ANCESTORS.descendant_id == bindparam("organization_id"),
        ancestor == among if one else ancestor.in_(among),
    )


def _zone(*, one: bool) -> Select[Any]:
    return select(_ORGANIZATIONS.time_zone).where(
        _ORGANIZATIONS.id == bindparam("organization_id"), _covered(one=one)
    )


def _at_and_below(roots: ColumnElement[bool]) -> Select[Any]:
    """How many organisations lie there, counted no further than ``most``."""
    some = select(_ANCESTORS.descendant_id).where(roots).limit(bindparam("most")).subquery()
    return select(func.count()).select_from(some)


_REACHES: dict[bool, Select[Any]] = {one: select(_covered(one=one)) for one in (True, False)}
_VISIBLE_ZONE = {one: _zone(one=one) for one in (True, False)}
_VISIBLE_PLACE = {
    one: statement.add_columns(
        _at_and_below(_ANCESTORS.ancestor_id == bindparam("organization_id")).scalar_subquery()
    )
    for one, statement in _VISIBLE_ZONE.items()
}
_BREADTH = _at_and_below(_ANCESTORS.ancestor_id.in_(bindparam("roots", expanding=True)))


def _parameters(roots: Collection[UUID], organization_id: UUID) -> dict[str, Any]:
    named: Any = next(iter(roots)) if len(roots) == 1 else list(roots)
    return {"organization_id": organization_id, "roots": named}


def reaches(session: Session, actor: Actor, permission: Permission, organization_id: UUID) -> bool:
    """Whether the actor's permission covers the organisation; one index look-up."""
    roots = actor.roots(permission)
    if not roots:
        return False
    if organization_id in roots:
        return True
    statement = _REACHES[len(roots) == 1]
    found = session.connection().execute(statement, _parameters(roots, organization_id))
    return bool(found.scalar())


def visible_zone(uow: UnitOfWork, organization_id: UUID) -> str | None:
    """The zone of an organisation that the actor may read; None when he may not."""
    roots = uow.actor.roots(Permission.READ)
    statement = _VISIBLE_ZONE[len(roots) == 1]
    found = uow.connection.execute(statement, _parameters(roots, organization_id))
    zone: str | None = found.scalar()
    return zone


def visible_place(uow: UnitOfWork, organization_id: UUID, most: int) -> tuple[str, int] | None:
    """The zone of an organisation that the actor may read, and its breadth; None if he may not.

    The breadth is how many organisations lie at and below it, counted no further than ``most``.
    """
    roots = uow.actor.roots(Permission.READ)
    parameters = _parameters(roots, organization_id) | {"most": most}
    found = uow.connection.execute(_VISIBLE_PLACE[len(roots) == 1], parameters).one_or_none()
    return None if found is None else (found[0], found[1])


def breadth(uow: UnitOfWork, roots: Collection[UUID], most: int) -> int:
    """How many organisations lie at and below the roots, counted no further than ``most``."""
    found = uow.connection.execute(_BREADTH, {"roots": list(roots), "most": most})
    return int(found.scalar_one())


def require(
    uow: UnitOfWork,
    permission: Permission,
    organization_id: UUID,
    *,
    pointer: str | None = None,
    parameter: str | None = None,
) -> None:
    """Insist that the actor may do this here; ``pointer`` or ``parameter`` is what names the place.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor sees it but lacks the permission.
    """
    if permission != Permission.READ and reaches(
        uow.session, uow.actor, permission, organization_id
    ):
        return
    if not reaches(uow.session, uow.actor, Permission.READ, organization_id):
        raise NotFound.at(NO_SUCH_ORGANIZATION, pointer=pointer, parameter=parameter)
    if permission != Permission.READ:
        raise Forbidden(FORBIDDEN_WORDS[permission])


NO_SUCH_ORGANIZATION = "没有这个党组织，或您无权查看。"
FORBIDDEN_WORDS = {
    Permission.READ: "您无权查看该党组织的内容。",
    Permission.WRITE: "您可以查看该党组织，但没有登记和修改记录的权限。",
    Permission.REVIEW: "您可以查看该党组织，但没有验收、审批的权限。",
    Permission.MANAGE_ORGANIZATIONS: "您可以查看该党组织，但没有管理组织架构的权限。",
    Permission.MANAGE_ACCESS: "您可以查看该党组织，但没有管理用户和角色的权限。",
    Permission.READ_AUDIT: "您可以查看该党组织，但没有查看审计记录的权限。",
    Permission.SUPERVISION: "您没有监督执纪权限，不能登记或查看这类记录。",
}


def get_visible(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """The organisation, if the actor may read it.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    readable = inside(Organization.id, actor.roots(Permission.READ))
    statement = select(Organization).where(Organization.id == organization_id, readable)
    return existing(session.scalars(statement).one_or_none(), NO_SUCH_ORGANIZATION)


def topmost(session: Session, roots: Iterable[UUID]) -> list[Organization]:
    """The given organisations without those that lie below another of them."""
    wanted = list(roots)
    above = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id.in_(wanted), OrganizationAncestor.distance > 0
    )
    statement = select(Organization).where(
        Organization.id.in_(wanted), Organization.id.not_in(above)
    )
    return list(session.scalars(statement.order_by(Organization.id)))


def reviews_above(uow: UnitOfWork, place: Organization) -> bool:
    """Whether the actor reviews at the superior organisation; at a root, which has none: there."""
    return reaches(uow.session, uow.actor, Permission.REVIEW, place.parent_id or place.id)


def require_step(uow: UnitOfWork, step: Step[Any], organization_id: UUID) -> None:
    """Insist that the actor may take a step with what is an organisation's.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor lacks the permission there, or at the superior organisation where the
            step is taken there (a root has none: there).
    """
    if step.above is None:
        require(uow, step.permission, organization_id)
        return
    place = uow.session.get_one(Organization, organization_id)
    if not reaches(uow.session, uow.actor, step.permission, place.parent_id or place.id):
        raise Forbidden(step.above)


def is_own_hand(uow: UnitOfWork, place: Organization) -> bool:
    """Whether the actor keeps the organisation's records and does not review one level above.

    A root has nobody above it: its reviewers judge it, and who calls asks for a second person.
    """
    if place.parent_id is None or reviews_above(uow, place):
        return False
    return reaches(uow.session, uow.actor, Permission.WRITE, place.id)
