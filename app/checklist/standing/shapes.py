"""Lists that say the same have one shape: their duties are made ready for matching once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.checklist.fulfilment import Duty, Id, Matching
from app.checklist.standing.loading import Content, Line
from app.rulesets.schemas import AfterEvent, Obligation

_IN_LIST_ORDER = attrgetter("position", "id")


@dataclass(frozen=True, slots=True)
class Shape:
    """The duties of a list: a key for each in the list's order, and whether any awaits an event."""

    keys: Sequence[str]
    matching: Matching
    awaits_events: bool


class Shapes:
    """The shapes of some lists, each worked out when it is first met."""

    def __init__(self, lines: Mapping[Id, Line]) -> None:
        self._lines = lines
        self._known: dict[tuple[Content, ...], Shape] = {}

    def of(self, line_ids: Collection[Id]) -> tuple[Shape, Mapping[Id, str]]:
        """The shape of a list with these lines, and the key of each line in it."""
        lines = sorted((self._lines[one] for one in line_ids), key=_IN_LIST_ORDER)
        contents = tuple(line.content for line in lines)
        shape = self._known.get(contents)
        if shape is None:
            shape = self._known[contents] = _shape([one.obligation for one in contents])
        return shape, dict(zip((line.id for line in lines), shape.keys, strict=True))


def _shape(obligations: Sequence[Obligation]) -> Shape:
    keys = _keys(obligations)
    duties = [_duty(one, key, keys) for key, one in keys.items()]
    awaits_events = any(isinstance(one.due, AfterEvent) for one in obligations)
    return Shape(tuple(keys), Matching([*duties]), awaits_events)


def _keys(obligations: Sequence[Obligation]) -> Mapping[str, Obligation]:
    """A key for each line, in the list's order; an amended line has its code, but not its key."""
    keys: dict[str, Obligation] = {}
    for position, one in enumerate(obligations):
        keys[one.code if one.code not in keys else f"{one.code}@{position}"] = one
    return keys


def _duty(obligation: Obligation, key: str, keys: Mapping[str, Obligation]) -> Duty:
    shares = frozenset(obligation.shares_with)
    partners = (other for other, one in keys.items() if one.code in shares)
    return Duty(key, obligation.counts, frozenset(partners))
