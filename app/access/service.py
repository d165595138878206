"""The verbs of access: make users, grant roles, issue and revoke tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access import queries
from app.access.errors import RoleAboveOwn, RoleAlreadyGranted, UsernameTaken, WrongCredentials
from app.access.models import AccessToken, FailedLogin, RoleGrant, User
from app.access.passwords import check_strength, hash_password, verify_password
from app.access.rules import ROLE_LABELS, ROLE_PERMISSIONS, Role, new_token, token_hash
from app.access.schemas import RoleGrantWrite, TokenRequest, UserWrite
from app.core.actor import Permission
from app.core.clock import Clock
from app.core.errors import NotFound, TooManyAttempts, ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.unit import Change, Unit
from app.organizations.queries import reaches, require

ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=15)


def create_user(unit: Unit, wish: UserWrite) -> User:
    """Create a user in an organisation whose access the actor manages."""
    require(unit, Permission.MANAGE_ACCESS, wish.home_organization_id)
    return register(unit, wish)


def register(unit: Unit, wish: UserWrite) -> User:
    """Write a user down; the caller has checked the right to do so."""
    check_strength(wish.password, wish.username, wish.display_name)
    username = wish.username.lower()
    if unit.session.scalar(select(User.id).where(User.username == username)):
        raise UsernameTaken("这个用户名已被使用，请换一个。")
    user = User(
        id=new_id(),
        username=username,
        display_name=wish.display_name,
        password_hash=hash_password(wish.password),
        home_organization_id=wish.home_organization_id,
        created_at=unit.now(),
    )
    unit.session.add(user)
    unit.session.flush()
    _note(unit, "user.created", user, after={"username": username, "name": user.display_name})
    return user


def get_user(unit: Unit, user_id: UUID) -> User:
    """A user whom the actor manages or is, or NotFound."""
    statement = queries.users_visible_to(unit.actor).where(User.id == user_id)
    user = unit.session.scalars(statement).one_or_none()
    if user is None:
        raise NotFound("没有这个用户，或您无权管理。")
    return user


def change_user(unit: Unit, user: User, patch: Model) -> None:
    """Change a user's name, or disable or enable the account; disabling ends every token."""
    require(unit, Permission.MANAGE_ACCESS, user.home_organization_id)
    wish = patch.model_dump(exclude_unset=True)
    before = {"name": user.display_name, "disabled": user.disabled_at is not None}
    user.display_name = wish.get("display_name", user.display_name)
    if "disabled" in wish:
        user.disabled_at = unit.now() if wish["disabled"] else None
    if wish.get("disabled"):
        _revoke_all(unit, user.id)
    unit.session.flush()
    after = {"name": user.display_name, "disabled": user.disabled_at is not None}
    _note(unit, "user.changed", user, before, after)


def change_password(unit: Unit, user: User, current: str, password: str) -> None:
    """Set a new password after the old one was given again; every token of the account ends."""
    right, _ = verify_password(current, user.password_hash)
    if not right:
        raise ValidationFailed.at("#/current_password", "wrong_credentials", "原密码不正确")
    check_strength(password, user.username, user.display_name)
    user.password_hash = hash_password(password)
    _revoke_all(unit, user.id)
    unit.session.flush()
    _note(unit, "user.password_changed", user)


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
    _note(unit, "role.granted", user, after=wish.model_dump(mode="json"))
    return row


def withdraw_role(unit: Unit, user: User, grant_id: UUID) -> None:
    """Take a role back; it stops at once, also for tokens in use."""
    statement = queries.grants_of(user.id).where(RoleGrant.id == grant_id)
    row = unit.session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound("没有这项授权。")
    require(unit, Permission.MANAGE_ACCESS, row.organization_id)
    before = RoleGrantWrite(organization_id=row.organization_id, role=Role(row.role))
    unit.session.delete(row)
    unit.session.flush()
    _note(unit, "role.withdrawn", user, before=before.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Proof:
    """That a password is right, with the hash that it was checked against."""

    user_id: UUID
    checked: str
    fresh: str | None


def check_password(unit: Unit, wish: TokenRequest) -> Proof:
    """Check a name and a password; slow by design, so it is done where nobody waits for a write.

    Raises:
        TooManyAttempts: too many failures for this account from this address; other addresses
            may still sign in, so that nobody can lock a colleague out.
        WrongCredentials: anything else that is wrong.
    """
    username = wish.username.lower()
    _check_attempts(unit, username)
    user = unit.session.scalars(select(User).where(User.username == username)).one_or_none()
    right, fresh = verify_password(wish.password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise _wrong_credentials()
    return Proof(user.id, user.password_hash, fresh)


def sign_in(unit: Unit, proof: Proof) -> User:
    """The user whose password was right, and still is.

    Raises:
        WrongCredentials: the account was disabled or its password changed meanwhile.
    """
    user = unit.session.get_one(User, proof.user_id)
    if user.password_hash != proof.checked or user.disabled_at is not None:
        raise _wrong_credentials()
    if proof.fresh:
        user.password_hash = proof.fresh
    return user


def _wrong_credentials() -> WrongCredentials:
    return WrongCredentials("用户名或密码不正确，请核对后重试。")


def _check_attempts(unit: Unit, username: str) -> None:
    recent = select(func.count()).where(
        FailedLogin.username == username,
        FailedLogin.address == (unit.address or "-"),
        FailedLogin.failed_at > unit.now() - ATTEMPT_WINDOW,
    )
    if (unit.session.scalar(recent) or 0) >= ATTEMPTS:
        seconds = int(ATTEMPT_WINDOW.total_seconds())
        raise TooManyAttempts(
            "登录失败次数过多，请 15 分钟后再试。", headers={"Retry-After": str(seconds)}
        )


def record_failed_login(session: Session, clock: Clock, username: str, address: str) -> None:
    """Count a failure, in a transaction of its own because the request's own is rolled back."""
    now = clock.now()
    session.execute(delete(FailedLogin).where(FailedLogin.failed_at < now - ATTEMPT_WINDOW))
    session.add(
        FailedLogin(id=new_id(), username=username[:100].lower(), address=address, failed_at=now)
    )


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
    _note(unit, "token.issued", user, after={"name": name, "read_only": read_only})
    return token, secret


def revoke_token(unit: Unit, tokens: Iterable[AccessToken], token_id: UUID) -> None:
    """Revoke one of the tokens; it is refused from the next request on."""
    token = next((token for token in tokens if token.id == token_id), None)
    if token is None:
        raise NotFound("没有这个令牌。")
    if token.revoked_at is None:
        token.revoked_at = unit.now()
        unit.session.flush()
        user = unit.session.get_one(User, token.user_id)
        _note(unit, "token.revoked", user, before={"name": token.name})


def _note(
    unit: Unit,
    action: str,
    user: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    unit.note(Change(action, "user", user.id, user.home_organization_id, before, after))
