"""What an examination looks at: one frozen context, read by pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation in scope; `parent_id` may lie outside of it."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None = None
    founded_on: date | None = None
    dissolved_on: date | None = None


@dataclass(frozen=True, slots=True)
class OwedAssembly:
    """How many assemblies a list owes in a period, but for those waived or linked by hand."""

    period: str
    first: date
    last: date
    times: int


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A member of an organisation in scope, from the day of joining to the day of leaving."""

    id: UUID
    organization_id: UUID
    name: str
    is_full: bool
    joined_on: date
    left_on: date | None = None

    def was_there(self, day: date) -> bool:
        """Whether the member belonged there on a day; the day of leaving still counts."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of an attendance list."""

    name: str
    present: bool = True
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote: its numbers of people; `kind` is resolution or election."""

    matter: str
    kind: str
    eligible: int
    present_eligible: int
    yes: int
    no: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """Something resolved: whether it says who does it and by when."""

    has_responsible: bool
    has_deadline: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that stands behind a record, and the day that it speaks of."""

    effective_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """One record as of the examination's day; a record is itself and nothing else is equal to it.

    `happened_on` is set when it took place (for a rectification: when the problem was found);
    `written_on` is the day on which its row was last written. `participants` is an exact number.
    `persons` are opaque keys of who was talked with or sanctioned. `closing_steps` are the names of
    a rectification's steps since it was opened (or last reopened), when `closed_on` is set.
    """

    id: UUID
    kind: str
    type: str
    title: str
    organization_id: UUID
    written_on: date
    topic: str | None = None
    restricted: bool = False
    happened_on: date | None = None
    ends_on: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    chair: str | None = None
    recorder: str | None = None
    lecturer: str | None = None
    expected: int | None = None
    present: int | None = None
    vote_eligible: int | None = None
    present_eligible: int | None = None
    participants: int | None = None
    attendance: tuple[Attendee, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    resolutions: tuple[Resolved, ...] = ()
    appraisal: tuple[int, int, int, int] | None = None
    persons: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    closed_on: date | None = None
    closing_steps: tuple[str, ...] = ()
    evidence: tuple[Proof, ...] = ()

    @property
    def label(self) -> str:
        """How a message names the record; restricted ones are not named."""
        return "该监督执纪记录" if self.restricted else f"“{self.title}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One organisation, or it and all below, in one year, as of one day.

    `places` are the organisations in scope; `root_id` is the asked one. `assemblies` are what the
    published lists of the year owe, by organisation; who has no list is not there.
    """

    root_id: UUID
    year: int
    as_of: date
    places: Mapping[UUID, Place]
    records: tuple[Record, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
    assemblies: Mapping[UUID, Sequence[OwedAssembly]] = field(default_factory=dict)
    _by_name: Mapping[str, list[RosterEntry]] = field(init=False)
    _by_place: Mapping[UUID, list[RosterEntry]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the roster, once for all rules."""
        names: dict[str, list[RosterEntry]] = {}
        places: dict[UUID, list[RosterEntry]] = {}
        for entry in self.roster:
            names.setdefault(entry.name, []).append(entry)
            places.setdefault(entry.organization_id, []).append(entry)
        object.__setattr__(self, "_by_name", names)
        object.__setattr__(self, "_by_place", places)

    def named(self, name: str) -> Sequence[RosterEntry]:
        """The members of this name on any roster in scope."""
        return self._by_name.get(name, ())

    def roster_of(self, place: UUID) -> Sequence[RosterEntry]:
        """The members whom an organisation has or had."""
        return self._by_place.get(place, ())

    def meetings(self) -> tuple[Record, ...]:
        """The meetings that took place."""
        return tuple(
            record for record in self.records if record.kind == "meeting" and record.happened_on
        )

    def place_of(self, records: tuple[Record, ...]) -> UUID:
        """The lowest organisation in scope that all of the records belong to or lie below."""
        chains = [self._above(record.organization_id) for record in records]
        shared = set(chains[0]).intersection(*chains[1:])
        return next((place for place in chains[0] if place in shared), self.root_id)

    def _above(self, place: UUID) -> list[UUID]:
        """An organisation and those above it, as far as the scope goes."""
        chain: list[UUID] = []
        current = self.places.get(place)
        while current and current.id != self.root_id:
            chain.append(current.id)
            current = self.places.get(current.parent_id) if current.parent_id else None
        return [*chain, self.root_id]
