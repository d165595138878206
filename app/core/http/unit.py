"""HTTP around a unit of work: routes declare ``unit: UnitDep`` and do nothing else for it.

The endpoint, its authentication and its commit run in one hop to a worker thread, and the commit
is done before the response is sent: a failed commit is answered as an error.
"""

import hashlib
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.core import idempotency
from app.core.errors import AuthenticationRequired, Flaw, ValidationFailed
from app.core.unit import Credentials, Unit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REPLAYED = ("location", "etag")


async def _unit_of(request: Request) -> Unit:
    """Stand in for the unit until the route opens it; checks what needs no database."""
    refuse_unknown_parameters(request)
    bearer_token(request)
    return cast("Unit", PENDING)


PENDING = object()
UnitDep = Annotated[Unit, Depends(_unit_of)]


def bearer_token(request: Request) -> str:
    """The token in the Authorization header.

    Raises:
        AuthenticationRequired: there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationRequired
    return token.strip()


def client_address(request: Request) -> str:
    """The peer's address; behind a trusted proxy the server has put the client's there."""
    return request.client.host if request.client else "-"


def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare, and single ones given twice."""
    route: APIRoute = request.scope["route"]
    known = _declared(route)
    flaws = [
        Flaw("parameter_unknown", "不认识的查询参数，请核对名称或删去", parameter=name)
        for name in request.query_params
        if name not in known
    ]
    if flaws:
        raise ValidationFailed(f"{flaws[0].parameter}：{flaws[0].detail}", flaws=flaws)


def _declared(route: APIRoute) -> frozenset[str]:
    known: frozenset[str] | None = getattr(route, "declared_parameters", None)
    if known is None:
        known = frozenset(
            name
            for field in route.dependant.query_params
            for name in _names(field.alias, field.field_info.annotation)
        )
        route.declared_parameters = known  # type: ignore[attr-defined]  # once a route, not a request
    return known


def _names(alias: str, annotation: object) -> list[str]:
    """A parameter's name, or the names of a parameter model's fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(annotation.model_fields)
    return [alias]


class Route(APIRoute):
    """A route whose endpoint runs inside one unit of work."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's
        super().__init__(path, _in_one_unit(endpoint), **options)


def _in_one_unit(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    parameters = inspect.signature(endpoint).parameters
    if "unit" not in parameters or "request" not in parameters:
        return endpoint

    @wraps(endpoint)
    def framed(*, request: Request, **values: Any) -> Response:  # noqa: ANN401 - the endpoint's own
        write = request.method not in SAFE_METHODS
        who = Credentials(
            bearer_token(request), request.scope["request_id"], client_address(request)
        )
        with request.app.state.open_unit(who, write=write) as unit:
            request.scope["user_id"] = unit.actor.user_id
            values["unit"] = unit
            if write and "idempotency-key" in request.headers:
                return _once(unit, request, lambda: endpoint(request=request, **values))
            answer: Response = endpoint(request=request, **values)
            return answer

    return framed


def _once(unit: Unit, request: Request, work: Callable[[], Response]) -> Response:
    """Do the work under an idempotency key, or give the answer that the key already has."""
    key = request.headers["idempotency-key"]
    scope = idempotency.scope_of(
        str(unit.actor.user_id), f"{request.method} {request.url.path}", key
    )
    fingerprint = hashlib.sha256(getattr(request, "_body", b"")).digest()
    earlier = idempotency.begin(unit.session, scope, fingerprint, unit.now())
    if earlier is not None:
        headers = {**earlier.headers, "Idempotency-Replayed": "true"}
        return Response(earlier.body, earlier.status, headers, earlier.media_type)
    response = work()
    kept = {name: response.headers[name] for name in REPLAYED if name in response.headers}
    answer = idempotency.Answer(
        response.status_code, kept, bytes(response.body), response.media_type
    )
    idempotency.remember(unit.session, scope, answer)
    return response
