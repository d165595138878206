"""Pages beside the API: health, static files, the API's documentation, problem codes."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.core.errors import all_errors, existing
from app.core.http.problems import HTTP_PROBLEMS, OTHER_PROBLEM
from app.core.http.routing import OPEN_TO_ANYBODY, open_router
from app.core.migrations import is_current

MIN_FREE_BYTES = 100_000_000
STATIC = Path(__file__).resolve().with_name("static")
VENDOR = "vendor"
TEMPLATES = Path(__file__).with_name("templates")

health_router = open_router()
problem_router = open_router()
_templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape())


@health_router.get("/livez")
async def livez() -> JSONResponse:
    """Answer that the process is alive, whatever the database does."""
    return JSONResponse({"status": "ok"})


@health_router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Answer 503 while requests cannot be served; only the log names the part that fails."""
    state = request.app.state

    def has_space() -> bool:
        return shutil.disk_usage(state.settings.data_dir).free >= MIN_FREE_BYTES

    database = partial(is_current, state.database)
    checks: dict[str, Callable[[], bool]] = {"database": database, "space": has_space}
    failed = [name for name, check in checks.items() if not _holds(check)]
    request.scope["log_extra"] = {"not_ready": failed} if failed else {}
    status = {"status": "unavailable" if failed else "ready"}
    return JSONResponse(status, 503 if failed else 200)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (SQLAlchemyError, OSError):
        return False


class Assets(StaticFiles):
    """Static files with cache rules: the path of a vendored file names its version."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Send the file: a vendored one is cached for a year, ours are checked each time."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        vendored = Path(full_path).is_relative_to(STATIC / VENDOR)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if vendored else "no-cache"
        )
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the static files at ``/static``."""
    app.mount("/static", Assets(directory=STATIC), name="static")


def mount_docs(app: FastAPI) -> None:
    """Serve ``/docs`` and the files it needs; create the app with ``docs_url=None``."""
    mount_static(app)
    page = (TEMPLATES / "docs.html").read_text(encoding="utf-8")

    @app.get("/docs", include_in_schema=False, dependencies=[OPEN_TO_ANYBODY])
    def docs() -> HTMLResponse:
        return HTMLResponse(page)


def known_problems() -> dict[str, tuple[int, str]]:
    """Return the status and the title of every problem, by its code."""
    general = {code: (status, title) for status, (code, title) in HTTP_PROBLEMS.items()}
    general[OTHER_PROBLEM[0]] = (400, OTHER_PROBLEM[1])
    return general | {error.code: (error.status, error.title) for error in all_errors()}


@problem_router.get("/problems/{code}")
def problem_page(code: str) -> HTMLResponse:
    """Show what a problem code means.

    Raises:
        NotFound: there is no such code.
    """
    status, title = existing(known_problems().get(code), "没有这个错误代码。")
    page = _templates.get_template("problem.html")
    return HTMLResponse(page.render(code=code, status=status, title=title))
