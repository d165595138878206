"""The routes of what has changed since a report was drafted."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, reply
from app.core.http.unit import Conclusion, SnapshotDep, UnitDep, api_router
from app.core.unit import Unit
from app.core.versions import expect_version
from app.report.drafts import queries
from app.report.drafts.schemas import ReportRead
from app.report.drafts.updating import service
from app.report.drafts.updating.schemas import ChangesParameters, ChangesRead, UpdateWrite

router = api_router("/reports/{report_id}", "reports")


@router.get(
    "/changes",
    name="get_report_changes",
    summary="起草之后的变化：按今天的记录，哪些句子和数字会改变",
    response_model=ChangesRead,
)
def get_report_changes(
    unit: UnitDep,
    report_id: UUID,
    wish: Annotated[ChangesParameters, FromQuery],
) -> Response:
    """What today's records would make of a report."""
    return reply(service.changes(unit, queries.get_report(unit, report_id), wish))


@router.post(
    "/updates",
    name="create_report_update",
    summary="按今天的记录更新草稿：逐句或全部；人工修改的文字不丢失",
    status_code=201,
    response_model=ReportRead,
)
def create_report_update(
    unit: SnapshotDep,
    report_id: UUID,
    payload: UpdateWrite,
    if_match: IfMatch = None,
) -> Conclusion:
    """Let sentences follow today's records."""
    seen = queries.get_draft(unit, report_id, lock=False)
    expect_version(seen.version, if_match)
    fresh = service.composed_anew(unit, seen, payload)

    def take_over(writing: Unit) -> Response:
        report = queries.get_draft(writing, report_id)
        expect_version(report.version, if_match)
        service.bring_up_to_date(writing, report, payload, fresh)
        return reply(queries.whole(writing, report), status=201, version=report.version)

    return take_over
