"""The routes of assessments, appeals and the trend."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.assessment import queries, scoring, service, sheet_service
from app.assessment.models import Assessment, AssessmentAppeal, AssessmentSheetRevision
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
from app.assessment.sheet_service import (
    AssessmentSheetRead,
    AssessmentSheetRevisionRead,
    SheetsBody,
)
from app.assessment.sheets import SheetCode, SheetDocument, document_data
from app.core.changes import expect_version
from app.core.http.replies import (
    IN_BOTH,
    IfMatch,
    RawBody,
    body_in_both,
    no_content,
    read_page,
    reply,
    row_reply,
    shown_page,
    table_page,
)
from app.core.http.routing import FromQuery, UowDep, api_router
from app.core.pagination import PageBody, PageParameters
from app.core.uow import Permission
from app.org_documents.routes import RevisionNumber, document_reply, read_submission
from app.organizations.queries import get_visible, require

router = api_router("", "assessments")
Paging = Annotated[PageParameters, FromQuery]


@router.post(
    "/organizations/{organization_id}/assessments",
    summary="季度考评：计算自动项目，生成草稿（可一次计算全部下级党支部）",
    status_code=201,
    response_model=AssessmentsCreated,
)
def create_assessments(uow: UowDep, organization_id: UUID, payload: AssessmentsWrite) -> Response:
    """Compute drafts of a quarter, as of its end or of today."""
    assessments, existing = service.assess(uow, organization_id, payload)
    body = AssessmentsCreated(items=queries.summaries(uow, assessments), existing=existing)
    return reply(body, status=201)


@router.get("/assessments", summary="查询季度考评", response_model=PageBody[AssessmentSummary])
def list_assessments(
    request: Request, uow: UowDep, filters: Annotated[AssessmentFilters, FromQuery]
) -> Response:
    """The assessments in sight; what is not published is shown to those who may review."""
    statement = queries.filtered(uow, filters)
    page = read_page(request, uow.session, statement, Assessment, filters)
    return shown_page(request, page, queries.summaries(uow, page.rows))


@router.get(
    "/assessments/{assessment_id}",
    summary="查看考评：各项得分、每处扣分的规则、算式和依据",
    response_model=AssessmentRead,
)
def get_assessment(request: Request, uow: UowDep, assessment_id: UUID) -> Response:
    """An assessment, whole."""
    assessment, _ = queries.get_assessment(uow, assessment_id)
    return reply(queries.whole(uow, assessment), version=assessment.version, request=request)


@router.delete("/assessments/{assessment_id}", summary="删除考评草稿", status_code=204)
def delete_assessment(uow: UowDep, assessment_id: UUID, if_match: IfMatch = None) -> Response:
    """Take a draft away."""
    assessment, organization = queries.get_assessment(uow, assessment_id, lock=True)
    expect_version(assessment.version, if_match)
    scoring.remove(uow, assessment, organization)
    return no_content()


@router.put(
    "/assessments/{assessment_id}/computation",
    summary="重新计算草稿的自动项目，人工评分不变",
    response_model=AssessmentRead,
)
def recompute_assessment(uow: UowDep, assessment_id: UUID, if_match: IfMatch = None) -> Response:
    """Compute the automatic items anew; the same data changes nothing, not even the version."""
    assessment, organization = queries.get_assessment(uow, assessment_id, lock=True)
    expect_version(assessment.version, if_match)
    service.recompute(uow, assessment, organization)
    return reply(queries.whole(uow, assessment), version=assessment.version)


@router.put(
    "/assessments/{assessment_id}/scores",
    summary="人工评分、加分和一票否决，均须写明理由（整体替换）",
    response_model=AssessmentRead,
)
def put_assessment_scores(
    uow: UowDep, assessment_id: UUID, payload: ScoresWrite, if_match: IfMatch = None
) -> Response:
    """Everything that people score, as a whole."""
    assessment, organization = queries.get_assessment(uow, assessment_id, lock=True)
    expect_version(assessment.version, if_match)
    scoring.score(uow, assessment, organization, payload)
    return reply(queries.whole(uow, assessment), version=assessment.version)


@router.post(
    "/assessments/{assessment_id}/steps",
    summary="上级确认、退回或公布考评",
    status_code=201,
    response_model=AssessmentRead,
)
def take_assessment_step(
    uow: UowDep, assessment_id: UUID, payload: AssessmentStepWrite, if_match: IfMatch = None
) -> Response:
    """Confirm, return or publish."""
    assessment, organization = queries.get_assessment(uow, assessment_id, lock=True)
    expect_version(assessment.version, if_match)
    scoring.take_step(uow, assessment, organization, payload)
    return reply(queries.whole(uow, assessment), status=201, version=assessment.version)


@router.get(
    "/assessments/{assessment_id}/history",
    summary="考评及申诉的历次变动",
    response_model=AssessmentHistory,
)
def get_assessment_history(uow: UowDep, assessment_id: UUID) -> Response:
    """What became of it; before publication, for those who may review."""
    assessment, _ = queries.get_assessment(uow, assessment_id)
    return reply(AssessmentHistory(items=queries.history_of(uow, assessment)))


@router.get(
    "/assessments/{assessment_id}/appeals",
    summary="考评的申诉及答复",
    response_model=PageBody[AppealRead],
)
def list_assessment_appeals(
    request: Request, uow: UowDep, assessment_id: UUID, filters: Paging
) -> Response:
    """The appeals against an assessment, oldest first."""
    assessment, _ = queries.get_assessment(uow, assessment_id)
    statement = queries.appeals_of(assessment.id)
    return table_page(request, uow.session, statement, AssessmentAppeal, AppealRead, filters)


@router.post(
    "/assessments/{assessment_id}/appeals",
    summary="被考评组织对某个项目的得分提出申诉",
    status_code=201,
    response_model=AppealRead,
)
def create_assessment_appeal(uow: UowDep, assessment_id: UUID, payload: AppealWrite) -> Response:
    """Object to an item's points."""
    assessment, _ = queries.get_assessment(uow, assessment_id, lock=True)
    appeal = scoring.make_appeal(uow, assessment, payload)
    return row_reply(AppealRead, appeal, created_in=f"assessments/{assessment.id}/appeals")


@router.get(
    "/assessments/{assessment_id}/appeals/{appeal_id}",
    summary="查看申诉",
    response_model=AppealRead,
)
def get_assessment_appeal(
    request: Request, uow: UowDep, assessment_id: UUID, appeal_id: UUID
) -> Response:
    """An appeal and its answer."""
    assessment, _ = queries.get_assessment(uow, assessment_id)
    appeal = queries.get_appeal(uow, assessment, appeal_id)
    return row_reply(AppealRead, appeal, request=request)


@router.put(
    "/assessments/{assessment_id}/appeals/{appeal_id}/decision",
    summary="上级答复申诉：维持或调整，写明理由",
    response_model=AppealRead,
)
def decide_assessment_appeal(
    uow: UowDep,
    assessment_id: UUID,
    appeal_id: UUID,
    payload: AppealAnswer,
    if_match: IfMatch = None,
) -> Response:
    """Answer an appeal; the answer is final."""
    assessment, organization = queries.get_assessment(uow, assessment_id, lock=True)
    appeal = queries.get_appeal(uow, assessment, appeal_id)
    expect_version(appeal.version, if_match)
    scoring.answer_appeal(uow, assessment, organization, appeal, payload)
    return row_reply(AppealRead, appeal)


@router.get(
    "/organizations/{organization_id}/assessment-trend",
    summary="历季得分和等次（已公布的，申诉处理后）",
    response_model=TrendRead,
)
def get_assessment_trend(
    uow: UowDep, organization_id: UUID, parameters: Annotated[TrendParameters, FromQuery]
) -> Response:
    """Points and grades by quarter, of an organisation or of it and all below."""
    return reply(queries.trend(uow, organization_id, parameters))


sheet_router = api_router("/organizations/{organization_id}/assessment-sheets", "assessments")
Code = Annotated[SheetCode, Path(description="考评表代码")]
EXAMPLE = """\
format: 1
code: quarterly
name: 党支部季度考评表
items:
  - code: party_life
    name: 党内生活
    max_points: 60
    scoring: automatic
    deductions:
      - code: missing
        name: 到期未见开展记录，每次扣 5 分
        measure: duties_missing
        points_each: 5
        at_most: 60
  - {code: core_work, name: 融合中心工作, max_points: 40, scoring: manual}
bonus_at_most: 10
grades: {advanced: 90, good: 75, average: 60}
"""
AS_JSON: dict[str, object] = {
    "code": "quarterly",
    "name": "党支部季度考评表",
    "items": [{"code": "all", "name": "总体", "max_points": 100, "scoring": "manual"}],
    "grades": {"advanced": 90, "good": 75, "average": 60},
}
BODY = body_in_both("SheetDocument", AS_JSON, EXAMPLE)


def _root(uow: UowDep, organization_id: UUID) -> UUID:
    return get_visible(uow.session, uow.actor, organization_id).root_id


@sheet_router.get("", summary="本组织树的考评表", response_model=SheetsBody)
def list_assessment_sheets(uow: UowDep, organization_id: UUID) -> Response:
    """The sheets that the organisation's tree can assess by."""
    return reply(SheetsBody(items=sheet_service.sheets_of(uow, _root(uow, organization_id))))


@sheet_router.get(
    "/{code}",
    summary="现行考评表的内容（JSON 或 YAML）",
    response_model=SheetDocument,
    responses=IN_BOTH,
)
def get_assessment_sheet(
    request: Request, uow: UowDep, organization_id: UUID, code: Code
) -> Response:
    """What a sheet says now; its ETag is its revision."""
    revision, document = sheet_service.newest_document(uow, _root(uow, organization_id), code)
    return document_reply(request, document_data(document), revision)


@sheet_router.put(
    "/{code}",
    summary="修订或新增考评表（JSON 或 YAML），对整个组织树有效",
    response_model=AssessmentSheetRead,
    openapi_extra=BODY,
)
def put_assessment_sheet(
    request: Request,
    uow: UowDep,
    organization_id: UUID,
    code: Code,
    body: RawBody,
    if_match: IfMatch = None,
) -> Response:
    """Let a sheet say something else from now on, as a new revision; 0 is the version of none."""
    root_id = _root(uow, organization_id)
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    submission = read_submission(request, body, SheetDocument)
    with submission.flaws_with_lines():
        sheet = sheet_service.write_sheet(uow, root_id, code, submission.document, if_match)
    return reply(sheet, version=sheet.revision)


@sheet_router.get(
    "/{code}/revisions",
    summary="考评表的历次修订",
    response_model=PageBody[AssessmentSheetRevisionRead],
)
def list_assessment_sheet_revisions(
    request: Request, uow: UowDep, organization_id: UUID, code: Code, filters: Paging
) -> Response:
    """Every revision of a sheet of the tree, oldest first; none for one that is only shipped."""
    root_id = _root(uow, organization_id)
    sheet_service.newest_document(uow, root_id, code)
    statement = sheet_service.revisions_of(root_id, code)
    model, read_model = AssessmentSheetRevision, AssessmentSheetRevisionRead
    return table_page(request, uow.session, statement, model, read_model, filters)


@sheet_router.get(
    "/{code}/revisions/{number}",
    summary="考评表某一次修订的内容（JSON 或 YAML）",
    response_model=SheetDocument,
    responses=IN_BOTH,
)
def get_assessment_sheet_revision(
    request: Request, uow: UowDep, organization_id: UUID, code: Code, number: RevisionNumber
) -> Response:
    """What a sheet said in one revision."""
    root_id = _root(uow, organization_id)
    document = sheet_service.document_of(uow, root_id, code, number)
    return document_reply(request, document_data(document), None)
