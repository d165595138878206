"""The application: wiring only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from fastapi import APIRouter, FastAPI

from app.access import routes as access
from app.access.unit_of_work import unit_of_work
from app.activities import routes as activities
from app.assessment import routes as assessment
from app.assessment.sheets import routes as assessment_sheets
from app.checklist import routes as checklist
from app.checklist import status_routes
from app.checklist import tree_routes as tree_lists
from app.checks import routes as checks
from app.core.clock import Clock, SystemClock
from app.core.database import Database
from app.core.http import problems
from app.core.http.middleware import FramedApp
from app.core.pagination import Cursors
from app.core.settings import Settings, signing_key
from app.evidence import routes as evidence
from app.evidence.storage import LocalStorage
from app.items import extension_routes, tree_routes
from app.items import routes as items
from app.meeting_steps.filing import routes as filing
from app.meeting_steps.guidance import routes as guidance
from app.meeting_steps.overview import routes as meeting_steps
from app.meeting_steps.publication import routes as publication
from app.meeting_steps.resolutions import routes as resolutions
from app.meeting_steps.review import routes as review
from app.meetings import routes as meetings
from app.organizations import routes as organizations
from app.outputs import routes as outputs
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
from app.sanctions import routes as sanctions
from app.talks import routes as talks
from app.web import health, problem_pages
from app.web.docs import mount_docs
from app.web.openapi import mount_openapi
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
    meetings.router,
    talks.router,
    sanctions.router,
    rectifications.router,
    activities.router,
    outputs.router,
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


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """The service over one database; the database must have been migrated."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        yield
        app.state.database.dispose()

    app = FramedApp(
        title="照单履责 Zhaodan",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=settings.max_body_bytes,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.clock = clock or SystemClock()
    app.state.database = Database(settings)
    app.state.storage = LocalStorage(settings.data_dir / "evidence")
    app.state.cursors = Cursors(signing_key(settings))
    app.state.open_unit = partial(unit_of_work, app.state.database, app.state.clock)
    problems.install(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.include_router(health.router)
    app.include_router(problem_pages.router)
    if settings.docs_enabled:
        mount_openapi(app)
        mount_docs(app)
    return app
