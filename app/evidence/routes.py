"""Routes of evidence; a file streams to storage before its record is written."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request, Response
from fastapi import Path as InPath
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool

from app.core.http.files import Download, download_reply, feed_body
from app.core.http.replies import IfMatch, answer_once, no_content, reply, table_page
from app.core.http.routing import OPENS_UNITS, FromQuery, UowDep, api_router, uow_for
from app.core.pagination import PageBody
from app.core.uow import UnitOfWork
from app.evidence import service
from app.evidence.formats import content_disposition
from app.evidence.models import Evidence, EvidenceRevision
from app.evidence.schemas import (
    EvidenceFilters,
    EvidencePatch,
    EvidenceRead,
    EvidenceRemoval,
    EvidenceWrite,
    RevisionsBody,
    RevisionWrite,
    form_of,
)
from app.evidence.storage import CHUNK_BYTES
from app.evidence.uploads import (
    Envelope,
    FormPayloadT,
    StoredFile,
    UploadForm,
    fingerprint,
    in_custody,
)
from app.items.queries import get_any

router = api_router("", "evidence")

# The framework's limit would hide a missing permission behind a 413; ``UploadForm`` enforces the
# limit of the upload while the body comes in, with a message about files.
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
RecordUpload = Callable[[UnitOfWork, FormPayloadT, StoredFile], Response]
BINARY: dict[int | str, dict[str, Any]] = {
    status: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    for status in (200, 206)
}
RevisionNumber = Annotated[int, InPath(ge=1, le=1_000_000, description="第几次上传")]


async def receive_upload(
    request: Request,
    model: type[FormPayloadT],
    allow: Callable[[UnitOfWork], object],
    record: RecordUpload[FormPayloadT],
    max_bytes: int,
    content_digest: str | None,
    *,
    judge: Judge | None = None,
) -> Response:
    """Admit by ``allow``, stream the file to storage, then record it in a transaction of its own.

    ``judge`` refuses files beyond what any file must pass, before the file is kept.
    """
    await run_in_threadpool(_admit, request, allow)
    headers = request.headers
    envelope = Envelope(
        headers.get("content-type", ""), headers.get("content-length"), content_digest, max_bytes
    )
    storage = request.app.state.storage
    async with contextmanager_in_threadpool(storage.receive(max_bytes)) as receipt:
        form = UploadForm(envelope, receipt, model)
        await feed_body(request, form.feed, CHUNK_BYTES)

        def conclude() -> Response:
            file, payload = form.finish()
            if judge:
                judge(receipt.path, file)
            with (
                in_custody(storage, receipt, file.key) as custody,
                uow_for(request, write=True) as uow,
            ):

                def work() -> Response:
                    answer = record(uow, payload, file)
                    custody.recorded = True
                    return answer

                return answer_once(uow, request, fingerprint(file, payload), work)

        return await run_in_threadpool(conclude)


def _admit(request: Request, allow: Callable[[UnitOfWork], object]) -> None:
    with uow_for(request, write=False) as uow:
        allow(uow)


@router.post(
    "/items/{item_id}/evidence",
    name="create_evidence",
    summary="上传佐证材料",
    status_code=201,
    response_model=EvidenceRead,
    max_body_size=ANY_SIZE,
    dependencies=[OPENS_UNITS],
    openapi_extra=form_of(EvidenceWrite),
)
async def create_evidence(
    request: Request, item_id: UUID, content_digest: ContentDigest = None
) -> Response:
    """Put a file behind a record."""

    def record(uow: UnitOfWork, payload: EvidenceWrite, file: StoredFile) -> Response:
        item = service.item_to_support(uow, item_id)
        evidence = service.add_evidence(uow, item, payload, file)
        return _reply(evidence, location=f"/api/v1/evidence/{evidence.id}")

    return await receive_upload(
        request,
        EvidenceWrite,
        partial(service.item_to_support, item_id=item_id),
        record,
        _limit(request),
        content_digest,
    )


@router.post(
    "/evidence/{evidence_id}/revisions",
    name="create_evidence_revision",
    summary="上传新的文件代替原文件（原文件保留）",
    status_code=201,
    response_model=EvidenceRead,
    max_body_size=ANY_SIZE,
    dependencies=[OPENS_UNITS],
    openapi_extra=form_of(RevisionWrite),
)
async def create_evidence_revision(
    request: Request,
    evidence_id: UUID,
    if_match: IfMatch = None,
    content_digest: ContentDigest = None,
) -> Response:
    """Put a newer file in front of the earlier ones."""

    def allow(uow: UnitOfWork) -> None:
        # A repeated request names the version before its own first success: only once the body
        # is here can it be told from a late one.
        if "idempotency-key" in request.headers:
            service.get_writable(uow, evidence_id)
        else:
            service.evidence_to_change(uow, evidence_id, if_match)

    def record(uow: UnitOfWork, _payload: RevisionWrite, file: StoredFile) -> Response:
        evidence, item = service.evidence_to_change(uow, evidence_id, if_match)
        service.add_revision(uow, evidence, item, file)
        location = f"/api/v1/evidence/{evidence_id}/revisions/{evidence.newest}/content"
        return _reply(evidence, location=location)

    return await receive_upload(
        request, RevisionWrite, allow, record, _limit(request), content_digest
    )


def _limit(request: Request) -> int:
    limit: int = request.app.state.settings.max_evidence_bytes
    return limit


def _reply(
    evidence: Evidence, *, location: str | None = None, request: Request | None = None
) -> Response:
    return reply(
        EvidenceRead.model_validate(evidence),
        status=201 if location else 200,
        version=evidence.version,
        location=location,
        request=request,
    )


@router.get(
    "/items/{item_id}/evidence",
    summary="查询一条记录的佐证材料",
    response_model=PageBody[EvidenceRead],
)
def list_evidence(
    request: Request, uow: UowDep, item_id: UUID, filters: Annotated[EvidenceFilters, FromQuery]
) -> Response:
    """A record's evidence, each with its newest file."""
    statement = service.evidence_of(get_any(uow, item_id), include_deleted=filters.include_deleted)
    return table_page(request, uow.session, statement, Evidence, EvidenceRead, filters)


@router.get("/evidence/{evidence_id}", summary="查看佐证材料", response_model=EvidenceRead)
def get_evidence(request: Request, uow: UowDep, evidence_id: UUID) -> Response:
    """One piece of evidence; of a removed one the tombstone."""
    evidence, _ = service.get_evidence(uow, evidence_id)
    return _reply(evidence, request=request)


@router.patch(
    "/evidence/{evidence_id}",
    summary="更正佐证材料的说明或日期（JSON Merge Patch）",
    response_model=EvidenceRead,
)
def update_evidence(
    uow: UowDep,
    evidence_id: UUID,
    payload: EvidencePatch,  # type: ignore[valid-type]  # made from EvidenceWrite
    if_match: IfMatch = None,
) -> Response:
    """Correct what is said of a file."""
    evidence, item = service.evidence_to_change(uow, evidence_id, if_match)
    service.correct_evidence(uow, evidence, item, payload)
    return _reply(evidence)


@router.delete(
    "/evidence/{evidence_id}",
    summary="删除佐证材料（保留删除记录，不再提供文件）",
    status_code=204,
    response_class=Response,
)
def delete_evidence(
    uow: UowDep,
    evidence_id: UUID,
    removal: Annotated[EvidenceRemoval, FromQuery],
    if_match: IfMatch = None,
) -> Response:
    """Take evidence out of use."""
    evidence, item = service.evidence_to_change(uow, evidence_id, if_match)
    service.remove_evidence(uow, evidence, item, removal.reason)
    return no_content()


@router.get(
    "/evidence/{evidence_id}/revisions",
    summary="佐证材料历次上传的文件",
    response_model=RevisionsBody,
)
def list_evidence_revisions(uow: UowDep, evidence_id: UUID) -> Response:
    """Every file that the evidence ever was; of a removed one too, without their content."""
    evidence, _ = service.get_evidence(uow, evidence_id)
    rows = list(uow.session.scalars(service.revisions_of(evidence)))
    return reply(RevisionsBody.model_validate({"items": rows}))


@router.head("/evidence/{evidence_id}/content", include_in_schema=False)
@router.get(
    "/evidence/{evidence_id}/content",
    summary="下载佐证材料（最新的文件）",
    response_class=Response,
    responses=BINARY,
)
def download_evidence(request: Request, uow: UowDep, evidence_id: UUID) -> Response:
    """The newest file's bytes."""
    return _content(request, service.get_file(uow, evidence_id, None))


@router.head("/evidence/{evidence_id}/revisions/{number}/content", include_in_schema=False)
@router.get(
    "/evidence/{evidence_id}/revisions/{number}/content",
    summary="下载佐证材料某一次上传的文件",
    response_class=Response,
    responses=BINARY,
)
def download_evidence_revision(
    request: Request, uow: UowDep, evidence_id: UUID, number: RevisionNumber
) -> Response:
    """One file's bytes."""
    return _content(request, service.get_file(uow, evidence_id, number))


def _content(request: Request, revision: EvidenceRevision) -> Response:
    disposition = content_disposition(revision.filename)
    file = Download(revision.sha256, revision.size, revision.media_type, disposition)
    return download_reply(
        request, file, partial(request.app.state.storage.open, revision.storage_key)
    )
