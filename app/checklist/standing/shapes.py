"""Lists that say the same have one shape: their duties are made ready for matching once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from app.checklist.due import Id
from app.checklist.fulfilment import Duty, Matching
from app.checklist.standing.plans import Content, Line
from app.rulesets.schemas import AfterEvent, Obligation

MAX_SHAPES = 64
_IN_LIST_ORDER = attrgetter("position", "id")


@dataclass(frozen=True, slots=True)
class Shape:
    """The duties of a list: a key for each in the list's order, and whether any awaits an event."""

    keys: Sequence[str]
    matching: Matching
    awaits_events: bool


def shape_of(lines: Iterable[Line]) -> tuple[Shape, Mapping[Id, str]]:
    """The shape of a list with these lines, and the key of each line in it."""
    in_order = sorted(lines, key=_IN_LIST_ORDER)
    shape = _shape(tuple(line.content for line in in_order))
    return shape, dict(zip((line.id for line in in_order), shape.keys, strict=True))


@lru_cache(maxsize=MAX_SHAPES)
def _shape(contents: tuple[Content, ...]) -> Shape:
    obligations = [one.obligation for one in contents]
    keys = _keys(obligations)
    duties = [_duty(one, key, keys) for key, one in keys.items()]
    awaits_events = any(isinstance(one.due, AfterEvent) for one in obligations)
    return Shape(tuple(keys), Matching(duties), awaits_events)


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
