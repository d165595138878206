"""Business errors: one class for each rule, with a status, a stable code and a Chinese title."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One flaw of a request: where it is, a stable code, and what to do about it in Chinese.

    ``pointer`` is a JSON pointer into the body (``#/held_on``); ``parameter`` names a query, path
    or header parameter. One of them is set. ``line`` and ``column`` (from 1) are the place in a
    body that people write as lines of text.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    line: int | None = None
    column: int | None = None

    def as_dict(self) -> dict[str, str | int]:
        """Return the flaw as an entry of ``errors`` in a problem document."""
        location: dict[str, str | int] = (
            {"pointer": self.pointer} if self.pointer else {"parameter": self.parameter or ""}
        )
        if self.line is not None:
            location |= {"line": self.line, "column": self.column or 1}
        return {**location, "code": self.code, "detail": self.detail}


class AppError(Exception):
    """The base of every business error; the handler renders it as a problem document."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "conflict"
    title: ClassVar[str] = "操作与当前状态冲突"

    def __init__(
        self,
        detail: str | None = None,
        *,
        flaws: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.flaws = tuple(flaws)
        self.headers = dict(headers or {})


class ValidationFailed(AppError):
    """The request's content is not acceptable."""

    status = 422
    code = "validation_failed"
    title = "请求内容不合要求"

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "ValidationFailed":
        """Make the error of one flaw in the body."""
        return cls(detail, flaws=[FieldError(code, detail, pointer=pointer)])

    @classmethod
    def parameter(cls, name: str, code: str, detail: str) -> "ValidationFailed":
        """Make the error of one flaw in a parameter."""
        return cls(detail, flaws=[FieldError(code, detail, parameter=name)])


class NotFound(AppError):
    """There is no such thing, or the caller may not see it: the two are not told apart."""

    status = 404
    code = "not_found"
    title = "没有找到"

    @classmethod
    def at(
        cls, detail: str, *, pointer: str | None = None, parameter: str | None = None
    ) -> "NotFound":
        """Make the error; the pointer or parameter is what names the missing thing."""
        flaw = FieldError(cls.code, detail, pointer=pointer, parameter=parameter)
        return cls(detail, flaws=[flaw] if pointer or parameter else ())


def existing(
    value: ValueT | None, detail: str, *, pointer: str | None = None, parameter: str | None = None
) -> ValueT:
    """Return what was looked for; ``detail`` says in Chinese that it is not there.

    Raises:
        NotFound: the value is None.
    """
    if value is None:
        raise NotFound.at(detail, pointer=pointer, parameter=parameter)
    return value


class Forbidden(AppError):
    """The caller may see the record but not do this to it."""

    status = 403
    code = "forbidden"
    title = "没有权限"


class OwnRequest(AppError):
    """Nobody decides on his own request or accepts his own work."""

    status = 403
    code = "own_request"
    title = "不能审批本人提交的事项"


class AuthenticationRequired(AppError):
    """No credentials, or none that are valid."""

    status = 401
    code = "authentication_required"
    title = "需要登录"

    def __init__(self, detail: str = "请在请求头 Authorization 中提供有效的访问令牌。") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="zhaodan"'})


class TooManyAttempts(AppError):
    """Too many failed attempts from one place."""

    status = 429
    code = "too_many_attempts"
    title = "尝试次数过多"


class PreconditionRequired(AppError):
    """A change must name the version that it is based on."""

    status = 428
    code = "precondition_required"
    title = "缺少版本号"


class VersionMismatch(AppError):
    """Somebody else has changed the record since it was read."""

    status = 412
    code = "version_mismatch"
    title = "记录已被他人修改"


class IdempotencyConflict(AppError):
    """An Idempotency-Key came again with another request."""

    status = 422
    code = "idempotency_key_reused"
    title = "幂等键已用于另一请求"


class RequestInProgress(AppError):
    """The request with this Idempotency-Key is still being carried out."""

    status = 409
    code = "request_in_progress"
    title = "同一请求正在处理"


class Busy(AppError):
    """The database could not take the work in time."""

    status = 503
    code = "busy"
    title = "系统繁忙"

    def __init__(self, detail: str = "数据库暂时繁忙，本次没有写入任何内容，请稍后重试。") -> None:
        super().__init__(detail, headers={"Retry-After": "2"})


class DatabaseUnreachable(AppError):
    """The database cannot be connected to, or broke the connection off.

    When it broke during the commit nobody knows which way that went, so nothing is promised.
    """

    status = 503
    code = "database_unreachable"
    title = "连接不上数据库"

    def __init__(
        self,
        detail: str = "数据库连接不上或连接中断，请稍后重试；如果刚才是在保存，"
        "请先查看内容是否已经保存。一直如此请联系管理员。",
    ) -> None:
        super().__init__(detail, headers={"Retry-After": "5"})


class DatabaseReadOnly(AppError):
    """The database takes no changes for now: a standby after a failover, a file set read-only."""

    status = 503
    code = "database_read_only"
    title = "数据库目前只读"

    def __init__(
        self,
        detail: str = "数据库目前只能读、不能写，本次没有写入任何内容；"
        "请过一会儿再试，一直如此请联系管理员。",
    ) -> None:
        super().__init__(detail, headers={"Retry-After": "60"})


class DatabaseFailing(AppError):
    """The database cannot read or write its own files: nothing that trying again would mend."""

    status = 500
    code = "database_failing"
    title = "数据库读写出错"

    def __init__(
        self,
        detail: str = "数据库读写自己的文件时出错，请不要反复重试，"
        "把 request_id 告诉管理员，由管理员检查磁盘和数据库。",
    ) -> None:
        super().__init__(detail)


class StorageExhausted(AppError):
    """There is no room left to write."""

    status = 507
    code = "storage_exhausted"
    title = "存储空间不足"

    def __init__(
        self, detail: str = "磁盘空间不足，本次没有写入任何内容，请联系管理员清理后再试。"
    ) -> None:
        super().__init__(detail)


class PayloadTooLarge(AppError):
    """The body is larger than is accepted."""

    status = 413
    code = "payload_too_large"
    title = "请求内容过大"


class NotAcceptable(AppError):
    """The asked format is not offered."""

    status = 406
    code = "not_acceptable"
    title = "不提供所要求的格式"


def all_errors() -> list[type[AppError]]:
    """Return every imported business error, sorted by code; the first class of a code counts."""
    by_code: dict[str, type[AppError]] = {}
    waiting: list[type[AppError]] = [AppError]
    while waiting:
        error = waiting.pop()
        by_code.setdefault(error.code, error)
        waiting.extend(error.__subclasses__())
    return [by_code[code] for code in sorted(by_code)]
