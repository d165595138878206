"""The routes of assessments, appeals and the trend."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.assessment import appeals, queries, scoring, service
from app.assessment.models import Assessment, AssessmentAppeal
from app.assessment.schemas import (
    AppealAnswer,
    AppealRead,
    AppealWrite,
    AssessmentFilters,
    AssessmentHistory,
    AssessmentRead,
    AssessmentsCreated,
    AssessmentStepWrite,
    AssessmentSummary,
    AssessmentsWrite,
    ScoresWrite,
    TrendParameters,
    TrendRead,
)
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, no_content, reply
from app.core.http.simple_lists import read_page, shown_page, table_page
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.core.versions import expect_version

router = api_router("", "assessments")


@router.post(
    "/organizations/{organization_id}/assessments",
    name="create_assessments",
    summary="季度考评：计算自动项目，生成草稿（可一次计算全部下级党支部）",
    status_code=201,
    response_model=AssessmentsCreated,
)
def create_assessments(
    unit: UnitDep,
    organization_id: UUID,
    payload: AssessmentsWrite,
) -> Response:
    """Compute drafts of a quarter, as of its end or of today."""
    made, existing = service.assess(unit, organization_id, payload)
    return reply(
        AssessmentsCreated(items=queries.summaries(unit, made), existing=existing), status=201
    )


@router.get(
    "/assessments",
    name="list_assessments",
    summary="查询季度考评",
    response_model=PageBody[AssessmentSummary],
)
def list_assessments(
    request: Request, unit: UnitDep, filters: Annotated[AssessmentFilters, FromQuery]
) -> Response:
    """The assessments in sight; what is not published is shown to those who may review."""
    statement = queries.filtered(unit, filters)
    page = read_page(request, unit.session, statement, Assessment, filters)
    return shown_page(request, page, queries.summaries(unit, page.rows))


@router.get(
    "/assessments/{assessment_id}",
    name="get_assessment",
    summary="查看考评：各项得分、每处扣分的规则、算式和依据",
    response_model=AssessmentRead,
)
def get_assessment(request: Request, unit: UnitDep, assessment_id: UUID) -> Response:
    """An assessment, whole."""
    found, _ = queries.get_assessment(unit, assessment_id)
    return reply(queries.whole(unit, found), version=found.version, request=request)


@router.delete(
    "/assessments/{assessment_id}",
    name="delete_assessment",
    summary="删除考评草稿",
    status_code=204,
    response_class=Response,
)
def delete_assessment(
    unit: UnitDep,
    assessment_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Take a draft away."""
    found, place = queries.get_assessment(unit, assessment_id, lock=True)
    expect_version(found.version, if_match)
    scoring.remove(unit, found, place)
    return no_content()


@router.put(
    "/assessments/{assessment_id}/computation",
    name="recompute_assessment",
    summary="重新计算草稿的自动项目，人工评分不变",
    response_model=AssessmentRead,
)
def recompute_assessment(
    unit: UnitDep,
    assessment_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Compute the automatic items anew; the same data changes nothing, not even the version."""
    found, place = queries.get_assessment(unit, assessment_id, lock=True)
    expect_version(found.version, if_match)
    service.recompute(unit, found, place)
    return reply(queries.whole(unit, found), version=found.version)


@router.put(
    "/assessments/{assessment_id}/scores",
    name="put_assessment_scores",
    summary="人工评分、加分和一票否决，均须写明理由（整体替换）",
    response_model=AssessmentRead,
)
def put_assessment_scores(
    unit: UnitDep,
    assessment_id: UUID,
    payload: ScoresWrite,
    if_match: IfMatch = None,
) -> Response:
    """Everything that people score, as a whole."""
    found, place = queries.get_assessment(unit, assessment_id, lock=True)
    expect_version(found.version, if_match)
    scoring.score(unit, found, place, payload)
    return reply(queries.whole(unit, found), version=found.version)


@router.post(
    "/assessments/{assessment_id}/steps",
    name="take_assessment_step",
    summary="上级确认、退回或公布考评",
    status_code=201,
    response_model=AssessmentRead,
)
def take_assessment_step(
    unit: UnitDep,
    assessment_id: UUID,
    payload: AssessmentStepWrite,
    if_match: IfMatch = None,
) -> Response:
    """Confirm, return or publish."""
    found, place = queries.get_assessment(unit, assessment_id, lock=True)
    expect_version(found.version, if_match)
    scoring.take_step(unit, found, place, payload)
    return reply(queries.whole(unit, found), status=201, version=found.version)


@router.get(
    "/assessments/{assessment_id}/history",
    name="get_assessment_history",
    summary="考评及申诉的历次变动",
    response_model=AssessmentHistory,
)
def get_assessment_history(
    unit: UnitDep,
    assessment_id: UUID,
) -> Response:
    """What became of it; before publication, for those who may review."""
    found, _ = queries.get_assessment(unit, assessment_id)
    return reply(AssessmentHistory(items=queries.history_of(unit, found)))


@router.get(
    "/assessments/{assessment_id}/appeals",
    name="list_assessment_appeals",
    summary="考评的申诉及答复",
    response_model=PageBody[AppealRead],
)
def list_assessment_appeals(
    request: Request,
    unit: UnitDep,
    assessment_id: UUID,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """The appeals against an assessment, oldest first."""
    found, _ = queries.get_assessment(unit, assessment_id)
    statement = queries.appeals_of(found.id)
    return table_page(request, unit.session, statement, AssessmentAppeal, AppealRead, filters)


@router.post(
    "/assessments/{assessment_id}/appeals",
    name="create_assessment_appeal",
    summary="被考评组织对某个项目的得分提出申诉",
    status_code=201,
    response_model=AppealRead,
)
def create_assessment_appeal(
    unit: UnitDep,
    assessment_id: UUID,
    payload: AppealWrite,
) -> Response:
    """Object to an item's points."""
    found, _ = queries.get_assessment(unit, assessment_id, lock=True)
    made = appeals.appeal(unit, found, payload)
    location = f"/api/v1/assessments/{found.id}/appeals/{made.id}"
    body = AppealRead.model_validate(made)
    return reply(body, status=201, version=made.version, location=location)


@router.get(
    "/assessments/{assessment_id}/appeals/{appeal_id}",
    name="get_assessment_appeal",
    summary="查看申诉",
    response_model=AppealRead,
)
def get_assessment_appeal(
    request: Request, unit: UnitDep, assessment_id: UUID, appeal_id: UUID
) -> Response:
    """An appeal and its answer."""
    found, _ = queries.get_assessment(unit, assessment_id)
    one = queries.get_appeal(unit, found, appeal_id)
    return reply(AppealRead.model_validate(one), version=one.version, request=request)


@router.put(
    "/assessments/{assessment_id}/appeals/{appeal_id}/decision",
    name="decide_assessment_appeal",
    summary="上级答复申诉：维持或调整，写明理由",
    response_model=AppealRead,
)
def decide_assessment_appeal(
    unit: UnitDep,
    assessment_id: UUID,
    appeal_id: UUID,
    payload: AppealAnswer,
    if_match: IfMatch = None,
) -> Response:
    """Answer an appeal; the answer is final."""
    found, place = queries.get_assessment(unit, assessment_id, lock=True)
    one = queries.get_appeal(unit, found, appeal_id)
    expect_version(one.version, if_match)
    appeals.answer(unit, found, place, one, payload)
    return reply(AppealRead.model_validate(one), version=one.version)


@router.get(
    "/organizations/{organization_id}/assessment-trend",
    name="get_assessment_trend",
    summary="历季得分和等次（已公布的，申诉处理后）",
    response_model=TrendRead,
)
def get_assessment_trend(
    unit: UnitDep,
    organization_id: UUID,
    parameters: Annotated[TrendParameters, FromQuery],
) -> Response:
    """Points and grades by quarter, of an organisation or of it and all below."""
    return reply(queries.trend(unit, organization_id, parameters))
