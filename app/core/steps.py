"""The steps in the life of a thing, as data: from where to where, by whom, and what is said."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from app.core.actor import Actor, Permission
from app.core.errors import AppError, OwnRequest

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
