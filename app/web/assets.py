"""Style sheets, scripts and vendored libraries under ``/static``, all from our own files."""

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).resolve().with_name("static")
VENDOR = "vendor"


class Assets(StaticFiles):
    """Static files with cache rules: a vendored path names its version, ours may change."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the file; vendored ones for a year, the others checked each time."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        vendored = Path(full_path).is_relative_to(STATIC / VENDOR)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if vendored else "no-cache"
        )
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the static files at ``/static``."""
    app.mount("/static", Assets(directory=STATIC), name="static")
