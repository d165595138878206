"""Payloads of users, roles and tokens."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import Field

from app.access.rules import Role
from app.core.changes import partial
from app.core.schemas import Model, Name

Username = Annotated[
    str,
    Field(
        min_length=3,
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="用户名：字母、数字和 . _ -",
    ),
]
Password = Annotated[str, Field(max_length=1000, description="密码，至少 8 个字符")]


class UserWrite(Model):
    """A user as a manager states it."""

    username: Annotated[Username, Field(examples=["zhang.ming"])]
    display_name: Annotated[Name, Field(description="姓名", examples=["张明"])]
    password: Password
    home_organization_id: Annotated[UUID, Field(description="所在党组织，由其管理员管理该用户")]


class UserRead(Model):
    """A user as returned: never a hash."""

    id: UUID
    username: str
    display_name: str
    home_organization_id: UUID
    disabled_at: datetime | None
    created_at: datetime
    version: int


class UserChange(Model):
    """What a manager may change of a user."""

    display_name: Annotated[Name, Field(description="姓名")]
    disabled: Annotated[bool, Field(description="是否停用；停用后其令牌立即失效")]


_FIXED = {
    "username": "用户名不能修改；需要换名的请停用后新建用户",
    "password": "密码由本人修改（PUT /me/password）",
    "home_organization_id": "所在党组织不能修改；请停用后在新的党组织新建用户",
}
UserPatch: TypeAlias = partial(UserChange, "UserPatch", fixed=_FIXED)  # type: ignore[valid-type]  # made from the payload


class PasswordChange(Model):
    """A change of one's own password; every token of the account is revoked by it."""

    current_password: Password
    password: Password


class RoleGrantWrite(Model):
    """A role on an organisation and its subtree."""

    organization_id: Annotated[UUID, Field(description="授权所在的党组织，含其全部下级")]
    role: Annotated[Role, Field(description="角色", examples=["clerk"])]


class RoleGrantRead(RoleGrantWrite):
    """A role as granted."""

    id: UUID
    granted_at: datetime


class TokenRequest(Model):
    """What it takes to get a token: the password, every time."""

    username: Annotated[Username, Field(examples=["admin"])]
    password: Password
    name: Annotated[Name, Field(description="用途，便于日后识别", examples=["报表脚本"])]
    expires_in_days: Annotated[int, Field(ge=1, le=366, description="有效天数")] = 90
    read_only: Annotated[bool, Field(description="只读令牌")] = False


class TokenRead(Model):
    """A token as listed: never its secret."""

    id: UUID
    name: str
    read_only: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenCreated(TokenRead):
    """A fresh token with its secret, shown this once."""

    token: Annotated[str, Field(description="令牌，只显示这一次", examples=["zd_…"])]


class Me(Model):
    """The signed-in user and the roles that hold for the request."""

    id: UUID
    username: str
    display_name: str
    roles: list[RoleGrantRead]
