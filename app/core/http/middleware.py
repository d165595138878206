"""Around every request: its id, one log line, and safety headers."""

import re
import time
from collections.abc import Sequence

import structlog
from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.http.problems import of_status
from app.core.ids import new_id

TOO_LARGE = 413
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'"
)
SAFETY: Sequence[tuple[str, str]] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
log = structlog.get_logger("zhaodan.access")


class RequestFrame:
    """Give each request its id, safety headers and a log line without query text and bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        started = time.perf_counter()
        answer = _Answer(scope, request_id, send)
        try:
            await self.app(scope, receive, answer.send)
        except Exception:
            # The server would log the error's text, which may quote a user; ours is logged already.
            if not answer.complete:
                raise
        finally:
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=answer.status,
                ms=round((time.perf_counter() - started) * 1000, 1),
                request_id=request_id,
                client=(scope.get("client") or ("-",))[0],
            )


class _Answer:
    """Adds safety headers to a response on its way out; makes a bare 413 a problem document."""

    def __init__(self, scope: Scope, request_id: str, send: Send) -> None:
        self.status = 500
        self.complete = False
        self._scope = scope
        self._request_id = request_id
        self._send = send
        self._replacement: Response | None = None

    async def send(self, message: Message) -> None:
        """Pass one ASGI message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # The size limit stands outside of the error handlers and answers in plain text.
            if self.status == TOO_LARGE and "plain" in Headers(scope=message)["content-type"]:
                self._replacement = of_status(Request(self._scope), TOO_LARGE)
                message["headers"] = self._replacement.raw_headers
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            for name, value in SAFETY:
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body":
            if self._replacement:
                message["body"] = self._replacement.body
            self.complete = not message.get("more_body", False)
        await self._send(message)


class FramedApp(FastAPI):
    """FastAPI with the frame around all of it, also around its handler of last resort."""

    def build_middleware_stack(self) -> ASGIApp:
        """Build the service as one ASGI application."""
        return RequestFrame(super().build_middleware_stack())


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return new_id().hex
