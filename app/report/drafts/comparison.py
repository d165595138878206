"""Differences between two texts: a draft and today's records, or two versions. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar
from uuid import UUID

from app.report.blocks import Block, CountRef, fingerprint, shown
from app.report.drafts.rules import ChangeKind, UpdateKind

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
BlockKey = tuple[str, int]
Operation = Literal["equal", "insert", "delete"]
# Beyond this a comparison by character takes long and tells nobody anything.
MOST_WORK = 4_000_000


@dataclass(frozen=True, slots=True)
class CountChange:
    """A number then and now, as printed; None where it is not stated."""

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
    moved: bool = False
    old_text: str | None = None
    new_text: str | None = None
    spans: tuple[TextSpan, ...] = ()


def blocks_by_key(blocks: Iterable[Block]) -> Mapping[BlockKey, Block]:
    """Return the generated blocks by their key; the number tells repetitions of a key apart."""
    return _numbered((block.key, block) for block in blocks if block.key is not None)


def _numbered(pairs: Iterable[tuple[Key, Value]]) -> dict[tuple[Key, int], Value]:
    """Return the values by key and by how many of the same key came before."""
    seen: Counter[Key] = Counter()
    values: dict[tuple[Key, int], Value] = {}
    for key, value in pairs:
        values[key, seen[key]] = value
        seen[key] += 1
    return values


def differences(draft: Iterable[Block], today: Iterable[Block]) -> tuple[Difference, ...]:
    """Compare today's sentences with the draft's, in today's order; what would go comes last.

    What a person took out of the text stays out. What an earlier update took out, because the
    records had gone, comes again when they do.
    """
    before, after = blocks_by_key(draft), blocks_by_key(today)
    result = []
    for key, new in after.items():
        old = before.get(key)
        if old is None or (old.removed and old.outdated):
            result.append(_difference(UpdateKind.NEW, key[0], old, new))
        elif not old.removed and fingerprint(old) != fingerprint(new):
            result.append(_difference(UpdateKind.CHANGED, key[0], old, new))
    for key, old in before.items():
        if key not in after and not old.removed:
            result.append(_difference(UpdateKind.VANISHED, key[0], old, None))
    return tuple(result)


def _difference(kind: UpdateKind, key: str, old: Block | None, new: Block | None) -> Difference:
    compared = old if kind != UpdateKind.NEW else None
    ids_before, ids_now = (compared.ids if compared else ()), (new.ids if new else ())
    return Difference(
        kind=kind,
        key=key,
        old=old,
        new=new,
        counts=_count_changes(compared.counts if compared else (), new.counts if new else ()),
        ids_added=_without(ids_now, ids_before),
        ids_removed=_without(ids_before, ids_now),
    )


def _without(ids: Iterable[str], excluded: Iterable[str]) -> tuple[str, ...]:
    known = frozenset(excluded)
    return tuple(id_ for id_ in ids if id_ not in known)


def _count_changes(old: Iterable[CountRef], new: Iterable[CountRef]) -> tuple[CountChange, ...]:
    """Return the numbers that differ, by what they count and which of that label they are."""
    before, after = (
        _numbered((count.label, count.printed) for count in counts) for counts in (old, new)
    )
    pairs = ((key, before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after)))
    return tuple(CountChange(label, was, now) for (label, _), was, now in pairs if was != now)


def text_spans(old: str, new: str) -> tuple[TextSpan, ...]:
    """Return what was deleted and inserted, character by character."""
    if len(old) * len(new) > MOST_WORK:
        return (TextSpan("delete", old), TextSpan("insert", new))
    pieces: list[TextSpan] = []
    for code, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            pieces.append(TextSpan("equal", old[i1:i2]))
            continue
        if i2 > i1:
            pieces.append(TextSpan("delete", old[i1:i2]))
        if j2 > j1:
            pieces.append(TextSpan("insert", new[j1:j2]))
    return tuple(pieces)


def compare(old: Iterable[Block], new: Iterable[Block]) -> tuple[ComparedBlock, ...]:
    """Compare every block of either text, in the new one's order, removed ones where they stood."""
    before, after = shown(old), shown(new)
    known = {block.id: block for block in before}
    in_order = _in_order(before, after)
    removed = _removed_by_predecessor(before, {block.id for block in after})
    result = list(removed.get(None, ()))
    for block in after:
        result.append(_compared(known.get(block.id), block, moved=block.id not in in_order))
        result += removed.get(block.id, ())
    return tuple(result)


def _compared(old: Block | None, new: Block, *, moved: bool) -> ComparedBlock:
    text = text_of(new)
    if old is None:
        return ComparedBlock(kind=ChangeKind.ADDED, block_id=new.id, new_text=text)
    old_text = text_of(old)
    changed = old_text != text
    unchanged = ChangeKind.MOVED if moved else ChangeKind.KEPT
    return ComparedBlock(
        kind=ChangeKind.CHANGED if changed else unchanged,
        block_id=new.id,
        moved=moved,
        old_text=old_text,
        new_text=text,
        spans=text_spans(old_text, text) if changed else (),
    )


def text_of(block: Block) -> str:
    """Return a block's words, a table's with its cells."""
    if block.cells is None:
        return block.text
    rows = (block.cells.header, *block.cells.rows)
    return "\n".join((block.text, *("｜".join(row) for row in rows)))


def _removed_by_predecessor(
    before: Sequence[Block], remaining: set[UUID | None]
) -> Mapping[UUID | None, list[ComparedBlock]]:
    """Return the blocks that are gone, by the block after which they stood."""
    removed: dict[UUID | None, list[ComparedBlock]] = {}
    predecessor: UUID | None = None
    for block in before:
        if block.id in remaining:
            predecessor = block.id
            continue
        gone = ComparedBlock(kind=ChangeKind.REMOVED, block_id=block.id, old_text=text_of(block))
        removed.setdefault(predecessor, []).append(gone)
    return removed


def _in_order(before: Sequence[Block], after: Sequence[Block]) -> set[UUID | None]:
    """Return the most blocks that keep their order among each other; the others have moved.

    The longest increasing subsequence of old positions: ``ends`` holds the least last position of
    a subsequence of each length, ``last`` the index at which it stands.
    """
    positions = {block.id: position for position, block in enumerate(before)}
    common = [block.id for block in after if block.id in positions]
    ends: list[int] = []
    last: list[int] = []
    previous: list[int | None] = []
    for index, block_id in enumerate(common):
        length = bisect_left(ends, positions[block_id])
        previous.append(last[length - 1] if length else None)
        ends[length : length + 1] = [positions[block_id]]
        last[length : length + 1] = [index]
    in_order: set[UUID | None] = set()
    step = last[-1] if last else None
    while step is not None:
        in_order.add(common[step])
        step = previous[step]
    return in_order
