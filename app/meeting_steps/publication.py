"""Publication (公示) of a meeting: posted, objections, ended."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.core.audit import Trail
from app.core.changes import expect_version
from app.core.errors import OwnRequest, ValidationFailed, existing
from app.core.ids import new_id
from app.core.pagination import Cursors, Order, Page
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.models import Item
from app.items.queries import may_see
from app.meeting_steps.models import Objection, Publication
from app.meeting_steps.queries import held_on, page_by_day, today_at
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
    PublicationFilters,
    PublicationRead,
    PublicationWithdrawal,
    PublicationWrite,
    PublishedRecord,
    PublishedResolution,
    shown,
)
from app.meetings.models import Meeting
from app.organizations.models import Organization
from app.organizations.queries import reaches, require, require_step, within


def visible_to(actor: Actor) -> Select[Any]:
    """Publications in sight, each with what its payload needs beside its own row."""
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
        Item.version.label("now_version"),
        Organization.name.label("place"),
        Organization.time_zone.label("zone"),
        unanswered.label("unanswered"),
    )
    return (
        select(*columns)
        .join(Item, Item.id == Publication.meeting_id)
        .join(Organization, Organization.id == Publication.organization_id)
        .where(may_see(actor), Item.deleted_at.is_(None))
    )


def present(row: Row[Any], day: date) -> PublicationRead:
    """A row of ``visible_to`` as it is returned; its state is that of ``day``."""
    publication: Publication = row.Publication
    state = publication_state(
        publication.starts_on, publication.ends_on, publication.withdrawn_on, day
    )
    return shown(
        PublicationRead,
        publication,
        organization_name=row.place,
        state=state,
        record=None if publication.withdrawn_on else publication.record,
        changed_since=row.now_version != publication.record_version,
        unanswered_objections=row.unanswered,
    )


def read_publication(uow: UnitOfWork, publication_id: UUID) -> PublicationRead:
    """A publication as it is today, or NotFound."""
    return _read(uow, Publication.id == publication_id)


def _read(uow: UnitOfWork, wanted: ColumnElement[bool]) -> PublicationRead:
    row = uow.session.execute(visible_to(uow.actor).where(wanted)).one_or_none()
    row = existing(row, "没有这条公示，或您无权查看。")
    return present(row, uow.today(row.zone))


def latest_of(uow: UnitOfWork, meeting_id: UUID) -> Publication | None:
    """The newest publication of a meeting that the actor may see."""
    statement = select(Publication).where(Publication.meeting_id == meeting_id)
    return uow.session.scalars(statement.order_by(Publication.sequence.desc()).limit(1)).first()


def read_latest(uow: UnitOfWork, meeting_id: UUID) -> PublicationRead | None:
    """The newest publication of a meeting as it is today, if there is one."""
    statement = visible_to(uow.actor).where(Publication.meeting_id == meeting_id)
    row = uow.session.execute(statement.order_by(Publication.sequence.desc()).limit(1)).first()
    return present(row, uow.today(row.zone)) if row else None


def shown_on(
    uow: UnitOfWork, organization: Organization, filters: PublicationFilters, cursors: Cursors
) -> tuple[Page, Iterable[PublicationRead]]:
    """What an organisation has on show on a day, the first to end first; one statement."""
    day = filters.as_of or uow.today(organization.time_zone)
    statement = visible_to(uow.actor).where(
        Publication.ends_on >= day,
        Publication.starts_on <= day,
        Publication.withdrawn_on.is_(None) | (Publication.withdrawn_on > day),
        within(Publication.organization_id, [organization.id])
        if filters.include_descendants
        else Publication.organization_id == organization.id,
    )
    columns = Publication.__table__.c
    order = Order(columns.ends_on, columns.id, descending=False)
    name = f"publications:{organization.id}"
    page = page_by_day(uow.session, statement, order, filters, cursors, name)
    return page, [present(row, day) for row in page.rows]


def objections_to(uow: UnitOfWork, publication: Publication) -> Select[Objection]:
    """The objections that the actor may read: the publisher's side all, others their own."""
    statement = select(Objection).where(Objection.publication_id == publication.id)
    place = publication.organization_id
    handles = any(
        reaches(uow.session, uow.actor, permission, place)
        for permission in (Permission.WRITE, Permission.REVIEW)
    )
    return statement if handles else statement.where(Objection.raised_by == uow.actor.user_id)


def get_objection(uow: UnitOfWork, publication: Publication, objection_id: UUID) -> Objection:
    """One objection that the actor may read, or NotFound."""
    statement = objections_to(uow, publication).where(Objection.id == objection_id)
    return uow.get_or_404(statement, "没有这条意见，或您无权查看。")


_PUBLICATION = Trail(
    "publication",
    (
        *("meeting_id", "starts_on", "ends_on", "note", "record", "record_version"),
        *("withdrawn_on", "withdrawal_reason"),
    ),
)
_OBJECTION = Trail("objection", tuple(ObjectionRead.model_fields))


def publish(
    uow: UnitOfWork, meeting: Meeting, wish: PublicationWrite, if_match: str | None
) -> Publication:
    """Show a held meeting's record, or change the days of the publication that is under way.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        ValidationFailed: the days do not fit the days that are over already.
    """
    require(uow, Permission.WRITE, meeting.organization_id)
    held_on(meeting, "公示")
    today = today_at(uow, meeting)
    latest = latest_of(uow, meeting.id)
    if latest is not None and state_on(latest, today) in {
        PublicationState.SCHEDULED,
        PublicationState.ON_SHOW,
    }:
        expect_version(latest.version, if_match)
        _adjust(uow, latest, wish, today)
        return latest
    starts_on = wish.starts_on or today
    _check_start(starts_on, today)
    publication = Publication(
        id=new_id(),
        meeting_id=meeting.id,
        organization_id=meeting.organization_id,
        sequence=latest.sequence + 1 if latest else 1,
        starts_on=starts_on,
        ends_on=last_day_shown(starts_on, wish.days),
        note=wish.note,
        record=published_record(meeting, wish).model_dump(mode="json"),
        record_version=meeting.version,
        published_at=uow.now(),
        published_by_name=uow.actor.name,
    )
    uow.session.add(publication)
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.published", publication)
    return publication


def state_on(publication: Publication, day: date) -> PublicationState:
    """Where a publication is on a day."""
    return publication_state(
        publication.starts_on, publication.ends_on, publication.withdrawn_on, day
    )


def published_record(meeting: Meeting, wish: PublicationWrite) -> PublishedRecord:
    """What is shown of a meeting: only the fields that the payload names, as they are now."""
    special = {"resolutions", "discussion"}
    named = {n: getattr(meeting, n) for n in PublishedRecord.model_fields if n not in special}
    resolutions = [PublishedResolution(text=r.text, due_on=r.due_on) for r in meeting.resolutions]
    discussion = meeting.discussion if wish.include_discussion else None
    return PublishedRecord(**named, resolutions=resolutions, discussion=discussion)


def _check_start(starts_on: date, today: date) -> None:
    if not today <= starts_on <= today + timedelta(days=MAX_SHOWN_DAYS):
        raise ValidationFailed.at(
            "#/starts_on", "out_of_order", f"起始日期应在今天至 {MAX_SHOWN_DAYS} 天之内"
        )


def _adjust(uow: UnitOfWork, publication: Publication, wish: PublicationWrite, today: date) -> None:
    """Change days and note; what is shown stays as it was frozen."""
    before = _PUBLICATION.state(publication)
    starts_on = wish.starts_on or publication.starts_on
    if starts_on != publication.starts_on:
        if publication.starts_on <= today:
            words = "公示已经开始，起始日期不能改动"
            raise ValidationFailed.at("#/starts_on", "already_begun", words)
        _check_start(starts_on, today)
    ends_on = last_day_shown(starts_on, wish.days)
    if ends_on < today:
        least = (today - starts_on).days + 1
        raise ValidationFailed.at("#/days", "already_over", f"公示已到第 {least} 天，不能少于此数")
    if wish.include_discussion and publication.record["discussion"] is None:
        raise ValidationFailed.at(
            "#/include_discussion", "frozen", "公示内容已经固定；如需增加，请撤下后重新公示"
        )
    publication.starts_on, publication.ends_on = starts_on, ends_on
    publication.note = wish.note
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.changed", publication, before)


def withdraw_publication(
    uow: UnitOfWork, meeting: Meeting, wish: PublicationWithdrawal
) -> Publication:
    """Take a record down; it is not shown from that moment on, and may be published again.

    Raises:
        NotFound: the meeting has no publication.
        NotOnShow: it was taken down already.
    """
    step = PublicationStep.WITHDRAW
    require_step(uow, PUBLICATION_STEPS[step], meeting.organization_id)
    publication, today = current(uow, meeting), today_at(uow, meeting)
    PUBLICATION_STEPS.refuse_state(step, state_on(publication, today))
    before = _PUBLICATION.state(publication)
    publication.withdrawn_on = today
    publication.withdrawn_by_name = uow.actor.name
    publication.withdrawal_reason = wish.reason
    uow.session.flush()
    _PUBLICATION.note(uow, "publication.withdrawn", publication, before)
    return publication


def current(uow: UnitOfWork, meeting: Meeting) -> Publication:
    """The newest publication of a meeting, or NotFound."""
    return existing(latest_of(uow, meeting.id), "这次会议还没有公示。")


def object_to(
    uow: UnitOfWork, publication: Publication, meeting: Meeting, wish: ObjectionWrite
) -> Objection:
    """Say something about a record on show; every reader of the organisation may.

    Raises:
        NotOnShow: it is not (yet, or any more) on show.
    """
    state = state_on(publication, today_at(uow, meeting))
    PUBLICATION_STEPS.refuse_state(PublicationStep.OBJECT, state)
    objection = Objection(
        id=new_id(),
        publication_id=publication.id,
        text=wish.text,
        raised_at=uow.now(),
        raised_by=uow.actor.user_id,
        raised_by_name=uow.actor.name,
    )
    uow.session.add(objection)
    uow.session.flush()
    _OBJECTION.note(uow, "objection.raised", objection, owner=meeting)
    return objection


def answer_objection(
    uow: UnitOfWork, objection: Objection, meeting: Meeting, wish: ObjectionAnswer
) -> None:
    """Answer an objection, or better an answer; also after the days on show.

    Raises:
        OwnRequest: nobody answers what he said himself.
    """
    if objection.raised_by == uow.actor.user_id:
        raise OwnRequest("不能答复本人提出的意见，请由他人答复。")
    before = _OBJECTION.state(objection)
    objection.answer = wish.answer
    objection.answered_at, objection.answered_by_name = uow.now(), uow.actor.name
    uow.session.flush()
    _OBJECTION.note(uow, "objection.answered", objection, before, owner=meeting)
