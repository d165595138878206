"""The routes of evidence: upload, list, download, correct, replace, remove."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response

from app.core.http.files import Download, download_reply
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, no_content, reply
from app.core.http.simple_lists import table_page
from app.core.http.unit import OPENS_UNITS, UnitDep, api_router
from app.core.pages import PageBody
from app.core.unit import Unit
from app.evidence import queries, service
from app.evidence.models import Evidence, EvidenceRevision
from app.evidence.names import content_disposition
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
from app.evidence.upload_routes import ANY_SIZE, ContentDigest, receive_upload
from app.evidence.uploads import StoredFile
from app.items.queries import get_any

router = api_router("", "evidence")

BINARY: dict[int | str, dict[str, Any]] = {
    status: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    for status in (200, 206)
}
RevisionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="第几次上传")]


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
    request: Request,
    item_id: UUID,
    content_digest: ContentDigest = None,
) -> Response:
    """Put a file behind a record."""

    def allow(unit: Unit) -> None:
        service.item_to_support(unit, item_id)

    def record(unit: Unit, wish: EvidenceWrite, file: StoredFile) -> Response:
        item = service.item_to_support(unit, item_id)
        evidence = service.add_evidence(unit, item, wish, file).evidence
        return _reply(evidence, location=f"/api/v1/evidence/{evidence.id}")

    return await receive_upload(
        request, EvidenceWrite, allow, record, _limit(request), content_digest
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

    def allow(unit: Unit) -> None:
        found = service.evidence_to_change(unit, evidence_id)
        # A repeated request names the version before its own first success: only once the body
        # is here can it be told from a late one.
        if "idempotency-key" not in request.headers:
            service.insist_on_version(found.evidence, if_match)

    def record(unit: Unit, _wish: RevisionWrite, file: StoredFile) -> Response:
        found = service.evidence_to_change(unit, evidence_id)
        service.insist_on_version(found.evidence, if_match)
        service.add_revision(unit, found, file)
        number = found.evidence.newest
        location = f"/api/v1/evidence/{evidence_id}/revisions/{number}/content"
        return _reply(found.evidence, location=location)

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
    name="list_evidence",
    summary="查询一条记录的佐证材料",
    response_model=PageBody[EvidenceRead],
)
def list_evidence(
    request: Request, unit: UnitDep, item_id: UUID, filters: Annotated[EvidenceFilters, FromQuery]
) -> Response:
    """A record's evidence, each with its newest file."""
    statement = queries.evidence_of(get_any(unit, item_id), include_deleted=filters.include_deleted)
    return table_page(request, unit.session, statement, Evidence, EvidenceRead, filters)


@router.get(
    "/evidence/{evidence_id}",
    name="get_evidence",
    summary="查看佐证材料",
    response_model=EvidenceRead,
)
def get_evidence(request: Request, unit: UnitDep, evidence_id: UUID) -> Response:
    """One piece of evidence; of a removed one the tombstone."""
    return _reply(queries.get_evidence(unit, evidence_id).evidence, request=request)


@router.patch(
    "/evidence/{evidence_id}",
    name="update_evidence",
    summary="更正佐证材料的说明或日期（JSON Merge Patch）",
    response_model=EvidenceRead,
)
def update_evidence(
    unit: UnitDep,
    evidence_id: UUID,
    payload: EvidencePatch,  # type: ignore[valid-type]  # made from EvidenceWrite
    if_match: IfMatch = None,
) -> Response:
    """Correct what is said of a file."""
    found = service.evidence_to_change(unit, evidence_id)
    service.insist_on_version(found.evidence, if_match)
    service.correct_evidence(unit, found, payload)
    return _reply(found.evidence)


@router.delete(
    "/evidence/{evidence_id}",
    name="delete_evidence",
    summary="删除佐证材料（保留删除记录，不再提供文件）",
    status_code=204,
    response_class=Response,
)
def delete_evidence(
    unit: UnitDep,
    evidence_id: UUID,
    removal: Annotated[EvidenceRemoval, FromQuery],
    if_match: IfMatch = None,
) -> Response:
    """Take evidence out of use."""
    found = service.evidence_to_change(unit, evidence_id)
    service.insist_on_version(found.evidence, if_match)
    service.remove_evidence(unit, found, removal.reason)
    return no_content()


@router.get(
    "/evidence/{evidence_id}/revisions",
    name="list_evidence_revisions",
    summary="佐证材料历次上传的文件",
    response_model=RevisionsBody,
)
def list_evidence_revisions(unit: UnitDep, evidence_id: UUID) -> Response:
    """Every file that the evidence ever was; of a removed one too, without their content."""
    evidence = queries.get_evidence(unit, evidence_id).evidence
    rows = list(unit.session.scalars(queries.revisions_of(evidence)))
    return reply(RevisionsBody.model_validate({"items": rows}))


@router.head("/evidence/{evidence_id}/content", include_in_schema=False)
@router.get(
    "/evidence/{evidence_id}/content",
    name="download_evidence",
    summary="下载佐证材料（最新的文件）",
    response_class=Response,
    responses=BINARY,
)
def download_evidence(request: Request, unit: UnitDep, evidence_id: UUID) -> Response:
    """The newest file's bytes."""
    return _content(request, queries.get_file(unit, evidence_id, None))


@router.head("/evidence/{evidence_id}/revisions/{number}/content", include_in_schema=False)
@router.get(
    "/evidence/{evidence_id}/revisions/{number}/content",
    name="download_evidence_revision",
    summary="下载佐证材料某一次上传的文件",
    response_class=Response,
    responses=BINARY,
)
def download_evidence_revision(
    request: Request, unit: UnitDep, evidence_id: UUID, number: RevisionNumber
) -> Response:
    """One file's bytes."""
    return _content(request, queries.get_file(unit, evidence_id, number))


def _content(request: Request, revision: EvidenceRevision) -> Response:
    disposition = content_disposition(revision.filename)
    file = Download(revision.sha256, revision.size, revision.media_type, disposition)
    content = partial(request.app.state.storage.open, revision.storage_key)
    return download_reply(request, file, content)
