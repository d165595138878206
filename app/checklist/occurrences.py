"""Waivers of single things owed, and links to the records that fulfil them."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from app.checklist.errors import OccurrenceConflict
from app.checklist.models import Duty, DutyList, Occurrence, OccurrenceRecord
from app.checklist.rules import ListStatus
from app.core.audit import Trail
from app.core.errors import OwnRequest
from app.core.uow import Permission, UnitOfWork
from app.items.models import Item
from app.items.queries import get_any
from app.organizations.models import Organization
from app.organizations.queries import keeps_own_records, require

_TRAIL = Trail("occurrence")


def waive(uow: UnitOfWork, occurrence: Occurrence, reason: str) -> None:
    """Waive something owed, with a reason; the superior's or an inspector's decision.

    Raises:
        OccurrenceConflict: it is waived already, or the year is closed.
        OwnRequest: the actor works for who owes it; at a root, submitted the list himself.
    """
    require(uow, Permission.REVIEW, occurrence.organization_id)
    submitted_by = _open(uow, occurrence)
    organization = uow.session.get_one(Organization, occurrence.organization_id)
    at_root = organization.parent_id is None and uow.actor.user_id is not None
    if keeps_own_records(uow, organization) or (at_root and submitted_by == uow.actor.user_id):
        raise OwnRequest("不能免除本组织或本人提交清单中的事项，请由上级或检查人员决定。")
    if occurrence.waived_on is not None:
        raise OccurrenceConflict("这项责任事项已经免除。")
    occurrence.waived_on = uow.today(organization.time_zone)
    occurrence.waived_reason, occurrence.waived_by_name = reason, uow.actor.name
    uow.session.flush()
    _TRAIL.note_as(uow, "occurrence.waived", occurrence, None, {"reason": reason})


def take_back_waiver(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """Take a waiver back."""
    require(uow, Permission.REVIEW, occurrence.organization_id)
    _open(uow, occurrence)
    if occurrence.waived_on is None:
        raise OccurrenceConflict("这项责任事项没有免除。")
    before = {"reason": occurrence.waived_reason, "on": occurrence.waived_on.isoformat()}
    occurrence.waived_on = occurrence.waived_reason = occurrence.waived_by_name = None
    uow.session.flush()
    _TRAIL.note_as(uow, "occurrence.waiver_taken_back", occurrence, None, before)


def link(uow: UnitOfWork, occurrence: Occurrence, item_id: UUID) -> None:
    """Link a record that fulfils something; linking it again changes nothing.

    Raises:
        NotFound: the record is out of the actor's sight.
        OccurrenceConflict: the record is another tree's, or is a restricted one.
    """
    require(uow, Permission.WRITE, occurrence.organization_id)
    _open(uow, occurrence)
    item = get_any(uow, item_id)
    _fits(uow, occurrence, item)
    if uow.session.get(OccurrenceRecord, (occurrence.id, item.id)) is not None:
        return
    uow.session.add(
        OccurrenceRecord(
            occurrence_id=occurrence.id,
            item_id=item.id,
            linked_at=uow.now(),
            linked_by_name=uow.actor.name,
        )
    )
    flag_modified(occurrence, "period")  # a link is a change of what it belongs to
    uow.session.flush()
    _TRAIL.note_as(uow, "occurrence.linked", occurrence, None, {"item_id": str(item.id)})


def unlink(uow: UnitOfWork, occurrence: Occurrence, item_id: UUID) -> None:
    """Remove a link; the record stays."""
    require(uow, Permission.WRITE, occurrence.organization_id)
    _open(uow, occurrence)
    item = get_any(uow, item_id)
    gone = uow.session.execute(
        delete(OccurrenceRecord)
        .where(OccurrenceRecord.occurrence_id == occurrence.id, OccurrenceRecord.item_id == item.id)
        .returning(OccurrenceRecord.item_id)
    )
    if gone.first() is None:
        raise OccurrenceConflict("这条记录没有关联到该责任事项。")
    flag_modified(occurrence, "period")
    uow.session.flush()
    _TRAIL.note_as(uow, "occurrence.unlinked", occurrence, None, {"item_id": str(item.id)})


def _fits(uow: UnitOfWork, occurrence: Occurrence, item: Item) -> None:
    roots = select(Organization.root_id).where(
        Organization.id.in_([occurrence.organization_id, item.organization_id])
    )
    if len(set(uow.session.scalars(roots))) > 1:
        raise OccurrenceConflict("这条记录不属于同一组织体系，不能关联。")
    if item.restricted:
        raise OccurrenceConflict("监督执纪类记录不能用来证明责任事项完成。")


def _open(uow: UnitOfWork, occurrence: Occurrence) -> UUID | None:
    """Lock the list and insist that its year is not closed; return who submitted it."""
    status: str
    submitted_by: UUID | None
    status, submitted_by = uow.session.execute(
        select(DutyList.status, DutyList.submitted_by)
        .join(Duty, Duty.list_id == DutyList.id)
        .where(Duty.id == occurrence.duty_id)
        # Before the occurrence, as amendments do: the database renews the list's stamp after it.
        .with_for_update(of=DutyList)
    ).one()
    if status != ListStatus.PUBLISHED:
        raise OccurrenceConflict("该年度清单已办结，请先重新打开。")
    return submitted_by
