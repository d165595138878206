"""Files over HTTP: large bodies received in steps, downloads with ranges."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app.core.http.replies import known_versions

_SANDBOX = "default-src 'none'; sandbox"
_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


async def feed_body(request: Request, take: Callable[[bytes], None], step_bytes: int) -> None:
    """Hand the body to ``take`` in steps of about ``step_bytes``, each in a worker thread.

    Only one step is held in memory, and a client that is slow to send occupies no thread.
    """
    waiting = bytearray()
    try:
        async for chunk in request.stream():
            waiting += chunk
            if len(waiting) >= step_bytes:
                await run_in_threadpool(take, bytes(waiting))
                waiting.clear()
    except ClientDisconnect as gone:
        raise HTTPException(400) from gone
    await run_in_threadpool(take, bytes(waiting))


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be sent: the strong ETag without quotes, the size in bytes, the headers."""

    tag: str
    size: int
    media_type: str
    disposition: str


def download_reply(
    request: Request, file: Download, content: Callable[[int, int], Iterator[bytes]]
) -> Response:
    """Reply with a file as a download that no browser will run, whole or in the range asked for.

    ``content`` yields the bytes between two offsets; it is read after the unit of work has ended.
    """
    etag = f'"{file.tag}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Type": file.media_type,
        "Content-Disposition": file.disposition,
        "Content-Security-Policy": _SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if {etag, f"W/{etag}", "*"} & known_versions(request):
        return Response(status_code=304, headers=headers)
    only_head = request.method == "HEAD"
    ranges = not only_head and request.headers.get("if-range", etag) == etag
    partial = asked_range(request.headers.get("range"), file.size) if ranges else None
    start, end = partial or (0, file.size)
    headers["Content-Length"] = str(end - start)
    if only_head:
        return Response(headers=headers)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return StreamingResponse(content(start, end), 206 if partial else 200, headers)


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the half-open range of bytes (start, end) that a Range header asks for.

    None stands for the whole file: also for a header that is malformed, has another unit or names
    several ranges, all of which RFC 9110 §14.2 lets a server ignore.

    Raises:
        HTTPException: 416, the range begins behind the file's end.
    """
    match = _ONE_RANGE.fullmatch((header or "").strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(0, size - int(last)), size
    if start >= size:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return start, end
