"""The routes of guidance."""

from uuid import UUID

from fastapi import Request, Response

from app.core.http.replies import CREATED, IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.unit import Unit
from app.core.versions import expect_version
from app.items.routes import item_reply
from app.meeting_steps.guidance import service
from app.meeting_steps.guidance.schemas import (
    GuidanceBody,
    GuidancePatch,
    GuidanceRead,
    GuidanceRectificationWrite,
    GuidanceWrite,
)
from app.meeting_steps.models import Guidance
from app.meeting_steps.queries import get_meeting, get_step
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.schemas import RectificationRead

router = api_router("", "meeting-steps")
LABEL = "列席指导意见"


def _reply(unit: Unit, guidance: Guidance, *, status: int = 200) -> Response:
    location = f"/api/v1/guidance/{guidance.id}" if status == CREATED else None
    body = service.present(unit, [guidance])[0]
    return reply(body, status=status, version=guidance.version, location=location)


@router.post(
    "/meetings/{meeting_id}/guidance",
    name="create_guidance",
    summary="登记列席指导意见（由上级或检查人员登记）",
    status_code=201,
    response_model=GuidanceRead,
)
def create_guidance(
    unit: UnitDep,
    meeting_id: UUID,
    payload: GuidanceWrite,
) -> Response:
    """Leave guidance with a meeting that was attended."""
    meeting = get_meeting(unit, meeting_id)
    return _reply(unit, service.give_guidance(unit, meeting, payload), status=201)


@router.get(
    "/meetings/{meeting_id}/guidance",
    name="list_guidance",
    summary="会议的列席指导意见",
    response_model=GuidanceBody,
)
def list_guidance(unit: UnitDep, meeting_id: UUID) -> Response:
    """The guidance of one meeting."""
    meeting = get_meeting(unit, meeting_id)
    return reply(GuidanceBody(items=service.guidance_of(unit, meeting)))


@router.get(
    "/guidance/{guidance_id}",
    name="get_guidance",
    summary="查看列席指导意见",
    response_model=GuidanceRead,
)
def get_guidance(unit: UnitDep, guidance_id: UUID) -> Response:
    """One guidance, with the rectification that it became."""
    guidance, _ = get_step(unit, Guidance, guidance_id, LABEL)
    return _reply(unit, guidance)


@router.patch(
    "/guidance/{guidance_id}",
    name="update_guidance",
    summary="更正尚未转为整改的列席指导意见（JSON Merge Patch）",
    response_model=GuidanceRead,
)
def update_guidance(
    unit: UnitDep,
    guidance_id: UUID,
    payload: GuidancePatch,  # type: ignore[valid-type]  # made from GuidanceWrite
    if_match: IfMatch = None,
) -> Response:
    """Correct guidance."""
    guidance, meeting = get_step(unit, Guidance, guidance_id, LABEL)
    expect_version(guidance.version, if_match)
    service.correct_guidance(unit, guidance, meeting, payload)
    return _reply(unit, guidance)


@router.post(
    "/guidance/{guidance_id}/rectification",
    name="create_guidance_rectification",
    summary="由列席指导意见产生整改（约定式整改）",
    status_code=201,
    response_model=RectificationRead,
)
def create_guidance_rectification(
    request: Request,
    unit: UnitDep,
    guidance_id: UUID,
    payload: GuidanceRectificationWrite,
) -> Response:
    """Make a rectification of guidance, once."""
    guidance, meeting = get_step(unit, Guidance, guidance_id, LABEL)
    item = service.rectify(unit, guidance, meeting, payload)
    return item_reply(request, unit, RECTIFICATION, item, status=201, fresh=True)
