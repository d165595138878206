"""Documents that people write by hand: taken as JSON or YAML, answered in whichever is asked."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response

from app.core.http.negotiation import preferred
from app.core.http.replies import JSON_TYPE, known_versions
from app.core.versions import etag

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
