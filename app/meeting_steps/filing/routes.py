"""The routes of filings and of lead times."""

from uuid import UUID

from fastapi import Response

from app.core.http.replies import IfMatch, reply
from app.core.http.unit import UnitDep, api_router
from app.core.versions import expect_version
from app.meeting_steps.filing import lead_times, service
from app.meeting_steps.filing.schemas import (
    FilingDecision,
    FilingRead,
    FilingWithdrawal,
    FilingWrite,
    LeadTimesRead,
    LeadTimesWrite,
)
from app.meeting_steps.models import Filing
from app.meeting_steps.queries import get_meeting
from app.meetings.models import Meeting
from app.organizations.queries import get_visible

router = api_router("", "meeting-steps")


def _reply(filing: Filing, meeting: Meeting) -> Response:
    return reply(service.present(filing, meeting), version=filing.version)


@router.get(
    "/meetings/{meeting_id}/filing",
    name="get_filing",
    summary="查看会议报备",
    response_model=FilingRead,
)
def get_filing(unit: UnitDep, meeting_id: UUID) -> Response:
    """The filing of a meeting."""
    meeting = get_meeting(unit, meeting_id)
    return _reply(service.get_filing(unit, meeting), meeting)


@router.put(
    "/meetings/{meeting_id}/filing",
    name="put_filing",
    summary="会前报备（再次报备须带 If-Match）",
    response_model=FilingRead,
)
def put_filing(
    unit: UnitDep,
    meeting_id: UUID,
    payload: FilingWrite,
    if_match: IfMatch = None,
) -> Response:
    """File the plan of a meeting before it takes place."""
    meeting = get_meeting(unit, meeting_id)
    return _reply(service.file_plan(unit, meeting, payload, if_match), meeting)


@router.put(
    "/meetings/{meeting_id}/filing/withdrawal",
    name="withdraw_filing",
    summary="会前撤回报备",
    response_model=FilingRead,
)
def withdraw_filing(
    unit: UnitDep,
    meeting_id: UUID,
    payload: FilingWithdrawal,
    if_match: IfMatch = None,
) -> Response:
    """Take a filing back, with a reason."""
    meeting = get_meeting(unit, meeting_id)
    filing = service.get_filing(unit, meeting)
    expect_version(filing.version, if_match)
    service.withdraw_filing(unit, filing, meeting, payload)
    return _reply(filing, meeting)


@router.put(
    "/meetings/{meeting_id}/filing/decision",
    name="decide_filing",
    summary="审阅报备：阅备或退回（须由报备人以外的人办理）",
    response_model=FilingRead,
)
def decide_filing(
    unit: UnitDep,
    meeting_id: UUID,
    payload: FilingDecision,
    if_match: IfMatch = None,
) -> Response:
    """Acknowledge or return a filing."""
    meeting = get_meeting(unit, meeting_id)
    filing = service.get_filing(unit, meeting)
    expect_version(filing.version, if_match)
    service.decide_filing(unit, filing, meeting, payload)
    return _reply(filing, meeting)


@router.get(
    "/organizations/{organization_id}/filing-lead-times",
    name="get_filing_lead_times",
    summary="各类会议应提前几天报备",
    response_model=LeadTimesRead,
)
def get_filing_lead_times(unit: UnitDep, organization_id: UUID) -> Response:
    """The lead times of the organisation's tree."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    found = lead_times.read_lead_times(unit, organization.root_id)
    return reply(found, version=found.version)


@router.put(
    "/organizations/{organization_id}/filing-lead-times",
    name="put_filing_lead_times",
    summary='改动报备提前天数（在根组织；首次改动的 If-Match 为 "0"）',
    response_model=LeadTimesRead,
)
def put_filing_lead_times(
    unit: UnitDep,
    organization_id: UUID,
    payload: LeadTimesWrite,
    if_match: IfMatch = None,
) -> Response:
    """Replace the lead times of the organisation's tree."""
    organization = get_visible(unit.session, unit.actor, organization_id)
    written = lead_times.write_lead_times(unit, organization.root_id, payload, if_match)
    return reply(written, version=written.version)
