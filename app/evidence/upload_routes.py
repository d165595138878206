"""How a route takes a file in: let in who may, stream it to storage, record it in a transaction."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import Header, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool

from app.core.http.files import feed_body
from app.core.http.replays import answer_once
from app.core.http.unit import unit_for
from app.core.unit import Unit
from app.evidence.storage import CHUNK_BYTES, Receipt
from app.evidence.uploads import Envelope, StoredFile, UploadForm, Wish, fingerprint, in_custody

# The framework's limit would hide a missing permission behind a 413; the limit of the upload is
# enforced by ``UploadForm``, while the body comes in, and with words about files.
ANY_SIZE = sys.maxsize
ContentDigest = Annotated[
    str | None,
    Header(
        alias="Content-Digest",
        description="可选：请求体或其中文件的摘要（RFC 9530），不符则拒收",
        examples=["sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:"],
    ),
]
Judge = Callable[[Path, StoredFile], None]
Record = Callable[[Unit, Wish, StoredFile], Response]


def _any_file(_path: Path, _file: StoredFile) -> None:
    """Every kind of file that can be evidence will do."""


async def receive_upload(
    request: Request,
    model: type[Wish],
    allow: Callable[[Unit], None],
    record: Record[Wish],
    max_bytes: int,
    content_digest: str | None,
    *,
    judge: Judge = _any_file,
) -> Response:
    """Let in who may, stream the file to storage, then record it in a transaction of its own.

    ``judge`` looks at the whole file before it is kept, beyond what any file must pass.
    """
    await run_in_threadpool(_let_in, request, allow)
    headers = request.headers
    envelope = Envelope(
        headers.get("content-type", ""),
        headers.get("content-length"),
        content_digest,
        max_bytes,
    )
    storage = request.app.state.storage
    async with contextmanager_in_threadpool(storage.receive(max_bytes)) as receipt:
        form = UploadForm(envelope, receipt, model)
        await feed_body(request, form.feed, CHUNK_BYTES)

        def conclude() -> Response:
            file, wish = form.finish()
            judge(receipt.path, file)
            return _recorded(request, receipt, file, wish, record)

        return await run_in_threadpool(conclude)


def _let_in(request: Request, allow: Callable[[Unit], None]) -> None:
    with unit_for(request, write=False) as unit:
        allow(unit)


def _recorded(
    request: Request, receipt: Receipt, file: StoredFile, wish: Wish, record: Record[Wish]
) -> Response:
    with (
        in_custody(request.app.state.storage, receipt, file.key) as custody,
        unit_for(request, write=True) as unit,
    ):

        def work() -> Response:
            answer = record(unit, wish, file)
            custody.recorded = True
            return answer

        return answer_once(unit, request, fingerprint(file, wish), work)
