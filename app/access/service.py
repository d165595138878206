"""Create users and administrators, grant roles, issue and revoke tokens."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.access import queries
from app.access.errors import OrganizationUnclear, RoleAboveOwn, RoleAlreadyGranted, UsernameTaken
from app.access.models import AccessToken, RoleGrant, User
from app.access.passwords import hash_new_password
from app.access.rules import ROLE_PERMISSIONS, Role, new_token, token_hash
from app.access.schemas import RoleGrantWrite, UserChange, UserWrite
from app.core.audit import Trail
from app.core.changes import patched
from app.core.errors import existing
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Organization
from app.organizations.queries import reaches, require

# These roles together hold every permission.
FULL_RIGHTS = (Role.ADMIN, Role.SECRETARY, Role.SUPERVISION)
OPERATOR = Actor(None, "系统管理员（命令行）")
_TRAIL = Trail("user", owner="home_organization_id")


def prepare_user(uow: UnitOfWork, payload: UserWrite) -> str:
    """Return the password's hash for a user whom the actor may create; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    require(uow, Permission.MANAGE_ACCESS, payload.home_organization_id)
    return prepare_password(uow, payload, payload.password)


def create_user(uow: UnitOfWork, payload: UserWrite, password_hash: str) -> User:
    """Create a user in an organisation whose access the actor manages.

    Raises:
        UsernameTaken: another user has this name.
    """
    require(uow, Permission.MANAGE_ACCESS, payload.home_organization_id)
    return add_user(uow, payload, password_hash)


def add_user(uow: UnitOfWork, payload: UserWrite, password_hash: str) -> User:
    """Add a user; the caller has checked the right to do so and hashed the payload's password.

    Raises:
        UsernameTaken: another user has this name.
    """
    username = payload.username.lower()
    if uow.session.scalar(select(User.id).where(User.username == username)):
        raise UsernameTaken("这个用户名已被使用，请换一个。")
    user = User(
        id=new_id(),
        username=username,
        display_name=payload.display_name,
        password_hash=password_hash,
        home_organization_id=payload.home_organization_id,
        created_at=uow.now(),
    )
    uow.session.add(user)
    uow.session.flush()
    after = {"username": username, "name": user.display_name}
    _TRAIL.note_as(uow, "user.created", user, None, after)
    return user


def get_user(uow: UnitOfWork, user_id: UUID) -> User:
    """Return a user whom the actor manages or is, or raise NotFound."""
    statement = queries.users_visible_to(uow.actor).where(User.id == user_id)
    return uow.get_or_404(statement, "没有这个用户，或您无权管理。")


def change_user(uow: UnitOfWork, user: User, patch: Model) -> None:
    """Change a user's name, or disable or enable the account; disabling revokes its tokens."""
    require(uow, Permission.MANAGE_ACCESS, user.home_organization_id)
    disabled = user.disabled_at is not None
    current = UserChange(display_name=user.display_name, disabled=disabled)
    payload = patched(current, patch)
    user.display_name = payload.display_name
    if "disabled" in patch.model_fields_set:
        user.disabled_at = uow.now() if payload.disabled else None
        if payload.disabled:
            _revoke_all(uow, user.id)
    uow.session.flush()
    before = {"name": current.display_name, "disabled": disabled}
    after = {"name": payload.display_name, "disabled": payload.disabled}
    _TRAIL.note_as(uow, "user.changed", user, before, after)


def prepare_password(uow: UnitOfWork, user: User | UserWrite, password: str) -> str:
    """Return the hash of a new password for an account; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    names = queries.own_and_superior_names(uow.session, user.home_organization_id)
    return hash_new_password(password, user.username, user.display_name, *names)


def change_password(uow: UnitOfWork, user: User, password_hash: str) -> None:
    """Set a new password, once the old one was checked; revokes every token of the account."""
    user.password_hash = password_hash
    _revoke_all(uow, user.id)
    uow.session.flush()
    _TRAIL.note_as(uow, "user.password_changed", user, None, None)


def _revoke_all(uow: UnitOfWork, user_id: UUID) -> None:
    valid = AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None)
    uow.session.execute(update(AccessToken).where(*valid).values(revoked_at=uow.now()))


def grant_role(uow: UnitOfWork, user: User, payload: RoleGrantWrite) -> RoleGrant:
    """Grant a role; nobody grants more than he may do there himself.

    Raises:
        RoleAboveOwn: the role contains a permission that the actor lacks there.
        RoleAlreadyGranted: the user has the role there.
    """
    require(uow, Permission.MANAGE_ACCESS, user.home_organization_id)
    require(uow, Permission.MANAGE_ACCESS, payload.organization_id)
    for permission in ROLE_PERMISSIONS[payload.role]:
        if not reaches(uow.session, uow.actor, permission, payload.organization_id):
            label = payload.role.label
            raise RoleAboveOwn(f"您在该党组织没有“{label}”所含的权限，不能授予。")
    return add_grant(uow, user, payload)


def add_grant(uow: UnitOfWork, user: User, payload: RoleGrantWrite) -> RoleGrant:
    """Add a grant; the caller has checked the right to do so.

    Raises:
        RoleAlreadyGranted: the user has the role there.
    """
    same = queries.grants_of(user.id).where(
        RoleGrant.organization_id == payload.organization_id, RoleGrant.role == payload.role
    )
    if uow.session.scalar(same):
        raise RoleAlreadyGranted("该用户在这个党组织已有此角色。")
    grant = RoleGrant(
        id=new_id(),
        user_id=user.id,
        organization_id=payload.organization_id,
        role=payload.role,
        granted_at=uow.now(),
        granted_by=uow.actor.user_id,
    )
    uow.session.add(grant)
    uow.session.flush()
    _TRAIL.note_as(uow, "role.granted", user, None, payload.model_dump(mode="json"))
    return grant


def withdraw_role(uow: UnitOfWork, user: User, grant_id: UUID) -> None:
    """Withdraw a role; it stops at once, also for tokens in use."""
    statement = queries.grants_of(user.id).where(RoleGrant.id == grant_id)
    grant = uow.get_or_404(statement, "没有这项授权。")
    require(uow, Permission.MANAGE_ACCESS, grant.organization_id)
    before = RoleGrantWrite(organization_id=grant.organization_id, role=Role(grant.role))
    uow.session.delete(grant)
    uow.session.flush()
    _TRAIL.note_as(uow, "role.withdrawn", user, before.model_dump(mode="json"), None)


def issue_token(
    uow: UnitOfWork, user: User, *, name: str, days: int, read_only: bool
) -> tuple[AccessToken, str]:
    """Return a new token, valid for some days, and its secret, which is not kept."""
    secret = new_token()
    token = AccessToken(
        id=new_id(),
        user_id=user.id,
        name=name,
        hash=token_hash(secret),
        read_only=read_only,
        created_at=uow.now(),
        expires_at=uow.now() + timedelta(days=days),
    )
    uow.session.add(token)
    uow.session.flush()
    after = {"name": name, "read_only": read_only}
    _TRAIL.note_as(uow, "token.issued", user, None, after)
    return token, secret


def revoke_token(uow: UnitOfWork, tokens: Iterable[AccessToken], token_id: UUID) -> None:
    """Revoke one of a user's tokens; it is refused from the next request on."""
    named = next((token for token in tokens if token.id == token_id), None)
    token = existing(named, "没有这个令牌。")
    if token.revoked_at is None:
        token.revoked_at = uow.now()
        uow.session.flush()
        user = uow.session.get_one(User, token.user_id)
        _TRAIL.note_as(uow, "token.revoked", user, {"name": token.name}, None)


def add_administrator(
    uow: UnitOfWork, payload: UserWrite, roles: Sequence[Role], password_hash: str
) -> User:
    """Add a user with roles on his home organisation; for the command line, which has every right.

    Raises:
        UsernameTaken: another user has this name.
    """
    user = add_user(uow, payload, password_hash)
    for role in roles:
        add_grant(uow, user, RoleGrantWrite(organization_id=user.home_organization_id, role=role))
    return user


def find_organization(session: Session, name_or_id: str | None) -> Organization:
    """Return the organisation of this name or id; the only root when None.

    Raises:
        OrganizationUnclear: there is none, or more than one.
    """
    if name_or_id is None:
        return _get_single(session, Organization.parent_id.is_(None), "根组织")
    try:
        organization_id = UUID(name_or_id)
    except ValueError:
        label = f"名为“{name_or_id}”的党组织"
        return _get_single(session, Organization.name == name_or_id, label)
    label = f"编号为 {name_or_id} 的党组织"
    return _get_single(session, Organization.id == organization_id, label)


def _get_single(session: Session, condition: ColumnElement[bool], label: str) -> Organization:
    statement = select(Organization).where(condition).order_by(Organization.id).limit(10)
    organizations = session.scalars(statement).all()
    if len(organizations) == 1:
        return organizations[0]
    if not organizations:
        raise OrganizationUnclear(f"没有{label}；新建根组织请用 --new-root 名称。")
    names = "；".join(f"{organization.name} {organization.id}" for organization in organizations)
    raise OrganizationUnclear(f"{label}不止一个，请用 --organization 加编号指明：{names}")
