"""From Pydantic's errors to a business error in Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.errors import Flaw, ValidationFailed
from app.core.messages import describe

Payload = TypeVar("Payload", bound=BaseModel)


def _flaw(error: Mapping[str, Any], body: object) -> Flaw:
    place = [str(part) for part in error["loc"]]
    origin, path = place[0] if place else "body", place[1:]
    # A rule over several fields names the one to look at, since it is raised for the whole;
    # of a list's entry it says ``votes.0.eligible``.
    context = error.get("ctx") or {}
    field = context.get("field") or str(context.get("discriminator", "")).strip("'")
    path += field.split(".") if field else []
    detail = describe(error)
    if origin == "body":
        if error["type"] == "json_invalid":
            path = []
        steps = (part.replace("~", "~0").replace("/", "~1") for part in _inside(path, body))
        return Flaw(error["type"], detail, pointer="".join(["#", *(f"/{step}" for step in steps)]))
    return Flaw(error["type"], detail, parameter=".".join(path) or origin)


def _inside(path: Sequence[str], body: object) -> Iterator[str]:
    """The steps of a path that lie in the body: Pydantic also names the branch of a union."""
    here = body
    for position, part in enumerate(path, start=1):
        if isinstance(here, dict):
            if position < len(path) and _names_branch(part, path[position], here):
                continue
            here = here.get(part)
        elif isinstance(here, list):
            here = here[int(part)] if part.isdigit() and int(part) < len(here) else None
        yield part


def _names_branch(part: str, following: str, here: Mapping[str, Any]) -> bool:
    """Whether a step is a union's branch; one may bear the name of a plain field beside it."""
    if part not in here:
        return True
    return not isinstance(here[part], dict | list) and following in here


def validation_failed(errors: Sequence[Mapping[str, Any]], body: object = None) -> ValidationFailed:
    """The business error of a list of Pydantic errors whose ``loc`` begins with body or query."""
    flaws = [_flaw(error, body) for error in errors]
    first = flaws[0]
    more = f"（共 {len(flaws)} 处）" if len(flaws) > 1 else ""
    place = (first.pointer or first.parameter or "").removeprefix("#").removeprefix("/")
    return ValidationFailed(f"{place}{'：' if place else ''}{first.detail}{more}", flaws=flaws)


def checked(model: type[Payload], values: Mapping[str, Any]) -> Payload:
    """A payload that is put together here, such as a patched one, checked like one that was sent.

    Raises:
        ValidationFailed: it is not acceptable; its flaws point into the body.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        flaws = error.errors(include_url=False)
        raise validation_failed(
            [{**flaw, "loc": ("body", *flaw["loc"])} for flaw in flaws]
        ) from error
