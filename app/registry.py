"""The routers and tables of all rooms, collected once (kinds of record: ``app.kinds``)."""

from fastapi import APIRouter

from app.access import routes as access
from app.assessment import routes as assessment
from app.checklist import routes as checklist
from app.checklist import status_routes
from app.checks import routes as checks
from app.core.database import Base
from app.evidence import routes as evidence
from app.items import routes as items
from app.items import shared_routes
from app.items.routes import record_router
from app.kinds import KINDS
from app.meeting_steps import filing_routes
from app.meeting_steps import routes as meeting_steps
from app.organizations import routes as organizations
from app.rectifications import routes as rectifications
from app.report import routes as report
from app.report.drafts import editing_routes
from app.report.drafts import routes as drafts
from app.rulesets import routes as rulesets
from app.workdays import routes as workdays

ROUTERS: tuple[APIRouter, ...] = (
    access.tokens,
    access.me,
    access.users,
    organizations.router,
    checklist.tree_router,
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
    meeting_steps.resolutions_router,
    filing_routes.router,
    meeting_steps.router,
    checks.router,
    checks.rules,
    assessment.sheet_router,
    assessment.router,
    report.router,
    report.book_router,
    drafts.router,
    editing_routes.router,
    report.template_router,
)
# Complete, because every room with tables has routes and is imported above.
METADATA = Base.metadata
