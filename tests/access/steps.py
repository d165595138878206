"""The operations of the four steps of a meeting, for the table of rights."""

from collections.abc import Mapping

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site


def _place(site: Site) -> str:
    return f"/organizations/{site.place}"


def _objection(site: Site) -> str:
    return f"/publications/{site.objection['publication_id']}/objections/{site.objection['id']}"


MEETING_STEPS: Mapping[str, Operation] = {
    "get_filing": get(lambda s: f"/meetings/{s.filing['meeting_id']}/filing"),
    "put_filing": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"/meetings/{s.filing['meeting_id']}/filing",
        lambda s: s.filing["version"],
        {"note": "议题已定"},
    ),
    "withdraw_filing": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"/meetings/{s.filing['meeting_id']}/filing/withdrawal",
        lambda s: s.filing["version"],
        {"reason": "改期"},
    ),
    "decide_filing": versioned(
        "PUT",
        Needs.REVIEW,
        lambda s: f"/meetings/{s.filing['meeting_id']}/filing/decision",
        lambda s: s.filing["version"],
        {"acknowledged": True},
    ),
    "get_filing_lead_times": get(lambda s: f"{_place(s)}/filing-lead-times"),
    "put_filing_lead_times": versioned(
        "PUT",
        Needs.ORGANIZE_ROOT,
        lambda s: f"{_place(s)}/filing-lead-times",
        lambda _: 0,
        {"items": []},
    ),
    "put_publication": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"/meetings/{s.publication['meeting_id']}/publication",
        lambda s: s.publication["version"],
        {"days": 9},
    ),
    "withdraw_publication": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"/meetings/{s.publication['meeting_id']}/publication/withdrawal",
        lambda s: s.publication["version"],
        {"reason": "有误"},
    ),
    "get_publication": get(lambda s: f"/publications/{s.publication['id']}"),
    "list_publications": get(lambda s: f"{_place(s)}/publications"),
    "create_objection": Operation(
        Needs.READ,
        lambda s: (
            "POST",
            f"/publications/{s.publication['id']}/objections",
            {"json": {"text": "时限有误"}},
        ),
    ),
    "list_objections": get(lambda s: f"/publications/{s.publication['id']}/objections"),
    "get_objection": get(_objection, Needs.OBJECTIONS),
    "answer_objection": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"{_objection(s)}/answer",
        lambda s: s.objection["version"],
        {"answer": "已更正"},
    ),
    "create_guidance": Operation(
        Needs.SCORE,
        lambda s: (
            "POST",
            f"/meetings/{s.held['id']}/guidance",
            {"json": {"observer_name": "周志强", "text": "写明责任人"}},
        ),
    ),
    "list_guidance": get(lambda s: f"/meetings/{s.held['id']}/guidance"),
    "get_guidance": get(lambda s: f"/guidance/{s.guidance['id']}"),
    "update_guidance": versioned(
        "PATCH",
        Needs.SCORE,
        lambda s: f"/guidance/{s.guidance['id']}",
        lambda s: s.guidance["version"],
        {"text": "写明责任人和时限"},
    ),
    "create_guidance_rectification": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"/guidance/{s.guidance['id']}/rectification",
            {"json": {"title": "决议没有责任人", "source": "inspection"}},
        ),
    ),
    "create_resolution_record": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"/meetings/{s.resolved['id']}/resolutions/{s.resolved['resolutions'][0]['id']}/record",
            {"json": {"kind": "rectification"}},
        ),
    ),
    "get_quality_sheet": get(lambda s: f"{_place(s)}/quality-sheet"),
    "put_quality_sheet": versioned(
        "PUT",
        Needs.ORGANIZE_ROOT,
        lambda s: f"{_place(s)}/quality-sheet",
        lambda _: 0,
        {"criteria": [{"code": "all", "name": "总体", "max_points": 100, "description": "总体"}]},
    ),
    "create_quality_review": Operation(
        Needs.SCORE,
        lambda s: ("POST", f"/meetings/{s.held['id']}/quality-reviews", {"json": {"scores": []}}),
    ),
    "list_quality_reviews": get(lambda s: f"/meetings/{s.review['meeting_id']}/quality-reviews"),
    "get_quality_review": get(lambda s: f"/quality-reviews/{s.review['id']}"),
    "update_quality_review": versioned(
        "PUT",
        Needs.SCORE_DRAFT,
        lambda s: f"/quality-reviews/{s.draft['id']}",
        lambda s: s.draft["version"],
        {"scores": []},
    ),
    "confirm_quality_review": versioned(
        "PUT",
        Needs.SCORE_DRAFT,
        lambda s: f"/quality-reviews/{s.draft['id']}/confirmation",
        lambda s: s.draft["version"],
    ),
    "get_meeting_steps": get(lambda s: f"/meetings/{s.held['id']}/steps"),
    "list_meeting_steps": get(lambda s: f"{_place(s)}/meeting-steps?year=2018"),
}
