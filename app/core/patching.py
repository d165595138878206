"""Changing by merge patch (RFC 7396): what may be sent, and what it makes of what is there."""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import Field, create_model, model_validator

from app.core.schemas import Model, field_error
from app.core.validation import checked

Payload = TypeVar("Payload", bound=Model)


class Patch(Model):
    """The base of merge patches: says of fields that are stated only once why they stay."""

    not_changeable: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _only_what_changes(cls, given: object) -> object:
        for name, why in cls.not_changeable.items():
            if isinstance(given, dict) and name in given:
                raise field_error(name, "not_changeable", why)
        return given


def partial(
    model: type[Model],
    name: str,
    *,
    without: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
    deep: bool = True,
) -> type[Patch]:
    """The merge-patch (RFC 7396) twin of a payload: every field optional, none nullable by that.

    A field that is not sent stays as it is; whether ``null`` may be sent is the field's own matter.
    An object inside is patched in its turn, unless it is one of several kinds, or one value
    (``Model.one_value``): these are replaced whole, as lists are. ``fixed`` are fields that cannot
    be changed, each with why and what to do instead.
    """
    left_out = {*without, *(fixed or {})}
    fields: dict[str, Any] = {}
    for key, stated in model.model_fields.items():
        if key not in left_out:
            optional = Field(
                description=stated.description,
                examples=stated.examples,
                discriminator=stated.discriminator,
                json_schema_extra=_without_default,
            )
            shape = _patched(stated.annotation) if deep else stated.annotation
            kept: Any = Annotated[shape, optional]
            for constraint in stated.metadata:
                kept = Annotated[kept, constraint]
            fields[key] = (kept, None)
    twin: type[Patch] = create_model(
        name, __base__=Patch, __doc__=f"{model.__doc__} 只改动提交的字段。", **fields
    )
    twin.not_changeable = fixed or {}
    return twin


def _patched(annotation: object) -> object:
    """The type of an object inside of a patch."""
    choices = (
        get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    )
    models = [choice for choice in choices if choice is not type(None)]
    if len(models) != 1 or not (isinstance(models[0], type) and issubclass(models[0], Model)):
        return annotation
    if models[0].one_value:
        return annotation
    return _twin(models[0]) if len(choices) == 1 else _twin(models[0]) | None


@cache
def _twin(model: type[Model]) -> type[Patch]:
    return partial(model, f"{model.__name__}Patch")


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def patched(current: Payload, patch: Model) -> Payload:
    """Lay a patch over a payload; the result is checked as a whole, as if it were new.

    What is not sent stays, and so does what is sent as it was read.

    Raises:
        ValidationFailed: the result would not be acceptable.
    """
    return checked(type(current), _merged(current, patch))


def write_fields(row: object, payload: Model) -> None:
    """Set a row's attributes to the payload's fields of the same names."""
    for name in type(payload).model_fields:
        setattr(row, name, getattr(payload, name))


def _merged(current: Model, patch: Model) -> dict[str, Any]:
    whole = current.model_dump(mode="json")
    sent = patch.model_dump(mode="json", exclude_unset=True)
    for name in sent:
        before, change = getattr(current, name, None), getattr(patch, name)
        whole[name] = sent[name]
        if isinstance(change, Patch) and isinstance(before, Model):
            whole[name] = _merged(before, change)
    return whole
