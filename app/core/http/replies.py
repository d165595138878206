"""Answers of the API: JSON bytes, ETags, formats, pages of lists, repeated answers."""

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
from app.core.pagination import Order, Page, PageParameters, after, filter_scope, ordered, turn
from app.core.uow import UnitOfWork

REPLAYED = ("location", "etag")


def body_fingerprint(request: Request) -> bytes:
    """What stands for a body that the framework has read, where it is all that is asked for."""
    return hashlib.sha256(getattr(request, "_body", b"")).digest()


def answer_once(
    uow: UnitOfWork, request: Request, fingerprint: bytes, work: Callable[[], Response]
) -> Response:
    """Do the work; under an idempotency key, give the answer that the key already has.

    ``fingerprint`` is a SHA-256 of what the request asks for: the key stands for that alone.

    Raises:
        Forbidden: whoever got the first answer has lost a role since.
    """
    scope = _scope(uow, request)
    if scope is None:
        return work()
    earlier = idempotency.begin(uow.session, scope, fingerprint, uow.now())
    if earlier is not None:
        return _again(earlier, uow)
    response = work()
    kept = {name: response.headers[name] for name in REPLAYED if name in response.headers}
    answer = idempotency.Answer(
        response.status_code,
        kept,
        bytes(response.body),
        response.media_type,
        idempotency.reach_of(uow.actor),
    )
    idempotency.remember(uow.session, scope, answer)
    return response


def earlier_answer(uow: UnitOfWork, request: Request, fingerprint: bytes) -> Response | None:
    """The answer that the request's key has already; nothing is claimed.

    Raises:
        Forbidden: whoever got that answer has lost a role since.
    """
    scope = _scope(uow, request)
    if scope is None:
        return None
    earlier = idempotency.find(uow.session, scope, fingerprint, uow.now())
    return _again(earlier, uow) if earlier else None


def _scope(uow: UnitOfWork, request: Request) -> bytes | None:
    """What the request's idempotency key is known by; None without one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    route = f"{request.method} {request.url.path}"
    return idempotency.scope_of(str(uow.actor.user_id), route, key)


def _again(earlier: idempotency.Answer, uow: UnitOfWork) -> Response:
    # The route checks rights in its work, which is not done again; the body may show a record
    # that its first reader has since lost.
    if not idempotency.still_permitted(earlier, uow.actor):
        raise Forbidden("首次提交之后您的权限已有变动，不再重发首次的结果；请直接查询。")
    headers = {**earlier.headers, "Idempotency-Replayed": "true"}
    return Response(earlier.body, earlier.status, headers, earlier.media_type)


JSON_TYPE = "application/json"
CREATED = 201
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
    """A JSON reply; 304 when the request (given for reads) already has this version."""
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
    """The reply of a row that is shown as it is mapped; 201 when it was made in a collection."""
    return reply(
        read.model_validate(row),
        status=CREATED if created_in else 200,
        version=row.version,
        location=f"/api/v1/{created_in}/{row.id}" if created_in else None,
        request=request,
    )


def json_reply(body: bytes) -> Response:
    """The same of JSON that is written already."""
    return Response(body, media_type=JSON_TYPE)


def known_versions(request: Request) -> set[str]:
    """The ETags in If-None-Match."""
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def no_content() -> Response:
    """The reply to a removal."""
    return Response(status_code=204)


def preferred(request: Request, offered: Collection[str], ranges: Mapping[str, str]) -> str:
    """The first acceptable format, by quality and then by order.

    ``ranges`` says which format is sent to those who ask for ``*/*``, ``text/*`` and the like.

    Raises:
        NotAcceptable: none of the asked formats is offered.
    """
    asked: list[tuple[float, str]] = []
    for entry in request.headers.get("accept", "*/*").split(","):
        media_type, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        asked.append((float(quality) if _is_number(quality) else 0.0, media_type.lower()))
    for weight, wanted in sorted(asked, key=lambda pair: -pair[0]):
        named = ranges.get(wanted, wanted)
        if weight > 0 and named in offered:
            return named
    raise NotAcceptable(f"只提供 {'、'.join(offered)}。")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


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


def body_in_both(schema: str, as_json: Mapping[str, object], as_yaml: str) -> dict[str, Any]:
    """How the API's description shows such a body: it is read here, not by the framework.

    ``schema`` is the name of a payload that is described because some route answers with it.
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
    """Whether a body was sent as YAML; otherwise it is JSON, and anything else answers 415."""
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
    """A document in the format that Accept wants; 304 when its reader has this version."""
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
    request: Request, rows: bytes, next_cursor: str | None, prev_cursor: str | None, **more: Any
) -> Response:
    """The reply of a list whose rows are already a JSON array."""
    tail = json.dumps({"next_cursor": next_cursor, "prev_cursor": prev_cursor, **more})
    links = [
        f'<{_with_cursor(request, cursor)}>; rel="{relation}"'
        for relation, cursor in (("next", next_cursor), ("prev", prev_cursor))
        if cursor
    ]
    headers = {"Link": ", ".join(links)} if links else {}
    return Response(b'{"items":' + rows + b"," + tail[1:].encode(), 200, headers, JSON_TYPE)


def _with_cursor(request: Request, cursor: str) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def read_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    order: type[Any] | Order,
    parameters: PageParameters,
) -> Page:
    """One page of a mapped class, in the order of its ids (the order of creation).

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
    read, key = (session.execute, "key") if by_day else (session.scalars, "id")
    rows = read(ordered(statement, order, backward=backward).limit(parameters.limit + 1)).all()
    return turn(rows, limit=parameters.limit, cursor=cursor, key=key, scope=scope, cursors=cursors)


def table_page(
    request: Request,
    session: Session,
    statement: Select[Any],
    model: type[Any],
    row: type[BaseModel],
    parameters: PageParameters,
) -> Response:
    """The reply of a page whose rows are shown as they are mapped."""
    page = read_page(request, session, statement, model, parameters)
    return shown_page(request, page, [row.model_validate(entry) for entry in page.rows])


def shown_page(request: Request, page: Page, rows: Sequence[BaseModel]) -> Response:
    """The reply of a page whose rows have been made into what is shown."""
    return page_reply(request, to_json(rows), page.next_cursor, page.prev_cursor)
