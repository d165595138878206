"""From Pydantic's errors to a business error in Chinese."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.core.errors import Flaw, ValidationFailed
from app.core.messages import describe


def _flaw(error: Mapping[str, Any]) -> Flaw:
    place = [str(part) for part in error["loc"]]
    origin, path = place[0] if place else "body", place[1:]
    # A rule over several fields names the one to look at, since it is raised for the whole.
    path += [str(part) for part in [(error.get("ctx") or {}).get("field")] if part]
    detail = describe(error)
    if origin == "body":
        if error["type"] == "json_invalid":
            path = []
        escaped = (part.replace("~", "~0").replace("/", "~1") for part in path)
        return Flaw(error["type"], detail, pointer="#/" + "/".join(escaped))
    return Flaw(error["type"], detail, parameter=".".join(path) or origin)


def validation_failed(errors: Sequence[Mapping[str, Any]]) -> ValidationFailed:
    """The business error of a list of Pydantic errors whose ``loc`` begins with body or query."""
    flaws = [_flaw(error) for error in errors]
    first = flaws[0]
    more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
    return ValidationFailed(
        f"{(first.pointer or first.parameter or '').removeprefix('#/')}：{first.detail}{more}",
        flaws=flaws,
    )


def of_body(error: ValidationError) -> ValidationFailed:
    """The business error of a payload that was put together here, such as a merged patch."""
    return validation_failed(
        [{**flaw, "loc": ("body", *flaw["loc"])} for flaw in error.errors(include_url=False)]
    )
