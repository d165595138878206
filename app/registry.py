"""What is collected once from all rooms: the routers and, with the rooms behind them, the tables.

The kinds of record are collected in ``app.kinds``.
"""

from fastapi import APIRouter

from app.access import routes as access
from app.assessment import routes as assessment
from app.assessment.sheets import routes as assessment_sheets
from app.checklist import routes as checklist
from app.checklist import status_routes
from app.checklist import tree_routes as tree_lists
from app.checks import routes as checks
from app.core.database import Base
from app.evidence import routes as evidence
from app.items import extension_routes, tree_routes
from app.items import routes as items
from app.items.routes import record_router
from app.kinds import KINDS
from app.meeting_steps.filing import routes as filing
from app.meeting_steps.guidance import routes as guidance
from app.meeting_steps.overview import routes as meeting_steps
from app.meeting_steps.publication import routes as publication
from app.meeting_steps.resolutions import routes as resolutions
from app.meeting_steps.review import routes as review
from app.organizations import routes as organizations
from app.rectifications import routes as rectifications
from app.report import routes as report
from app.report.drafts import routes as drafts
from app.report.drafts.editing import routes as drafts_editing
from app.report.drafts.files import routes as drafts_files
from app.report.drafts.review import routes as drafts_review
from app.report.drafts.updating import routes as drafts_updating
from app.report.drafts.versions import routes as drafts_versions
from app.report.shelf import routes as report_books
from app.report.templates import routes as report_templates
from app.rulesets import routes as rulesets
from app.workdays import routes as workdays

ROUTERS: tuple[APIRouter, ...] = (
    access.tokens,
    access.me,
    access.users,
    organizations.router,
    tree_lists.router,
    organizations.members,
    tree_routes.router,
    items.all_kinds,
    extension_routes.router,
    evidence.router,
    *(record_router(kind) for kind in KINDS),
    rectifications.router,
    workdays.router,
    rulesets.router,
    checklist.router,
    status_routes.router,
    status_routes.occurrence_router,
    status_routes.people_router,
    filing.router,
    publication.router,
    guidance.router,
    resolutions.router,
    review.router,
    meeting_steps.router,
    checks.router,
    checks.rules,
    assessment_sheets.router,
    assessment.router,
    report.router,
    report_books.router,
    drafts.router,
    drafts_editing.router,
    drafts_files.router,
    drafts_updating.router,
    drafts_review.router,
    drafts_versions.router,
    report_templates.router,
)
# Whole, because every room with tables has routes.
METADATA = Base.metadata
