"""The routes of rectifications beyond those of every kind: the steps of their life."""

from uuid import UUID

from fastapi import Request, Response

from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import expect_version
from app.items.events import events_of
from app.items.queries import get_item
from app.items.routes import item_reply
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.models import Rectification
from app.rectifications.schemas import AnyStep, EventsBody, RectificationRead
from app.rectifications.service import take_step

router = api_router(f"/{RECTIFICATION.plural}", RECTIFICATION.plural)


@router.get(
    "/{item_id}/events",
    name="list_rectification_events",
    summary="整改的办理过程",
    response_model=EventsBody,
)
def list_rectification_events(unit: UnitDep, item_id: UUID) -> Response:
    """A rectification's life, oldest step first."""
    item = get_item(unit, RECTIFICATION, item_id)
    return reply(
        EventsBody.model_validate({"items": list(unit.session.scalars(events_of(item.id)))})
    )


@router.post(
    "/{item_id}/events",
    name="create_rectification_event",
    summary="办理整改：进展、提交、验收、退回、暂缓、恢复、重新整改",
    status_code=201,
    response_model=RectificationRead,
)
def create_rectification_event(
    request: Request,
    unit: UnitDep,
    item_id: UUID,
    payload: AnyStep,
    if_match: IfMatch = None,
) -> Response:
    """Take a step, based on the version that was seen: two reviewers cannot both win."""
    item = get_item(unit, RECTIFICATION, item_id)
    assert isinstance(item, Rectification)
    expect_version(item.version, if_match)
    take_step(unit, item, payload)
    return item_reply(request, unit, RECTIFICATION, item, status=201)
