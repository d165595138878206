"""The routes of rectifications beyond those of every kind: the steps of their life."""

from uuid import UUID

from fastapi import Request, Response

from app.core.changes import expect_version
from app.core.http.replies import IfMatch, reply
from app.core.http.routing import UowDep, api_router
from app.items.queries import get_item
from app.items.routes import item_reply
from app.items.timeline import events_of
from app.rectifications.kind import KIND as RECTIFICATION
from app.rectifications.kind import take_step
from app.rectifications.models import Rectification
from app.rectifications.schemas import AnyStep, EventsBody, RectificationRead

router = api_router(f"/{RECTIFICATION.plural}", RECTIFICATION.plural)


@router.get("/{item_id}/events", summary="整改的办理过程", response_model=EventsBody)
def list_rectification_events(uow: UowDep, item_id: UUID) -> Response:
    """A rectification's life, oldest step first."""
    item = get_item(uow, RECTIFICATION, item_id)
    return reply(
        EventsBody.model_validate({"items": list(uow.session.scalars(events_of(item.id)))})
    )


@router.post(
    "/{item_id}/events",
    summary="办理整改：进展、提交、验收、退回、暂缓、恢复、重新整改",
    status_code=201,
    response_model=RectificationRead,
)
def create_rectification_event(
    request: Request, uow: UowDep, item_id: UUID, payload: AnyStep, if_match: IfMatch = None
) -> Response:
    """Take a step, based on the version that was seen: two reviewers cannot both win."""
    item = get_item(uow, RECTIFICATION, item_id)
    assert isinstance(item, Rectification)
    expect_version(item.version, if_match)
    take_step(uow, item, payload)
    return item_reply(request, uow, RECTIFICATION, item, status=201)
