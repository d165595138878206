"""The routes of a report's blocks."""

from uuid import UUID

from fastapi import Response

from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import expect_version
from app.report.drafts import queries
from app.report.drafts.editing import service, tracing
from app.report.drafts.editing.schemas import (
    BlockMove,
    BlockPatch,
    BlockWrite,
    TraceRead,
    UncitedRead,
)
from app.report.drafts.rows import read_of
from app.report.drafts.schemas import BlockRead

router = api_router("/reports/{report_id}", "reports")


@router.post(
    "/blocks",
    name="create_report_block",
    summary="在草稿中加入标题、文字或表格",
    status_code=201,
    response_model=BlockRead,
)
def create_report_block(
    unit: UnitDep,
    report_id: UUID,
    payload: BlockWrite,
) -> Response:
    """Put a block of one's own into a draft."""
    block = service.add_block(unit, queries.get_draft(unit, report_id), payload)
    location = f"/api/v1/reports/{report_id}/blocks/{block.id}"
    return reply(read_of(block), status=201, version=block.version, location=location)


@router.get(
    "/blocks/{block_id}",
    name="get_report_block",
    summary="查看报告的一段",
    response_model=BlockRead,
)
def get_report_block(
    unit: UnitDep,
    report_id: UUID,
    block_id: UUID,
) -> Response:
    """A block; its ETag is what changing it takes. Its position may change without it: no 304."""
    block = queries.get_block(unit, queries.get_report(unit, report_id), block_id)
    return reply(read_of(block), version=block.version)


@router.patch(
    "/blocks/{block_id}",
    name="update_report_block",
    summary="修改草稿的一段：改写、删去、恢复；依据和原文保留",
    response_model=BlockRead,
)
def update_report_block(
    unit: UnitDep,
    report_id: UUID,
    block_id: UUID,
    payload: BlockPatch,
    if_match: IfMatch = None,
) -> Response:
    """Change a block of a draft."""
    report = queries.get_draft(unit, report_id)
    block = queries.get_block(unit, report, block_id)
    expect_version(block.version, if_match)
    service.change_block(unit, report, block, payload)
    return reply(read_of(block), version=block.version)


@router.post(
    "/blocks/{block_id}/move",
    name="move_report_block",
    summary="移动草稿的一段",
    status_code=201,
    response_model=BlockRead,
)
def move_report_block(
    unit: UnitDep,
    report_id: UUID,
    block_id: UUID,
    payload: BlockMove,
    if_match: IfMatch = None,
) -> Response:
    """Let a block stand somewhere else."""
    report = queries.get_draft(unit, report_id)
    block = queries.get_block(unit, report, block_id)
    expect_version(block.version, if_match)
    service.move_block(unit, report, block, payload)
    return reply(read_of(block), status=201, version=block.version)


@router.get(
    "/blocks/{block_id}/trace",
    name="get_report_block_trace",
    summary="这一段的依据：记录、数字的算式、起草后是否有改动",
    response_model=TraceRead,
)
def get_report_block_trace(
    unit: UnitDep,
    report_id: UUID,
    block_id: UUID,
) -> Response:
    """What a block stands on, as the reader may see it."""
    report = queries.get_report(unit, report_id)
    return reply(tracing.trace(unit, report, queries.get_block(unit, report, block_id)))


@router.get(
    "/uncited",
    name="list_report_uncited_records",
    summary="报告没有写到的记录（未引用）",
    response_model=UncitedRead,
)
def list_report_uncited_records(
    unit: UnitDep,
    report_id: UUID,
) -> Response:
    """The records of the report's facts that the text tells nowhere."""
    return reply(tracing.uncited(unit, queries.get_report(unit, report_id)))
