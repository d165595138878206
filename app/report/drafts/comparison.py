"""Differences between two texts: a draft and today's records, or two versions. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal
from uuid import UUID

from app.report.blocks import Block, CountRef, fingerprint, shown
from app.report.drafts.rules import ChangeKind, UpdateKind

BlockPlace = tuple[str, int]


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


def placed(blocks: Iterable[Block]) -> Mapping[BlockPlace, Block]:
    """The generated blocks by their key; a key that comes again is told apart by its turn."""
    seen: Counter[str] = Counter()
    found: dict[BlockPlace, Block] = {}
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


Operation = Literal["equal", "insert", "delete"]
# Beyond this a comparison by character takes long and tells nobody anything.
MOST_WORK = 4_000_000


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of a sentence: in both texts, only in the new one, or only in the old one."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedBlock:
    """What became of one block; `moved` also stands beside a change of its words."""

    kind: ChangeKind
    block_id: UUID | None
    moved: bool
    old_text: str | None
    new_text: str | None
    spans: tuple[TextSpan, ...] = ()


def spans(old: str, new: str) -> tuple[TextSpan, ...]:
    """What was deleted and inserted, character by character."""
    if len(old) * len(new) > MOST_WORK:
        return (TextSpan("delete", old), TextSpan("insert", new))
    found: list[TextSpan] = []
    for code, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            found.append(TextSpan("equal", old[i1:i2]))
            continue
        if i2 > i1:
            found.append(TextSpan("delete", old[i1:i2]))
        if j2 > j1:
            found.append(TextSpan("insert", new[j1:j2]))
    return tuple(found)


def compare(old: Iterable[Block], new: Iterable[Block]) -> tuple[ComparedBlock, ...]:
    """Every block of either text, in the new one's order, removed ones where they stood."""
    before, after = shown(old), shown(new)
    known = {block.id: block for block in before}
    staying = _staying(before, after)
    present = {block.id for block in after}
    lines = _removed(before, present)
    found = list(lines.get(None, ()))
    for block in after:
        found.append(_line(known.get(block.id), block, moved=block.id not in staying))
        found += lines.get(block.id, ())
    return tuple(found)


def _line(old: Block | None, new: Block, *, moved: bool) -> ComparedBlock:
    text = said(new)
    if old is None:
        return ComparedBlock(
            kind=ChangeKind.ADDED, block_id=new.id, moved=False, old_text=None, new_text=text
        )
    was = said(old)
    kind = ChangeKind.MOVED if moved else ChangeKind.KEPT
    changed = was != text
    return ComparedBlock(
        kind=ChangeKind.CHANGED if changed else kind,
        block_id=new.id,
        moved=moved,
        old_text=was,
        new_text=text,
        spans=spans(was, text) if changed else (),
    )


def said(block: Block) -> str:
    """A block's words; a table's with its cells."""
    if block.cells is None:
        return block.text
    rows = (block.cells.header, *block.cells.rows)
    return "\n".join((block.text, *("｜".join(row) for row in rows)))


def _removed(
    before: Sequence[Block], present: set[UUID | None]
) -> Mapping[UUID | None, list[ComparedBlock]]:
    """The blocks that are gone, by the block after which they stood."""
    found: dict[UUID | None, list[ComparedBlock]] = {}
    last: UUID | None = None
    for block in before:
        if block.id in present:
            last = block.id
            continue
        gone = ComparedBlock(
            kind=ChangeKind.REMOVED,
            block_id=block.id,
            moved=False,
            old_text=said(block),
            new_text=None,
        )
        found.setdefault(last, []).append(gone)
    return found


def _staying(before: Sequence[Block], after: Sequence[Block]) -> set[UUID | None]:
    """The most blocks that keep their order among each other; the others have moved."""
    places = {block.id: place for place, block in enumerate(before)}
    common = [block.id for block in after if block.id in places]
    ends: list[int] = []
    at: list[int] = []
    previous: list[int | None] = []
    for index, one in enumerate(common):
        length = bisect_left(ends, places[one])
        previous.append(at[length - 1] if length else None)
        ends[length:] = [places[one]] if length == len(ends) else [places[one], *ends[length + 1 :]]
        at[length:] = [index] if length == len(at) else [index, *at[length + 1 :]]
    staying: set[UUID | None] = set()
    step = at[-1] if at else None
    while step is not None:
        staying.add(common[step])
        step = previous[step]
    return staying
