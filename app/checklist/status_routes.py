"""The routes of the status: coverage, what is missing, people, and single things owed."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.checklist import occurrences, people, status_views
from app.checklist.queries import get_occurrence
from app.checklist.schemas import (
    HoursParameters,
    TalkCoverage,
    TermElections,
    TermParameters,
    TrainingHours,
    WaiverWrite,
    YearParameters,
)
from app.checklist.status import (
    MonthQuestion,
    focus_names,
    organizations_without_list,
    scope_status,
    within_period,
)
from app.checklist.status_schemas import (
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
from app.core.changes import etag, expect_version
from app.core.http.replies import IfMatch, json_reply, no_content, reply
from app.core.http.routing import FromQuery, UowDep, api_router

router = api_router("/organizations/{organization_id}", "coverage")
people_router = api_router("/organizations/{organization_id}", "coverage")
occurrence_router = api_router("/occurrences/{occurrence_id}", "occurrences")
Year = Annotated[YearParameters, FromQuery]
Part = Annotated[PartParameters, FromQuery]


@router.get(
    "/coverage", summary="责任清单完成情况：合计、按组织、按责任项", response_model=CoverageRead
)
def get_coverage(uow: UowDep, organization_id: UUID, parameters: Part) -> Response:
    """The totals of a year."""
    status = within_period(scope_status(uow, organization_id, parameters), parameters.period)
    without = organizations_without_list(
        uow, organization_id, parameters.year, include_descendants=parameters.include_descendants
    )
    return reply(status_views.coverage(status, without))


@router.get(
    "/coverage-matrix",
    summary="责任清单完成情况矩阵：组织 × 月份 × 责任项",
    response_model=MatrixRead,
)
def get_coverage_matrix(uow: UowDep, organization_id: UUID, parameters: Part) -> Response:
    """The year at a glance."""
    status = within_period(scope_status(uow, organization_id, parameters), parameters.period)
    return json_reply(status_views.matrix(status))


@router.get(
    "/outstanding", summary="本月还差什么：逐项列明依据和时限", response_model=OutstandingBody
)
def get_outstanding(
    uow: UowDep, organization_id: UUID, parameters: Annotated[OutstandingParameters, FromQuery]
) -> Response:
    """What is still missing in a month."""
    month, below = parameters.month, parameters.include_descendants
    status, before = (
        scope_status(uow, organization_id, MonthQuestion(month, parameters.as_of, below, back))
        for back in (0, 1)
    )
    without = organizations_without_list(
        uow, organization_id, status.year, include_descendants=below
    )
    focuses = focus_names(uow, organization_id)
    return reply(status_views.outstanding(status, month, focuses, before, without))


@router.get(
    "/task-list", summary="任务清单：年度责任事项逐项及完成情况", response_model=OccurrencesBody
)
def get_task_list(
    uow: UowDep, organization_id: UUID, parameters: Annotated[OccurrenceParameters, FromQuery]
) -> Response:
    """Each thing owed."""
    status = within_period(scope_status(uow, organization_id, parameters), parameters.period)
    entries = [
        entry
        for entry in status.entries
        if (not parameters.state or entry.state in parameters.state)
        and parameters.code in {None, entry.obligation.code}
    ]
    return reply(status_views.occurrences(status, entries, focus_names(uow, organization_id)))


@router.get("/issue-list", summary="问题清单：年度内存在过的整改问题", response_model=IssueList)
def get_issue_list(uow: UowDep, organization_id: UUID, parameters: Year) -> Response:
    """What was found and is to be put right."""
    return reply(status_views.issue_list(uow, organization_id, parameters))


@router.get(
    "/responsibility-list",
    summary="责任清单：按责任人、责任岗位汇总",
    response_model=ResponsibilityList,
)
def get_responsibility_list(uow: UowDep, organization_id: UUID, parameters: Year) -> Response:
    """Who answers for what."""
    return reply(status_views.responsibilities(scope_status(uow, organization_id, parameters)))


@occurrence_router.put("/waiver", summary="免除一项责任事项（写明原因）", status_code=204)
def waive_occurrence(
    uow: UowDep, occurrence_id: UUID, payload: WaiverWrite, if_match: IfMatch = None
) -> Response:
    """Say that something need not be done."""
    occurrence = get_occurrence(uow, occurrence_id)
    expect_version(occurrence.version, if_match)
    occurrences.waive(uow, occurrence, payload.reason)
    return _done(occurrence.version)


@occurrence_router.delete("/waiver", summary="撤销免除", status_code=204)
def take_back_waiver(uow: UowDep, occurrence_id: UUID, if_match: IfMatch = None) -> Response:
    """Let something be owed again."""
    occurrence = get_occurrence(uow, occurrence_id)
    expect_version(occurrence.version, if_match)
    occurrences.take_back_waiver(uow, occurrence)
    return _done(occurrence.version)


@occurrence_router.put(
    "/records/{item_id}", summary="关联记录：由人指定哪条记录完成了这项责任事项", status_code=204
)
def link_occurrence_record(uow: UowDep, occurrence_id: UUID, item_id: UUID) -> Response:
    """Say that a record fulfils something."""
    occurrences.link(uow, get_occurrence(uow, occurrence_id), item_id)
    return no_content()


@occurrence_router.delete("/records/{item_id}", summary="取消关联", status_code=204)
def unlink_occurrence_record(uow: UowDep, occurrence_id: UUID, item_id: UUID) -> Response:
    """Take a link back."""
    occurrences.unlink(uow, get_occurrence(uow, occurrence_id), item_id)
    return no_content()


@people_router.get(
    "/talk-coverage", summary="谈心谈话完成情况：按谈话双方、按党员", response_model=TalkCoverage
)
def get_talk_coverage(uow: UowDep, organization_id: UUID, parameters: Year) -> Response:
    """Talks by pair and by member."""
    return reply(people.talk_coverage(uow, organization_id, parameters))


@people_router.get("/training-hours", summary="党员教育学时：按党员", response_model=TrainingHours)
def get_training_hours(
    uow: UowDep, organization_id: UUID, parameters: Annotated[HoursParameters, FromQuery]
) -> Response:
    """Hours by member."""
    return reply(people.training_hours(uow, organization_id, parameters))


@people_router.get(
    "/term-elections", summary="换届提前提醒：届满或即将届满的组织", response_model=TermElections
)
def list_term_elections(
    uow: UowDep, organization_id: UUID, parameters: Annotated[TermParameters, FromQuery]
) -> Response:
    """Whose term ends."""
    return reply(people.term_elections(uow, organization_id, parameters))


def _done(version: int) -> Response:
    return Response(status_code=204, headers={"ETag": etag(version)})
