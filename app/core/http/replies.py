"""Replies: JSON bytes made inside the unit of work, ETags, preconditions."""

from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel

from app.core.versions import etag

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


def json_reply(body: bytes) -> Response:
    """The same of JSON that is written already."""
    return Response(body, media_type=JSON_TYPE)


def known_versions(request: Request) -> set[str]:
    """The ETags in If-None-Match."""
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def no_content() -> Response:
    """The reply to a removal."""
    return Response(status_code=204)
