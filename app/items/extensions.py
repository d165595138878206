"""Extensions (延期): asked with a reason, decided by somebody else, the first deadline kept."""

from uuid import UUID

from sqlalchemy import Select, select

from app.core.audit import AuditState
from app.core.errors import OwnRequest, ValidationFailed
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.items.errors import (
    DeadlineRequired,
    ExtensionOutdated,
    ExtensionPending,
    IllegalTransition,
)
from app.items.models import ExtensionRequest, Item
from app.items.rules import OWING
from app.items.schemas import ExtensionDecision, ExtensionRead, ExtensionWrite
from app.items.service import may_write, note, save_change
from app.items.timeline import day_of_step, record_step
from app.organizations.queries import require


def extensions_of(item_id: UUID) -> Select[ExtensionRequest]:
    """Select a record's chain of requests, oldest first."""
    return (
        select(ExtensionRequest)
        .where(ExtensionRequest.item_id == item_id)
        .order_by(ExtensionRequest.id)
    )


def get_extension(uow: UnitOfWork, item: Item, extension_id: UUID) -> ExtensionRequest:
    """Return one request of a record.

    Raises:
        NotFound: the record has no such request.
    """
    statement = extensions_of(item.id).where(ExtensionRequest.id == extension_id)
    return uow.get_or_404(statement, "没有这份延期申请。")


def request_extension(uow: UnitOfWork, item: Item, payload: ExtensionWrite) -> ExtensionRequest:
    """Ask for a later deadline; nothing changes until it is approved.

    Raises:
        DeadlineRequired: the record has no deadline.
        ExtensionPending: an earlier request waits.
        IllegalTransition: the record owes nothing any more.
        ValidationFailed: the requested day is not later than the deadline.
    """
    may_write(uow, item.organization_id, restricted=item.restricted)
    if item.due_on is None:
        raise DeadlineRequired("该事项没有完成时限，无需延期。")
    if item.status not in OWING:
        raise IllegalTransition("该事项当前不在办理中，不能申请延期。")
    if payload.due_on <= item.due_on:
        raise ValidationFailed.at(
            "#/due_on", "not_later", f"应晚于当前时限 {item.due_on.isoformat()}"
        )
    pending = extensions_of(item.id).where(ExtensionRequest.state == "pending")
    if uow.session.scalars(pending).first():
        raise ExtensionPending("已有一份延期申请待审批，请等待结果或先撤回。")
    request = ExtensionRequest(
        id=new_id(),
        item_id=item.id,
        previous_due_on=item.due_on,
        requested_due_on=payload.due_on,
        reason=payload.reason,
        state="pending",
        requested_at=uow.now(),
        requested_by=uow.actor.user_id,
        requested_by_name=uow.actor.name,
    )
    uow.session.add(request)
    uow.session.flush()
    note(uow, "extension_requested", item, None, _state(request))
    return request


def decide_extension(
    uow: UnitOfWork, item: Item, request: ExtensionRequest, decision: ExtensionDecision
) -> None:
    """Approve or deny a request.

    Raises:
        OwnRequest: who asked may not decide.
        IllegalTransition: it is decided or withdrawn already, or the record owes nothing any more.
        ExtensionOutdated: the deadline has moved since.
        ValidationFailed: it is denied without a note.
    """
    require(uow, Permission.REVIEW, item.organization_id)
    _refuse_unless_pending(uow, request, "这份延期申请已经办结。")
    if request.requested_by == uow.actor.user_id:
        raise OwnRequest("不能审批本人提交的延期申请，请由他人审批。")
    if not decision.approved and decision.note is None:
        raise ValidationFailed.at("#/note", "missing", "不同意时请写明意见")
    if request.previous_due_on != item.due_on:
        raise ExtensionOutdated("时限在申请之后已变动，请撤回后重新申请。")
    day = day_of_step(uow, item, decision.on)
    request.state = "approved" if decision.approved else "denied"
    request.decided_on, request.decided_at = day, uow.now()
    request.decided_by, request.decided_by_name = uow.actor.user_id, uow.actor.name
    request.decision_note = decision.note
    if decision.approved:
        if item.status not in OWING:
            raise IllegalTransition("该事项当前不在办理中，不能延期。")
        item.due_on = request.requested_due_on
    action = f"extension_{request.state}"
    record_step(uow, item, action, day, note=decision.note)
    save_change(uow, item, action, None, _state(request))


def withdraw_extension(uow: UnitOfWork, item: Item, request: ExtensionRequest) -> None:
    """Take one's request back before it is decided.

    That of somebody else (who has left, or asked about a deadline that has moved since) is taken
    back by who could decide it.

    Raises:
        Forbidden: it is somebody else's, and the actor may not review.
        IllegalTransition: it is decided or withdrawn already.
    """
    own = request.requested_by == uow.actor.user_id
    require(uow, Permission.WRITE if own else Permission.REVIEW, item.organization_id)
    _refuse_unless_pending(uow, request, "这份延期申请已经办结，不能撤回。")
    request.state = "withdrawn"
    uow.session.flush()
    note(uow, "extension_withdrawn", item, None, _state(request))


def _refuse_unless_pending(uow: UnitOfWork, request: ExtensionRequest, message: str) -> None:
    # Read again under a lock: a withdrawal and an approval that cross must not both count.
    uow.session.refresh(request, with_for_update=True)
    if request.state != "pending":
        raise IllegalTransition(message)


def _state(request: ExtensionRequest) -> AuditState:
    return ExtensionRead.model_validate(request).model_dump(mode="json")
