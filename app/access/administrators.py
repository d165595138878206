"""Users made on the command line, not by another user: they may do everything at the start."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.models import User
from app.access.rules import Role
from app.access.schemas import RoleGrantWrite, UserWrite
from app.core.actor import Actor
from app.core.errors import AppError
from app.core.unit import Unit
from app.organizations.models import Organization

EVERYTHING = (Role.ADMIN, Role.SECRETARY, Role.SUPERVISION)
OPERATOR = Actor(None, "系统管理员（命令行）")


class PlaceUnclear(AppError):
    """The command line does not say, or not clearly, for which organisation a user is made."""

    code = "place_unclear"
    title = "请指明党组织"


def new_administrator(
    unit: Unit, payload: UserWrite, roles: Sequence[Role], password_hash: str
) -> User:
    """Make a user with roles on his home organisation.

    Raises:
        UsernameTaken: another user has this name.
    """
    user = access.register(unit, payload, password_hash)
    for role in roles:
        access.grant(
            unit, user, RoleGrantWrite(organization_id=user.home_organization_id, role=role)
        )
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
