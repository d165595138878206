"""The verbs of filing: file a plan, take it back, acknowledge or return it."""

from typing import Any

from sqlalchemy import select

from app.core.actor import Permission
from app.core.audit import Trail
from app.core.errors import ValidationFailed, existing
from app.core.ids import new_id
from app.core.unit import Unit
from app.core.versions import expect_version
from app.items.rules import Status
from app.meeting_steps.errors import FilingNotPossible
from app.meeting_steps.filing.lead_times import lead_days
from app.meeting_steps.filing.schemas import (
    FilingDecision,
    FilingRead,
    FilingWithdrawal,
    FilingWrite,
)
from app.meeting_steps.models import Filing
from app.meeting_steps.queries import today_at
from app.meeting_steps.rules import FILING_IN_FORCE, FILING_STEPS, FilingState, FilingStep
from app.meeting_steps.schemas import shown
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.organizations.queries import require
from app.organizations.separation import require_step

_TRAIL = Trail("filing")


def find_filing(unit: Unit, meeting: Meeting) -> Filing | None:
    """The filing of a meeting that the actor may see, if there is one."""
    statement = select(Filing).where(Filing.meeting_id == meeting.id)
    return unit.session.scalars(statement).one_or_none()


def get_filing(unit: Unit, meeting: Meeting) -> Filing:
    """The filing of a meeting that the actor may see, or NotFound."""
    return existing(find_filing(unit, meeting), "这次会议还没有报备。")


def present(filing: Filing, meeting: Meeting) -> FilingRead:
    """A filing as it is returned, compared with the plan as it is now."""
    moved = meeting.planned_on != filing.planned_on or meeting.type != filing.meeting_type
    return shown(FilingRead, filing, plan_changed=moved)


def file_plan(unit: Unit, meeting: Meeting, wish: FilingWrite, if_match: str | None) -> Filing:
    """File the plan of a meeting, or file it anew.

    While plan and filing agree, a correction of the note keeps the day on which it was filed; any
    other new filing counts from today. What a superior said of the former one is in the trail.

    Raises:
        FilingNotPossible: the meeting is not planned, has no day, or the day is over.
    """
    require(unit, Permission.WRITE, meeting.organization_id)
    filing, before = find_filing(unit, meeting), None
    if filing is None:
        filing = Filing(id=new_id(), meeting_id=meeting.id)
        unit.session.add(filing)
        same = False
    else:
        expect_version(filing.version, if_match)
        before = _state(filing, meeting)
        same = filing.state in FILING_IN_FORCE and not before["plan_changed"]
    _fill(unit, filing, meeting, same=same)
    filing.state, filing.note = FilingState.FILED, wish.note
    filing.decided_at = filing.decided_by_name = filing.decision_note = None
    filing.withdrawn_at = filing.withdrawn_by_name = filing.withdrawal_reason = None
    unit.session.flush()
    _note(unit, "filing.filed", filing, meeting, before)
    return filing


def _fill(unit: Unit, filing: Filing, meeting: Meeting, *, same: bool) -> None:
    today = today_at(unit, meeting)
    if meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，不能再报备；报备应在会前完成。")
    if meeting.planned_on is None:
        raise FilingNotPossible("会议还没有计划日期，请先填写计划日期再报备。")
    if meeting.planned_on < today:
        raise FilingNotPossible("计划日期已过，不能再报备；如已改期，请先更正计划日期。")
    if not same:
        kind = MeetingType(meeting.type)
        filing.meeting_type, filing.planned_on = kind, meeting.planned_on
        filing.lead_days = lead_days(unit, meeting.organization.root_id, kind)
        filing.filed_on = today
    filing.filed_at = unit.now()
    filing.filed_by, filing.filed_by_name = unit.actor.user_id, unit.actor.name


def withdraw_filing(unit: Unit, filing: Filing, meeting: Meeting, wish: FilingWithdrawal) -> None:
    """Take a filing back before the meeting takes place.

    Raises:
        FilingNotPossible: the meeting has taken place, or is cancelled.
        IllegalTransition: the filing was returned or withdrawn already.
    """
    step = FILING_STEPS[FilingStep.WITHDRAW]
    require_step(unit, step, meeting.organization_id)
    if meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，报备不能再撤回。")
    FILING_STEPS.refuse_state(FilingStep.WITHDRAW, FilingState(filing.state))
    before = _state(filing, meeting)
    filing.state = step.target
    filing.withdrawn_at, filing.withdrawn_by_name = unit.now(), unit.actor.name
    filing.withdrawal_reason = wish.reason
    unit.session.flush()
    _note(unit, "filing.withdrawn", filing, meeting, before)


def decide_filing(unit: Unit, filing: Filing, meeting: Meeting, wish: FilingDecision) -> None:
    """Acknowledge a filing, or return it with a word on what is missing.

    Raises:
        FilingNotPossible: it would be returned after the meeting.
        IllegalTransition: it is not waiting for a decision.
        OwnRequest: who filed may not decide.
    """
    name = FilingStep.ACKNOWLEDGE if wish.acknowledged else FilingStep.RETURN
    step = FILING_STEPS[name]
    require_step(unit, step, meeting.organization_id)
    FILING_STEPS.refuse_state(name, FilingState(filing.state))
    step.refuse_own(unit.actor, filing.filed_by)
    if not wish.acknowledged and wish.note is None:
        raise ValidationFailed.at("#/note", "missing", "退回时请写明意见")
    if not wish.acknowledged and meeting.status != Status.PLANNED:
        raise FilingNotPossible("会议已经召开或已取消，报备不能再退回。")
    before = _state(filing, meeting)
    filing.state = step.target
    filing.decided_at, filing.decided_by_name = unit.now(), unit.actor.name
    filing.decision_note = wish.note
    unit.session.flush()
    _note(unit, f"filing.{filing.state}", filing, meeting, before)


def _state(filing: Filing, meeting: Meeting) -> dict[str, Any]:
    return present(filing, meeting).model_dump(mode="json")


def _note(
    unit: Unit, action: str, filing: Filing, meeting: Meeting, before: dict[str, Any] | None
) -> None:
    _TRAIL.note_as(unit, action, filing, before, _state(filing, meeting), owner=meeting)
