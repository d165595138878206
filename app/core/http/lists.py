"""Lists over HTTP: the page object as bytes, and its links."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from app.core.http.replies import JSON_TYPE


def page_reply(
    request: Request,
    rows: bytes,
    next_cursor: str | None,
    prev_cursor: str | None,
    **more: Any,
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
