"""Publication (公示) of a meeting's record: what is on show, changes, objections."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import OwnRequest, ValidationFailed, existing
from app.core.ids import new_id
from app.core.pagination import Order
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.models import Item
from app.items.queries import may_see
from app.meeting_steps.models import Objection, Publication
from app.meeting_steps.queries import held_on, today_at
from app.meeting_steps.rules import (
    MAX_SHOWN_DAYS,
    PUBLICATION_STEPS,
    PublicationState,
    PublicationStep,
    last_day_shown,
    publication_state,
)
from app.meeting_steps.schemas import (
    ObjectionAnswer,
    ObjectionRead,
    ObjectionWrite,
    PublicationRead,
    PublicationWithdrawal,
    PublicationWrite,
    PublishedRecord,
    PublishedResolution,
    as_payload,
)
from app.meetings.models import Meeting
from app.organizations.models import Organization
from app.organizations.queries import reaches, require, require_step, within

_PUBLICATION = Trail(
    "publication",
    (
        *("meeting_id", "starts_on", "ends_on", "note", "record", "record_version"),
        *("withdrawn_on", "withdrawal_reason"),
    ),
)
_OBJECTION = Trail("objection", tuple(ObjectionRead.model_fields))


def read_publication(uow: UnitOfWork, publication_id: UUID) -> PublicationRead:
    """Return a publication as it is today; raises ``NotFound``."""
    statement = _visible_to(uow.actor).where(Publication.id == publication_id)
    row = existing(uow.session.execute(statement).one_or_none(), "没有这条公示，或您无权查看。")
    return publication_payload(row, uow.today(row.zone))


def read_latest(uow: UnitOfWork, meeting_id: UUID) -> PublicationRead | None:
    """Return the newest publication of a meeting as it is today, if there is one."""
    statement = _visible_to(uow.actor).where(Publication.meeting_id == meeting_id)
    row = uow.session.execute(statement.order_by(Publication.sequence.desc()).limit(1)).first()
    return publication_payload(row, uow.today(row.zone)) if row else None


FIRST_TO_END = Order(Publication.__table__.c.ends_on, Publication.__table__.c.id, descending=False)


def shown_on(
    actor: Actor, organization: Organization, day: date, *, include_descendants: bool
) -> Select[Any]:
    """Select what an organisation has on show on a day, to be read ``FIRST_TO_END``."""
    return _visible_to(actor).where(
        Publication.ends_on >= day,
        Publication.starts_on <= day,
        Publication.withdrawn_on.is_(None) | (Publication.withdrawn_on > day),
        within(Publication.organization_id, [organization.id])
        if include_descendants
        else Publication.organization_id == organization.id,
    )


def _visible_to(actor: Actor) -> Select[Any]:
    """Select publications in sight, each with what its payload needs beside its own row."""
    unanswered = (
        select(func.count())
        .where(Objection.publication_id == Publication.id, Objection.answer.is_(None))
        .correlate(Publication)
        .scalar_subquery()
    )
    columns = (
        Publication,
        Publication.ends_on.label("key"),
        Publication.id.label("id"),
        Item.version.label("current_version"),
        Organization.name.label("organization_name"),
        Organization.time_zone.label("zone"),
        unanswered.label("unanswered"),
    )
    return (
        select(*columns)
        .join(Item, Item.id == Publication.meeting_id)
        .join(Organization, Organization.id == Publication.organization_id)
        .where(may_see(actor), Item.deleted_at.is_(None))
    )


def publication_payload(row: Row[Any], day: date) -> PublicationRead:
    """Return a selected publication as a payload; its state is that of ``day``."""
    publication: Publication = row.Publication
    return as_payload(
        PublicationRead,
        publication,
        organization_name=row.organization_name,
        state=state_on(publication, day),
        record=None if publication.withdrawn_on else publication.record,
        changed_since=row.current_version != publication.record_version,
        unanswered_objections=row.unanswered,
    )


def state_on(publication: Publication, day: date) -> PublicationState:
    """Return the state of a publication on a civil day."""
    return publication_state(
        publication.starts_on, publication.ends_on, publication.withdrawn_on, day
    )


def find_latest(uow: UnitOfWork, meeting: Meeting) -> Publication | None:
    """Return the newest publication of a meeting that the actor may see, if there is one."""
    statement = select(Publication).where(Publication.meeting_id == meeting.id)
    return uow.session.scalars(statement.order_by(Publication.sequence.desc()).limit(1)).first()


def get_latest(uow: UnitOfWork, meeting: Meeting) -> Publication:
    """Return the newest publication of a meeting; raises ``NotFound``."""
    return existing(find_latest(uow, meeting), "这次会议还没有公示。")


def publish(
    uow: UnitOfWork, meeting: Meeting, payload: PublicationWrite, if_match: str | None
) -> Publication:
    """Show a held meeting's record, or change the days of the publication that is under way.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        ValidationFailed: the days do not fit the days that are over already.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    held_on(meeting, "公示")
    today = today_at(uow, meeting)
    latest = find_latest(uow, meeting)
    if latest is not None and state_on(latest, today) in {
        PublicationState.SCHEDULED,
        PublicationState.ON_SHOW,
    }:
        expect_version(latest.version, if_match)
        _adjust(uow, latest, payload, today)
        return latest
    starts_on = payload.starts_on or today
    _check_start(starts_on, today)
    publication = Publication(
        id=new_id(),
        meeting_id=meeting.id,
        organization_id=meeting.organization_id,
        sequence=latest.sequence + 1 if latest else 1,
        starts_on=starts_on,
        ends_on=last_day_shown(starts_on, payload.days),
        note=payload.note,
        record=_published_record(meeting, payload).model_dump(mode="json"),
        record_version=meeting.version,
        published_at=uow.now(),
        published_by_name=uow.actor.name,
    )
    uow.session.add(publication)
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.published", publication)
    return publication


def _published_record(meeting: Meeting, payload: PublicationWrite) -> PublishedRecord:
    """Copy the fields that are shown of a meeting, as they are now."""
    return as_payload(
        PublishedRecord,
        meeting,
        resolutions=[
            PublishedResolution(text=row.text, due_on=row.due_on) for row in meeting.resolutions
        ],
        discussion=meeting.discussion if payload.include_discussion else None,
    )


def _check_start(starts_on: date, today: date) -> None:
    if not today <= starts_on <= today + timedelta(days=MAX_SHOWN_DAYS):
        raise ValidationFailed.at(
            "#/starts_on", "out_of_order", f"起始日期应在今天至 {MAX_SHOWN_DAYS} 天之内"
        )


def _adjust(
    uow: UnitOfWork, publication: Publication, payload: PublicationWrite, today: date
) -> None:
    """Change days and note; the record on show stays as it was published."""
    before = _PUBLICATION.state(publication)
    starts_on = payload.starts_on or publication.starts_on
    if starts_on != publication.starts_on:
        if publication.starts_on <= today:
            message = "公示已经开始，起始日期不能改动"
            raise ValidationFailed.at("#/starts_on", "already_begun", message)
        _check_start(starts_on, today)
    ends_on = last_day_shown(starts_on, payload.days)
    if ends_on < today:
        message = f"公示已到第 {(today - starts_on).days + 1} 天，不能少于此数"
        raise ValidationFailed.at("#/days", "already_over", message)
    if payload.include_discussion and publication.record["discussion"] is None:
        message = "公示内容已经固定；如需增加，请撤下后重新公示"
        raise ValidationFailed.at("#/include_discussion", "frozen", message)
    publication.starts_on, publication.ends_on = starts_on, ends_on
    publication.note = payload.note
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.changed", publication, before)


def withdraw_publication(
    uow: UnitOfWork, meeting: Meeting, payload: PublicationWithdrawal
) -> Publication:
    """Take a record down; it is not shown from that moment on, and may be published again.

    Raises:
        NotFound: the meeting has no publication.
        NotOnShow: it was taken down already.
    """
    step = PublicationStep.WITHDRAW
    require_step(uow, PUBLICATION_STEPS[step], meeting.organization_id)
    publication, today = get_latest(uow, meeting), today_at(uow, meeting)
    PUBLICATION_STEPS.refuse_state(step, state_on(publication, today))
    before = _PUBLICATION.state(publication)
    publication.withdrawn_on = today
    publication.withdrawn_by_name = uow.actor.name
    publication.withdrawal_reason = payload.reason
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.withdrawn", publication, before)
    return publication


def objections_to(uow: UnitOfWork, publication: Publication) -> Select[Objection]:
    """Select the objections that the actor may read: the publisher's side all, others their own."""
    statement = select(Objection).where(Objection.publication_id == publication.id)
    reads_all = any(
        reaches(uow.session, uow.actor, permission, publication.organization_id)
        for permission in (Permission.WRITE, Permission.REVIEW)
    )
    return statement if reads_all else statement.where(Objection.raised_by == uow.actor.user_id)


def get_objection(uow: UnitOfWork, publication: Publication, objection_id: UUID) -> Objection:
    """Return an objection that the actor may read; raises ``NotFound``."""
    statement = objections_to(uow, publication).where(Objection.id == objection_id)
    return uow.get_or_404(statement, "没有这条意见，或您无权查看。")


def add_objection(
    uow: UnitOfWork, publication: Publication, meeting: Meeting, payload: ObjectionWrite
) -> Objection:
    """Add an objection to a record on show; every reader of the organisation may.

    Raises:
        NotOnShow: it is not (yet, or any more) on show.
    """
    state = state_on(publication, today_at(uow, meeting))
    PUBLICATION_STEPS.refuse_state(PublicationStep.OBJECT, state)
    objection = Objection(
        id=new_id(),
        publication_id=publication.id,
        text=payload.text,
        raised_at=uow.now(),
        raised_by=uow.actor.user_id,
        raised_by_name=uow.actor.name,
    )
    uow.session.add(objection)
    uow.session.flush()
    _OBJECTION.note(uow, "objection.raised", objection, owner=meeting)
    return objection


def answer_objection(
    uow: UnitOfWork, objection: Objection, meeting: Meeting, payload: ObjectionAnswer
) -> None:
    """Answer an objection, or replace an answer; also after the days on show.

    Raises:
        OwnRequest: the actor raised the objection.
    """
    if objection.raised_by == uow.actor.user_id:
        raise OwnRequest("不能答复本人提出的意见，请由他人答复。")
    before = _OBJECTION.state(objection)
    objection.answer = payload.answer
    objection.answered_at, objection.answered_by_name = uow.now(), uow.actor.name
    uow.session.flush()
    _OBJECTION.note(uow, "objection.answered", objection, before, owner=meeting)
