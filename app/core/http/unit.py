"""HTTP around a unit of work: routes declare ``unit: UnitDep`` and do nothing else for it.

The endpoint, its authentication and its commit run in one hop to a worker thread, and the commit
is done before the response is sent: a failed commit is answered as an error.

A change that must read for long before it writes declares ``unit: SnapshotDep``: it gets a unit
that reads, keeps nobody from writing, and returns what is to be done in the unit that writes.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.core import idempotency
from app.core.errors import AuthenticationRequired, Flaw, Forbidden, ValidationFailed
from app.core.http.query import described, query_model, read_by_dependency, repeatable
from app.core.unit import Credentials, Unit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REPLAYED = ("location", "etag")


async def _unit_of(request: Request) -> Unit:
    """Stand in for the unit until the route opens it; checks what needs no database."""
    refuse_unknown_parameters(request)
    bearer_token(request)
    return cast("Unit", PENDING)


PENDING = object()
SNAPSHOT = object()
UnitDep = Annotated[Unit, Depends(_unit_of)]
SnapshotDep = Annotated[Unit, Depends(_unit_of), SNAPSHOT]
Conclusion = Callable[[Unit], Response]
# For routes that open their units themselves, because slow work lies between reading and writing.
SIGNED_IN = Depends(_unit_of)


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
    flaws = []
    for name in request.query_params:
        if name not in known:
            words = "不认识的查询参数，请核对名称或删去"
            flaws.append(Flaw("parameter_unknown", words, parameter=name))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            words = "这个查询参数只能出现一次"
            flaws.append(Flaw("parameter_repeated", words, parameter=name))
    if flaws:
        raise ValidationFailed(f"{flaws[0].parameter}：{flaws[0].detail}", flaws=flaws)


def _declared(route: APIRoute) -> dict[str, bool]:
    """The route's query parameters, and whether each may be repeated."""
    return route.declared if isinstance(route, Route) else {}


class Route(APIRoute):
    """A route whose endpoint runs inside one unit of work.

    A parameter marked ``FromQuery`` takes the whole query; no other query parameter is accepted.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's
        self.declared: dict[str, bool] = {}
        self.fixed_part = path.partition("{")[0]
        asked = query_model(endpoint)
        framed = _in_one_unit(endpoint)
        if asked:
            name, model = asked
            self.declared = repeatable(model)
            read_by_dependency(framed, name, model)
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "parameters": described(model)}
        super().__init__(path, framed, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look at the fixed beginning of the path first: most routes are out with that."""
        if not scope["path"].startswith(self.fixed_part):
            return Match.NONE, {}
        return super().matches(scope)


def api_router(prefix: str, *tags: str) -> APIRouter:
    """A router of the API: every route is a unit of work, and is known by its function's name."""
    return APIRouter(
        prefix=f"/api/v1{prefix}",
        tags=list(tags),
        route_class=Route,
        generate_unique_id_function=lambda route: route.name,
    )


def typed(endpoint: Callable[..., Response], **annotations: Any) -> Callable[..., Response]:  # noqa: ANN401 - types
    """The endpoint with a kind's own types, which FastAPI reads from the annotations."""
    endpoint.__annotations__.update(annotations)
    return endpoint


def _in_one_unit(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    parameters = inspect.signature(endpoint).parameters
    if "unit" not in parameters or "request" not in parameters:
        return endpoint

    reads_first = parameters["unit"].annotation == SnapshotDep

    @wraps(endpoint)
    def framed(*, request: Request, **values: Any) -> Response:  # noqa: ANN401 - the endpoint's own
        endeavour = partial(endpoint, request=request, **values)
        if reads_first:
            return _read_then_written(request, endeavour)
        write = request.method not in SAFE_METHODS
        with unit_for(request, write=write) as unit:
            work = partial(endeavour, unit=unit)
            if not write:
                answer: Response = work()
                return answer
            return answer_once(unit, request, body_fingerprint(request), work)

    return framed


def _read_then_written(request: Request, endeavour: Callable[..., Conclusion]) -> Response:
    """Read in a snapshot, then write in a transaction that begins when the snapshot has ended.

    Who it is and what he may do is asked in both; the endpoint asks for its part again in what it
    returns. A request that has its answer already is not carried out again.
    """
    fingerprint = body_fingerprint(request)
    with unit_for(request, write=False) as unit:
        earlier = _earlier(unit, request, fingerprint)
        if earlier is not None:
            return earlier
        conclude = endeavour(unit=unit)
    with unit_for(request, write=True) as unit:
        return answer_once(unit, request, fingerprint, partial(conclude, unit))


@contextmanager
def unit_for(request: Request, *, write: bool) -> Iterator[Unit]:
    """A unit of work of whoever sent the request, committed when the block ends.

    Raises:
        AuthenticationRequired: the request shows no valid credentials.
    """
    changes = request.method not in SAFE_METHODS
    place = request.scope["request_id"], client_address(request)
    who = Credentials(bearer_token(request), *place, changes)
    with request.app.state.open_unit(who, write=write) as unit:
        request.scope["user_id"] = unit.actor.user_id
        yield unit


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


def _earlier(unit: Unit, request: Request, fingerprint: bytes) -> Response | None:
    """The answer that the request's key has already; nothing is claimed."""
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
