"""Query parameters as one payload, read in one step and described in full.

FastAPI reads the fields of a parameter model one by one, with work for each in every request; a
list with twenty filters spends more time there than in its statement.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, get_args, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from app.core.validation import validation_failed


class FromQuery:
    """Marks an endpoint's parameter whose type's fields are the query parameters."""


def query_model(endpoint: Callable[..., Any]) -> tuple[str, type[BaseModel]] | None:
    """The name and the type of an endpoint's parameter that is read from the query."""
    for name, parameter in inspect.signature(endpoint).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            kind, *marks = get_args(parameter.annotation)
            if any(mark is FromQuery or isinstance(mark, FromQuery) for mark in marks):
                return name, kind
    return None


def read_by_dependency(endpoint: Callable[..., Any], name: str, model: type[BaseModel]) -> None:
    """Let FastAPI get the parameter from our reader instead of its own."""
    signature = inspect.signature(endpoint)
    reader = Annotated[model, Depends(_reader(model))]  # type: ignore[valid-type]
    parameters = [
        parameter.replace(annotation=reader) if parameter.name == name else parameter
        for parameter in signature.parameters.values()
    ]
    endpoint.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]


def repeatable(model: type[BaseModel]) -> dict[str, bool]:
    """The parameters that a model declares, and whether each may be given several times."""
    return {
        field.alias or name: get_origin(field.annotation) is list
        for name, field in model.model_fields.items()
    }


def _reader(model: type[BaseModel]) -> Callable[[Request], Awaitable[BaseModel]]:
    lists = frozenset(name for name, many in repeatable(model).items() if many)

    async def read(request: Request) -> BaseModel:
        given: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name in lists:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise validation_failed(
                [{**flaw, "loc": ("query", *flaw["loc"])} for flaw in error.errors()]
            ) from error

    return read


def described(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The model's fields as OpenAPI parameters; what they refer to is written out in place."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    required = schema.get("required", [])
    parameters: list[dict[str, Any]] = []
    for name, field in schema["properties"].items():
        shown = _inlined(field, definitions)
        parameter = {"name": name, "in": "query", "required": name in required}
        if "description" in shown:
            parameter["description"] = shown.pop("description")
        parameters.append({**parameter, "schema": shown})
    return parameters


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        return [_inlined(entry, definitions) for entry in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if reference:
        kept = {key: value for key, value in part.items() if key != "$ref"}
        return {**_inlined(definitions[reference.rsplit("/", 1)[1]], definitions), **kept}
    shown = {key: _inlined(value, definitions) for key, value in part.items()}
    # A parameter that is not given is absent: there is no way to write null in a query.
    choices = [choice for choice in shown.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1 and "anyOf" in shown:
        del shown["anyOf"]
        shown.pop("default", None)
        shown = {**choices[0], **shown}
    return shown
