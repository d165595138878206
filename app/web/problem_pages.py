"""What each problem code means: the pages that ``type`` in a problem document points at."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from app.core.errors import NotFound, all_errors
from app.core.http.problems import HTTP_PROBLEMS, OTHER_PROBLEM
from app.core.http.unit import open_router

router = open_router()
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
)


def known_problems() -> dict[str, tuple[int, str]]:
    """Every problem code with its status and its title."""
    general = {code: (status, title) for status, (code, title) in HTTP_PROBLEMS.items()}
    general[OTHER_PROBLEM[0]] = (400, OTHER_PROBLEM[1])
    return general | {error.code: (error.status, error.title) for error in all_errors()}


@router.get("/problems/{code}")
def problem_page(code: str) -> HTMLResponse:
    """One problem code, explained."""
    known = known_problems()
    if code not in known:
        raise NotFound("没有这个错误代码。")
    status, title = known[code]
    page = _templates.get_template("problem.html")
    return HTMLResponse(page.render(code=code, status=status, title=title))
