"""HTTP around units of work.

A route says in one of four ways how it meets the database, or the service does not start:

- ``uow: UowDep`` (any name): the route is one unit. Sign-in, the endpoint and the commit run in
  one hop to a worker thread, and the commit is done before the response is sent: a failed commit
  is answered as an error.
- ``uow: SnapshotDep``: a change that must read for long before it writes. Its unit reads, keeps
  nobody from writing, and the endpoint returns what is to be done in the unit that writes.
- ``dependencies=[OPENS_UNITS]``: the route calls ``uow_for`` itself, because slow work lies
  between reading and writing.
- ``dependencies=[OPEN_TO_ANYBODY]``: whoever asks is answered, without sign-in.
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


class FromQuery:
    """Marks an endpoint's parameter whose type's fields are the query parameters."""


def query_model(endpoint: Callable[..., Any]) -> tuple[str, type[BaseModel]] | None:
    """The name and the type of an endpoint's parameter that is read from the query."""
    for name, parameter in inspect.signature(endpoint).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            kind, *marks = get_args(parameter.annotation)
            if any(mark is FromQuery or isinstance(mark, FromQuery) for mark in marks):
                return name, kind
    return None


def read_by_dependency(endpoint: Callable[..., Any], name: str, model: type[BaseModel]) -> None:
    """Let FastAPI get the parameter from our reader instead of its own."""
    signature = inspect.signature(endpoint)
    reader = Annotated[model, Depends(_reader(model))]  # type: ignore[valid-type]
    parameters = [
        parameter.replace(annotation=reader) if parameter.name == name else parameter
        for parameter in signature.parameters.values()
    ]
    endpoint.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]


def repeatable(model: type[BaseModel]) -> dict[str, bool]:
    """The parameters that a model declares, and whether each may be given several times."""
    return {
        field.alias or name: get_origin(field.annotation) is list
        for name, field in model.model_fields.items()
    }


def _reader(model: type[BaseModel]) -> Callable[[Request], Awaitable[BaseModel]]:
    lists = frozenset(name for name, many in repeatable(model).items() if many)

    async def read(request: Request) -> BaseModel:
        given: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name in lists:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise validation_failed(
                [{**flaw, "loc": ("query", *flaw["loc"])} for flaw in error.errors()]
            ) from error

    return read


def described(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The model's fields as OpenAPI parameters; what they refer to is written out in place."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    required = schema.get("required", [])
    parameters: list[dict[str, Any]] = []
    for name, field in schema["properties"].items():
        shown = _inlined(field, definitions)
        parameter = {"name": name, "in": "query", "required": name in required}
        if "description" in shown:
            parameter["description"] = shown.pop("description")
        parameters.append({**parameter, "schema": shown})
    return parameters


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        return [_inlined(entry, definitions) for entry in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if reference:
        kept = {key: value for key, value in part.items() if key != "$ref"}
        return {**_inlined(definitions[reference.rsplit("/", 1)[1]], definitions), **kept}
    shown = {key: _inlined(value, definitions) for key, value in part.items()}
    # A parameter that is not given is absent: there is no way to write null in a query.
    choices = [choice for choice in shown.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1 and "anyOf" in shown:
        del shown["anyOf"]
        shown.pop("default", None)
        shown = {**choices[0], **shown}
    return shown


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Frame(Enum):
    """How a route meets the database."""

    ONE_UNIT = "one unit"
    SNAPSHOT_FIRST = "a unit that reads, then one that writes"
    OPENS_UNITS = "opens units itself"
    OPEN_TO_ANYBODY = "open to anybody"


async def _with_token(request: Request) -> Request:
    """Refuse what needs no database; the frame puts the unit in the place of the request."""
    await refuse_unknown_parameters(request)
    bearer_token(request)
    return request


async def _open_to_anybody() -> None:
    """Ask nothing of the sender."""


async def _idempotency_key(key: IdempotencyKeyHeader = None) -> str | None:
    """Describe the header; ``answer_once`` reads it."""
    return key


UowDep = Annotated[UnitOfWork, Depends(_with_token), Frame.ONE_UNIT]
SnapshotDep = Annotated[UnitOfWork, Depends(_with_token), Frame.SNAPSHOT_FIRST]
OPENS_UNITS = Depends(_with_token)
OPEN_TO_ANYBODY = Depends(_open_to_anybody)
_DECLARED = {_with_token: Frame.OPENS_UNITS, _open_to_anybody: Frame.OPEN_TO_ANYBODY}
Conclusion = Callable[[UnitOfWork], Response]


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


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare, and single ones given twice."""
    route: Route = request.scope["route"]
    known = route.declared
    flaws = []
    for name in request.query_params:
        if name not in known:
            words = "不认识的查询参数，请核对名称或删去"
            flaws.append(FieldError("parameter_unknown", words, parameter=name))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            words = "这个查询参数只能出现一次"
            flaws.append(FieldError("parameter_repeated", words, parameter=name))
    if flaws:
        raise ValidationFailed(f"{flaws[0].parameter}：{flaws[0].detail}", flaws=flaws)


class Route(APIRoute):
    """A route that meets the database in one of the ways of ``Frame``.

    A parameter marked ``FromQuery`` takes the whole query; no other query parameter is accepted.
    A signed-in POST that creates something takes an idempotency key. ``declared`` holds the query
    parameters, and whether each may be repeated.

    Raises:
        TypeError: the endpoint says in none of the ways, or in several, how it meets the database.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.declared: dict[str, bool] = {}
        self.fixed_part = path.partition("{")[0]
        dependencies = options.get("dependencies") or []
        self.frame, parameter = _frame_of(path, endpoint, dependencies)
        asked = query_model(endpoint)
        framed = _framed(endpoint, self.frame, parameter)
        if asked:
            name, model = asked
            self.declared = repeatable(model)
            read_by_dependency(framed, name, model)
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "parameters": described(model)}
        creates = options.get("methods") == ["POST"] and options.get("status_code") == CREATED
        if creates and self.frame is not Frame.OPEN_TO_ANYBODY:
            options["dependencies"] = [*dependencies, Depends(_idempotency_key)]
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


def open_router() -> APIRouter:
    """A router outside of the API, for anybody."""
    return APIRouter(include_in_schema=False, route_class=Route, dependencies=[OPEN_TO_ANYBODY])


def refuse_strangers(routes: Iterable[BaseRoute]) -> None:
    """Refuse to start with a route that is not a ``Route``; files of our own are for anybody.

    Raises:
        TypeError: there is one.
    """
    for route in routes:
        files = isinstance(route, Mount) and isinstance(route.app, StaticFiles)
        if not files and not isinstance(route, Route):
            raise TypeError(f"{route}: make its router with api_router or route_class=Route")


def _frame_of(
    path: str, endpoint: Callable[..., Any], dependencies: Sequence[params.Depends]
) -> tuple[Frame, str]:
    """The route's frame, and the name of the parameter that takes the unit of work."""
    frames = [
        (mark, name)
        for name, parameter in inspect.signature(endpoint).parameters.items()
        for mark in get_args(parameter.annotation)
        if isinstance(mark, Frame)
    ]
    frames += [
        (_DECLARED[one.dependency], "") for one in dependencies if one.dependency in _DECLARED
    ]
    if len(frames) != 1:
        raise TypeError(
            f"{path}: take one of UowDep and SnapshotDep, or depend on OPENS_UNITS "
            f"or OPEN_TO_ANYBODY; this one has {len(frames)} of them"
        )
    return frames[0]


def _framed(endpoint: Callable[..., Any], frame: Frame, parameter: str) -> Callable[..., Any]:
    """The endpoint inside its units of work; ``parameter`` brings the request, takes the unit."""
    if not parameter:
        return endpoint
    run = _in_one_unit if frame is Frame.ONE_UNIT else _read_then_written

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


def _read_then_written(request: Request, endpoint: Callable[[UnitOfWork], Conclusion]) -> Response:
    """Read in a snapshot, then write in a transaction that begins when the snapshot has ended.

    Who it is and what he may do is asked in both; the endpoint asks for its part again in what it
    returns. A request that has its answer already is not carried out again.
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
    """A unit of work of whoever sent the request, committed when the block ends.

    Raises:
        AuthenticationRequired: the request shows no valid credentials.
    """
    changes = request.method not in SAFE_METHODS
    place = request.scope["request_id"], client_address(request)
    who = Credentials(bearer_token(request), *place, changes)
    with request.app.state.open_uow(who, write=write) as uow:
        request.scope["user_id"] = uow.actor.user_id
        yield uow
