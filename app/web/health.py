"""Liveness and readiness: what a supervisor and a proxy ask."""

import shutil
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from app.core.http.unit import open_router
from app.core.migrations import is_current

router = open_router()
MIN_FREE_BYTES = 100_000_000


@router.get("/livez")
async def livez() -> JSONResponse:
    """The process answers; depends on nothing else."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Whether requests can be served; which part fails is for the log, not for the public."""
    state = request.app.state

    def has_room() -> bool:
        return shutil.disk_usage(state.settings.data_dir).free >= MIN_FREE_BYTES

    checks: dict[str, Callable[[], bool]] = {
        "database": lambda: is_current(state.database),
        "space": has_room,
    }
    failed = [name for name, check in checks.items() if not _holds(check)]
    request.scope["log_extra"] = {"not_ready": failed} if failed else {}
    status = {"status": "unavailable" if failed else "ready"}
    return JSONResponse(status, 503 if failed else 200)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (SQLAlchemyError, OSError):
        return False
