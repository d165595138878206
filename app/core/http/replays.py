"""A request under an idempotency key is carried out once; repeated, it gets its first answer."""

import hashlib
from collections.abc import Callable

from fastapi import Request, Response

from app.core import idempotency
from app.core.errors import Forbidden
from app.core.unit import Unit

REPLAYED = ("location", "etag")


def body_fingerprint(request: Request) -> bytes:
    """What stands for a body that the framework has read, where it is all that is asked for."""
    return hashlib.sha256(getattr(request, "_body", b"")).digest()


def answer_once(
    unit: Unit, request: Request, fingerprint: bytes, work: Callable[[], Response]
) -> Response:
    """Do the work; under an idempotency key, give the answer that the key already has.

    ``fingerprint`` is a SHA-256 of what the request asks for: the key stands for that alone.

    Raises:
        Forbidden: whoever got the first answer has lost a role since.
    """
    scope = _scope(unit, request)
    if scope is None:
        return work()
    earlier = idempotency.begin(unit.session, scope, fingerprint, unit.now())
    if earlier is not None:
        return _again(earlier, unit)
    response = work()
    kept = {name: response.headers[name] for name in REPLAYED if name in response.headers}
    answer = idempotency.Answer(
        response.status_code,
        kept,
        bytes(response.body),
        response.media_type,
        idempotency.reach_of(unit.actor),
    )
    idempotency.remember(unit.session, scope, answer)
    return response


def earlier_answer(unit: Unit, request: Request, fingerprint: bytes) -> Response | None:
    """The answer that the request's key has already; nothing is claimed.

    Raises:
        Forbidden: whoever got that answer has lost a role since.
    """
    scope = _scope(unit, request)
    if scope is None:
        return None
    earlier = idempotency.find(unit.session, scope, fingerprint, unit.now())
    return _again(earlier, unit) if earlier else None


def _scope(unit: Unit, request: Request) -> bytes | None:
    """What the request's idempotency key is known by; None without one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    route = f"{request.method} {request.url.path}"
    return idempotency.scope_of(str(unit.actor.user_id), route, key)


def _again(earlier: idempotency.Answer, unit: Unit) -> Response:
    # The route checks rights in its work, which is not done again; the body may show a record
    # that its first reader has since lost.
    if not idempotency.still_permitted(earlier, unit.actor):
        raise Forbidden("首次提交之后您的权限已有变动，不再重发首次的结果；请直接查询。")
    headers = {**earlier.headers, "Idempotency-Replayed": "true"}
    return Response(earlier.body, earlier.status, headers, earlier.media_type)
