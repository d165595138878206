"""The routes of coverage, of what is still missing, of the three lists, and of single things."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.checklist import exceptions
from app.checklist.people.schemas import YearParameters
from app.checklist.queries import get_occurrence
from app.checklist.schemas import WaiverWrite
from app.checklist.standing import views
from app.checklist.standing.issues import issue_list
from app.checklist.standing.schemas import (
    CoverageRead,
    IssueList,
    MatrixRead,
    OccurrenceParameters,
    OccurrencesBody,
    OutstandingBody,
    OutstandingParameters,
    PartParameters,
    ResponsibilityList,
)
from app.checklist.standing.service import MonthAsked, focus_names, part, standing
from app.checklist.standing.unlisted import unlisted
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, json_reply, no_content, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import etag, expect_version

router = api_router("/organizations/{organization_id}", "coverage")
occurrences = api_router("/occurrences/{occurrence_id}", "occurrences")
Year = Annotated[YearParameters, FromQuery]
Part = Annotated[PartParameters, FromQuery]


@router.get(
    "/coverage",
    name="get_coverage",
    summary="责任清单完成情况：合计、按组织、按责任项",
    response_model=CoverageRead,
)
def get_coverage(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Part,
) -> Response:
    """The totals of a year."""
    found = part(standing(unit, organization_id, parameters), parameters.period)
    without = unlisted(
        unit,
        organization_id,
        parameters.year,
        include_descendants=parameters.include_descendants,
    )
    return reply(views.coverage(found, without))


@router.get(
    "/coverage-matrix",
    name="get_coverage_matrix",
    summary="责任清单完成情况矩阵：组织 × 月份 × 责任项",
    response_model=MatrixRead,
)
def get_coverage_matrix(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Part,
) -> Response:
    """The year at a glance."""
    found = part(standing(unit, organization_id, parameters), parameters.period)
    return json_reply(views.matrix(found))


@router.get(
    "/outstanding",
    name="get_outstanding",
    summary="本月还差什么：逐项列明依据和时限",
    response_model=OutstandingBody,
)
def get_outstanding(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[OutstandingParameters, FromQuery],
) -> Response:
    """What is still missing in a month."""
    month, below = parameters.month, parameters.include_descendants
    found, before = (
        standing(unit, organization_id, MonthAsked(month, parameters.as_of, below, back))
        for back in (0, 1)
    )
    without = unlisted(unit, organization_id, found.year, include_descendants=below)
    focuses = focus_names(unit, organization_id)
    return reply(views.outstanding(found, month, focuses, before, without))


@router.get(
    "/task-list",
    name="get_task_list",
    summary="任务清单：年度责任事项逐项及完成情况",
    response_model=OccurrencesBody,
)
def get_task_list(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[OccurrenceParameters, FromQuery],
) -> Response:
    """Each thing owed."""
    found = part(standing(unit, organization_id, parameters), parameters.period)
    kept = [
        entry
        for entry in found.entries
        if (not parameters.state or entry.state in parameters.state)
        and parameters.code in {None, entry.obligation.code}
    ]
    return reply(views.occurrences(found, kept, focus_names(unit, organization_id)))


@router.get(
    "/issue-list",
    name="get_issue_list",
    summary="问题清单：年度内存在过的整改问题",
    response_model=IssueList,
)
def get_issue_list(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Year,
) -> Response:
    """What was found and is to be put right."""
    return reply(issue_list(unit, organization_id, parameters))


@router.get(
    "/responsibility-list",
    name="get_responsibility_list",
    summary="责任清单：按责任人、责任岗位汇总",
    response_model=ResponsibilityList,
)
def get_responsibility_list(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Year,
) -> Response:
    """Who answers for what."""
    return reply(views.responsibilities(standing(unit, organization_id, parameters)))


@occurrences.put(
    "/waiver",
    name="waive_occurrence",
    summary="免除一项责任事项（写明原因）",
    status_code=204,
    response_class=Response,
)
def waive_occurrence(
    unit: UnitDep,
    occurrence_id: UUID,
    payload: WaiverWrite,
    if_match: IfMatch = None,
) -> Response:
    """Say that something need not be done."""
    found = get_occurrence(unit, occurrence_id)
    expect_version(found.version, if_match)
    exceptions.waive(unit, found, payload.reason)
    return _done(found.version)


@occurrences.delete(
    "/waiver",
    name="take_back_waiver",
    summary="撤销免除",
    status_code=204,
    response_class=Response,
)
def take_back_waiver(
    unit: UnitDep,
    occurrence_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Let something be owed again."""
    found = get_occurrence(unit, occurrence_id)
    expect_version(found.version, if_match)
    exceptions.take_back_waiver(unit, found)
    return _done(found.version)


@occurrences.put(
    "/records/{item_id}",
    name="link_occurrence_record",
    summary="关联记录：由人指定哪条记录完成了这项责任事项",
    status_code=204,
    response_class=Response,
)
def link_occurrence_record(
    unit: UnitDep,
    occurrence_id: UUID,
    item_id: UUID,
) -> Response:
    """Say that a record fulfils something."""
    exceptions.link(unit, get_occurrence(unit, occurrence_id), item_id)
    return no_content()


@occurrences.delete(
    "/records/{item_id}",
    name="unlink_occurrence_record",
    summary="取消关联",
    status_code=204,
    response_class=Response,
)
def unlink_occurrence_record(
    unit: UnitDep,
    occurrence_id: UUID,
    item_id: UUID,
) -> Response:
    """Take a link back."""
    exceptions.unlink(unit, get_occurrence(unit, occurrence_id), item_id)
    return no_content()


def _done(version: int) -> Response:
    return Response(status_code=204, headers={"ETag": etag(version)})
