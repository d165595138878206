"""Read the tree and insist on permissions; every read starts from what the actor may see."""

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
    """Return the condition that an organisation lies in the subtree of one of the roots."""
    subtrees = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id.in_(list(roots))
    )
    return organization_id.in_(subtrees)


def inside(
    organization_id: SQLColumnExpression[UUID], roots: Iterable[UUID] | BindParameter[Any]
) -> ColumnElement[bool]:
    """Return the same condition for statements of a few rows: looks up each, lists no subtree.

    A statement that is built once takes its roots as an expanding parameter.
    """
    above = aliased(OrganizationAncestor)
    expanded: Any = roots if isinstance(roots, BindParameter) else list(roots)
    return exists().where(above.descendant_id == organization_id, above.ancestor_id.in_(expanded))


def visible_to(actor: Actor) -> Select[Organization]:
    """Select the organisations that the actor may read."""
    return select(Organization).where(within(Organization.id, actor.roots(Permission.READ)))


def members_visible_to(actor: Actor) -> Select[Member]:
    """Select the members of organisations that the actor may read."""
    return select(Member).where(within(Member.organization_id, actor.roots(Permission.READ)))


_ANCESTORS = OrganizationAncestor.__table__.c
_ORGANIZATIONS = Organization.__table__.c


def _is_covered(*, single: bool) -> ColumnElement[bool]:
    """Return the condition that an organisation lies below one of the roots, or the only one."""
    ancestor = _ANCESTORS.ancestor_id
    return exists().where(
        _ANCESTORS.descendant_id == bindparam("organization_id"),
        ancestor == bindparam("roots")
        if single
        else ancestor.in_(bindparam("roots", expanding=True)),
    )


def _count_below(roots: ColumnElement[bool]) -> Select[Any]:
    """Select how many organisations lie at and below the roots, counted up to ``most``."""
    limited = select(_ANCESTORS.descendant_id).where(roots).limit(bindparam("most")).subquery()
    return select(func.count()).select_from(limited)


# Built once, by whether the actor has a single root, as most users have.
_REACHES: dict[bool, Select[Any]] = {
    single: select(_is_covered(single=single)) for single in (True, False)
}
_VISIBLE_ZONE: dict[bool, Select[Any]] = {
    single: select(_ORGANIZATIONS.time_zone).where(
        _ORGANIZATIONS.id == bindparam("organization_id"), _is_covered(single=single)
    )
    for single in (True, False)
}
_VISIBLE_ZONE_AND_BREADTH = {
    single: statement.add_columns(
        _count_below(_ANCESTORS.ancestor_id == bindparam("organization_id")).scalar_subquery()
    )
    for single, statement in _VISIBLE_ZONE.items()
}
_BREADTH = _count_below(_ANCESTORS.ancestor_id.in_(bindparam("roots", expanding=True)))


def _parameters(roots: Collection[UUID], organization_id: UUID) -> dict[str, Any]:
    root_or_roots: Any = next(iter(roots)) if len(roots) == 1 else list(roots)
    return {"organization_id": organization_id, "roots": root_or_roots}


def reaches(session: Session, actor: Actor, permission: Permission, organization_id: UUID) -> bool:
    """Return whether the actor's permission covers the organisation; one index look-up."""
    roots = actor.roots(permission)
    if not roots:
        return False
    if organization_id in roots:
        return True
    statement, parameters = _REACHES[len(roots) == 1], _parameters(roots, organization_id)
    return bool(session.connection().execute(statement, parameters).scalar())


def visible_zone(uow: UnitOfWork, organization_id: UUID) -> str | None:
    """Return the zone of an organisation that the actor may read; None when he may not."""
    roots = uow.actor.roots(Permission.READ)
    statement, parameters = _VISIBLE_ZONE[len(roots) == 1], _parameters(roots, organization_id)
    zone: str | None = uow.connection.execute(statement, parameters).scalar()
    return zone


def visible_zone_and_breadth(
    uow: UnitOfWork, organization_id: UUID, most: int
) -> tuple[str, int] | None:
    """Return an organisation's zone and breadth, None when the actor may not read it.

    The breadth is how many organisations lie at and below it, counted up to ``most``.
    """
    roots = uow.actor.roots(Permission.READ)
    statement = _VISIBLE_ZONE_AND_BREADTH[len(roots) == 1]
    parameters = _parameters(roots, organization_id) | {"most": most}
    row = uow.connection.execute(statement, parameters).one_or_none()
    return None if row is None else (row[0], row[1])


def breadth(uow: UnitOfWork, roots: Collection[UUID], most: int) -> int:
    """Return how many organisations lie at and below the roots, counted up to ``most``."""
    return int(uow.connection.execute(_BREADTH, {"roots": list(roots), "most": most}).scalar_one())


def require(
    uow: UnitOfWork,
    permission: Permission,
    organization_id: UUID,
    *,
    pointer: str | None = None,
    parameter: str | None = None,
) -> None:
    """Insist that the actor has a permission in an organisation.

    ``pointer`` or ``parameter`` is the part of the request that names the organisation.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor sees it but lacks the permission.
    """
    if reaches(uow.session, uow.actor, permission, organization_id):
        return
    if permission != Permission.READ and reaches(
        uow.session, uow.actor, Permission.READ, organization_id
    ):
        raise Forbidden(FORBIDDEN_MESSAGES[permission])
    raise NotFound.at(NO_SUCH_ORGANIZATION, pointer=pointer, parameter=parameter)


NO_SUCH_ORGANIZATION = "没有这个党组织，或您无权查看。"
FORBIDDEN_MESSAGES = {
    Permission.READ: "您无权查看该党组织的内容。",
    Permission.WRITE: "您可以查看该党组织，但没有登记和修改记录的权限。",
    Permission.REVIEW: "您可以查看该党组织，但没有验收、审批的权限。",
    Permission.MANAGE_ORGANIZATIONS: "您可以查看该党组织，但没有管理组织架构的权限。",
    Permission.MANAGE_ACCESS: "您可以查看该党组织，但没有管理用户和角色的权限。",
    Permission.READ_AUDIT: "您可以查看该党组织，但没有查看审计记录的权限。",
    Permission.SUPERVISION: "您没有监督执纪权限，不能登记或查看这类记录。",
}


def get_visible(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """Return the organisation if the actor may read it.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    readable = inside(Organization.id, actor.roots(Permission.READ))
    statement = select(Organization).where(Organization.id == organization_id, readable)
    return existing(session.scalars(statement).one_or_none(), NO_SUCH_ORGANIZATION)


def topmost(session: Session, roots: Iterable[UUID]) -> list[Organization]:
    """Return the given organisations without those that lie below another of them."""
    ids = list(roots)
    below = select(OrganizationAncestor.descendant_id).where(
        OrganizationAncestor.ancestor_id.in_(ids), OrganizationAncestor.distance > 0
    )
    statement = select(Organization).where(Organization.id.in_(ids), Organization.id.not_in(below))
    return list(session.scalars(statement.order_by(Organization.id)))


def reviews_above(uow: UnitOfWork, organization: Organization) -> bool:
    """Return whether the actor reviews at the superior organisation, at a root: at the root."""
    superior_id = organization.parent_id or organization.id
    return reaches(uow.session, uow.actor, Permission.REVIEW, superior_id)


def require_step(uow: UnitOfWork, step: Step[Any], organization_id: UUID) -> None:
    """Insist that the actor may take a step with a record of an organisation.

    A step taken at the superior organisation is taken at the root itself when there is none.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor lacks the permission where the step is taken.
    """
    if step.above is None:
        require(uow, step.permission, organization_id)
        return
    organization = uow.session.get_one(Organization, organization_id)
    superior_id = organization.parent_id or organization.id
    if not reaches(uow.session, uow.actor, step.permission, superior_id):
        raise Forbidden(step.above)


def keeps_own_records(uow: UnitOfWork, organization: Organization) -> bool:
    """Return whether the actor keeps the organisation's records and does not review one level up.

    A root has nobody above it: its reviewers judge it, and the caller asks for a second person.
    """
    if organization.parent_id is None or reviews_above(uow, organization):
        return False
    return reaches(uow.session, uow.actor, Permission.WRITE, organization.id)
