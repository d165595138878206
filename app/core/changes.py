"""Merge patches, versions (ETags), and tables of the steps of a life cycle."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Generic, TypeVar, Union, get_args, get_origin
from uuid import UUID

from pydantic import Field, create_model, model_validator

from app.core.errors import AppError, OwnRequest, PreconditionRequired, VersionMismatch
from app.core.schemas import Model, field_error
from app.core.uow import Actor, Permission
from app.core.validation import checked


def etag(version: int) -> str:
    """Return the strong ETag of a version."""
    return f'"{version}"'


def expect_version(version: int, if_match: str | None) -> None:
    """Refuse a change that is not based on the present version.

    Raises:
        PreconditionRequired: the request names no version.
        VersionMismatch: it names another one.
    """
    if if_match is None:
        raise PreconditionRequired("请在 If-Match 请求头中写明所依据的版本（读取时返回的 ETag）。")
    if if_match.strip() not in {etag(version), "*"}:
        raise VersionMismatch(
            "记录已被他人修改，请重新读取后再改。", headers={"ETag": etag(version)}
        )


PayloadT = TypeVar("PayloadT", bound=Model)


class Patch(Model):
    """The base of merge patches; ``not_changeable`` maps fixed fields to the reason in Chinese."""

    not_changeable: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _refuse_fixed_fields(cls, values: object) -> object:
        for name, reason in cls.not_changeable.items():
            if isinstance(values, dict) and name in values:
                raise field_error(name, "not_changeable", reason)
        return values


def partial(
    model: type[Model],
    name: str,
    *,
    without: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
    deep: bool = True,
) -> type[Patch]:
    """Make the merge patch (RFC 7396) of a payload: every field optional, none nullable by that.

    A field that is not sent stays as it is; whether ``null`` may be sent is the field's own matter.
    An object inside is patched in its turn, unless it is a union of models or one value
    (``Model.one_value``): these are replaced whole, as lists are. ``fixed`` maps fields that cannot
    be changed to the reason and what to do instead, in Chinese.
    """
    omitted = {*without, *(fixed or {})}
    fields: dict[str, Any] = {}
    for key, info in model.model_fields.items():
        if key not in omitted:
            optional = Field(
                description=info.description,
                examples=info.examples,
                discriminator=info.discriminator,
                json_schema_extra=_without_default,
            )
            annotation: Any = _patch_type(info.annotation) if deep else info.annotation
            annotation = Annotated[annotation, optional]
            for constraint in info.metadata:
                annotation = Annotated[annotation, constraint]
            fields[key] = (annotation, None)
    patch: type[Patch] = create_model(
        name, __base__=Patch, __doc__=f"{model.__doc__} 只改动提交的字段。", **fields
    )
    patch.not_changeable = fixed or {}
    return patch


def _patch_type(annotation: object) -> object:
    """Return the type of a field inside a patch: a single model becomes its own patch."""
    is_union = get_origin(annotation) in (Union, UnionType)
    choices = get_args(annotation) if is_union else (annotation,)
    models = [choice for choice in choices if choice is not type(None)]
    if len(models) != 1 or not (isinstance(models[0], type) and issubclass(models[0], Model)):
        return annotation
    if models[0].one_value:
        return annotation
    patch = _patch_of(models[0])
    return patch if len(choices) == 1 else patch | None


@cache
def _patch_of(model: type[Model]) -> type[Patch]:
    return partial(model, f"{model.__name__}Patch")


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def patched(current: PayloadT, patch: Model) -> PayloadT:
    """Apply a patch to a payload and check the result as a whole, as if it were new.

    Raises:
        ValidationFailed: the result is not acceptable.
    """
    return checked(type(current), _merged(current, patch))


def write_fields(row: object, payload: Model) -> None:
    """Set a row's attributes to the payload's fields of the same names."""
    for name in type(payload).model_fields:
        setattr(row, name, getattr(payload, name))


def _merged(current: Model, patch: Model) -> dict[str, Any]:
    values = current.model_dump(mode="json")
    for name, sent in patch.model_dump(mode="json", exclude_unset=True).items():
        before, change = getattr(current, name, None), getattr(patch, name)
        if isinstance(change, Patch) and isinstance(before, Model):
            values[name] = _merged(before, change)
        else:
            values[name] = sent
    return values


StateT = TypeVar("StateT", bound=StrEnum)
NameT = TypeVar("NameT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[StateT]):
    """A step of a life cycle: the states it leads from and to, and the permission it takes.

    The messages are Chinese. ``refusal`` is for all other states; ``{state}`` in it stands for the
    label of that state. ``own`` is for the author of what the step decides on: another person must
    take it. ``above`` is for who lacks the permission at the superior organisation, where the step
    is taken there.
    """

    sources: AbstractSet[StateT]
    target: StateT
    permission: Permission
    refusal: str
    own: str | None = None
    above: str | None = None

    def refuse_own(self, actor: Actor, author: UUID | None) -> None:
        """Refuse the step to the author of what it decides on.

        Raises:
            OwnRequest: the actor is the author, and the step takes another person.
        """
        if self.own is not None and author is not None and author == actor.user_id:
            raise OwnRequest(self.own)


@dataclass(frozen=True, slots=True)
class StepTable(Generic[NameT, StateT]):
    """The steps of one life cycle, and the error for a state that does not allow a step."""

    error: type[AppError]
    steps: Mapping[NameT, Step[StateT]]
    labels: Mapping[StateT, str] = field(default_factory=dict)

    def __getitem__(self, name: NameT) -> Step[StateT]:
        return self.steps[name]

    def refuse_state(self, name: NameT, state: StateT) -> None:
        """Refuse a step that the present state does not allow.

        Raises:
            AppError: the table's ``error``, with the step's refusal.
        """
        step = self.steps[name]
        if state not in step.sources:
            raise self.error(step.refusal.format(state=self.labels.get(state, state)))
