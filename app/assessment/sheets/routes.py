"""The routes of score sheets."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from app.assessment.models import AssessmentSheetRevision
from app.assessment.sheets import service
from app.assessment.sheets.documents import SheetCode, SheetDocument, document_data
from app.assessment.sheets.payloads import (
    AssessmentSheetRead,
    AssessmentSheetRevisionRead,
    SheetsBody,
)
from app.core.actor import Permission
from app.core.http.query import FromQuery
from app.core.http.replies import IfMatch, reply
from app.core.http.simple_lists import table_page
from app.core.http.texts import IN_BOTH, RawBody, body_in_both
from app.core.http.unit import UnitDep, api_router
from app.core.pages import PageBody, PageParameters
from app.organizations.queries import get_visible, require
from app.shelves.routes import RevisionNumber, document_reply, submitted

router = api_router("/organizations/{organization_id}/assessment-sheets", "assessments")
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


def _root(unit: UnitDep, organization_id: UUID) -> UUID:
    return get_visible(unit.session, unit.actor, organization_id).root_id


@router.get(
    "",
    name="list_assessment_sheets",
    summary="本组织树的考评表",
    response_model=SheetsBody,
)
def list_assessment_sheets(
    unit: UnitDep,
    organization_id: UUID,
) -> Response:
    """The sheets that the organisation's tree can assess by."""
    return reply(SheetsBody(items=service.sheets_of(unit, _root(unit, organization_id))))


@router.get(
    "/{code}",
    name="get_assessment_sheet",
    summary="现行考评表的内容（JSON 或 YAML）",
    response_model=SheetDocument,
    responses=IN_BOTH,
)
def get_assessment_sheet(
    request: Request, unit: UnitDep, organization_id: UUID, code: Code
) -> Response:
    """What a sheet says now; its ETag is its revision."""
    revision, document = service.newest(unit, _root(unit, organization_id), code)
    return document_reply(request, document_data(document), revision)


@router.put(
    "/{code}",
    name="put_assessment_sheet",
    summary="修订或新增考评表（JSON 或 YAML），对整个组织树有效",
    response_model=AssessmentSheetRead,
    openapi_extra=BODY,
)
def put_assessment_sheet(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    code: Code,
    body: RawBody,
    if_match: IfMatch = None,
) -> Response:
    """Let a sheet say something else from now on, as a new revision; 0 is the version of none."""
    root_id = _root(unit, organization_id)
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    submission = submitted(request, body, SheetDocument)
    with submission.flaws_with_lines():
        sheet = service.write_sheet(unit, root_id, code, submission.document, if_match)
    return reply(sheet, version=sheet.revision)


@router.get(
    "/{code}/revisions",
    name="list_assessment_sheet_revisions",
    summary="考评表的历次修订",
    response_model=PageBody[AssessmentSheetRevisionRead],
)
def list_assessment_sheet_revisions(
    request: Request,
    unit: UnitDep,
    organization_id: UUID,
    code: Code,
    filters: Annotated[PageParameters, FromQuery],
) -> Response:
    """Every revision of a sheet of the tree, oldest first; none for one that is only shipped."""
    root_id = _root(unit, organization_id)
    service.newest(unit, root_id, code)
    statement = service.revisions_of(root_id, code)
    return table_page(
        request,
        unit.session,
        statement,
        AssessmentSheetRevision,
        AssessmentSheetRevisionRead,
        filters,
    )


@router.get(
    "/{code}/revisions/{number}",
    name="get_assessment_sheet_revision",
    summary="考评表某一次修订的内容（JSON 或 YAML）",
    response_model=SheetDocument,
    responses=IN_BOTH,
)
def get_assessment_sheet_revision(
    request: Request, unit: UnitDep, organization_id: UUID, code: Code, number: RevisionNumber
) -> Response:
    """What a sheet said in one revision."""
    root_id = _root(unit, organization_id)
    document = service.document_of(unit, root_id, code, number)
    return document_reply(request, document_data(document), None)
