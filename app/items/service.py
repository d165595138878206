"""Log, correct, cancel and remove records of every kind; past days keep what they were."""

from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from app.core.audit import AuditState, Trail
from app.core.changes import patched
from app.core.clock import civil_day
from app.core.errors import FieldError, Forbidden, ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Permission, UnitOfWork
from app.items import queries, rules
from app.items.errors import DeadlineFixed, IllegalTransition
from app.items.kinds import Kind
from app.items.models import Focus, Item, ItemEvent, WithdrawnEnding
from app.items.people import NOT_ON_ROSTER, members_of_tree
from app.items.queries import as_payload
from app.items.rules import ActorKind, ItemKind, Status
from app.items.schemas import ActorField, CancellationWrite, EventWrite, RecordWrite, Removal
from app.items.timeline import OPENED, keep_ending, rebuild_item_deadlines, record_step
from app.organizations.models import Member, Organization
from app.organizations.queries import reaches, require

# Fields of the payload that the spine writes in a way of its own.
_SPECIAL = frozenset({"organization_id", "focus", "actor", "due_on", "happened_on", "origin_id"})
# The days of a record on which its organisation must have stood.
_DATED = ("planned_on", "happened_on", "found_on")
_FOCUS = select(Focus).where(
    Focus.root_id == bindparam("of_root"), Focus.code == bindparam("of_code")
)
# States that nothing has come of yet.
_FRESH = frozenset({Status.PLANNED, Status.OPEN})


def create(uow: UnitOfWork, kind: Kind, payload: RecordWrite) -> Item:
    """Log a record.

    Raises:
        NotFound: the payload names something out of the actor's sight.
        Forbidden: the actor may not write there, or not this kind of record.
    """
    restricted = kind.restricted(payload)
    may_write(uow, payload.organization_id, restricted=restricted, pointer="#/organization_id")
    organization = uow.session.get_one(Organization, payload.organization_id)
    _refuse_outside_lifetime(organization, payload, None)
    now, today = uow.now(), uow.today(organization.time_zone)
    item = kind.model(
        id=new_id(),
        organization_id=organization.id,
        organization=organization,
        restricted=restricted,
        created_by=uow.actor.user_id,
        created_at=now,
        updated_at=now,
        original_due_on=payload.due_on,
        due_on=payload.due_on,
    )
    _fill(uow, kind, item, payload)
    happened_on = item.happened_on
    item.opened_on = rules.opening_day(today, item.planned_on, payload.due_on, happened_on)
    item.late_entry = rules.is_late_entry(happened_on, today)
    item.day = happened_on or item.planned_on or payload.due_on or today
    uow.session.add(item)
    uow.session.flush()
    kind.begin(uow, item, payload)
    rebuild_item_deadlines(uow.session, item, fresh=True)
    note(uow, "created", item, None, payload.model_dump(mode="json"))
    return item


def change(uow: UnitOfWork, kind: Kind, item: Item, patch: Model) -> None:
    """Correct a record; the result is checked as a whole, as if it were new.

    Raises:
        ValidationFailed: the result would not be acceptable.
        DeadlineFixed: the patch moves a deadline that was set.
    """
    restricted = item.restricted
    may_write(uow, item.organization_id, restricted=restricted)
    before = as_payload(kind, item)
    payload = patched(before, patch)
    if kind.restricted(payload) != restricted:
        raise ValidationFailed.at(
            "#/type", "type_crosses_permission", "不能在监督执纪类与其他类型之间改动，请另行登记"
        )
    organization = item.organization
    _refuse_outside_lifetime(organization, payload, before)
    first_deadline = payload.due_on != item.due_on
    if first_deadline:
        _set_first_deadline(item, payload)
    happened_on = item.happened_on
    _fill(uow, kind, item, payload)
    if happened_on and item.happened_on is None:
        keep_ending(uow, item, Status.COMPLETED, happened_on)
    entered = civil_day(item.created_at, organization.time_zone)
    item.late_entry = rules.is_late_entry(item.happened_on, entered)
    item.opened_on = min(item.opened_on, item.happened_on or item.opened_on)
    item.day = item.happened_on or item.planned_on or item.original_due_on or entered
    if first_deadline and item.kind == ItemKind.RECTIFICATION:
        record_step(uow, item, "deadline_set", uow.today(organization.time_zone))
    states = (before.model_dump(mode="json"), payload.model_dump(mode="json"))
    save_change(uow, item, "changed", *states)


def cancel(uow: UnitOfWork, item: Item, payload: CancellationWrite) -> None:
    """Say that something planned will not take place, and why.

    Raises:
        IllegalTransition: it has happened, or is cancelled already.
    """
    may_write(uow, item.organization_id, restricted=item.restricted)
    if item.status != Status.PLANNED:
        raise IllegalTransition("只有尚未发生、尚未取消的事项可以取消。")
    today = uow.today(item.organization.time_zone)
    day = payload.on or today
    if not item.opened_on <= day <= today:
        raise ValidationFailed.at("#/on", "out_of_order", "取消日期应在登记之后、不晚于今天")
    before = {"status": item.status}
    item.status, item.cancelled_on = Status.CANCELLED, day
    after = {"status": item.status, "on": day.isoformat(), "reason": payload.reason}
    save_change(uow, item, "cancelled", before, after)


def restore(uow: UnitOfWork, item: Item) -> None:
    """Take a cancellation back: from today on it is planned again, until then it was cancelled.

    Raises:
        IllegalTransition: it is not cancelled.
    """
    may_write(uow, item.organization_id, restricted=item.restricted)
    if item.status != Status.CANCELLED:
        raise IllegalTransition("该事项没有取消，无需恢复。")
    if item.cancelled_on:
        keep_ending(uow, item, Status.CANCELLED, item.cancelled_on)
    item.status, item.cancelled_on = Status.PLANNED, None
    save_change(uow, item, "restored", {"status": Status.CANCELLED}, {"status": item.status})


def remove(uow: UnitOfWork, kind: Kind, item: Item, removal: Removal) -> None:
    """Remove a record from every view of today; its row, its trail and its past days stay.

    What nothing has come of yet is removed as it was entered. What has a past (a state beyond the
    first, a step, a decision on its deadline) is removed by somebody who may review, with a reason.

    Raises:
        Forbidden: the actor may not write there, or not remove what has a past.
        ValidationFailed: the record has a past, and no reason was given.
    """
    may_write(uow, item.organization_id, restricted=item.restricted)
    if _has_past(uow.session, item):
        require(uow, Permission.REVIEW, item.organization_id)
        if removal.reason is None:
            raise ValidationFailed.parameter(
                "reason",
                "removal_reason_missing",
                "该记录已经完成、取消或有办理过程，请用 reason 参数写明删除原因",
            )
    before = as_payload(kind, item).model_dump(mode="json")
    item.deleted_at = uow.now()
    item.removed_on = uow.today(item.organization.time_zone)
    after = {"removed_on": item.removed_on.isoformat(), "reason": removal.reason}
    save_change(uow, item, "removed", before, after)


def may_write(
    uow: UnitOfWork, organization_id: UUID, *, restricted: bool, pointer: str | None = None
) -> None:
    """Insist that the actor may write there, and this kind of record.

    Raises:
        NotFound: the actor may not even see the organisation.
        Forbidden: the actor lacks the permission, or the one for supervision (``restricted``).
    """
    require(uow, Permission.WRITE, organization_id, pointer=pointer)
    if restricted and not reaches(uow.session, uow.actor, Permission.SUPERVISION, organization_id):
        raise Forbidden("您没有监督执纪权限，不能登记这类记录。")


def save_change(
    uow: UnitOfWork, item: Item, action: str, before: AuditState | None, after: AuditState | None
) -> None:
    """Raise a changed record's version, write its deadlines anew, and note the change."""
    uow.touch(item)
    rebuild_item_deadlines(uow.session, item)
    note(uow, action, item, before, after)


def note(
    uow: UnitOfWork, action: str, item: Item, before: AuditState | None, after: AuditState | None
) -> None:
    """Write a change of a record, or of what belongs to it, to the audit trail."""
    Trail(item.kind).note_as(uow, f"{item.kind}.{action}", item, before, after)


def _refuse_outside_lifetime(
    organization: Organization, payload: RecordWrite, before: RecordWrite | None
) -> None:
    """Refuse days outside the organisation's life; days that were accepted before may stay."""
    founded, dissolved = organization.founded_on, organization.dissolved_on
    for name in _DATED:
        day = getattr(payload, name, None)
        if day is None or day == getattr(before, name, None):
            continue
        if founded and day < founded:
            message = f"不能早于党组织成立日期 {founded.isoformat()}"
            raise ValidationFailed.at(f"#/{name}", "before_founding", message)
        if dissolved and day > dissolved:
            message = f"不能晚于党组织撤销日期 {dissolved.isoformat()}"
            raise ValidationFailed.at(f"#/{name}", "after_dissolution", message)


def _fill(uow: UnitOfWork, kind: Kind, item: Item, payload: RecordWrite) -> None:
    """Write the payload's fields to the record, checking what they refer to."""
    root_id = item.organization.root_id
    responsible_before = item.responsible_member_id
    columns = set(item.values()) - _SPECIAL
    for name in type(payload).model_fields:
        if name in columns:
            setattr(item, name, getattr(payload, name))
    item.focus_row = _focus(uow.session, root_id, payload.focus, item.focus_id)
    item.focus_id = item.focus_row.id if item.focus_row else None
    if payload.responsible_member_id and payload.responsible_member_id != responsible_before:
        members = members_of_tree(uow, root_id)
        named = members.where(Member.id == payload.responsible_member_id)
        member = uow.get_or_404(named, NOT_ON_ROSTER, pointer="#/responsible_member_id")
        item.responsible_person = item.responsible_person or member.name
    if payload.origin_id and payload.origin_id != item.origin_id:
        _check_origin(uow, item, payload.origin_id, root_id)
    item.origin_id = payload.origin_id
    _write_actor(item, getattr(payload, "actor", ActorField()))
    if isinstance(payload, EventWrite):
        _write_event(uow, item, payload)
    kind.fill(uow, item, payload)


def _focus(session: Session, root_id: UUID, code: str | None, before: UUID | None) -> Focus | None:
    if code is None:
        return None
    focus = session.scalars(_FOCUS, {"of_root": root_id, "of_code": code}).one_or_none()
    if focus is None:
        raise ValidationFailed.at("#/focus", "focus_unknown", "没有这个责任类别，请核对代码")
    if focus.retired and focus.id != before:
        raise ValidationFailed.at(
            "#/focus", "focus_retired", f"责任类别“{focus.name}”已停用，请改用其他类别"
        )
    return focus


def _check_origin(uow: UnitOfWork, item: Item, origin_id: UUID, root_id: UUID) -> None:
    tree = select(Organization.id).where(Organization.root_id == root_id)
    statement = select(Item.id).where(
        Item.id == origin_id,
        Item.deleted_at.is_(None),
        Item.organization_id.in_(tree),
        queries.may_see(uow.actor),
    )
    uow.get_or_404(statement, "没有这条记录，或您无权查看。", pointer="#/origin_id")
    if queries.comes_from(uow.session, origin_id, item.id):
        raise ValidationFailed.at(
            "#/origin_id", "origin_circular", "来源不能是本记录自身，也不能是由本记录产生的事项"
        )


def _write_actor(item: Item, actor: ActorField) -> None:
    person = actor.kind == ActorKind.PERSON
    if person and not (actor.name or actor.post):
        raise ValidationFailed.at("#/actor", "actor_incomplete", "主体为个人时请填写姓名或职务")
    if not person and (actor.name or actor.post):
        raise ValidationFailed.at("#/actor", "actor_incomplete", "主体为组织时不填姓名和职务")
    item.actor_kind, item.actor_name, item.actor_post = actor.kind, actor.name, actor.post


def _write_event(uow: UnitOfWork, item: Item, payload: EventWrite) -> None:
    today = uow.today(item.organization.time_zone)
    if payload.happened_on and payload.happened_on > today:
        raise ValidationFailed.at(
            "#/happened_on", "in_the_future", "发生日期不能晚于今天，尚未发生的请填计划日期"
        )
    item.happened_on = item.completed_on = payload.happened_on
    if item.status != Status.CANCELLED:
        item.status = Status.COMPLETED if payload.happened_on else Status.PLANNED
    elif payload.happened_on:
        raise IllegalTransition("已取消的事项不能填写发生日期，请先恢复。")


def _set_first_deadline(item: Item, payload: RecordWrite) -> None:
    if item.due_on is not None:
        raise DeadlineFixed(
            "时限确定后不能直接修改，请提交延期申请。",
            flaws=[FieldError("deadline_fixed", "请通过延期申请改变时限", pointer="#/due_on")],
        )
    item.original_due_on = item.due_on = payload.due_on


def _has_past(session: Session, item: Item) -> bool:
    if item.status not in _FRESH:
        return True
    stepped = exists().where(ItemEvent.item_id == item.id, ItemEvent.name != OPENED)
    ended = exists().where(WithdrawnEnding.item_id == item.id)
    return bool(session.scalar(select(stepped | ended)))
