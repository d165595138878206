"""The verbs of publication: show a record, take it down, object, answer."""

from datetime import date, timedelta

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import OwnRequest, ValidationFailed, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.meeting_steps.models import Objection, Publication
from app.meeting_steps.publication.queries import latest_of
from app.meeting_steps.publication.schemas import (
    ObjectionAnswer,
    ObjectionRead,
    ObjectionWrite,
    PublicationWithdrawal,
    PublicationWrite,
    PublishedRecord,
    PublishedResolution,
)
from app.meeting_steps.queries import held_on, today_at
from app.meeting_steps.rules import (
    MAX_SHOWN_DAYS,
    PUBLICATION_STEPS,
    PublicationState,
    PublicationStep,
    last_day_shown,
    publication_state,
)
from app.meetings.models import Meeting
from app.organizations.queries import require
from app.organizations.separation import require_step

_PUBLICATION = Trail(
    "publication",
    (
        *("meeting_id", "starts_on", "ends_on", "note", "record", "record_version"),
        *("withdrawn_on", "withdrawal_reason"),
    ),
)
_OBJECTION = Trail("objection", tuple(ObjectionRead.model_fields))


def publish(
    unit: Unit, meeting: Meeting, wish: PublicationWrite, if_match: str | None
) -> Publication:
    """Show a held meeting's record, or change the days of the publication that is under way.

    Raises:
        MeetingNotHeld: the meeting did not take place.
        ValidationFailed: the days do not fit the days that are over already.
    """
    require(unit, Permission.WRITE, meeting.organization_id)
    held_on(meeting, "公示")
    today = today_at(unit, meeting)
    latest = latest_of(unit, meeting.id)
    if latest is not None and state_on(latest, today) in {
        PublicationState.SCHEDULED,
        PublicationState.ON_SHOW,
    }:
        expect_version(latest.version, if_match)
        _adjust(unit, latest, wish, today)
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
        record=frozen(meeting, wish).model_dump(mode="json"),
        record_version=meeting.version,
        published_at=unit.now(),
        published_by_name=unit.actor.name,
    )
    unit.session.add(publication)
    unit.session.flush()
    _PUBLICATION.note(unit, "publication.published", publication)
    return publication


def state_on(publication: Publication, day: date) -> PublicationState:
    """Where a publication is on a day."""
    return publication_state(
        publication.starts_on, publication.ends_on, publication.withdrawn_on, day
    )


def frozen(meeting: Meeting, wish: PublicationWrite) -> PublishedRecord:
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


def _adjust(unit: Unit, publication: Publication, wish: PublicationWrite, today: date) -> None:
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
    unit.session.flush()
    _PUBLICATION.note(unit, "publication.changed", publication, before)


def withdraw_publication(unit: Unit, meeting: Meeting, wish: PublicationWithdrawal) -> Publication:
    """Take a record down; it is not shown from that moment on, and may be published again.

    Raises:
        NotFound: the meeting has no publication.
        NotOnShow: it was taken down already.
    """
    step = PublicationStep.WITHDRAW
    require_step(unit, PUBLICATION_STEPS[step], meeting.organization_id)
    publication, today = current(unit, meeting), today_at(unit, meeting)
    PUBLICATION_STEPS.refuse_state(step, state_on(publication, today))
    before = _PUBLICATION.state(publication)
    publication.withdrawn_on = today
    publication.withdrawn_by_name = unit.actor.name
    publication.withdrawal_reason = wish.reason
    unit.session.flush()
    _PUBLICATION.note(unit, "publication.withdrawn", publication, before)
    return publication


def current(unit: Unit, meeting: Meeting) -> Publication:
    """The newest publication of a meeting, or NotFound."""
    return existing(latest_of(unit, meeting.id), "这次会议还没有公示。")


def object_to(
    unit: Unit, publication: Publication, meeting: Meeting, wish: ObjectionWrite
) -> Objection:
    """Say something about a record on show; every reader of the organisation may.

    Raises:
        NotOnShow: it is not (yet, or any more) on show.
    """
    state = state_on(publication, today_at(unit, meeting))
    PUBLICATION_STEPS.refuse_state(PublicationStep.OBJECT, state)
    objection = Objection(
        id=new_id(),
        publication_id=publication.id,
        text=wish.text,
        raised_at=unit.now(),
        raised_by=unit.actor.user_id,
        raised_by_name=unit.actor.name,
    )
    unit.session.add(objection)
    unit.session.flush()
    _OBJECTION.note(unit, "objection.raised", objection, owner=meeting)
    return objection


def answer_objection(
    unit: Unit, objection: Objection, meeting: Meeting, wish: ObjectionAnswer
) -> None:
    """Answer an objection, or better an answer; also after the days on show.

    Raises:
        OwnRequest: nobody answers what he said himself.
    """
    if objection.raised_by == unit.actor.user_id:
        raise OwnRequest("不能答复本人提出的意见，请由他人答复。")
    before = _OBJECTION.state(objection)
    objection.answer = wish.answer
    objection.answered_at, objection.answered_by_name = unit.now(), unit.actor.name
    unit.session.flush()
    _OBJECTION.note(unit, "objection.answered", objection, before, owner=meeting)
