"""Replies of the API: JSON, ETags, formats, pages of lists, answers under idempotency keys."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Header, HTTPException, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core import idempotency
from app.core.changes import etag
from app.core.errors import Forbidden, NotAcceptable
from app.core.pagination import Order, Page, PageParameters, after, filter_scope, ordered, page_of
from app.core.uow import UnitOfWork

CREATED = 201
JSON_TYPE = "application/json"
YAML_TYPE = "application/yaml"
YAML_TYPES = frozenset({YAML_TYPE, "application/x-yaml", "text/yaml", "text/x-yaml"})
FORMATS = (JSON_TYPE, YAML_TYPE)
RANGES: Mapping[str, str] = {
    "*/*": JSON_TYPE,
    "application/*": JSON_TYPE,
    "text/*": YAML_TYPE,
    **dict.fromkeys(YAML_TYPES, YAML_TYPE),
}
IN_BOTH: dict[int | str, dict[str, Any]] = {
    200: {"content": {YAML_TYPE: {"schema": {"type": "string"}}}}
}
REPLAYED = ("location", "etag")
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="所依据的版本（读取时返回的 ETag）", examples=['"3"']),
]
IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="幂等键：同一键重复提交只执行一次，24 小时内返回首次结果",
    ),
]


def reply(
    body: BaseModel,
    *,
    status: int = 200,
    version: int | None = None,
    location: str | None = None,
    request: Request | None = None,
) -> Response:
    """Reply with JSON; 304 when the request, given for reads, already has this version."""
    headers: dict[str, str] = {}
    if version is not None:
        headers["ETag"] = etag(version)
    if location is not None:
        headers["Location"] = location
    if request is not None and headers.get("ETag") in known_versions(request):
        return Response(status_code=304, headers=headers)
    return Response(body.model_dump_json().encode(), status, headers, JSON_TYPE)


def row_reply(
    read: type[BaseModel],
    row: Any,  # noqa: ANN401 - of any mapped class that has a version
    *,
    created_in: str | None = None,
    request: Request | None = None,
) -> Response:
    """Reply with a row that is shown as it is mapped; 201 when it was made in a collection."""
    return reply(
        read.model_validate(row),
        status=CREATED if created_in else 200,
        version=row.version,
        location=f"/api/v1/{created_in}/{row.id}" if created_in else None,
        request=request,
    )


def json_reply(body: bytes) -> Response:
    """Reply with JSON that is already written."""
    return Response(body, media_type=JSON_TYPE)


def known_versions(request: Request) -> set[str]:
    """Return the ETags in If-None-Match."""
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def no_content() -> Response:
    """Reply to a removal with 204."""
    return Response(status_code=204)


def preferred(request: Request, offered: Collection[str], ranges: Mapping[str, str]) -> str:
    """Choose the first acceptable format, by quality and then by order.

    ``ranges`` maps ``*/*``, ``text/*`` and the like to the format that is sent for them.

    Raises:
        NotAcceptable: none of the asked formats is offered.
    """
    asked: list[tuple[float, str]] = []
    for entry in request.headers.get("accept", "*/*").split(","):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        stated = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        is_number = stated.replace(".", "", 1).isdigit()
        asked.append((float(stated) if is_number else 0.0, media_type.lower()))
    for quality, media_type in sorted(asked, key=lambda pair: -pair[0]):
        format_ = ranges.get(media_type, media_type)
        if quality > 0 and format_ in offered:
            return format_
    raise NotAcceptable(f"只提供 {'、'.join(offered)}。")


def body_in_both(schema: str, as_json: Mapping[str, object], as_yaml: str) -> dict[str, Any]:
    """Describe a body that is JSON or YAML and read by us, not by the framework.

    ``schema`` is the name of a payload that the description has because a route answers with it.
    """
    reference = {"$ref": f"#/components/schemas/{schema}"}
    content = {
        JSON_TYPE: {"schema": reference, "example": dict(as_json)},
        YAML_TYPE: {"schema": {"type": "string", "examples": [as_yaml]}},
    }
    return {"requestBody": {"required": True, "content": content}}


async def _body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_body)]


def is_yaml(request: Request) -> bool:
    """Tell whether a body was sent as YAML, not as JSON.

    Raises:
        HTTPException: 415, it is neither.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in YAML_TYPES and media_type != JSON_TYPE:
        raise HTTPException(415)
    return media_type in YAML_TYPES


def text_reply(
    request: Request,
    as_json: Callable[[], bytes],
    as_yaml: Callable[[], bytes],
    version: int | None,
) -> Response:
    """Reply with a document in the format that Accept asks for; 304 for a known version."""
    media_type = preferred(request, FORMATS, RANGES)
    headers = {"Vary": "Accept"}
    if version is not None:
        headers["ETag"] = etag(version)
        if headers["ETag"] in known_versions(request):
            return Response(status_code=304, headers=headers)
    if media_type == YAML_TYPE:
        headers["Content-Type"] = f"{YAML_TYPE}; charset=utf-8"
        return Response(as_yaml(), headers=headers)
    return Response(as_json(), 200, headers, JSON_TYPE)


def page_reply(
    request: Request, rows: bytes, next_cursor: str | None, prev_cursor: str | None, **extra: Any
) -> Response:
    """Reply with a page of a list whose rows are already a JSON array."""
    tail = json.dumps({"next_cursor": next_cursor, "prev_cursor": prev_cursor, **extra})
    links = [
        f'<{_with_cursor(request, cursor)}>; rel="{relation}"'
        for relation, cursor in (("next", next_cursor), ("prev", prev_cursor))
        if cursor
    ]
    headers = {"Link": ", ".join(links)} if links else {}
    return Response(b'{"items":' + rows + b"," + tail[1:].encode(), 200, headers, JSON_TYPE)


def _with_cursor(request: Request, cursor: str) -> str:
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f"{request.url.path}?{urlencode([*query, ('cursor', cursor)])}"


def read_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    order: type[Any] | Order,
    parameters: PageParameters,
) -> Page:
    """Read one page of a mapped class, in the order of its ids, which is that of creation.

    With an ``Order`` by day instead: of rows that have ``key`` (the day) and ``id``.
    """
    by_day = isinstance(order, Order)
    order = order if isinstance(order, Order) else Order(order.id, order.id, descending=False)
    cursors = request.app.state.cursors
    scope = filter_scope(request.url.path, parameters)
    cursor = cursors.read(parameters.cursor, scope) if parameters.cursor else None
    backward = cursor is not None and cursor.backward
    if cursor is not None:
        place = date.fromisoformat(cursor.key) if by_day else cursor.id
        statement = statement.where(after(order, place, cursor.id, backward=backward))
    statement = ordered(statement, order, backward=backward).limit(parameters.limit + 1)
    read, key = (session.execute, "key") if by_day else (session.scalars, "id")
    rows = read(statement).all()
    return page_of(
        rows, limit=parameters.limit, cursor=cursor, key=key, scope=scope, cursors=cursors
    )


def table_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    model: type[Any],
    row: type[BaseModel],
    parameters: PageParameters,
) -> Response:
    """Reply with a page of a mapped class, its rows shown as ``row``."""
    page = read_page(request, session, statement, model, parameters)
    return shown_page(request, page, [row.model_validate(mapped) for mapped in page.rows])


def shown_page(request: Request, page: Page, rows: Sequence[BaseModel]) -> Response:
    """Reply with a page whose rows have been made into what is shown."""
    return page_reply(request, to_json(rows), page.next_cursor, page.prev_cursor)


def body_fingerprint(request: Request) -> bytes:
    """Return the SHA-256 of the body, for requests whose body says all that they ask for."""
    return hashlib.sha256(getattr(request, "_body", b"")).digest()


def answer_once(
    uow: UnitOfWork, request: Request, fingerprint: bytes, work: Callable[[], Response]
) -> Response:
    """Do the work, or send again the answer that the request's idempotency key already has.

    ``fingerprint`` is a SHA-256 of what the request asks for; the key is bound to it.

    Raises:
        Forbidden: the first answer's reader has lost a permission since.
    """
    scope = _scope(uow, request)
    if scope is None:
        return work()
    earlier = idempotency.claim(uow.session, scope, fingerprint, uow.now())
    if earlier is not None:
        return _replay(earlier, uow)
    response = work()
    headers = {name: response.headers[name] for name in REPLAYED if name in response.headers}
    body, reach = bytes(response.body), idempotency.reach_of(uow.actor)
    answer = idempotency.Answer(response.status_code, headers, body, response.media_type, reach)
    idempotency.remember(uow.session, scope, answer)
    return response


def earlier_answer(uow: UnitOfWork, request: Request, fingerprint: bytes) -> Response | None:
    """Return the answer that the request's key already has, without claiming the key.

    Raises:
        Forbidden: the first answer's reader has lost a permission since.
    """
    scope = _scope(uow, request)
    if scope is None:
        return None
    earlier = idempotency.find(uow.session, scope, fingerprint, uow.now())
    return _replay(earlier, uow) if earlier else None


def _scope(uow: UnitOfWork, request: Request) -> bytes | None:
    """Return what the request's idempotency key is stored under; None without a key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    route = f"{request.method} {request.url.path}"
    return idempotency.scope_of(str(uow.actor.user_id), route, key)


def _replay(earlier: idempotency.Answer, uow: UnitOfWork) -> Response:
    # The work, which checks rights, is not done again; the body may show a record that its first
    # reader may no longer see.
    if not idempotency.still_permitted(earlier, uow.actor):
        raise Forbidden("首次提交之后您的权限已有变动，不再重发首次的结果；请直接查询。")
    headers = {**earlier.headers, "Idempotency-Replayed": "true"}
    return Response(earlier.body, earlier.status, headers, earlier.media_type)
