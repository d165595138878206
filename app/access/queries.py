"""Read users and their roles; turn a token into an actor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from app.access.models import AccessToken, RoleGrant, User
from app.access.rules import TOKEN_PATTERN, Role, reach_of, token_hash
from app.core.errors import AuthenticationRequired, Forbidden
from app.core.uow import Actor, Permission
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import within

# Built once, because it runs in every request.
_TOKENS, _USERS, _GRANTS = AccessToken.__table__, User.__table__, RoleGrant.__table__
_BY_TOKEN: Select[Any] = (
    select(
        _USERS.c.id,
        _USERS.c.display_name,
        _TOKENS.c.read_only,
        _GRANTS.c.role,
        _GRANTS.c.organization_id,
    )
    .select_from(
        _TOKENS.join(_USERS, _USERS.c.id == _TOKENS.c.user_id).outerjoin(
            _GRANTS, _GRANTS.c.user_id == _USERS.c.id
        )
    )
    .where(
        _TOKENS.c.hash == bindparam("hash"),
        _TOKENS.c.revoked_at.is_(None),
        _TOKENS.c.expires_at > bindparam("now"),
        _USERS.c.disabled_at.is_(None),
    )
)


def authenticate(connection: Connection, token: str, now: datetime, *, write: bool) -> Actor:
    """Return the actor behind a token, with the rights that its owner has at this moment.

    Raises:
        AuthenticationRequired: unknown, expired or revoked token, or disabled user.
        Forbidden: a read-only token was sent with a change.
    """
    if not TOKEN_PATTERN.fullmatch(token):
        raise AuthenticationRequired
    rows = connection.execute(_BY_TOKEN, {"hash": token_hash(token), "now": now}).all()
    if not rows:
        raise AuthenticationRequired
    owner = rows[0]  # one row a role, each with the same user and token
    if write and owner.read_only:
        raise Forbidden("这是只读令牌，不能用来登记或修改。")
    grants = [(Role(row.role), row.organization_id) for row in rows if row.role]
    return Actor(owner.id, owner.display_name, reach_of(grants, read_only=owner.read_only))


def actor_of(session: Session, user: User) -> Actor:
    """Return a user as an actor with all rights of the user."""
    grants = [
        (Role(grant.role), grant.organization_id) for grant in session.scalars(grants_of(user.id))
    ]
    return Actor(user.id, user.display_name, reach_of(grants, read_only=False))


def users_visible_to(actor: Actor) -> Select[User]:
    """Select the users of organisations whose access the actor manages, and his own account."""
    managed = within(User.home_organization_id, actor.roots(Permission.MANAGE_ACCESS))
    return select(User).where(managed | (User.id == actor.user_id))


def grants_of(user_id: UUID) -> Select[RoleGrant]:
    """Select a user's roles, oldest first."""
    return select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)


def tokens_of(user_id: UUID) -> Select[AccessToken]:
    """Select a user's tokens, oldest first."""
    return select(AccessToken).where(AccessToken.user_id == user_id).order_by(AccessToken.id)


def own_and_superior_names(session: Session, organization_id: UUID) -> list[str]:
    """Return the names of an organisation and of all above it, which no password may be."""
    above = select(OrganizationAncestor.ancestor_id).where(
        OrganizationAncestor.descendant_id == organization_id
    )
    return list(session.scalars(select(Organization.name).where(Organization.id.in_(above))))
