"""Rules of access that a request can break."""

from app.core.errors import AppError, FieldError, ValidationFailed


class WrongCredentials(AppError):
    """Unknown user, wrong password or disabled account: one answer for all."""

    status = 401
    code = "wrong_credentials"
    title = "用户名或密码不正确"

    def __init__(self) -> None:
        super().__init__("用户名或密码不正确，请核对后重试。")


class WrongCurrentPassword(ValidationFailed):
    """The present password, which a change of password must state, is wrong."""

    def __init__(self, username: str) -> None:
        message = "原密码不正确"
        flaw = FieldError(WrongCredentials.code, message, pointer="#/current_password")
        super().__init__(message, flaws=[flaw])
        self.username = username


class WeakPassword(AppError):
    """A password that is too short or too common."""

    status = 422
    code = "weak_password"
    title = "密码不够安全"


class UsernameTaken(AppError):
    """Another user has this name."""

    code = "username_taken"
    title = "用户名已被使用"


class RoleAboveOwn(AppError):
    """A role with a permission that the granter does not have there."""

    status = 403
    code = "role_above_own"
    title = "不能授予超出自身权限的角色"


class RoleAlreadyGranted(AppError):
    """The user has this role there already."""

    code = "role_already_granted"
    title = "该角色已经授予"


class OrganizationUnclear(AppError):
    """The command line names no organisation, or one of several, for a new user."""

    code = "place_unclear"
    title = "请指明党组织"
