"""The operations of assessments and their sheets, for the table of who may do what."""

from collections.abc import Mapping

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site
from tests.assessment.support import sheet_document


def _place(site: Site) -> str:
    return f"/organizations/{site.place}"


def _sheets(site: Site) -> str:
    # Whoever computes an assessment takes up the shipped sheet for the tree.
    return f"/organizations/{site.assessed['organization_id']}/assessment-sheets"


def _sheet(site: Site) -> str:
    return f"{_sheets(site)}/{site.assessed['sheet']}"


def _draft(site: Site) -> str:
    return f"/assessments/{site.assessment['id']}"


def _version(site: Site) -> int:
    return int(site.assessment["version"])


def _published(site: Site) -> str:
    return f"/assessments/{site.assessed['id']}"


def _appeal(site: Site) -> str:
    return f"/assessments/{site.appeal['assessment_id']}/appeals/{site.appeal['id']}"


ASSESSMENTS: Mapping[str, Operation] = {
    "list_assessment_sheets": get(_sheets),
    "get_assessment_sheet": get(_sheet),
    "put_assessment_sheet": versioned(
        "PUT",
        Needs.ORGANIZE_ROOT,
        lambda s: f"{_place(s)}/assessment-sheets/own",
        lambda _: 0,
        sheet_document(),
    ),
    "list_assessment_sheet_revisions": get(lambda s: f"{_sheet(s)}/revisions"),
    "get_assessment_sheet_revision": get(lambda s: f"{_sheet(s)}/revisions/1"),
    "create_assessments": Operation(
        Needs.REVIEW, lambda s: ("POST", f"{_place(s)}/assessments", {"json": s.quarter()})
    ),
    "list_assessments": get(lambda s: f"/assessments?organization_id={s.place}"),
    "get_assessment": get(_published),
    "delete_assessment": versioned("DELETE", Needs.REVIEW_DRAFT, _draft, _version),
    "recompute_assessment": versioned(
        "PUT", Needs.REVIEW_DRAFT, lambda s: f"{_draft(s)}/computation", _version
    ),
    "put_assessment_scores": versioned(
        "PUT", Needs.SCORE_DRAFT, lambda s: f"{_draft(s)}/scores", _version, {}
    ),
    "take_assessment_step": versioned(
        "POST",
        Needs.SUPERIOR_DRAFT,
        lambda s: f"/assessments/{s.scored['id']}/steps",
        lambda s: int(s.scored["version"]),
        {"step": "confirm"},
    ),
    "get_assessment_history": get(lambda s: f"{_published(s)}/history"),
    "list_assessment_appeals": get(lambda s: f"{_published(s)}/appeals"),
    "create_assessment_appeal": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"{_published(s)}/appeals",
            {"json": {"item": s.assessed["items"][0]["code"], "text": "记录当时未登记"}},
        ),
    ),
    "get_assessment_appeal": get(_appeal),
    "decide_assessment_appeal": versioned(
        "PUT",
        Needs.SUPERIOR,
        lambda s: f"{_appeal(s)}/decision",
        lambda s: int(s.appeal["version"]),
        {"decision": "keep", "reason": "情况属实，维持"},
    ),
    "get_assessment_trend": get(lambda s: f"{_place(s)}/assessment-trend"),
}
