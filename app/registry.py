"""What is collected once from all rooms: the routers and, with the rooms behind them, the tables.

The kinds of record are collected in ``app.kinds``.
"""

from fastapi import APIRouter

from app.access import routes as access
from app.assessment import routes as assessment
from app.assessment import routes as assessment_sheets
from app.checklist import routes as checklist
from app.checklist import routes as tree_lists
from app.checklist import status_routes
from app.checks import routes as checks
from app.core.database import Base
from app.evidence import routes as evidence
from app.items import routes as items
from app.items import shared_routes
from app.items.routes import record_router
from app.kinds import KINDS
from app.meeting_steps import filing_routes as filing
from app.meeting_steps import filing_routes as publication
from app.meeting_steps import routes as guidance
from app.meeting_steps import routes as meeting_steps
from app.meeting_steps import routes as resolutions
from app.meeting_steps import routes as review
from app.organizations import routes as organizations
from app.rectifications import routes as rectifications
from app.report import routes as report
from app.report import routes as report_books
from app.report import routes as report_templates
from app.report.drafts import editing_routes as drafts_editing
from app.report.drafts import editing_routes as drafts_updating
from app.report.drafts import editing_routes as drafts_versions
from app.report.drafts import routes as drafts
from app.report.drafts import routes as drafts_files
from app.report.drafts import routes as drafts_review
from app.rulesets import routes as rulesets
from app.workdays import routes as workdays

ROUTERS: tuple[APIRouter, ...] = (
    access.tokens,
    access.me,
    access.users,
    organizations.router,
    tree_lists.tree_router,
    organizations.members,
    shared_routes.focus_router,
    items.all_kinds,
    shared_routes.extension_router,
    evidence.router,
    *(record_router(kind) for kind in KINDS),
    rectifications.router,
    workdays.router,
    rulesets.router,
    checklist.router,
    status_routes.router,
    status_routes.occurrence_router,
    status_routes.people_router,
    filing.filing_router,
    publication.publication_router,
    guidance.guidance_router,
    resolutions.resolutions_router,
    review.review_router,
    meeting_steps.overview_router,
    checks.router,
    checks.rules,
    assessment_sheets.sheet_router,
    assessment.router,
    report.router,
    report_books.book_router,
    drafts.router,
    drafts_editing.editing_router,
    drafts_files.files_router,
    drafts_updating.refresh_router,
    drafts_review.review_router,
    drafts_versions.versions_router,
    report_templates.template_router,
)
# Whole, because every room with tables has routes.
METADATA = Base.metadata
