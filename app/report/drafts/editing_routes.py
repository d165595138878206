"""Routes of editing, refreshing and versions of a report."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.core.changes import expect_version
from app.core.http.replies import IfMatch, reply, table_page
from app.core.http.routing import Conclusion, FromQuery, SnapshotDep, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.uow import UnitOfWork
from app.report.drafts import editing, refresh, service, tracing, versions
from app.report.drafts.block_rows import read_of
from app.report.drafts.editing import BlockMove, BlockPatch, BlockWrite
from app.report.drafts.models import ReportVersion
from app.report.drafts.refresh import ChangesParameters, ChangesRead, UpdateWrite
from app.report.drafts.schemas import BlockRead, ReportRead
from app.report.drafts.tracing import TraceRead, UncitedRead
from app.report.drafts.versions import (
    ComparisonParameters,
    ComparisonRead,
    Number,
    VerificationRead,
    VersionRead,
    VersionSummary,
    VersionWrite,
)

router = api_router("/reports/{report_id}", "reports")


@router.post(
    "/blocks", summary="在草稿中加入标题、文字或表格", status_code=201, response_model=BlockRead
)
def create_report_block(uow: UowDep, report_id: UUID, payload: BlockWrite) -> Response:
    """Put a block of one's own into a draft."""
    block = editing.add_block(uow, service.get_draft(uow, report_id), payload)
    location = f"/api/v1/reports/{report_id}/blocks/{block.id}"
    return reply(read_of(block), status=201, version=block.version, location=location)


@router.get("/blocks/{block_id}", summary="查看报告的一段", response_model=BlockRead)
def get_report_block(uow: UowDep, report_id: UUID, block_id: UUID) -> Response:
    """A block; its ETag is what changing it takes. Its position may change without it: no 304."""
    block = service.get_block(uow, service.visible_report(uow, report_id), block_id)
    return reply(read_of(block), version=block.version)


@router.patch(
    "/blocks/{block_id}",
    summary="修改草稿的一段：改写、删去、恢复；依据和原文保留",
    response_model=BlockRead,
)
def update_report_block(
    uow: UowDep, report_id: UUID, block_id: UUID, payload: BlockPatch, if_match: IfMatch = None
) -> Response:
    """Change a block of a draft."""
    report = service.get_draft(uow, report_id)
    block = service.get_block(uow, report, block_id)
    expect_version(block.version, if_match)
    editing.change_block(uow, report, block, payload)
    return reply(read_of(block), version=block.version)


@router.post(
    "/blocks/{block_id}/move", summary="移动草稿的一段", status_code=201, response_model=BlockRead
)
def move_report_block(
    uow: UowDep, report_id: UUID, block_id: UUID, payload: BlockMove, if_match: IfMatch = None
) -> Response:
    """Let a block stand somewhere else."""
    report = service.get_draft(uow, report_id)
    block = service.get_block(uow, report, block_id)
    expect_version(block.version, if_match)
    editing.move_block(uow, report, block, payload)
    return reply(read_of(block), status=201, version=block.version)


@router.get(
    "/blocks/{block_id}/trace",
    summary="这一段的依据：记录、数字的算式、起草后是否有改动",
    response_model=TraceRead,
)
def get_report_block_trace(uow: UowDep, report_id: UUID, block_id: UUID) -> Response:
    """What a block stands on, as the reader may see it."""
    report = service.visible_report(uow, report_id)
    return reply(tracing.trace(uow, report, service.get_block(uow, report, block_id)))


@router.get("/uncited", summary="报告没有写到的记录（未引用）", response_model=UncitedRead)
def list_report_uncited_records(uow: UowDep, report_id: UUID) -> Response:
    """The records of the report's facts that the text tells nowhere."""
    return reply(tracing.uncited(uow, service.visible_report(uow, report_id)))


@router.get(
    "/changes",
    summary="起草之后的变化：按今天的记录，哪些句子和数字会改变",
    response_model=ChangesRead,
)
def get_report_changes(
    uow: UowDep, report_id: UUID, parameters: Annotated[ChangesParameters, FromQuery]
) -> Response:
    """What today's records would make of a report."""
    return reply(refresh.find_changes(uow, service.visible_report(uow, report_id), parameters))


@router.post(
    "/updates",
    summary="按今天的记录更新草稿：逐句或全部；人工修改的文字不丢失",
    status_code=201,
    response_model=ReportRead,
)
def create_report_update(
    uow: SnapshotDep, report_id: UUID, payload: UpdateWrite, if_match: IfMatch = None
) -> Conclusion:
    """Let sentences follow today's records."""
    draft = service.get_draft(uow, report_id, lock=False)
    expect_version(draft.version, if_match)
    fresh = refresh.compose_as_of(uow, draft, payload.as_of)

    def take_over(writing: UnitOfWork) -> Response:
        report = service.get_draft(writing, report_id)
        expect_version(report.version, if_match)
        refresh.refresh_draft(writing, report, payload, fresh)
        return reply(service.read_report(writing, report), status=201, version=report.version)

    return take_over


@router.post(
    "/versions", summary="留存报告的一个版本", status_code=201, response_model=VersionSummary
)
def create_report_version(uow: UowDep, report_id: UUID, payload: VersionWrite) -> Response:
    """Keep the text as it stands, under a name."""
    report = service.visible_report(uow, report_id, lock=True)
    version = versions.keep_named_version(uow, report, payload.label)
    location = f"/api/v1/reports/{report_id}/versions/{version.number}"
    return reply(VersionSummary.model_validate(version), status=201, location=location)


@router.get("/versions", summary="报告的历次版本", response_model=PageBody[VersionSummary])
def list_report_versions(
    request: Request, uow: UowDep, report_id: UUID, filters: Annotated[PageParameters, FromQuery]
) -> Response:
    """The versions, oldest first."""
    report = service.visible_report(uow, report_id)
    statement = versions.versions_of(report.id)
    return table_page(request, uow.session, statement, ReportVersion, VersionSummary, filters)


@router.get("/versions/{number}", summary="查看报告的一个版本", response_model=VersionRead)
def get_report_version(uow: UowDep, report_id: UUID, number: Annotated[Number, Path()]) -> Response:
    """A text as it stood."""
    return reply(versions.read_version(uow, service.visible_report(uow, report_id), number))


@router.get(
    "/comparison",
    summary="比较报告的两个版本：逐句列出保留、改动、新增、删去和移动",
    response_model=ComparisonRead,
)
def get_report_comparison(
    uow: UowDep, report_id: UUID, parameters: Annotated[ComparisonParameters, FromQuery]
) -> Response:
    """Two texts of a report, sentence by sentence."""
    return reply(versions.compare_versions(uow, service.visible_report(uow, report_id), parameters))


@router.get(
    "/verification",
    summary="核验已定稿的报告：正文和所依据的事实是否与定稿时一致",
    response_model=VerificationRead,
)
def get_report_verification(uow: UowDep, report_id: UUID) -> Response:
    """Whether a finalised report is what was finalised."""
    return reply(versions.verify(uow, service.visible_report(uow, report_id)))
