"""What every change uses: merge patches, versions, and tables of the steps of a life."""

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
    """The strong ETag of a version."""
    return f'"{version}"'


def expect_version(version: int, if_match: str | None) -> None:
    """Insist that a change is based on the present version.

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


State = TypeVar("State", bound=StrEnum)
Name = TypeVar("Name", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """One step: from which states it leads to which, and which permission it takes.

    ``refusal`` is what is said in other states; ``{state}`` in it is the label of that state.
    ``own`` is what is said to whoever brought in what the step decides on: another person takes it.
    ``above`` is what is said to whoever lacks the permission at the superior organisation, where
    the step is taken there.
    """

    sources: AbstractSet[State]
    target: State
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
class StepTable(Generic[Name, State]):
    """The steps of one life cycle, and the error where the present state does not allow one."""

    error: type[AppError]
    steps: Mapping[Name, Step[State]]
    labels: Mapping[State, str] = field(default_factory=dict)

    def __getitem__(self, name: Name) -> Step[State]:
        """The step of a name."""
        return self.steps[name]

    def refuse_state(self, name: Name, state: State) -> None:
        """Refuse a step that does not lead on from the present state.

        Raises:
            AppError: the table's ``error``, with the step's refusal.
        """
        step = self.steps[name]
        if state not in step.sources:
            raise self.error(step.refusal.format(state=self.labels.get(state, state)))
