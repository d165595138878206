"""The API's documentation page: Swagger UI from our own files, under the strict policy."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from app.core.http.unit import OPEN_TO_ANYBODY
from app.web.assets import mount_static

PAGE = Path(__file__).with_name("templates") / "docs.html"


def mount_docs(app: FastAPI) -> None:
    """Serve ``/docs`` and the files it needs; create the app with ``docs_url=None``."""
    mount_static(app)
    page = PAGE.read_text(encoding="utf-8")

    @app.get("/docs", include_in_schema=False, dependencies=[OPEN_TO_ANYBODY])
    def docs() -> HTMLResponse:
        return HTMLResponse(page)
