"""Every error as ``application/problem+json`` (RFC 9457), in Chinese and with a stable code."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from app.core.database import fault_of
from app.core.errors import AppError, Busy, FieldError, NotFound, VersionMismatch
from app.core.validation import validation_failed

PROBLEM = "application/problem+json"
HTTP_PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "请求格式不正确"),
    404: (NotFound.code, NotFound.title),
    405: ("method_not_allowed", "这个地址不支持该操作"),
    406: ("not_acceptable", "不提供所要求的格式"),
    413: ("payload_too_large", "请求内容过大"),
    415: ("unsupported_media_type", "不支持这种内容类型"),
    416: ("range_not_satisfiable", "所要的范围超出文件"),
    500: ("internal_error", "系统内部错误"),
}
SERVER_FAULT = 500
# Why the framework could not read a body, by the error behind its 400; the first that fits.
UNREADABLE: Mapping[type[Exception], str] = {
    UnicodeDecodeError: "请求体不是 UTF-8 编码的文字，请核对编码",
    RecursionError: "请求体嵌套的层数过多，请减少层数",
    ValueError: "请求体中有位数过多的数字，请核对",
}
OTHER_PROBLEM = ("http_error", "请求未能完成")
log = structlog.get_logger("zhaodan.http")


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    flaws: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Reply with a problem document."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": quote(request.url.path),
        "code": code,
        "request_id": request.scope.get("request_id", "-"),
    }
    if flaws:
        body["errors"] = [flaw.as_dict() for flaw in flaws]
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=PROBLEM)


def from_app_error(request: Request, error: AppError) -> Response:
    """Reply with the problem document of a business error."""
    return problem(
        request,
        status=error.status,
        code=error.code,
        title=error.title,
        detail=error.detail,
        flaws=error.flaws,
        headers=error.headers,
    )


def from_database(error: DBAPIError) -> AppError | None:
    """Return the business error behind a database error; None when it is an unexpected one."""
    fault = fault_of(error)
    if fault is not None:
        return fault()
    if isinstance(error, IntegrityError):
        return AppError("与刚刚写入的另一项内容冲突，本次没有写入，请刷新后重试。")
    return None


async def _app_error(request: Request, error: Exception) -> Response:
    return from_app_error(request, cast("AppError", error))


async def _validation(request: Request, error: Exception) -> Response:
    invalid = cast("RequestValidationError", error)
    if isinstance(invalid.body, bytes):  # the framework reads a body of another type as bytes
        return of_status(request, 415, detail="请以 Content-Type: application/json 提交请求体")
    return from_app_error(request, validation_failed(invalid.errors(), invalid.body))


async def _http(request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    cause = refused.__cause__
    detail = next((text for kind, text in UNREADABLE.items() if isinstance(cause, kind)), None)
    return of_status(request, refused.status_code, refused.headers, detail)


def of_status(
    request: Request,
    status: int,
    headers: Mapping[str, str] | None = None,
    detail: str | None = None,
) -> Response:
    """Reply with the problem document of an error that the framework found."""
    code, title = HTTP_PROBLEMS.get(status, OTHER_PROBLEM)
    detail = detail or title
    return problem(request, status=status, code=code, title=title, detail=detail, headers=headers)


async def _database(request: Request, error: Exception) -> Response:
    known = from_database(error) if isinstance(error, DBAPIError) else Busy()
    if known is None:
        return await _unexpected(request, error)
    # What passes by itself is a warning; the rest needs an operator.
    write = log.warning if isinstance(known, Busy) or known.status < SERVER_FAULT else log.error
    cause = getattr(error, "orig", None)
    write("database_error", kind=type(cause or error).__name__, code=known.code)
    return from_app_error(request, known)


async def _stale(request: Request, _error: Exception) -> Response:
    return from_app_error(request, VersionMismatch("记录刚刚被他人修改，请重新读取后再改。"))


async def _unexpected(request: Request, error: Exception) -> Response:
    # The error's own text may quote what a user typed: the log keeps its kind and place only.
    log.error("unhandled_error", exc_info=error)
    code, title = HTTP_PROBLEMS[500]
    detail = "系统出现意外错误，本次没有写入任何内容；请把 request_id 告诉管理员。"
    return problem(request, status=500, code=code, title=title, detail=detail)


def install(app: FastAPI) -> None:
    """Give the application its error handlers."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        AppError: _app_error,
        RequestValidationError: _validation,
        HTTPException: _http,
        DBAPIError: _database,
        PoolTimeout: _database,
        StaleDataError: _stale,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
