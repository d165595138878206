"""The application: wiring only."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from fastapi import FastAPI

from app.access.unit_of_work import unit_of_work
from app.core.clock import Clock, SystemClock
from app.core.database import Database
from app.core.http import problems
from app.core.http.middleware import FramedApp
from app.core.http.routing import Route, refuse_unframed
from app.core.pagination import Cursors
from app.core.settings import Settings, signing_key
from app.evidence.storage import LocalStorage
from app.registry import ROUTERS
from app.web import pages
from app.web.openapi import mount_openapi
from app.web.pages import mount_docs


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """Build the service over one database, which must have been migrated."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        # What was made at the start stays: the collector need not look through it in every request.
        gc.collect()
        gc.freeze()
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
    app.state.open_uow = partial(unit_of_work, app.state.database, app.state.clock)
    app.router.route_class = Route
    problems.install(app)
    for router in (*ROUTERS, pages.health_router, pages.problem_router):
        app.router.routes.extend(router.routes)
    if settings.docs_enabled:
        mount_openapi(app)
        mount_docs(app)
    refuse_unframed(app.routes)
    return app
