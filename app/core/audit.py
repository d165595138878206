"""What the trail keeps of each kind of thing, declared once; the chain itself is ``app.audit``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python

from app.core.unit import Change, Unit

State = Mapping[str, Any]


class Subject(Protocol):
    """What a change is of: anything with an identifier."""

    @property
    def id(self) -> UUID:
        """The thing's own identifier."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What the audit trail calls a kind of thing, and which of its attributes it keeps.

    ``owner`` is the attribute that names the organisation. What has a true attribute
    ``restricted`` is shown in the trail to those only who may see restricted records.
    """

    kind: str
    columns: tuple[str, ...] = ()
    owner: str = "organization_id"

    def state(self, subject: Subject) -> dict[str, Any]:
        """What the thing is now, as the trail keeps it: plain JSON."""
        return {name: to_jsonable_python(getattr(subject, name)) for name in self.columns}

    def note(
        self,
        unit: Unit,
        action: str,
        subject: Subject,
        before: State | None = None,
        *,
        owner: object = None,
        **more: object,
    ) -> None:
        """Keep that a thing was made or changed to what it is now, with ``more`` beside it."""
        after = self.state(subject) | more
        self.note_as(unit, action, subject, before, after, owner=owner)

    def note_as(
        self,
        unit: Unit,
        action: str,
        subject: Subject,
        before: State | None,
        after: State | None,
        *,
        owner: object = None,
    ) -> None:
        """Keep a change of which the caller says what was before it and after it.

        ``owner`` is what names the organisation where the thing itself does not, such as the
        meeting of a filing.
        """
        place = owner or subject
        change = Change(
            action,
            self.kind,
            subject.id,
            getattr(place, self.owner),
            None if before is None else dict(before),
            None if after is None else dict(after),
            restricted=getattr(place, "restricted", False),
        )
        unit.note(change)
