"""What the records of today make of a draft's generated sentences. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.report.blocks import Block, CountRef, fingerprint
from app.report.drafts.rules import UpdateKind

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class CountChange:
    """A number then and now, as printed; None where it is not said."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sentence that would change, come or go. ``old`` is the draft's block, ``new`` today's."""

    kind: UpdateKind
    key: str
    old: Block | None
    new: Block | None
    counts: tuple[CountChange, ...] = ()
    ids_added: tuple[str, ...] = ()
    ids_removed: tuple[str, ...] = ()


def placed(blocks: Iterable[Block]) -> Mapping[Place, Block]:
    """The generated blocks by their key; a key that comes again is told apart by its turn."""
    seen: Counter[str] = Counter()
    found: dict[Place, Block] = {}
    for block in blocks:
        if block.key is not None:
            found[block.key, seen[block.key]] = block
            seen[block.key] += 1
    return found


def differences(draft: Iterable[Block], today: Iterable[Block]) -> tuple[Difference, ...]:
    """Today's sentences against the draft's, in today's order; what would go comes last.

    What a person took out of the text stays out. What an earlier update took out, because the
    records had gone, comes again when they do.
    """
    before, after = placed(draft), placed(today)
    found = []
    for place, new in after.items():
        old = before.get(place)
        if old is None or (old.removed and old.outdated):
            found.append(_difference(UpdateKind.NEW, place[0], old, new))
        elif not old.removed and fingerprint(old) != fingerprint(new):
            found.append(_difference(UpdateKind.CHANGED, place[0], old, new))
    for place, old in before.items():
        if place not in after and not old.removed:
            found.append(_difference(UpdateKind.VANISHED, place[0], old, None))
    return tuple(found)


def _difference(kind: UpdateKind, key: str, old: Block | None, new: Block | None) -> Difference:
    compared = old if kind != UpdateKind.NEW else None
    was, now = (compared.ids if compared else ()), (new.ids if new else ())
    return Difference(
        kind=kind,
        key=key,
        old=old,
        new=new,
        counts=_counts(compared.counts if compared else (), new.counts if new else ()),
        ids_added=_without(now, was),
        ids_removed=_without(was, now),
    )


def _without(ids: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = frozenset(others)
    return tuple(one for one in ids if one not in known)


def _counts(old: Iterable[CountRef], new: Iterable[CountRef]) -> tuple[CountChange, ...]:
    """The numbers that differ, by what they count; the same label again is the next of its kind."""
    before, after = _labelled(old), _labelled(new)
    labels = dict.fromkeys((*before, *after))
    pairs = ((label, before.get(label), after.get(label)) for label in labels)
    return tuple(CountChange(label[0], was, now) for label, was, now in pairs if was != now)


def _labelled(counts: Iterable[CountRef]) -> dict[tuple[str, int], str]:
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], str] = {}
    for count in counts:
        found[count.label, seen[count.label]] = count.printed
        seen[count.label] += 1
    return found
