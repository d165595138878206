"""Routes and their units of work.

A route declares in one of four ways how it uses the database, or the service does not start:

- ``uow: UowDep`` (any name): the route is one unit. Sign-in, the endpoint and the commit run in
  one hop to a worker thread, and the commit is done before the response is sent: a failed commit
  is answered as an error.
- ``uow: SnapshotDep``: a change that must read for long before it writes. Its first unit reads
  without keeping others from writing; the endpoint returns what is to be done in a second one.
- ``dependencies=[OPENS_UNITS]``: the route calls ``uow_for`` itself, because slow work lies
  between reading and writing.
- ``dependencies=[OPEN_TO_ANYBODY]``: the route answers without sign-in.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial, wraps
from typing import Annotated, Any, get_args, get_origin

from fastapi import APIRouter, Depends, Request, Response, params
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ValidationError
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from app.core.errors import AuthenticationRequired, FieldError, ValidationFailed
from app.core.http.replies import (
    CREATED,
    IdempotencyKeyHeader,
    answer_once,
    body_fingerprint,
    earlier_answer,
)
from app.core.uow import Credentials, UnitOfWork
from app.core.validation import validation_failed

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FromQuery:
    """Marks the endpoint's parameter whose fields are the query parameters."""


class Frame(Enum):
    """How a route uses the database."""

    ONE_UNIT = "one unit"
    SNAPSHOT_FIRST = "a unit that reads, then one that writes"
    OPENS_UNITS = "opens units itself"
    OPEN_TO_ANYBODY = "open to anybody"


async def _with_token(request: Request) -> Request:
    """Refuse what needs no database; the frame then replaces the request by the unit."""
    await refuse_unknown_parameters(request)
    bearer_token(request)
    return request


async def _open_to_anybody() -> None:
    """Mark the route; nothing is asked of the sender."""


async def _idempotency_key(key: IdempotencyKeyHeader = None) -> str | None:
    """Put the header into the description; ``answer_once`` reads it."""
    return key


UowDep = Annotated[UnitOfWork, Depends(_with_token), Frame.ONE_UNIT]
SnapshotDep = Annotated[UnitOfWork, Depends(_with_token), Frame.SNAPSHOT_FIRST]
OPENS_UNITS = Depends(_with_token)
OPEN_TO_ANYBODY = Depends(_open_to_anybody)
_DECLARED = {_with_token: Frame.OPENS_UNITS, _open_to_anybody: Frame.OPEN_TO_ANYBODY}
Conclusion = Callable[[UnitOfWork], Response]


def bearer_token(request: Request) -> str:
    """Return the token in the Authorization header.

    Raises:
        AuthenticationRequired: there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationRequired
    return token.strip()


def client_address(request: Request) -> str:
    """Return the client's address, which the server takes from a trusted proxy's headers."""
    return request.client.host if request.client else "-"


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare, and single ones given twice."""
    route: Route = request.scope["route"]
    known = route.declared
    flaws = []
    for name in request.query_params:
        if name not in known:
            detail = "不认识的查询参数，请核对名称或删去"
            flaws.append(FieldError("parameter_unknown", detail, parameter=name))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            detail = "这个查询参数只能出现一次"
            flaws.append(FieldError("parameter_repeated", detail, parameter=name))
    if flaws:
        raise ValidationFailed(f"{flaws[0].parameter}：{flaws[0].detail}", flaws=flaws)


class Route(APIRoute):
    """A route that uses the database in one of the ways of ``Frame``.

    A parameter marked ``FromQuery`` takes the whole query; no other query parameter is accepted.
    A signed-in POST that creates something takes an idempotency key. ``declared`` holds the query
    parameters, and whether each may be repeated.

    Raises:
        TypeError: the endpoint declares none of the ways, or several.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.declared: dict[str, bool] = {}
        self.fixed_part = path.partition("{")[0]
        dependencies = options.get("dependencies") or []
        self.frame, parameter = _frame_of(path, endpoint, dependencies)
        query = _query_model(endpoint)
        framed = _framed(endpoint, self.frame, parameter)
        if query:
            name, model = query
            self.declared = _repeatable(model)
            _read_by_dependency(framed, name, model)
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "parameters": _openapi_parameters(model)}
        creates = options.get("methods") == ["POST"] and options.get("status_code") == CREATED
        if creates and self.frame is not Frame.OPEN_TO_ANYBODY:
            options["dependencies"] = [*dependencies, Depends(_idempotency_key)]
        super().__init__(path, framed, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compare the fixed beginning of the path first: that rules most routes out."""
        if not scope["path"].startswith(self.fixed_part):
            return Match.NONE, {}
        return super().matches(scope)


def api_router(prefix: str, *tags: str) -> APIRouter:
    """Make a router of the API; a route's operation id is its function's name."""
    return APIRouter(
        prefix=f"/api/v1{prefix}",
        tags=list(tags),
        route_class=Route,
        generate_unique_id_function=lambda route: route.name,
    )


def open_router() -> APIRouter:
    """Make a router outside of the API, open to anybody."""
    return APIRouter(include_in_schema=False, route_class=Route, dependencies=[OPEN_TO_ANYBODY])


def refuse_unframed(routes: Iterable[BaseRoute]) -> None:
    """Refuse to start with a route that is not a ``Route``; static files are open to anybody.

    Raises:
        TypeError: there is such a route.
    """
    for route in routes:
        files = isinstance(route, Mount) and isinstance(route.app, StaticFiles)
        if not files and not isinstance(route, Route):
            raise TypeError(f"{route}: make its router with api_router or route_class=Route")


def _frame_of(
    path: str, endpoint: Callable[..., Any], dependencies: Sequence[params.Depends]
) -> tuple[Frame, str]:
    """Return the route's frame, and the name of the parameter that takes the unit of work."""
    frames = [
        (mark, name)
        for name, parameter in inspect.signature(endpoint).parameters.items()
        for mark in get_args(parameter.annotation)
        if isinstance(mark, Frame)
    ]
    frames += [
        (_DECLARED[entry.dependency], "") for entry in dependencies if entry.dependency in _DECLARED
    ]
    if len(frames) != 1:
        raise TypeError(
            f"{path}: take one of UowDep and SnapshotDep, or depend on OPENS_UNITS "
            f"or OPEN_TO_ANYBODY; this one has {len(frames)} of them"
        )
    return frames[0]


def _framed(endpoint: Callable[..., Any], frame: Frame, parameter: str) -> Callable[..., Any]:
    """Wrap the endpoint in its units of work; ``parameter`` brings the request, takes the unit."""
    if not parameter:
        return endpoint
    run = _in_one_unit if frame is Frame.ONE_UNIT else _read_then_write

    @wraps(endpoint)
    def framed(**values: Any) -> Response:
        request: Request = values[parameter]
        return run(request, lambda uow: endpoint(**{**values, parameter: uow}))

    return framed


def _in_one_unit(request: Request, endpoint: Callable[[UnitOfWork], Response]) -> Response:
    """Sign in, run the endpoint and commit, in one transaction."""
    write = request.method not in SAFE_METHODS
    with uow_for(request, write=write) as uow:
        if not write:
            return endpoint(uow)
        return answer_once(uow, request, body_fingerprint(request), partial(endpoint, uow))


def _read_then_write(request: Request, endpoint: Callable[[UnitOfWork], Conclusion]) -> Response:
    """Read in a snapshot, then write in a transaction that begins when the snapshot has ended.

    Both sign in anew, and what the endpoint returns checks its own premises again. A request that
    already has its answer is not carried out again.
    """
    fingerprint = body_fingerprint(request)
    with uow_for(request, write=False) as uow:
        earlier = earlier_answer(uow, request, fingerprint)
        if earlier is not None:
            return earlier
        conclude = endpoint(uow)
    with uow_for(request, write=True) as uow:
        return answer_once(uow, request, fingerprint, partial(conclude, uow))


@contextmanager
def uow_for(request: Request, *, write: bool) -> Iterator[UnitOfWork]:
    """Open a unit of work of the request's sender, committed at the block's end.

    Raises:
        AuthenticationRequired: the request shows no valid credentials.
    """
    credentials = Credentials(
        bearer_token(request),
        request.scope["request_id"],
        client_address(request),
        changes=request.method not in SAFE_METHODS,
    )
    with request.app.state.open_uow(credentials, write=write) as uow:
        request.scope["user_id"] = uow.actor.user_id
        yield uow


def _query_model(endpoint: Callable[..., Any]) -> tuple[str, type[BaseModel]] | None:
    """Return the name and the model of the endpoint's parameter marked ``FromQuery``."""
    for name, parameter in inspect.signature(endpoint).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            kind, *marks = get_args(parameter.annotation)
            if any(mark is FromQuery or isinstance(mark, FromQuery) for mark in marks):
                return name, kind
    return None


def _read_by_dependency(endpoint: Callable[..., Any], name: str, model: type[BaseModel]) -> None:
    """Let FastAPI get the parameter from our reader, which reports flaws as ours."""
    signature = inspect.signature(endpoint)
    reader = Annotated[model, Depends(_reader(model))]  # type: ignore[valid-type]
    parameters = [
        parameter.replace(annotation=reader) if parameter.name == name else parameter
        for parameter in signature.parameters.values()
    ]
    endpoint.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]


def _repeatable(model: type[BaseModel]) -> dict[str, bool]:
    """Return the query parameters of a model, and whether each may be given several times."""
    return {
        field.alias or name: get_origin(field.annotation) is list
        for name, field in model.model_fields.items()
    }


def _reader(model: type[BaseModel]) -> Callable[[Request], Awaitable[BaseModel]]:
    is_list = _repeatable(model)

    async def read(request: Request) -> BaseModel:
        values: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if is_list.get(name):
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        try:
            return model.model_validate(values)
        except ValidationError as error:
            errors = [{**part, "loc": ("query", *part["loc"])} for part in error.errors()]
            raise validation_failed(errors) from error

    return read


def _openapi_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the model's fields as OpenAPI parameters, with references written out in place."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    required = schema.get("required", [])
    parameters: list[dict[str, Any]] = []
    for name, field in schema["properties"].items():
        inlined = _inlined(field, definitions)
        parameter = {"name": name, "in": "query", "required": name in required}
        if "description" in inlined:
            parameter["description"] = inlined.pop("description")
        parameters.append({**parameter, "schema": inlined})
    return parameters


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        return [_inlined(entry, definitions) for entry in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if reference:
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return {**_inlined(definitions[reference.rsplit("/", 1)[1]], definitions), **beside}
    schema = {key: _inlined(value, definitions) for key, value in part.items()}
    # A parameter that is not given is absent: null cannot be written in a query.
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.pop("default", None)
        schema = {**choices[0], **schema}
    return schema
