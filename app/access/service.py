"""The verbs of access: make users, grant roles, issue and revoke tokens."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.access import queries
from app.access.errors import RoleAboveOwn, RoleAlreadyGranted, UsernameTaken
from app.access.models import AccessToken, RoleGrant, User
from app.access.passwords import hash_of
from app.access.rules import ROLE_LABELS, ROLE_PERMISSIONS, Role, new_token, token_hash
from app.access.schemas import RoleGrantWrite, UserChange, UserWrite
from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import existing
from app.core.ids import new_id
from app.core.patching import patched
from app.core.schemas import Model
from app.core.unit import Unit
from app.organizations.queries import reaches, require

_TRAIL = Trail("user", owner="home_organization_id")


def prepare_user(unit: Unit, wish: UserWrite) -> str:
    """The password's hash for a user whom the actor may create; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    require(unit, Permission.MANAGE_ACCESS, wish.home_organization_id)
    names = queries.names_around(unit.session, wish.home_organization_id)
    return hash_of(wish.password, wish.username, wish.display_name, *names)


def create_user(unit: Unit, wish: UserWrite, password_hash: str) -> User:
    """Create a user in an organisation whose access the actor manages."""
    require(unit, Permission.MANAGE_ACCESS, wish.home_organization_id)
    return register(unit, wish, password_hash)


def register(unit: Unit, wish: UserWrite, password_hash: str) -> User:
    """Write a user down; the caller has checked the right to do so.

    ``password_hash`` is what ``hash_of`` made of the wish's password before the write began.
    """
    username = wish.username.lower()
    if unit.session.scalar(select(User.id).where(User.username == username)):
        raise UsernameTaken("这个用户名已被使用，请换一个。")
    user = User(
        id=new_id(),
        username=username,
        display_name=wish.display_name,
        password_hash=password_hash,
        home_organization_id=wish.home_organization_id,
        created_at=unit.now(),
    )
    unit.session.add(user)
    unit.session.flush()
    after = {"username": username, "name": user.display_name}
    _TRAIL.note_as(unit, "user.created", user, None, after)
    return user


def get_user(unit: Unit, user_id: UUID) -> User:
    """A user whom the actor manages or is, or NotFound."""
    statement = queries.users_visible_to(unit.actor).where(User.id == user_id)
    return unit.get_or_404(statement, "没有这个用户，或您无权管理。")


def change_user(unit: Unit, user: User, patch: Model) -> None:
    """Change a user's name, or disable or enable the account; disabling ends every token."""
    require(unit, Permission.MANAGE_ACCESS, user.home_organization_id)
    disabled = user.disabled_at is not None
    current = UserChange(display_name=user.display_name, disabled=disabled)
    wish = patched(current, patch)
    user.display_name = wish.display_name
    if "disabled" in patch.model_fields_set:
        user.disabled_at = unit.now() if wish.disabled else None
        if wish.disabled:
            _revoke_all(unit, user.id)
    unit.session.flush()
    before = {"name": current.display_name, "disabled": disabled}
    after = {"name": wish.display_name, "disabled": wish.disabled}
    _TRAIL.note_as(unit, "user.changed", user, before, after)


def prepare_password(unit: Unit, user: User, password: str) -> str:
    """The hash of a new password for an account; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    names = queries.names_around(unit.session, user.home_organization_id)
    return hash_of(password, user.username, user.display_name, *names)


def change_password(unit: Unit, user: User, password_hash: str) -> None:
    """Set a new password after the old one was given again; every token of the account ends."""
    user.password_hash = password_hash
    _revoke_all(unit, user.id)
    unit.session.flush()
    _TRAIL.note_as(unit, "user.password_changed", user, None, None)


def _revoke_all(unit: Unit, user_id: UUID) -> None:
    live = update(AccessToken).where(
        AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None)
    )
    unit.session.execute(live.values(revoked_at=unit.now()))


def grant_role(unit: Unit, user: User, wish: RoleGrantWrite) -> RoleGrant:
    """Grant a role; nobody grants more than he may do there himself.

    Raises:
        RoleAboveOwn: the role contains a permission that the actor lacks there.
    """
    require(unit, Permission.MANAGE_ACCESS, user.home_organization_id)
    require(unit, Permission.MANAGE_ACCESS, wish.organization_id)
    for permission in ROLE_PERMISSIONS[wish.role]:
        if not reaches(unit.session, unit.actor, permission, wish.organization_id):
            raise RoleAboveOwn(f"您在该党组织没有“{ROLE_LABELS[wish.role]}”所含的权限，不能授予。")
    return grant(unit, user, wish)


def grant(unit: Unit, user: User, wish: RoleGrantWrite) -> RoleGrant:
    """Write a grant down; the caller has checked the right to do so."""
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.organization_id == wish.organization_id,
        RoleGrant.role == wish.role,
    )
    if unit.session.scalar(held):
        raise RoleAlreadyGranted("该用户在这个党组织已有此角色。")
    row = RoleGrant(
        id=new_id(),
        user_id=user.id,
        organization_id=wish.organization_id,
        role=wish.role,
        granted_at=unit.now(),
        granted_by=unit.actor.user_id,
    )
    unit.session.add(row)
    unit.session.flush()
    _TRAIL.note_as(unit, "role.granted", user, None, wish.model_dump(mode="json"))
    return row


def withdraw_role(unit: Unit, user: User, grant_id: UUID) -> None:
    """Take a role back; it stops at once, also for tokens in use."""
    statement = queries.grants_of(user.id).where(RoleGrant.id == grant_id)
    row = unit.get_or_404(statement, "没有这项授权。")
    require(unit, Permission.MANAGE_ACCESS, row.organization_id)
    before = RoleGrantWrite(organization_id=row.organization_id, role=Role(row.role))
    unit.session.delete(row)
    unit.session.flush()
    _TRAIL.note_as(unit, "role.withdrawn", user, before.model_dump(mode="json"), None)


def issue_token(
    unit: Unit, user: User, *, name: str, days: int, read_only: bool
) -> tuple[AccessToken, str]:
    """A new token and its secret, which is not kept."""
    secret = new_token()
    token = AccessToken(
        id=new_id(),
        user_id=user.id,
        name=name,
        hash=token_hash(secret),
        read_only=read_only,
        created_at=unit.now(),
        expires_at=unit.now() + timedelta(days=days),
    )
    unit.session.add(token)
    unit.session.flush()
    after = {"name": name, "read_only": read_only}
    _TRAIL.note_as(unit, "token.issued", user, None, after)
    return token, secret


def revoke_token(unit: Unit, tokens: Iterable[AccessToken], token_id: UUID) -> None:
    """Revoke one of the tokens; it is refused from the next request on."""
    token = existing(
        next((token for token in tokens if token.id == token_id), None), "没有这个令牌。"
    )
    if token.revoked_at is None:
        token.revoked_at = unit.now()
        unit.session.flush()
        user = unit.session.get_one(User, token.user_id)
        _TRAIL.note_as(unit, "token.revoked", user, {"name": token.name}, None)
