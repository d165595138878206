"""Whose report it is: the secretary in office on the report's day. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.items.rules import ActorKind
from app.organizations.rules import Post


class Deed(Protocol):
    """A record as far as it says who did it."""

    @property
    def organization_id(self) -> str:
        """The organisation that it belongs to."""

    @property
    def actor_kind(self) -> str:
        """Whether a person did it, or an organisation."""

    @property
    def actor_post(self) -> str | None:
        """The post in which that person did it."""

    @property
    def actor_name(self) -> str | None:
        """That person's name."""

    @property
    def happened_on(self) -> date | None:
        """The day on which it was done."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """The reporting secretary's name, and whether another secretary acted in the period, too."""

    organization_id: str
    name: str | None = None
    several: bool = False

    def did(self, row: Deed) -> bool:
        """Whether a record is the reporter's own deed, not that of another in the same post."""
        if not by_secretary(row, self.organization_id):
            return False
        # Whose deed it is that names nobody is known only where there was but one secretary.
        return not self.several if row.actor_name is None else row.actor_name == self.name


def by_secretary(row: Deed, organization_id: str) -> bool:
    """Whether a record of an organisation was done by somebody as its secretary."""
    in_post = (row.actor_kind, row.actor_post) == (ActorKind.PERSON, Post.SECRETARY)
    return in_post and row.organization_id == organization_id


def reporter_of(
    organization_id: str, roster: Collection[str], rows: Iterable[Deed], as_of: date
) -> Reporter:
    """The only secretary on the roster of the day, else the only one who acted by then.

    Where neither tells, the name stays open: nobody's deeds are taken for the reporter's.
    """
    acted = {
        row.actor_name
        for row in rows
        if row.actor_name
        and row.happened_on
        and row.happened_on <= as_of
        and by_secretary(row, organization_id)
    }
    candidates = (acted & set(roster)) or acted if len(roster) != 1 else set(roster)
    name = next(iter(candidates)) if len(candidates) == 1 else None
    return Reporter(organization_id, name, several=len(acted | candidates) > 1)
