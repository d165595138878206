"""Rules of access that a request can break."""

from app.core.errors import AppError, FieldError, ValidationFailed


class WrongCredentials(AppError):
    """Unknown user, wrong password or disabled account: one answer for all."""

    status = 401
    code = "wrong_credentials"
    title = "用户名或密码不正确"


class WrongCurrentPassword(ValidationFailed):
    """The password that is to be replaced was not given right."""

    def __init__(self, username: str) -> None:
        words = "原密码不正确"
        flaw = FieldError(WrongCredentials.code, words, pointer="#/current_password")
        super().__init__(words, flaws=[flaw])
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
    """A role that opens more than the granter may do there."""

    status = 403
    code = "role_above_own"
    title = "不能授予超出自身权限的角色"


class RoleAlreadyGranted(AppError):
    """The user has this role there already."""

    code = "role_already_granted"
    title = "该角色已经授予"
