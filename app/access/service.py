"""Make users and administrators, grant roles, issue and revoke tokens."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import queries
from app.access.errors import RoleAboveOwn, RoleAlreadyGranted, UsernameTaken
from app.access.models import AccessToken, RoleGrant, User
from app.access.passwords import hash_of
from app.access.rules import ROLE_LABELS, ROLE_PERMISSIONS, Role, new_token, token_hash
from app.access.schemas import RoleGrantWrite, UserChange, UserWrite
from app.core.audit import Trail
from app.core.changes import patched
from app.core.errors import AppError, existing
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Actor, Permission, UnitOfWork
from app.organizations.models import Organization
from app.organizations.queries import reaches, require

_TRAIL = Trail("user", owner="home_organization_id")


def prepare_user(uow: UnitOfWork, wish: UserWrite) -> str:
    """The password's hash for a user whom the actor may create; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    require(uow, Permission.MANAGE_ACCESS, wish.home_organization_id)
    names = queries.names_around(uow.session, wish.home_organization_id)
    return hash_of(wish.password, wish.username, wish.display_name, *names)


def create_user(uow: UnitOfWork, wish: UserWrite, password_hash: str) -> User:
    """Create a user in an organisation whose access the actor manages."""
    require(uow, Permission.MANAGE_ACCESS, wish.home_organization_id)
    return register(uow, wish, password_hash)


def register(uow: UnitOfWork, wish: UserWrite, password_hash: str) -> User:
    """Write a user down; the caller has checked the right to do so.

    ``password_hash`` is what ``hash_of`` made of the wish's password before the write began.
    """
    username = wish.username.lower()
    if uow.session.scalar(select(User.id).where(User.username == username)):
        raise UsernameTaken("这个用户名已被使用，请换一个。")
    user = User(
        id=new_id(),
        username=username,
        display_name=wish.display_name,
        password_hash=password_hash,
        home_organization_id=wish.home_organization_id,
        created_at=uow.now(),
    )
    uow.session.add(user)
    uow.session.flush()
    after = {"username": username, "name": user.display_name}
    _TRAIL.note_as(uow, "user.created", user, None, after)
    return user


def get_user(uow: UnitOfWork, user_id: UUID) -> User:
    """A user whom the actor manages or is, or NotFound."""
    statement = queries.users_visible_to(uow.actor).where(User.id == user_id)
    return uow.get_or_404(statement, "没有这个用户，或您无权管理。")


def change_user(uow: UnitOfWork, user: User, patch: Model) -> None:
    """Change a user's name, or disable or enable the account; disabling ends every token."""
    require(uow, Permission.MANAGE_ACCESS, user.home_organization_id)
    disabled = user.disabled_at is not None
    current = UserChange(display_name=user.display_name, disabled=disabled)
    wish = patched(current, patch)
    user.display_name = wish.display_name
    if "disabled" in patch.model_fields_set:
        user.disabled_at = uow.now() if wish.disabled else None
        if wish.disabled:
            _revoke_all(uow, user.id)
    uow.session.flush()
    before = {"name": current.display_name, "disabled": disabled}
    after = {"name": wish.display_name, "disabled": wish.disabled}
    _TRAIL.note_as(uow, "user.changed", user, before, after)


def prepare_password(uow: UnitOfWork, user: User, password: str) -> str:
    """The hash of a new password for an account; for a unit that only reads.

    Raises:
        WeakPassword: the password is too short, too common or near a known name.
    """
    names = queries.names_around(uow.session, user.home_organization_id)
    return hash_of(password, user.username, user.display_name, *names)


def change_password(uow: UnitOfWork, user: User, password_hash: str) -> None:
    """Set a new password after the old one was given again; every token of the account ends."""
    user.password_hash = password_hash
    _revoke_all(uow, user.id)
    uow.session.flush()
    _TRAIL.note_as(uow, "user.password_changed", user, None, None)


def _revoke_all(uow: UnitOfWork, user_id: UUID) -> None:
    live = update(AccessToken).where(
        AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None)
    )
    uow.session.execute(live.values(revoked_at=uow.now()))


def grant_role(uow: UnitOfWork, user: User, wish: RoleGrantWrite) -> RoleGrant:
    """Grant a role; nobody grants more than he may do there himself.

    Raises:
        RoleAboveOwn: the role contains a permission that the actor lacks there.
    """
    require(uow, Permission.MANAGE_ACCESS, user.home_organization_id)
    require(uow, Permission.MANAGE_ACCESS, wish.organization_id)
    for permission in ROLE_PERMISSIONS[wish.role]:
        if not reaches(uow.session, uow.actor, permission, wish.organization_id):
            raise RoleAboveOwn(f"您在该党组织没有“{ROLE_LABELS[wish.role]}”所含的权限，不能授予。")
    return grant(uow, user, wish)


def grant(uow: UnitOfWork, user: User, wish: RoleGrantWrite) -> RoleGrant:
    """Write a grant down; the caller has checked the right to do so."""
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.organization_id == wish.organization_id,
        RoleGrant.role == wish.role,
    )
    if uow.session.scalar(held):
        raise RoleAlreadyGranted("该用户在这个党组织已有此角色。")
    row = RoleGrant(
        id=new_id(),
        user_id=user.id,
        organization_id=wish.organization_id,
        role=wish.role,
        granted_at=uow.now(),
        granted_by=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    _TRAIL.note_as(uow, "role.granted", user, None, wish.model_dump(mode="json"))
    return row


def withdraw_role(uow: UnitOfWork, user: User, grant_id: UUID) -> None:
    """Take a role back; it stops at once, also for tokens in use."""
    statement = queries.grants_of(user.id).where(RoleGrant.id == grant_id)
    row = uow.get_or_404(statement, "没有这项授权。")
    require(uow, Permission.MANAGE_ACCESS, row.organization_id)
    before = RoleGrantWrite(organization_id=row.organization_id, role=Role(row.role))
    uow.session.delete(row)
    uow.session.flush()
    _TRAIL.note_as(uow, "role.withdrawn", user, before.model_dump(mode="json"), None)


def issue_token(
    uow: UnitOfWork, user: User, *, name: str, days: int, read_only: bool
) -> tuple[AccessToken, str]:
    """A new token and its secret, which is not kept."""
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
    """Revoke one of the tokens; it is refused from the next request on."""
    token = existing(
        next((token for token in tokens if token.id == token_id), None), "没有这个令牌。"
    )
    if token.revoked_at is None:
        token.revoked_at = uow.now()
        uow.session.flush()
        user = uow.session.get_one(User, token.user_id)
        _TRAIL.note_as(uow, "token.revoked", user, {"name": token.name}, None)


EVERYTHING = (Role.ADMIN, Role.SECRETARY, Role.SUPERVISION)
OPERATOR = Actor(None, "系统管理员（命令行）")


class PlaceUnclear(AppError):
    """The command line does not say, or not clearly, for which organisation a user is made."""

    code = "place_unclear"
    title = "请指明党组织"


def new_administrator(
    uow: UnitOfWork, payload: UserWrite, roles: Sequence[Role], password_hash: str
) -> User:
    """Make a user with roles on his home organisation.

    Raises:
        UsernameTaken: another user has this name.
    """
    user = register(uow, payload, password_hash)
    for role in roles:
        grant(uow, user, RoleGrantWrite(organization_id=user.home_organization_id, role=role))
    return user


def find_organization(session: Session, wanted: str | None) -> Organization:
    """Find the organisation of this name or id; the only root when nothing is said.

    Raises:
        PlaceUnclear: there is none, or more than one.
    """
    if wanted is None:
        return _only(session, Organization.parent_id.is_(None), "根组织")
    try:
        return _only(session, Organization.id == UUID(wanted), f"编号为 {wanted} 的党组织")
    except ValueError:
        return _only(session, Organization.name == wanted, f"名为“{wanted}”的党组织")


def _only(session: Session, condition: object, words: str) -> Organization:
    statement = select(Organization).where(condition).order_by(Organization.id).limit(10)  # type: ignore[arg-type]
    organizations = session.scalars(statement).all()
    if len(organizations) == 1:
        return organizations[0]
    if not organizations:
        raise PlaceUnclear(f"没有{words}；新建根组织请用 --new-root 名称。")
    listed = "；".join(f"{one.name} {one.id}" for one in organizations)
    raise PlaceUnclear(f"{words}不止一个，请用 --organization 加编号指明：{listed}")
